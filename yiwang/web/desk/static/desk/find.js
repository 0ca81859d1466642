// <find-select>: a long select that is searched by name, code and pinyin initials (data-find on its options).
// Without JavaScript it is the select inside it. Sends `change` of the select when something is chosen.
(() => {
  "use strict";
  const MOST = 60;
  let made = 0;

  class FindSelect extends HTMLElement {
    connectedCallback() {
      if (this.input) return;
      this.select = this.querySelector("select");
      if (!this.select) return;
      made += 1;
      this.options = Array.from(this.select.options).filter((one) => one.value).map((one) => ({
        value: one.value, text: one.textContent.trim(), find: (one.dataset.find || one.textContent).toLowerCase(),
        group: one.parentElement.label || "",
      }));
      this.input = document.createElement("input");
      this.input.type = "text";
      this.input.className = "control";
      this.input.autocomplete = "off";
      this.input.id = this.select.id;
      this.select.id = `${this.input.id}_value`;
      this.input.placeholder = this.dataset.wordFind || "";
      ["aria-invalid", "aria-describedby"].forEach((name) => {
        if (this.select.hasAttribute(name)) this.input.setAttribute(name, this.select.getAttribute(name));
      });
      this.list = document.createElement("ul");
      this.list.className = "find-list";
      this.list.id = `find-list-${made}`;
      this.list.hidden = true;
      this.list.setAttribute("role", "listbox");
      this.input.setAttribute("role", "combobox");
      this.input.setAttribute("aria-expanded", "false");
      this.input.setAttribute("aria-autocomplete", "list");
      this.input.setAttribute("aria-controls", this.list.id);
      this.append(this.input, this.list);
      this.classList.add("ready");
      this.show();
      this.input.addEventListener("focus", () => { this.input.select(); });
      this.input.addEventListener("input", () => this.open(this.input.value));
      this.input.addEventListener("keydown", (event) => this.keys(event));
      this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 150));
      this.input.addEventListener("click", () => { if (this.list.hidden) this.open(""); });
      this.list.addEventListener("mousedown", (event) => {
        const row = event.target.closest("[role=option]");
        if (row) { event.preventDefault(); this.choose(row.dataset.value); }
      });
      this.select.addEventListener("change", () => this.show());
      this.closest("form")?.addEventListener("draft:restored", () => this.show());
    }

    show() {
      const chosen = this.options.find((one) => one.value === this.select.value);
      this.input.value = chosen ? chosen.text : "";
    }

    open(text) {
      const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
      const found = this.options.filter((one) => words.every((word) => one.find.includes(word))).slice(0, MOST);
      this.list.replaceChildren();
      let group = null;
      found.forEach((one, index) => {
        if (one.group !== group) {
          group = one.group;
          const head = document.createElement("li");
          head.className = "find-group";
          head.setAttribute("role", "presentation");
          head.textContent = group;
          if (group) this.list.append(head);
        }
        const row = document.createElement("li");
        row.className = "find-option";
        row.id = `${this.list.id}-${index}`;
        row.setAttribute("role", "option");
        row.dataset.value = one.value;
        row.textContent = one.text;
        row.setAttribute("aria-selected", "false");
        this.list.append(row);
      });
      if (!found.length) {
        const none = document.createElement("li");
        none.className = "find-group";
        none.textContent = this.dataset.wordNone || "";
        this.list.append(none);
      }
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      const now = found.findIndex((one) => one.value === this.select.value);
      this.mark(words.length ? 0 : now);
    }

    rows() { return Array.from(this.list.querySelectorAll("[role=option]")); }

    mark(index) {
      const rows = this.rows();
      this.at = rows.length ? Math.max(-1, Math.min(rows.length - 1, index)) : -1;
      rows.forEach((row, number) => row.setAttribute("aria-selected", String(number === this.at)));
      const row = rows[this.at];
      if (row) { row.scrollIntoView({ block: "nearest" }); this.input.setAttribute("aria-activedescendant", row.id); } else this.input.removeAttribute("aria-activedescendant");
    }

    keys(event) {
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (this.list.hidden) { this.open(""); if (this.at < 0) this.mark(0); return; }
        this.mark(this.at + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && !this.list.hidden && !event.ctrlKey) {
        event.preventDefault();
        const row = this.rows()[this.at];
        if (row) this.choose(row.dataset.value);
      } else if (event.key === "Escape" && !this.list.hidden) {
        event.stopPropagation();
        this.shut();
        this.show();
      }
    }

    choose(value) {
      this.select.value = value;
      this.shut();
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    leave() {
      this.shut();
      if (!this.input.value.trim() && this.select.value) { this.choose(""); return; }
      this.show();
    }

    shut() {
      this.list.hidden = true;
      this.input.setAttribute("aria-expanded", "false");
      this.input.removeAttribute("aria-activedescendant");
    }
  }
  customElements.define("find-select", FindSelect);
})();
