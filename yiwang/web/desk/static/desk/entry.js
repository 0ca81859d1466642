// Entering at the desk: Alt and a digit take a suggestion while typing goes on.
(() => {
  "use strict";
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const digit = /^Digit([1-9])$/.exec(event.code);
    const button = digit && document.querySelector(`#reading [data-alt="${digit[1]}"]`);
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  // Where and how it came changes what is suggested: read again.
  document.addEventListener("change", (event) => {
    if (event.target.matches("#entry [name=channel], #entry [name=place]")) {
      const text = document.getElementById("id_text");
      if (text.value.trim()) window.htmx.trigger(text, "draft:restored");
    }
  });
})();
