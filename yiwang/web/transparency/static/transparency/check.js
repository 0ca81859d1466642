// The form of /transparency that checks a file here, in the browser. It works with the network gone once the page is loaded.
(() => {
  "use strict";
  const form = document.getElementById("seal-check");
  if (!form) return;
  const words = JSON.parse(form.dataset.words), said = document.getElementById("seal-check-said");
  const [file, heads, key, button, bar] = ["[name=file]", "[name=heads]", "[name=key]", "button", "progress"].map((one) => form.querySelector(one));
  const fill = (text, given) => text.replace(/\{(\w+)\}/g, (hole, name) => given[name] ?? hole);
  const secure = Boolean(window.crypto && crypto.subtle);
  let library = null;
  const carried = () => (library ??= import(form.dataset.ed25519));

  // What a browser lacks is fetched at once, not when a file is chosen: by then there may be no network.
  const knowsEd25519 = () => crypto.subtle.generateKey({ name: "Ed25519" }, false, ["verify", "sign"]).then(() => true, () => false);

  // As `yiwang verify` tells moments: eight hours before UTC all over the country, to the second.
  const byTheTownsClock = (text) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (moment) => {
    const there = new Date(Date.parse(moment) + 8 * 3600 * 1000);
    return Number.isNaN(there.getTime()) ? moment : `${there.toISOString().slice(0, 19).replace("T", " ")} UTC+8`;
  });

  function say(tone, lines) {
    const notice = document.createElement("div");
    notice.className = `notice notice-${tone}`;
    const inside = notice.appendChild(document.createElement("div")); // a notice lays its parts side by side
    for (const line of lines) {
      const paragraph = document.createElement("p");
      paragraph.textContent = line;
      inside.append(paragraph);
    }
    said.append(notice);
  }

  function tell(verdict, { pinned, witnesses }) {
    if (!verdict.right) say("overdue", [words["page.wrong"]]);
    for (const fault of verdict.faults) {
      const given = { ...fault.more, position: fault.position, verb: fault.verb };
      say("overdue", [fill(words[`fault.${fault.slug}`], given), fill(words[`meaning.${fault.slug}`], given)]);
    }
    if (!verdict.right) return;
    const given = { ...verdict, witnesses, figure: byTheTownsClock(verdict.figure) };
    const lines = [`right.${verdict.kind}`, pinned ? "key.given" : "key.own", witnesses ? "witnesses.some" : "witnesses.none"];
    say("done", [words["page.right"], ...lines.map((line) => fill(words[line], given))]);
  }

  async function check() {
    const [chosen] = file.files;
    said.replaceChildren();
    if (!chosen) {
      say("overdue", [words["page.no-file"]]);
      file.focus();
      return;
    }
    button.disabled = true;
    bar.hidden = false;
    try {
      const witnesses = await Promise.all(Array.from(heads.files, async (one) => ({ name: one.name, text: await one.text() })));
      const keys = key.value.split("\n").map((line) => line.trim()).filter(Boolean);
      const told = (share) => { bar.value = share; };
      const verdict = await window.sealVerify(chosen, { keys, witnesses, library: carried, told });
      tell(verdict, { pinned: keys.length > 0, witnesses: witnesses.length });
    } catch (fault) {
      say("overdue", [fill(words["page.broke"], { fault: String(fault) })]);
      throw fault;
    } finally {
      button.disabled = false;
      bar.hidden = true;
      said.setAttribute("data-done", String(Number(said.dataset.done || 0) + 1));
    }
  }

  form.hidden = false;
  if (!secure || !window.DecompressionStream) {
    form.querySelectorAll("input, textarea, button").forEach((one) => { one.disabled = true; });
    say("soon", [words[secure ? "page.old-browser" : "page.not-secure"]]);
    return;
  }
  knowsEd25519().then((known) => known || carried());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
})();
