// The desk and the room renew themselves while somebody looks at them (live.js),
// and the desk takes single keys. Without this file both pages are right after every
// form and every reload.
(() => {
  "use strict";
  const root = document.querySelector("[data-events]");
  if (!root) return;

  // What is live is put in its place, unless somebody is busy in it.
  const busy = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, select, textarea") ||
    part.querySelector("details[open]");
  const take = (page) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh || fresh.innerHTML === part.innerHTML || busy(part)) continue;
      const form = document.activeElement && part.contains(document.activeElement) && document.activeElement.closest("form");
      const back = form && form.getAttribute("action");
      part.innerHTML = fresh.innerHTML;
      if (back) part.querySelector(`form[action="${CSS.escape(back)}"] button`)?.focus();
    }
  };
  keepLive({ events: root.dataset.events, take, spread: 200 });

  // Keys. They can be switched off (WCAG 2.1.4), and are never taken while
  // somebody types. A hand scanner types faster than people do: what comes in one
  // breath goes to the field for arrivals, and is no key.
  const box = document.getElementById("keys");
  if (!box) return;
  document.querySelector("[data-keys]").hidden = false;
  const store = "desk-keys";
  try { box.checked = localStorage.getItem(store) !== "off"; } catch { /* private window */ }
  const show = () => document.body.classList.toggle("no-keys", !box.checked);
  show();
  box.addEventListener("change", () => {
    try { localStorage.setItem(store, box.checked ? "on" : "off"); } catch { /* as above */ }
    show();
  });
  const breath = 50; // milliseconds between two characters of a scanner, at most
  let typed = "", timer = 0;
  const act = (key) => {
    const at = document.querySelector(`[data-key="${key}"]`);
    if (!at) return;
    if (at.matches("details")) { at.open = true; at.querySelector("select, input")?.focus(); return; }
    at.closest("details")?.setAttribute("open", "");
    if (at.matches("button")) at.click(); else at.focus();
  };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing || e.repeat) return;
    if (e.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
    const field = document.querySelector("[data-scan]");
    if (e.key === "Enter" && typed.length > 2) {
      e.preventDefault();
      clearTimeout(timer);
      field.value = typed;
      typed = "";
      field.form.requestSubmit();
      return;
    }
    if (e.key.length !== 1 || e.key === " ") return;
    typed += e.key;
    clearTimeout(timer);
    // The letter itself, or, on a keyboard of another script, the place it has.
    const key = /^[a-z]$/i.test(e.key) ? e.key.toLowerCase() : (e.code.match(/^Key([A-Z])$/) || ["", ""])[1].toLowerCase();
    timer = setTimeout(() => {
      const one = typed.length === 1;
      if (!one && typed.length > 3) { field.focus(); field.value = typed; }
      typed = "";
      if (one && key && box.checked) act(key);
    }, breath);
  });
})();
