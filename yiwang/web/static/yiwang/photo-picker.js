// <photo-picker>: makes each photo smaller, uploads it at once, tries again on a bad network, and keeps what arrived as
// hidden inputs. Without JavaScript it is the plain file input inside it. Sends `photo:changed` when its state changes.
(() => {
  "use strict";
  const WAITS_MS = [1000, 2000, 5000, 15000, 30000, 60000];
  const ASK_MS = 45000;

  function key() {
    const bytes = new Uint8Array(16);
    window.crypto.getRandomValues(bytes);
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function smaller(file, longest) {
    let picture;
    try { picture = await window.createImageBitmap(file, { imageOrientation: "from-image" }); } catch { return null; }
    const scale = Math.min(1, longest / Math.max(picture.width, picture.height));
    if (scale === 1 && file.size < 1_500_000 && file.type === "image/jpeg") { picture.close(); return file; }
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
  }

  class PhotoPicker extends HTMLElement {
    connectedCallback() {
      if (this.input || !this.dataset.uploadUrl) return;
      this.input = this.querySelector("input[type=file]");
      this.list = this.querySelector(".photos");
      this.voice = this.querySelector(".photo-say");
      this.form = this.closest("form");
      this.classList.add("ready");
      this.input.addEventListener("change", () => this.take(Array.from(this.input.files)));
      this.list.addEventListener("click", (event) => this.act(event));
      this.again = () => this.retryAll();
      this.hold = (event) => this.holdSubmit(event);
      window.addEventListener("online", this.again);
      if (this.form) this.form.addEventListener("submit", this.hold, true);
      this.count();
    }

    disconnectedCallback() {
      window.removeEventListener("online", this.again);
      if (this.form) this.form.removeEventListener("submit", this.hold, true);
    }

    word(name) { return this.dataset[`word${name}`] || ""; }
    say(text) { this.voice.textContent = text; }
    cards() { return Array.from(this.list.children); }

    count() {
      this.classList.toggle("full", this.cards().length >= Number(this.dataset.most));
      this.cards().forEach((card, index) => {
        const remove = card.querySelector("[data-act=remove]");
        if (remove) remove.setAttribute("aria-label", `${this.word("RemovePhoto")} ${index + 1}`);
      });
      this.dispatchEvent(new CustomEvent("photo:changed", { bubbles: true }));
    }

    take(files) {
      const room = Number(this.dataset.most) - this.cards().length;
      this.say(files.length > room ? this.word("Most") : "");
      files.slice(0, Math.max(0, room)).forEach((file) => this.add(file));
      this.input.value = "";
    }

    card(address) {
      const card = document.createElement("li");
      card.className = "photo";
      const picture = document.createElement("img");
      picture.className = "photo-image";
      picture.alt = "";
      if (address) picture.src = address;
      const state = document.createElement("span");
      state.className = "photo-state";
      const bar = document.createElement("progress");
      bar.max = 1;
      bar.hidden = true;
      const acts = document.createElement("span");
      acts.className = "photo-acts";
      [["retry", "Retry"], ["remove", "Remove"]].forEach(([act, word]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.act = act;
        button.textContent = this.word(word);
        button.hidden = act === "retry";
        acts.append(button);
      });
      card.append(picture, state, bar, acts);
      this.list.append(card);
      return card;
    }

    state(card, state, text) {
      card.dataset.state = state;
      card.querySelector(".photo-state").textContent = text;
      card.querySelector("progress").hidden = state !== "uploading";
      const retry = card.querySelector("[data-act=retry]");
      if (retry) retry.hidden = !["failed", "waiting"].includes(state);
      this.count();
    }

    async add(file) {
      const card = this.card(URL.createObjectURL(file));
      this.state(card, "shrinking", this.word("Shrinking"));
      const small = await smaller(file, Number(this.dataset.longestPx));
      if (!small) {
        this.state(card, "failed", this.word("NotImage"));
        card.querySelector("[data-act=retry]").hidden = true;
        return;
      }
      card.photo = { blob: small, key: key(), tries: 0, name: file.name.replace(/\.[^.]*$/, "") + ".jpg" };
      this.send(card);
    }

    send(card) {
      if (!card.isConnected || card.dataset.state === "uploading") return;
      clearTimeout(card.timer);
      this.state(card, "uploading", this.word("Uploading"));
      const ask = new XMLHttpRequest();
      const body = new FormData();
      body.append("file", card.photo.blob, card.photo.name);
      ask.open("POST", this.dataset.uploadUrl);
      ask.timeout = ASK_MS;
      ask.responseType = "json";
      const token = this.form && this.form.querySelector("[name=csrfmiddlewaretoken]");
      if (token) ask.setRequestHeader("X-CSRFToken", token.value);
      ask.setRequestHeader("Accept", "application/json");
      ask.setRequestHeader("Idempotency-Key", card.photo.key);
      ask.upload.addEventListener("progress", (event) => {
        if (event.lengthComputable) card.querySelector("progress").value = event.loaded / event.total;
      });
      ask.addEventListener("load", () => this.answered(card, ask));
      ["error", "timeout"].forEach((kind) => ask.addEventListener(kind, () => this.later(card)));
      card.ask = ask;
      ask.send(body);
    }

    answered(card, ask) {
      if (ask.status >= 200 && ask.status < 300 && ask.response && ask.response.id) { this.arrived(card, ask.response); return; }
      if (ask.status >= 500 || ask.status === 0) { this.later(card); return; }
      // A refusal is final, also that of a limit (429), which says when to try again by the button: its sentence is shown (RFC 9457 detail, or what the door calls it).
      const said = ask.response || {};
      this.state(card, "failed", said.what || said.detail || said.title || this.word("Failed"));
    }

    arrived(card, answer) {
      const kept = document.createElement("input");
      kept.type = "hidden";
      kept.name = this.dataset.name;
      kept.value = answer.id;
      card.append(kept);
      if (!card.querySelector("img").src && answer.url) card.querySelector("img").src = answer.url;
      this.state(card, "done", this.word("Done"));
      this.release();
    }

    later(card) {
      const wait = WAITS_MS[Math.min(card.photo.tries, WAITS_MS.length - 1)];
      card.photo.tries += 1;
      this.state(card, "waiting", this.word("Waiting"));
      card.timer = setTimeout(() => this.send(card), Number(this.dataset.waitMs) || wait);
    }

    retryAll() {
      this.cards().filter((card) => card.dataset.state === "waiting").forEach((card) => { card.photo.tries = 0; this.send(card); });
    }

    act(event) {
      const button = event.target.closest("[data-act]");
      if (!button) return;
      const card = button.closest(".photo");
      if (button.dataset.act === "retry") { card.photo.tries = 0; this.send(card); return; }
      clearTimeout(card.timer);
      if (card.ask) card.ask.abort();
      card.remove();
      this.count();
      this.release();
      this.input.focus();
    }

    open() { return this.cards().filter((card) => ["shrinking", "uploading", "waiting"].includes(card.dataset.state)); }

    // The form waits for its photos; the person may send it without them.
    holdSubmit(event) {
      if (!this.open().length || this.skip) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.held = { by: event.submitter };
      this.say(this.word("Pending"));
      const without = document.createElement("button");
      without.type = "button";
      without.className = "button";
      without.textContent = this.word("Without");
      without.addEventListener("click", () => { this.skip = true; this.form.requestSubmit(this.held.by); });
      this.voice.append(document.createElement("br"), without);
    }

    release() {
      if (!this.held || this.open().length) return;
      const by = this.held.by;
      this.held = null;
      this.say("");
      this.form.requestSubmit(by);
    }

    // Photos that arrived before a reload (drafts.js): their ids; each shows itself below the address it was sent to.
    restore(ids) {
      const have = new Set(Array.from(this.querySelectorAll("input[type=hidden]"), (one) => one.value));
      ids.filter((id) => id && !have.has(id)).forEach((id) => {
        this.arrived(this.card(`${this.dataset.uploadUrl.replace(/\/$/, "")}/${encodeURIComponent(id)}`), { id });
      });
    }
  }

  window.customElements.define("photo-picker", PhotoPicker);
})();
