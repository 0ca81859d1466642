// The keyboard at the desk: j/k move, Enter opens, x picks, / searches, ? helps; single keys press what carries data-key.
//   <ul data-list> … <li data-row> with an <a data-open>     a list to walk (case_row has them)
//   data-key="d"  or data-key="g h"                          pressed by that key (or keys one after the other)
//   <input data-search>                                      reached by /
//   aria-busy="true"                                         its keys wait: one is held, told by keys:held, pressed at keys:ready
//   <div data-bulk hidden> <b data-bulk-count></b> …</div>   shown while rows are picked; <input data-pick-all> picks all
(() => {
  "use strict";
  const OFF = "yiwang.keys";
  const PAUSE_MS = 900;
  let before = "";
  let beforeTimer = 0;
  let currentRow = "";
  let held = "";

  const stored = (value) => {
    try {
      if (value === undefined) return window.localStorage.getItem(OFF);
      window.localStorage.setItem(OFF, value);
    } catch { /* private window: keys stay on */ }
    return null;
  };
  const isOn = () => stored() !== "off";
  const rows = () => Array.from(document.querySelectorAll("[data-list] [data-row]"));
  const current = () => document.querySelector("[data-list] [data-row][data-current]");
  const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=application]");

  function mark(row, { scroll = true } = {}) {
    rows().forEach((one) => one.removeAttribute("data-current"));
    if (!row) return;
    row.setAttribute("data-current", "");
    currentRow = row.dataset.row;
    const link = row.querySelector("[data-open]");
    if (link) link.focus({ preventScroll: true });
    if (scroll) row.scrollIntoView({ block: "nearest" });
    row.dispatchEvent(new CustomEvent("row:current", { bubbles: true }));
  }

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current());
    mark(all[Math.max(0, Math.min(all.length - 1, at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step))]);
  }

  // The nearest element that carries the key: in the open dialog, else in the current row, else on the page.
  function keyed(keys) {
    const dialog = document.querySelector("dialog[open]");
    const places = dialog ? [dialog] : [current(), document];
    for (const place of places) {
      const found = place && Array.from(place.querySelectorAll("[data-key]")).find(
        (one) => one.dataset.key === keys && !one.disabled && !one.closest("[aria-busy=true]") && (one.offsetParent !== null || one.closest("dialog[open], .toasts")));
      if (found) return found;
    }
    return null;
  }

  const startsKeys = (start) => Array.from(document.querySelectorAll("[data-key]")).some((one) => one.dataset.key.startsWith(`${start} `));

  function press(element) {
    if (element.matches("input, select, textarea")) element.focus(); else element.click();
  }

  const fixed = {
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const box = current() && current().querySelector("[data-pick]");
      if (box) box.click();
    },
    "/": () => { const search = document.querySelector("[data-search]"); if (search) { search.focus(); search.select(); } },
    "?": () => help(),
    Enter: () => { const row = current(); const link = row && row.querySelector("[data-open]"); if (link) link.click(); },
  };

  function help() {
    const list = document.querySelector("#keys [data-keys]");
    if (!list) return;
    list.querySelectorAll("[data-found]").forEach((one) => one.remove());
    const seen = new Set();
    document.querySelectorAll("[data-key]").forEach((one) => {
      const key = one.dataset.key;
      if (seen.has(key)) return;
      seen.add(key);
      const term = document.createElement("dt");
      const said = document.createElement("dd");
      term.dataset.found = "";
      said.dataset.found = "";
      key.split(" ").forEach((part) => { const cap = document.createElement("kbd"); cap.textContent = part; term.append(cap, " "); });
      const shown = one.dataset.keyText || one.getAttribute("aria-label") || (one.querySelector("span") || one).textContent;
      said.textContent = shown.trim();
      list.append(term, said);
    });
    document.querySelector("[data-keys-on]").checked = isOn();
    window.yiwang.openDialog("keys");
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") {
      if (typing(event.target)) event.target.blur();
      return;
    }
    if (typing(event.target) || (!isOn() && event.key !== "?")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary, input")) return;
    const keys = before ? `${before} ${event.key}` : event.key;
    clearTimeout(beforeTimer);
    before = "";
    held = "";
    const found = keyed(keys);
    if (found) { event.preventDefault(); press(found); return; }
    if (startsKeys(keys)) {
      event.preventDefault();
      before = keys;
      beforeTimer = setTimeout(() => { before = ""; }, PAUSE_MS);
      return;
    }
    if (fixed[event.key] && !document.querySelector("dialog[open]")) {
      if (event.key !== "Enter" || current()) event.preventDefault();
      fixed[event.key]();
      return;
    }
    const coming = document.querySelector("[aria-busy=true]");
    if (coming) {
      event.preventDefault();
      held = keys;
      coming.dispatchEvent(new CustomEvent("keys:held"));
    }
  });

  document.addEventListener("keys:ready", () => {
    const found = held && !typing(document.activeElement) && keyed(held);
    held = "";
    if (found) press(found);
  });

  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-list] [data-row]");
    if (row && row !== current()) {
      rows().forEach((one) => one.removeAttribute("data-current"));
      row.setAttribute("data-current", "");
      currentRow = row.dataset.row;
    }
  });

  function bulk() {
    const picked = document.querySelectorAll("[data-pick]:checked").length;
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    bar.hidden = picked === 0;
    bar.querySelectorAll("[data-bulk-count]").forEach((one) => { one.textContent = String(picked); });
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-keys-on]")) stored(event.target.checked ? "on" : "off");
    if (event.target.matches("[data-pick-all]")) {
      document.querySelectorAll("[data-pick]").forEach((box) => { box.checked = event.target.checked; });
    }
    if (event.target.matches("[data-pick], [data-pick-all]")) bulk();
  });

  // Nothing jumps: after a live update the row that was current is current again.
  document.addEventListener("htmx:afterSettle", () => {
    const same = currentRow && document.querySelector(`[data-list] [data-row="${CSS.escape(currentRow)}"]`);
    if (same && !current()) same.setAttribute("data-current", "");
    bulk();
  });
  bulk();
})();
