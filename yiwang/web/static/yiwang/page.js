// What every page does: dialogs, toasts, the offline bar, focus after a refusal, print, one submit at a time.
(() => {
  "use strict";
  const words = () => document.body.dataset;

  function openDialog(id) {
    const dialog = document.getElementById(id);
    if (!dialog) return false;
    if (dialog.showModal) dialog.showModal(); else dialog.setAttribute("open", "");
    return true;
  }

  function closeOf(element) {
    const toast = element.closest("[data-toast]");
    if (toast) { toast.remove(); return; }
    const dialog = element.closest("dialog");
    if (dialog) { if (dialog.close) dialog.close(); else dialog.removeAttribute("open"); }
  }

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener && openDialog(opener.dataset.dialog)) { event.preventDefault(); return; }
    const closer = event.target.closest("[data-close]");
    if (closer) { closeOf(closer); return; }
    if (event.target.closest("[data-print]")) window.print();
    const lead = event.target.closest(".error-summary a");
    if (lead) {
      const field = document.getElementById(lead.hash.slice(1));
      if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
    }
  });

  // Where sections or tabs are wider than the screen, the one that is open is seen.
  for (const open of document.querySelectorAll(".desk-nav [aria-current], .tabs [aria-current]")) {
    const row = open.closest(".desk-nav, .tabs");
    const at = open.getBoundingClientRect(), room = row.getBoundingClientRect();
    if (at.right > room.right || at.left < room.left) row.scrollLeft += at.left + at.width / 2 - room.left - room.width / 2;
  }

  // A toast without undo leaves after eight seconds, unless somebody is reading it.
  function watchToast(toast) {
    if (toast.hasAttribute("data-stays") || toast.dataset.watched) return;
    toast.dataset.watched = "1";
    const leave = () => {
      if (toast.matches(":hover, :focus-within")) { setTimeout(leave, 3000); return; }
      toast.remove();
    };
    setTimeout(leave, 8000);
  }

  function say(text, tone = "overdue", stays = true) {
    const toast = document.createElement("div");
    toast.className = `toast toast-${tone}`;
    toast.dataset.toast = "";
    if (stays) toast.dataset.stays = "";
    const said = document.createElement("span");
    said.className = "toast-text";
    said.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "switch";
    close.dataset.close = "";
    close.textContent = "×";
    close.setAttribute("aria-label", words().wordClose || "");
    toast.append(said, close);
    const place = document.getElementById("toasts");
    if (place) place.append(toast);
    watchToast(toast);
    return toast;
  }

  function look(root) {
    root.querySelectorAll("[data-toast]").forEach(watchToast);
    const first = root.querySelector("[data-focus]");
    if (first) first.focus({ preventScroll: false });
  }

  function network() {
    const bar = document.getElementById("offline");
    if (bar) bar.hidden = navigator.onLine !== false;
  }

  // A second press on a submit button does nothing; after five seconds it works again.
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented || event.target.method !== "post") return;
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => { delete form.dataset.sent; }, 5000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
  });

  document.addEventListener("htmx:sendError", () => say(words().wordUnreachable || ""));
  document.addEventListener("htmx:afterSettle", (event) => look(event.target));
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest && event.target.closest("form");
    if (form) delete form.dataset.sent;
  });
  window.addEventListener("online", network);
  window.addEventListener("offline", network);
  window.yiwang = Object.assign(window.yiwang || {}, { say, openDialog });
  network();
  look(document);
})();
