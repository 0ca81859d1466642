// What forms of the desk have: suggestions taken with one key, Ctrl+Enter sends, the kind of demand only where it counts.
//   <button data-take="field" data-value="…">      puts the value into the form's field
(() => {
  "use strict";

  function form(element) { return element.closest("form") || document.getElementById("entry"); }

  function take(button) {
    const place = form(button);
    const field = place && place.elements.namedItem(button.dataset.take);
    if (!field) return;
    const picker = field.closest && field.closest("place-picker");
    if (picker && picker.choose && picker.places) {
      const found = picker.places.find((one) => one.id === button.dataset.value)
        || { id: button.dataset.value, text: button.dataset.text || button.textContent, longitude: "", latitude: "" };
      if (!Array.from(field.options).some((one) => one.value === found.id)) field.add(new Option(found.text, found.id));
      picker.choose(found);
    } else if (field instanceof RadioNodeList || field.type === "radio") {
      Array.from(place.querySelectorAll(`[name="${button.dataset.take}"]`)).forEach((one) => { one.checked = one.value === button.dataset.value; });
    } else {
      field.value = button.dataset.value;
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }
    pressed(place);
  }

  // A suggestion that is taken looks so.
  function pressed(place) {
    place.querySelectorAll("[data-take].chip").forEach((one) => {
      const field = place.elements.namedItem(one.dataset.take);
      one.setAttribute("aria-pressed", String(Boolean(field) && field.value === one.dataset.value));
    });
    const type = place.elements.namedItem("type_code");
    const demand = place.querySelector(".field-demand");
    const channel = place.elements.namedItem("channel");
    const hotline = "hotline" in place.dataset || Boolean(channel && channel.value === "hotline");
    if (type && demand) demand.hidden = !hotline && !type.value.startsWith("H");
  }

  function look(root) {
    root.querySelectorAll("form.act-form, form.entry").forEach(pressed);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-take]");
    if (button) take(button);
  });
  document.addEventListener("change", (event) => {
    const place = event.target.closest("form.act-form, form.entry");
    if (place) pressed(place);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const place = event.target.closest("form.act-form, form.entry");
    if (!place) return;
    event.preventDefault();
    const wanted = event.shiftKey ? place.querySelector("[data-submit='2']") : null;
    place.requestSubmit(wanted || place.querySelector("[data-submit='1']") || undefined);
  });
  // After a form was opened by its key, typing goes into it.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id === "act") {
      const first = event.target.querySelector("[role=alert], input:not([type=hidden]):not([type=radio]):not([type=checkbox]), textarea, input[type=radio]");
      const send = event.target.querySelector("button[type=submit]");
      if (first) first.focus(); else if (send) send.focus();
    }
    look(event.target.id === "act" || event.target.id === "case" ? event.target : document);
  });
  look(document);
})();
