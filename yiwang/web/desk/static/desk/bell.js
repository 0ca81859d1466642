// The bell in the header: how many notices are unread, as it changes. On a page with live updates it hears of it there
// (live.js); on others it has a stream of its own, or asks every minute where there is none.
(() => {
  "use strict";
  const bell = document.getElementById("bell");
  if (!bell) return;
  const POLL_MS = 60000;
  const GIVE_UP = 3;

  function show(unread) {
    const count = bell.querySelector("[data-unread]");
    count.textContent = String(unread);
    count.parentElement.hidden = unread === 0;
  }

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(bell.dataset.changes, { headers: { Accept: "application/json" } });
      if (answer.ok) show((await answer.json()).unread);
    } catch { /* offline: the next round asks again */ }
  }

  function listen() {
    if (!bell.dataset.stream || !window.EventSource) { setInterval(ask, POLL_MS); return; }
    let failures = 0;
    const stream = new EventSource(bell.dataset.stream, { withCredentials: true });
    stream.onopen = () => { failures = 0; };
    stream.addEventListener("notices", (event) => show(JSON.parse(event.data).unread));
    stream.onerror = () => {
      failures += 1;
      if (failures < GIVE_UP && stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      setInterval(ask, POLL_MS);
    };
    window.addEventListener("pagehide", () => stream.close());
  }

  document.addEventListener("yiwang:unread", (event) => show(event.detail));
  if (!document.getElementById("live")) listen();
})();
