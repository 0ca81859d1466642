// Nothing typed is lost: a form with data-draft="key" is kept on this device until its page says it arrived.
//   <form data-draft="report">            kept while typing, offered again on the next visit
//   <form data-draft="…" data-draft-filled>  the server filled it in (a refusal): not overwritten
//   <meta name="draft-done" content="report">  on the page that confirms: forgotten
//   <form data-draft-forget>              e.g. log-out: every draft of this device is forgotten when it is sent
(() => {
  "use strict";
  const PREFIX = "yiwang.draft.";
  const KEPT_MS = 7 * 24 * 3600 * 1000;

  function shelf() {
    try { window.localStorage.setItem(`${PREFIX}probe`, "1"); window.localStorage.removeItem(`${PREFIX}probe`); return window.localStorage; } catch { return null; }
  }
  const store = shelf();
  if (!store) return;

  const controls = (form) => Array.from(form.elements).filter(
    (one) => one.name && one.name !== "csrfmiddlewaretoken" && !["password", "file", "submit", "button"].includes(one.type)
      && one.autocomplete !== "one-time-code" && !one.hasAttribute("data-draft-never"));

  function read(form) {
    const kept = {};
    controls(form).forEach((one) => {
      if (one.type === "hidden" && !one.closest("photo-picker, place-picker")) return;
      if ((one.type === "checkbox" || one.type === "radio") && !one.checked) return;
      const values = one.type === "select-multiple" ? Array.from(one.selectedOptions, (option) => option.value) : [one.value];
      (kept[one.name] = kept[one.name] || []).push(...values);
    });
    return kept;
  }

  function put(form, kept) {
    const pickers = Array.from(form.querySelectorAll("photo-picker"));
    const done = {};
    controls(form).forEach((one) => {
      if (one.closest("photo-picker")) return;
      const values = kept[one.name];
      if (one.type === "checkbox" || one.type === "radio") { one.checked = Boolean(values && values.includes(one.value)); return; }
      if (!values) return;
      if (one.type === "select-multiple") {
        Array.from(one.options).forEach((option) => { option.selected = values.includes(option.value); });
        return;
      }
      done[one.name] = done[one.name] || 0;
      if (values[done[one.name]] !== undefined) one.value = values[done[one.name]];
      done[one.name] += 1;
    });
    pickers.forEach((picker) => { if (picker.restore && kept[picker.dataset.name]) picker.restore(kept[picker.dataset.name]); });
    form.querySelectorAll("place-picker").forEach((picker) => { if (picker.show) picker.show(); });
    form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  }

  function keep(form) {
    const kept = read(form);
    if (!Object.values(kept).some((values) => values.some(Boolean))) return;
    try { store.setItem(PREFIX + form.dataset.draft, JSON.stringify({ at: Date.now(), kept })); } catch { /* full: typing goes on */ }
  }

  function offer(form) {
    const name = PREFIX + form.dataset.draft;
    let saved = null;
    try { saved = JSON.parse(store.getItem(name) || "null"); } catch { store.removeItem(name); }
    if (!saved || form.hasAttribute("data-draft-filled")) return;
    if (Date.now() - saved.at > KEPT_MS) { store.removeItem(name); return; }
    const before = JSON.stringify(read(form));
    if (before === JSON.stringify(saved.kept)) return;
    put(form, saved.kept);
    const bar = document.createElement("p");
    bar.className = "notice notice-action";
    bar.setAttribute("role", "status");
    const said = document.createElement("span");
    said.textContent = document.body.dataset.wordDraft || "";
    const drop = document.createElement("button");
    drop.type = "button";
    drop.className = "switch";
    drop.textContent = document.body.dataset.wordDiscard || "";
    drop.addEventListener("click", () => { store.removeItem(name); window.location.reload(); });
    bar.append(said, drop);
    form.prepend(bar);
  }

  function start(root) {
    root.querySelectorAll("form[data-draft]").forEach((form) => {
      if (form.dataset.draftWatched) return;
      form.dataset.draftWatched = "1";
      offer(form);
      let waiting = 0;
      const soon = () => { clearTimeout(waiting); waiting = setTimeout(() => keep(form), 400); };
      form.addEventListener("input", soon);
      form.addEventListener("change", soon);
      form.addEventListener("photo:changed", soon);
      form.addEventListener("submit", () => { clearTimeout(waiting); keep(form); });
    });
  }

  document.querySelectorAll('meta[name="draft-done"]').forEach((meta) => store.removeItem(PREFIX + meta.content));
  document.addEventListener("submit", (event) => {
    if (!event.target.hasAttribute("data-draft-forget")) return;
    Object.keys(store).filter((name) => name.startsWith(PREFIX)).forEach((name) => store.removeItem(name));
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    event.target.querySelectorAll("[data-draft-done]").forEach((one) => store.removeItem(PREFIX + one.dataset.draftDone));
    start(event.target.closest("form[data-draft]") ? event.target.closest("form[data-draft]").parentElement : event.target);
  });
  // Islands define themselves first (they come later in the page, all scripts are deferred in order).
  document.addEventListener("DOMContentLoaded", () => start(document));
})();
