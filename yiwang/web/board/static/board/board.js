// A page of the plan that stands open asks every second whether anything on the board has changed; if so it fetches itself
// again and puts the new content where the old stood. Nothing moves otherwise, and what is being typed is left alone.
(() => {
  "use strict";
  const live = document.querySelector("[data-pulse]");
  if (!live) return;
  const POLL_MS = 1000;
  const SLOW_MS = 15000;
  let known = live.dataset.version || "";
  let pause = POLL_MS;

  function typing() {
    const here = document.activeElement;
    return here && live.contains(here) && /^(INPUT|TEXTAREA|SELECT)$/.test(here.tagName);
  }

  async function refresh(version) {
    if (typing()) return;
    const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-pulse]");
    if (!fresh) return;
    live.replaceChildren(...fresh.childNodes);
    known = fresh.dataset.version || version;
  }

  async function ask() {
    if (!document.hidden) {
      try {
        const answer = await fetch(live.dataset.pulse, { headers: { Accept: "application/json" } });
        pause = answer.ok ? POLL_MS : SLOW_MS;
        const version = answer.ok ? (await answer.json()).version : known;
        if (version !== known) await refresh(version);
      } catch { pause = SLOW_MS; }
    }
    setTimeout(ask, pause);
  }

  setTimeout(ask, POLL_MS);
})();
