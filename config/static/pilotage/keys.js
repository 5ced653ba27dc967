/* Single keys, as components/keys.html lists them. None while a field has the focus, none with Alt or Meta (but for the search),
   and none at all once the reader has switched them off. */
(() => {
  "use strict";

  const KEY = "pilotage-keys";
  const PLACES = { p: "/", m: "/models/", q: "/review/" };
  let going = false;

  const isOn = () => {
    try {
      return localStorage.getItem(KEY) !== "off";
    } catch {
      return true; // storage is switched off: the usual keys
    }
  };

  const remember = (on) => {
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // the choice lasts for this page only
    }
  };

  const isField = (node) => node instanceof Element && node.matches("input, select, textarea, [contenteditable]");

  const search = () => {
    const field = document.querySelector("[data-search]");
    if (!field) {
      location.assign("/#search");
      return;
    }
    field.focus();
    field.select();
  };

  const step = (by) => {
    const rows = [...document.querySelectorAll("[data-row]")];
    const at = rows.indexOf(document.activeElement);
    rows[Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
  };

  const ACTS = {
    "/": search,
    j: () => step(1),
    k: () => step(-1),
    "?": () => document.getElementById("keys")?.togglePopover(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || !isOn()) return;
    if ((event.ctrlKey || event.metaKey) && event.key === "k") {
      event.preventDefault();
      search();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
    if (going) {
      going = false;
      if (PLACES[event.key]) location.assign(PLACES[event.key]);
      return;
    }
    if (event.key === "g") {
      going = true;
      setTimeout(() => { going = false; }, 1500);
    } else if (ACTS[event.key]) {
      event.preventDefault();
      ACTS[event.key]();
    }
  });

  document.addEventListener("DOMContentLoaded", () => {
    for (const box of document.querySelectorAll("[data-keys-on]")) {
      box.checked = isOn();
      box.addEventListener("change", () => remember(box.checked));
    }
    if (location.hash === "#search") search();
  });
})();
