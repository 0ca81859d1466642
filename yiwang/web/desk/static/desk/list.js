// The work list: the case opens beside it, own views are kept in this browser, acts on many cases show how far they are.
(() => {
  "use strict";
  const WIDE = window.matchMedia("(min-width: 1101px)");
  const VIEWS = "yiwang.desk.views";
  const CHUNK = 25;
  const FOLLOW_MS = 250;
  const detail = document.getElementById("detail");
  const list = document.getElementById("list");
  const bulkForm = document.querySelector("[data-bulk-form]");
  if (!detail || !list) return;

  // --- the case beside the list ---
  // From the moment another row is current until its case stands there and works, the detail is busy: what it still shows is the case
  // before, and no key may act on that one (desk.js holds the key and presses it when the detail is ready).
  let follow = 0;
  let next = false;
  let wanted = "";
  let asked = "";
  const opened = () => { const shown = detail.querySelector("[data-case]"); return shown ? shown.dataset.number : ""; };

  function want(number) {
    clearTimeout(follow);
    next = false;
    wanted = number;
    detail.setAttribute("aria-busy", "true");
  }

  function ready() {
    wanted = "";
    detail.removeAttribute("aria-busy");
    detail.dispatchEvent(new CustomEvent("keys:ready", { bubbles: true }));
  }

  function open(link) {
    const row = link.closest("[data-row]");
    const number = row.dataset.number;
    want(number);
    asked = number;
    window.htmx.ajax("GET", link.href, { target: "#case", swap: "innerHTML" }).then(() => { detail.scrollTop = 0; });
    list.querySelectorAll(".desk-row-open").forEach((one) => one.classList.remove("desk-row-open"));
    row.classList.add("desk-row-open");
    const address = new URL(window.location.href);
    address.searchParams.set("open", number);
    window.history.replaceState(window.history.state, "", address);
  }

  function openNext() {
    if (!next) return;
    const link = list.querySelector(`[data-row][data-current][data-number="${CSS.escape(wanted)}"] [data-open]`);
    next = false;
    if (link) open(link); else if (!asked) ready();
  }

  list.addEventListener("click", (event) => {
    const link = event.target.closest("[data-open]");
    if (!link || !WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link);
  });
  list.addEventListener("row:current", (event) => {
    if (!WIDE.matches || !(asked || opened()) || detail.contains(document.activeElement)) return;
    const number = event.target.dataset.number;
    want(number);
    if (asked ? number === asked : number === opened()) { if (!asked) ready(); return; }
    next = true;
    follow = setTimeout(openNext, FOLLOW_MS);
  });
  detail.addEventListener("keys:held", () => { clearTimeout(follow); openNext(); });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "case") return;
    const shown = opened();
    if (shown === asked || !shown) asked = "";
    if (wanted && (!shown || (shown === wanted && !asked))) ready();
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (!event.detail.target || event.detail.target.id !== "case" || event.detail.successful || !asked) return;
    asked = "";
    if (wanted && !next) ready();
  });
  // An act changed the case: its line in the list follows, in place.
  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "case") return;
    const shown = event.target.querySelector("[data-case]");
    const row = shown && document.getElementById(`row-${shown.dataset.case}`);
    if (row && row.dataset.version !== shown.dataset.version && window.yiwang.refreshRows) window.yiwang.refreshRows([shown.dataset.case]);
  });

  // `/` reaches the search field also where the filters are folded away.
  document.addEventListener("keydown", (event) => {
    const filters = document.querySelector("[data-filters]");
    if (event.key === "/" && filters && !event.target.closest("input, textarea, select")) filters.open = true;
  }, true);

  // --- own views ---
  const place = document.querySelector("[data-own-views]");
  const kept = () => { try { return JSON.parse(window.localStorage.getItem(VIEWS) || "[]"); } catch { return []; } };
  const keep = (views) => { try { window.localStorage.setItem(VIEWS, JSON.stringify(views.slice(0, 12))); } catch { /* private window */ } };

  function showViews() {
    place.replaceChildren();
    kept().forEach((view, index) => {
      const holder = document.createElement("span");
      holder.className = "own-view";
      const link = document.createElement("a");
      link.className = "filters-view";
      link.href = `${window.location.pathname}?${view.query}`;
      link.textContent = view.name;
      const now = new URLSearchParams(window.location.search);
      now.delete("open");
      if (now.toString() === view.query) link.setAttribute("aria-current", "page");
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "switch";
      drop.textContent = "×";
      drop.setAttribute("aria-label", `${place.dataset.wordRemove} ${view.name}`);
      drop.addEventListener("click", () => { const views = kept(); views.splice(index, 1); keep(views); showViews(); });
      holder.append(link, drop);
      place.append(holder);
    });
  }
  document.querySelector("[data-save-view]").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.querySelector("input");
    const filters = document.querySelector(".filters-fields");
    const query = new URLSearchParams(new FormData(filters));
    Array.from(query.entries()).forEach(([name, value]) => { if (!value) query.delete(name); });
    const name = field.value.trim();
    if (!name) return;
    keep([...kept().filter((view) => view.name !== name), { name, query: query.toString() }]);
    field.value = "";
    showViews();
  });
  showViews();

  // --- acts on many ---
  if (!bulkForm) return;
  let everything = null;
  const picked = () => everything || Array.from(bulkForm.querySelectorAll("[data-pick]:checked"), (one) => one.value);
  const wholeList = bulkForm.querySelector("[data-pick-list]");
  const count = bulkForm.querySelector("[data-bulk-count]");

  let turn = 1;

  function forget() {
    everything = null;
    bulkForm.querySelectorAll("[data-pick], [data-pick-all]").forEach((one) => { one.checked = false; });
    bulkForm.querySelector("[data-bulk]").hidden = true;
  }
  bulkForm.addEventListener("change", (event) => {
    if (!event.target.matches("[data-pick], [data-pick-all]")) return;
    everything = null;
    const all = Array.from(bulkForm.querySelectorAll("[data-pick]"));
    // The page's own box is heard here before desk.js has set the others.
    const allPicked = event.target.matches("[data-pick-all]") ? event.target.checked : all.every((one) => one.checked);
    if (wholeList) wholeList.hidden = !(all.length && allPicked);
  });
  bulkForm.querySelector("[data-unpick]").addEventListener("click", forget);
  if (wholeList) {
    wholeList.addEventListener("click", async () => {
      const answer = await fetch(bulkForm.dataset.ids, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      everything = (await answer.json()).ids;
      count.textContent = String(everything.length);
      wholeList.hidden = true;
    });
  }

  function node(name, text, kind) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  }

  function showResult(done, refused) {
    const result = bulkForm.querySelector("[data-bulk-result]");
    const sentence = bulkForm.dataset.wordResult.replace("{done}", done).replace("{refused}", refused.length);
    const box = node("div", "", `notice ${refused.length ? "notice-soon" : "notice-done"}`);
    const inner = node("div");
    inner.append(node("p", sentence, "notice-title"));
    const rows = node("ul", "", "plain");
    refused.slice(0, 100).forEach((one) => {
      const row = node("li");
      const link = node("a", one.number || one.title);
      link.href = one.href || "#";
      row.append(link, ` ${one.title} — ${one.what}${one.do}`);
      rows.append(row);
    });
    if (refused.length) inner.append(rows);
    box.append(inner);
    box.tabIndex = -1;
    result.replaceChildren(box);
    box.focus();
  }

  // Into which one: the first picked that is accepted, until somebody says another. Enter in its field means this dialog's own act.
  const main = bulkForm.querySelector("#merge-main");
  if (main) {
    bulkForm.querySelector('[data-dialog="merge-many"]').addEventListener("click", () => {
      const rows = Array.from(bulkForm.querySelectorAll("[data-pick]:checked"), (one) => one.closest("[data-row]"));
      const lead = rows.find((row) => row && !row.hasAttribute("data-gathered"));
      main.value = lead ? lead.dataset.number : "";
    });
    main.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      main.closest("dialog").querySelector("[data-bulk-go]").click();
    });
  }

  bulkForm.addEventListener("submit", async (event) => {
    if (!event.submitter || !event.submitter.matches("[data-bulk-go]")) return;
    event.preventDefault();
    const ids = picked();
    const dialog = event.submitter.closest("dialog");
    const address = event.submitter.formAction;
    if (dialog) dialog.close();
    const result = bulkForm.querySelector("[data-bulk-result]");
    const line = node("p", "", "line");
    const bar = node("progress");
    bar.max = ids.length;
    const said = node("span", "");
    const stop = node("button", bulkForm.dataset.wordStop, "switch");
    stop.type = "button";
    let stopped = false;
    stop.addEventListener("click", () => { stopped = true; });
    line.append(bar, said, stop);
    result.replaceChildren(line);
    let done = 0;
    let whole = true;
    const refused = [];
    const key = `${bulkForm.querySelector("[name=_key]").value}/${turn}`;
    for (let at = 0; at < ids.length && !stopped; at += CHUNK) {
      const body = new FormData();
      body.append("csrfmiddlewaretoken", bulkForm.querySelector("[name=csrfmiddlewaretoken]").value);
      body.append("_key", key);
      if (dialog) dialog.querySelectorAll("[data-bulk-with]").forEach((one) => body.append(one.name, one.value));
      ids.slice(at, at + CHUNK).forEach((id) => body.append("pick", id));
      let answer = null;
      for (let attempt = 0; attempt < 3 && !answer; attempt += 1) {
        try { answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } }); } catch { await new Promise((resolve) => { setTimeout(resolve, 1500); }); }
      }
      whole = Boolean(answer && answer.ok);
      if (!whole) { window.yiwang.say(document.body.dataset.wordUnreachable || ""); break; }
      const told = await answer.json();
      done += told.done;
      refused.push(...told.refused);
      bar.value = Math.min(at + CHUNK, ids.length);
      said.textContent = bulkForm.dataset.wordProgress.replace("{done}", String(bar.value)).replace("{all}", String(ids.length));
    }
    // What was answered wholly is over: the next act on this page, also on the same cases, is another one and no repetition.
    if (whole) turn += 1;
    showResult(done, refused);
    const onPage = ids.filter((id) => document.getElementById(`row-${id}`));
    forget();
    if (window.yiwang.refreshRows) window.yiwang.refreshRows(onPage);
  });
})();
