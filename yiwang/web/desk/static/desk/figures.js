// Figures change where they stand. live.js tells how far the journal has come; as soon as the figures have been counted that
// far the page is asked for anew and what differs is put in its place. Nothing moves, and what is being chosen stays.
(() => {
  "use strict";
  const AGAIN_MS = 500;
  const TRIES = 20;
  const shown = () => document.querySelector("[data-figures]");
  const counted = (part) => Number(part.dataset.readTo || 0);
  if (!shown()) return;
  let wanted = Number(document.getElementById("live").dataset.position || 0);
  let busy = false;

  const pause = () => new Promise((done) => setTimeout(done, AGAIN_MS));

  function put(fresh) {
    const old = shown();
    const focused = document.activeElement;
    const href = old.contains(focused) ? focused.getAttribute("href") : null;
    old.replaceWith(fresh);
    if (href) {
      const again = Array.from(fresh.querySelectorAll("a")).find((one) => one.getAttribute("href") === href);
      if (again) again.focus({ preventScroll: true });
    }
  }

  async function look() {
    let answer;
    try { answer = await fetch(window.location.href, { headers: { Accept: "text/html" } }); } catch { return; }
    if (!answer.ok || answer.redirected) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-figures]");
    if (fresh) put(fresh);
  }

  async function renew() {
    if (busy) return;
    busy = true;
    for (let tried = 0; tried < TRIES && counted(shown()) < wanted; tried += 1) {
      await pause();
      if (!document.hidden) await look();
    }
    busy = false;
  }

  document.addEventListener("yiwang:position", (event) => { wanted = Math.max(wanted, event.detail); renew(); });
  document.addEventListener("visibilitychange", renew);
  renew();
})();
