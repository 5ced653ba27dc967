/* System, light or dark. Loaded in <head> without defer so that the choice stands before the first paint.
   Without JavaScript, or without storage, the page follows the reader's system and the switch stays hidden. */
(() => {
  "use strict";

  const KEY = "pilotage-theme";
  const root = document.documentElement;

  const stored = () => {
    try {
      return localStorage.getItem(KEY) || "system";
    } catch {
      return "system"; // storage is switched off: the choice lasts for this page only
    }
  };

  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
    }
  };

  const choose = (theme) => {
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // storage is switched off: see stored()
    }
    apply(theme);
  };

  apply(stored());

  document.addEventListener("DOMContentLoaded", () => {
    for (const control of document.querySelectorAll("[data-theme-switch]")) control.hidden = false;
    apply(stored());
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (button) choose(button.dataset.setTheme);
  });

  // Another tab changed the theme.
  addEventListener("storage", (event) => {
    if (event.key === KEY) apply(stored());
  });
})();
