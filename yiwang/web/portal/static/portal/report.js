// The report, one question at a time, on one page: no network is needed between the questions. Without JavaScript the
// same form is one page with its sections. The back button goes to the question before.
(() => {
  "use strict";
  const form = document.getElementById("report");
  if (!form) return;
  const steps = Array.from(form.querySelectorAll("[data-step]"));
  const submit = form.querySelector(".step-acts .button-primary");
  const acts = form.querySelector(".step-acts");
  const KEY = "yiwang.portal.report-key";
  let shown = 0;

  // A report whose answer got lost on the way keeps its key with its draft, so that sending again is the same report.
  const key = form.elements._key;
  try {
    const kept = localStorage.getItem(KEY);
    if (kept && localStorage.getItem("yiwang.draft.report") && !form.hasAttribute("data-changing")) key.value = kept;
    else localStorage.setItem(KEY, key.value);
  } catch { /* no storage: nothing to keep */ }

  const next = document.createElement("button");
  next.type = "button";
  next.className = "button button-primary";
  next.textContent = form.dataset.wordContinue;
  acts.prepend(next);
  form.classList.add("stepped");

  function show(at, focus) {
    shown = Math.max(0, Math.min(steps.length - 1, at));
    steps.forEach((step, number) => {
      step.hidden = number !== shown;
      step.querySelector("[data-caption]").textContent = form.dataset.wordStep.replace("#", String(number + 1));
    });
    const last = shown === steps.length - 1 || form.hasAttribute("data-changing");
    next.hidden = last;
    submit.hidden = !last;
    if (focus) { window.scrollTo(0, 0); steps[shown].querySelector("h1").focus({ preventScroll: true }); }
  }

  const named = (name) => steps.findIndex((step) => step.dataset.step === name);
  const filled = (...names) => names.some((name) => form.elements[name] && form.elements[name].value.trim());

  // What is missing in a question, beside its field; the server asks again.
  function missing(step) {
    if (step.dataset.step === "place" && !filled("place", "place_longitude", "place_text", "place_search")) {
      return ["place-picker", form.dataset.wordNoPlace];
    }
    if (step.dataset.step === "matter" && !filled("text") && !step.querySelector(".photo")) {
      return ["#id_text", form.dataset.wordNoWords];
    }
    return null;
  }

  function tell(step, lack) {
    step.querySelectorAll("[data-told]").forEach((one) => one.remove());
    if (!lack) return;
    const field = step.querySelector(lack[0]).closest(".field");
    const said = document.createElement("p");
    said.className = "field-error";
    said.dataset.told = "";
    said.setAttribute("role", "alert");
    said.textContent = lack[1];
    field.classList.add("field-wrong");
    field.querySelector(".field-label").after(said);
    const control = field.querySelector("input[type=search], textarea");
    if (control) control.focus();
  }

  form.addEventListener("input", (event) => {
    const field = event.target.closest(".field");
    if (!field || !field.querySelector("[data-told]")) return;
    field.querySelectorAll("[data-told]").forEach((one) => one.remove());
    field.classList.remove("field-wrong");
  });

  next.addEventListener("click", async () => {
    const picker = steps[shown].querySelector("place-picker");
    if (picker) await picker.judged;  // a point is not a place before it is known to lie in the town
    const lack = missing(steps[shown]);
    tell(steps[shown], lack);
    if (lack) return;
    steps[shown].querySelectorAll(".field-wrong").forEach((one) => one.classList.toggle("field-wrong", Boolean(one.querySelector(".field-error"))));
    window.history.pushState({ step: shown + 1 }, "");
    show(shown + 1, true);
  });
  window.addEventListener("popstate", (event) => show(event.state && event.state.step ? event.state.step : 0, true));
  const back = document.querySelector("[data-steps-back]");
  if (back) back.addEventListener("click", (event) => { if (shown > 0) { event.preventDefault(); window.history.back(); } });
  // Enter in a text line goes on instead of sending half a report.
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.tagName === "INPUT" && !next.hidden && event.target.type !== "file") {
      event.preventDefault();
      next.click();
    }
  });
  // An error's link leads to a field on another question.
  document.querySelectorAll(".error-summary a").forEach((link) => link.addEventListener("click", () => {
    const field = document.getElementById(link.hash.slice(1));
    const step = field && field.closest("[data-step]");
    if (step) show(steps.indexOf(step), false);
  }, true));

  const errors = document.querySelector(".error-summary");
  show(Math.max(0, named(form.dataset.start)), false);
  window.history.replaceState({ step: shown }, "");
  if (!errors && form.hasAttribute("data-changing")) steps[shown].querySelector("h1").focus();

  // --- where a photo was taken: an offer -----------------------------------------------------------------------------

  const offer = form.querySelector("[data-photo-place]");
  const files = form.querySelector("photo-picker input[type=file]");
  if (files && offer) files.addEventListener("change", async () => {
    for (const file of Array.from(files.files)) {
      const position = await taken(file);
      if (position) { await offerPlace(position); return; }
    }
  }, true);

  async function offerPlace(position) {
    if (!(await form.querySelector("place-picker").inTown(...position))) return;
    const said = document.createElement("p");
    said.textContent = form.dataset.wordPhotoPlace;
    const take = document.createElement("button");
    take.type = "button";
    take.className = "button";
    take.textContent = form.dataset.wordUsePhotoPlace;
    take.addEventListener("click", async () => {
      const picker = form.querySelector("place-picker");
      if (!(await picker.point({ longitude: position[0], latitude: position[1] }, picker.word("Point")))) return;
      if (picker.map && picker.map.setPoint) picker.map.setPoint(position[0], position[1], { quiet: true });
      said.textContent = form.dataset.wordUsed;
      take.remove();
    });
    offer.replaceChildren(said, take);
    offer.hidden = false;
  }

  // The GPS part of a JPEG's EXIF as [longitude, latitude]; null when there is none. Read before the photo is made smaller.
  async function taken(file) {
    try {
      const view = new DataView(await file.slice(0, 256 * 1024).arrayBuffer());
      if (view.getUint16(0) !== 0xffd8) return null;
      let at = 2;
      while (at + 4 < view.byteLength) {
        const marker = view.getUint16(at);
        if (marker === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return gps(view, at + 10);
        if ((marker & 0xff00) !== 0xff00) return null;
        at += 2 + view.getUint16(at + 2);
      }
    } catch { /* not readable: nothing to offer */ }
    return null;
  }

  function gps(view, start) {
    const little = view.getUint16(start) === 0x4949;
    const short = (at) => view.getUint16(start + at, little);
    const long = (at) => view.getUint32(start + at, little);
    const find = (table, tag) => {
      for (let n = 0; n < short(table); n += 1) if (short(table + 2 + n * 12) === tag) return table + 2 + n * 12;
      return 0;
    };
    const entry = find(long(4), 0x8825);
    if (!entry) return null;
    const table = long(entry + 8);
    const degrees = (side, tag, negative) => {
      const [where, value] = [find(table, side), find(table, tag)];
      if (!where || !value) return NaN;
      const from = long(value + 8);
      const part = (n) => long(from + n * 8) / long(from + n * 8 + 4);
      const size = part(0) + part(1) / 60 + part(2) / 3600;
      return String.fromCharCode(view.getUint8(start + where + 8)) === negative ? -size : size;
    };
    const position = [degrees(3, 4, "W"), degrees(1, 2, "S")];
    return position.every(Number.isFinite) ? position : null;
  }
})();
