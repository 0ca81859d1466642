// Live updates: lines that are on the page change where they stand; what is not on it is counted, and nothing moves.
// A page that sums up (data-quiet) counts nothing here: what it shows is its own script's, which hears of each position.
// Comes by EventSource from the stream; when that cannot be reached, by asking every 20 s.
(() => {
  "use strict";
  const bar = document.getElementById("live");
  if (!bar) return;
  const POLL_MS = 20000;
  const MOST_ROWS = 40;
  const GIVE_UP = 3;
  let position = Number(bar.dataset.position || 0);
  const news = new Set();
  let poll = 0;
  let failures = 0;
  let waiting = new Set();
  let soon = 0;

  async function refreshRows(ids) {
    const here = ids.filter((id) => document.getElementById(`row-${id}`)).slice(0, MOST_ROWS);
    if (!here.length) return;
    const query = here.map((id) => `id=${encodeURIComponent(id)}`).join("&");
    let answer;
    try { answer = await fetch(`${bar.dataset.rows}?${query}`, { headers: { "HX-Request": "true" } }); } catch { return; }
    if (!answer.ok) return;
    const box = document.createElement("template");
    box.innerHTML = await answer.text();
    box.content.querySelectorAll("[data-row]").forEach((fresh) => {
      const old = document.getElementById(fresh.id);
      if (!old || old.dataset.version === fresh.dataset.version) return;
      const focused = old.contains(document.activeElement);
      const picked = old.querySelector("[data-pick]:checked");
      if (old.hasAttribute("data-current")) fresh.setAttribute("data-current", "");
      if (old.classList.contains("desk-row-open")) fresh.classList.add("desk-row-open");
      const box2 = fresh.querySelector("[data-pick]");
      if (picked && box2) box2.checked = true;
      if (!old.querySelector("[data-pick]") && box2) box2.closest("label").remove();
      old.replaceWith(fresh);
      if (focused) fresh.querySelector("[data-open]").focus({ preventScroll: true });
      look(fresh.dataset.row, fresh.dataset.version);
    });
  }

  // The open case got a newer version than the one shown: say so, and leave what is being typed alone.
  function look(id, version) {
    const shown = document.querySelector(`[data-case="${CSS.escape(id)}"]`);
    const note = shown && shown.querySelector("[data-case-changed]");
    if (note && Number(shown.dataset.version) < Number(version)) note.hidden = false;
  }

  async function lookAtCase(id) {
    const shown = document.querySelector(`[data-case="${CSS.escape(id)}"]`);
    if (!shown || document.getElementById(`row-${id}`)) return;
    try {
      const answer = await fetch(`${bar.dataset.rows}?id=${encodeURIComponent(id)}`, { headers: { "HX-Request": "true" } });
      const found = /data-version="(\d+)"/.exec(await answer.text());
      if (found) look(id, found[1]);
    } catch { /* the next change asks again */ }
  }

  function count() {
    const shown = bar.querySelector(".live-bar");
    shown.hidden = news.size === 0;
    bar.querySelector("[data-live-count]").textContent = bar.dataset.word.replace("{n}", String(news.size));
    bar.querySelector("[data-live-refresh]").href = window.location.href;
  }

  function flush() {
    const ids = Array.from(waiting);
    waiting = new Set();
    if (bar.dataset.quiet === undefined) ids.forEach((id) => { if (!document.getElementById(`row-${id}`) && !document.querySelector(`[data-case="${CSS.escape(id)}"]`)) news.add(id); });
    refreshRows(ids);
    ids.forEach(lookAtCase);
    count();
  }

  function bell(unread) {
    if (unread !== undefined) document.dispatchEvent(new CustomEvent("yiwang:unread", { detail: unread }));
  }

  function take(told) {
    bell(told.unread);
    if (told.position) position = Math.max(position, told.position);
    if (told.position) document.dispatchEvent(new CustomEvent("yiwang:position", { detail: position }));
    (told.ids || []).forEach((id) => waiting.add(id));
    clearTimeout(soon);
    if (waiting.size) soon = setTimeout(flush, 400);
  }

  async function ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${bar.dataset.changes}?after=${position}`, { headers: { Accept: "application/json" } });
      if (answer.ok) take(await answer.json());
    } catch { /* offline: the next round asks from the same position */ }
  }

  function fallBack() {
    if (poll) return;
    poll = setInterval(ask, POLL_MS);
    ask();
  }

  function listen() {
    if (!bar.dataset.stream || !window.EventSource) { fallBack(); return; }
    const stream = new EventSource(`${bar.dataset.stream}?after=${position}`, { withCredentials: true });
    stream.onopen = () => { failures = 0; if (poll) { clearInterval(poll); poll = 0; } };
    stream.onmessage = (event) => take(JSON.parse(event.data));
    stream.addEventListener("notices", (event) => bell(JSON.parse(event.data).unread));
    stream.onerror = () => {
      failures += 1;
      if (failures < GIVE_UP && stream.readyState !== EventSource.CLOSED) return;
      stream.close();
      fallBack();
    };
    window.addEventListener("pagehide", () => stream.close());
  }

  window.yiwang = Object.assign(window.yiwang || {}, { refreshRows });
  listen();
})();
