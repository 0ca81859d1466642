// The duty screen: figures change where they stand, read anew when the stream tells of a change and every 20 s; how old they
// are is told by the second, and in amber when the stream is broken or nothing new could be read.
(() => {
  "use strict";
  const room = document.querySelector("main.watch");
  if (!room) return;
  const EVERY_MS = 20000;
  const LEAST_MS = 800;
  const MAP_MS = 15000;
  const AGAIN_MS = 10000;
  const OLD_S = 45;
  const age = document.getElementById("watch-age");
  let readAt = performance.now();
  let mapAt = 0;
  let soon = 0;
  let broken = false;
  let failed = false;

  function tell() {
    const seconds = Math.round((performance.now() - readAt) / 1000);
    const late = broken || failed || seconds > OLD_S;
    age.dataset.state = late ? "late" : "live";
    age.querySelector("[data-ago]").textContent = age.dataset.wordAgo.replace("{n}", String(seconds));
    const words = failed || seconds > OLD_S ? age.dataset.wordOld : broken ? age.dataset.wordBroken : "";
    const said = age.querySelector("[data-said]");
    if (said.textContent !== words) said.textContent = words;
  }

  function put(old, fresh) {
    if (old.outerHTML === fresh.outerHTML) return;
    const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    if (old.hasAttribute("data-current")) fresh.setAttribute("data-current", "");
    old.replaceWith(fresh);
    const link = focused && Array.from(fresh.querySelectorAll("a")).find((one) => one.getAttribute("href") === focused);
    if (link) link.focus({ preventScroll: true });
  }

  // Line by line where the same lines stand; the whole block where one came or went.
  function patch(box) {
    box.querySelectorAll("#watch-as-of, #watch-open").forEach((one) => put(document.getElementById(one.id), one));
    box.querySelectorAll("#watch-tiles, #watch-places, #watch-shifts").forEach((block) => {
      const old = document.getElementById(block.id);
      const lines = (from) => Array.from(from.querySelectorAll("li[id], tr[id]"));
      const same = lines(old).map((one) => one.id).join() === lines(block).map((one) => one.id).join();
      if (!same) { put(old, block); return; }
      lines(block).forEach((line) => put(document.getElementById(line.id), line));
    });
  }

  async function read() {
    clearTimeout(soon);
    soon = 0;
    try {
      const answer = await fetch(room.dataset.board, { headers: { "HX-Request": "true" } });
      failed = !answer.ok || answer.redirected;  // an expired log-in leads to another page
      if (!failed) {
        const box = document.createElement("template");
        box.innerHTML = await answer.text();
        patch(box.content);
        readAt = performance.now();
      }
    } catch { failed = true; }
    tell();
    const map = document.getElementById("watch-town");
    if (failed || !map || !map.reload || performance.now() - mapAt < MAP_MS) return;
    mapAt = performance.now();
    try { await map.reload("open-cases"); } catch { /* the outlines stay as they are; the table beside them is right */ }
  }

  function changed() {
    if (!soon) soon = setTimeout(read, Math.max(300, LEAST_MS - (performance.now() - readAt)));
  }

  function listen() {
    if (!room.dataset.stream || !window.EventSource) return;
    const stream = new EventSource(`${room.dataset.stream}?after=${room.dataset.position}`, { withCredentials: true });
    stream.onopen = () => { broken = false; tell(); };
    stream.onmessage = (event) => {
      const told = JSON.parse(event.data);
      room.dataset.position = String(told.position);
      if ((told.ids || []).length) changed();
    };
    stream.onerror = () => {
      broken = true;
      tell();
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, AGAIN_MS);
    };
    window.addEventListener("pagehide", () => stream.close());
  }

  setInterval(tell, 1000);
  setInterval(() => { if (!document.hidden) read(); }, EVERY_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) read(); });
  listen();
  tell();
})();
