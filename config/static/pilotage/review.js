/* The timer of the review queue, and its keys. Seconds count while the page is seen, has the focus, and a key, a click, a scroll or
   a move is not longer ago than the idle limit. They are sent as a claim: what of it can be true, the server decides. */
(() => {
  "use strict";

  const form = document.querySelector("form[data-review]");
  if (!form) return;

  const BEAT_MS = 15000;
  const TICK_MS = 1000;
  const HIDDEN = "pilotage-timer";
  const field = form.elements.namedItem("active");
  const timer = form.querySelector("[data-timer]");
  const time = form.querySelector("[data-time]");
  const idle = Number(form.dataset.idle) * 1000;
  let active = Number(form.dataset.claimed) * 1000;
  let sent = active;
  let counted = performance.now();
  let used = counted;
  let lost = false;

  const isSeen = () => !document.hidden && document.hasFocus();

  /** Adds what has passed since the last count, up to the idle limit after the last use. */
  const count = () => {
    const now = performance.now();
    if (isSeen()) active += Math.max(0, Math.min(now, used + idle) - counted);
    counted = now;
    field.value = (active / 1000).toFixed(2);
  };

  const show = () => {
    const seconds = Math.floor(active / 1000);
    time.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    timer.classList.toggle("is-paused", !isSeen() || performance.now() > used + idle);
  };

  const beat = async () => {
    if (lost || active - sent < 500) return;
    sent = active;
    const body = new FormData();
    body.set("active", field.value);
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    try {
      const answer = await fetch(form.dataset.review, { method: "POST", body, keepalive: true });
      if (answer.status !== 409) return;
      lost = true;
      const told = document.createElement("div");
      told.className = "notice notice-warning";
      told.textContent = "You were away for long: others may have this answer by now. Judge it, and you are told.";
      document.getElementById("status").append(told);
    } catch {
      sent = 0; // no network: the next one brings it
    }
  };

  const use = () => {
    count();
    used = performance.now();
  };

  for (const kind of ["keydown", "pointerdown", "pointermove", "wheel", "scroll", "input", "touchstart"]) {
    document.addEventListener(kind, use, { passive: true, capture: true });
  }
  // What is over ends before it is counted: a page that is hidden now was seen until now.
  const leave = () => {
    const now = performance.now();
    active += Math.max(0, Math.min(now, used + idle, counted + 2 * TICK_MS) - counted);
    counted = now;
    field.value = (active / 1000).toFixed(2);
    beat();
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : use()));
  window.addEventListener("focus", use);
  form.addEventListener("submit", count);
  setInterval(() => { count(); show(); }, TICK_MS);
  setInterval(beat, BEAT_MS);

  const remembered = (value) => {
    try {
      if (value === undefined) return localStorage.getItem(HIDDEN);
      localStorage.setItem(HIDDEN, value);
    } catch {
      // storage is switched off: shown on every page
    }
    return value ?? null;
  };
  const hide = form.querySelector("[data-hide]");
  const set = (hidden) => {
    time.hidden = hidden;
    timer.classList.toggle("is-hidden", hidden);
    hide.textContent = hidden ? "Show the time" : "Hide";
  };
  hide.addEventListener("click", () => {
    remembered(time.hidden ? "shown" : "hidden");
    set(!time.hidden);
  });
  set(remembered() === "hidden");
  timer.hidden = false;
  count();
  show();

  const radios = (name) => [...form.querySelectorAll(`input[name="${name}"]`)];
  const pick = (input) => { input.checked = true; input.focus(); };
  const KEYS = {
    1: () => pick(radios("verdict")[0]),
    2: () => pick(radios("verdict")[1]),
    3: () => pick(radios("verdict")[2]),
    c: () => {
      const all = radios("correct");
      pick(all[(all.findIndex((each) => each.checked) + 1) % all.length]);
    },
    f: () => {
      const box = form.elements.namedItem("failure");
      if (box.checkVisibility?.() ?? true) box.checked = !box.checked;
    },
    n: () => form.elements.namedItem("note").focus(),
    s: () => form.querySelector('[name="skip"]').click(),
  };
  const isOn = () => {
    try {
      return localStorage.getItem("pilotage-keys") !== "off";
    } catch {
      return true;
    }
  };
  const isText = (node) => node.matches?.('textarea, select, input:not([type="radio"], [type="checkbox"])');

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !isOn()) return;
    if (event.ctrlKey && event.key === "Enter") {
      event.preventDefault();
      form.requestSubmit(form.querySelector(".button-primary"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isText(event.target)) return;
    if (document.querySelector("[popover]:popover-open") || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]();
  });
})();
