/* The checklist of a draft follows the form: after each field that was changed, the page asks what a save would leave missing.
   Without this script the list is that of the saved draft. */
(() => {
  "use strict";

  const WAIT = 500; // milliseconds after the last change

  document.addEventListener("DOMContentLoaded", () => {
    const list = document.getElementById("checklist");
    const said = document.getElementById("checklist-said");
    const form = list?.closest("form");
    if (!form) return;

    const count = () => {
      for (const badge of form.querySelectorAll("[data-todo]")) {
        const points = list.querySelectorAll(`[data-home="${badge.dataset.todo}"]`).length;
        badge.hidden = points === 0;
        badge.textContent = points ? `${points} to do` : "";
      }
    };

    count();
    if (!("live" in list.dataset)) return;
    let timer = 0;
    let asked = new AbortController();

    const look = async () => {
      asked.abort();
      asked = new AbortController();
      const body = new FormData(form);
      body.append("_look", "1");
      list.setAttribute("aria-busy", "true");
      try {
        const answer = await fetch(location.href, { method: "POST", body, signal: asked.signal });
        if (!answer.ok || answer.redirected) return; // signed out, or refused: the save will say so
        list.innerHTML = await answer.text();
        count();
        said.textContent = list.querySelector("[data-said]")?.dataset.said ?? "";
        list.removeAttribute("aria-busy");
      } catch {
        // overtaken by the next change, or no connection: the list stays as it was
      }
    };

    form.addEventListener("change", () => {
      clearTimeout(timer);
      timer = setTimeout(look, WAIT);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      asked.abort();
    });
  });
})();
