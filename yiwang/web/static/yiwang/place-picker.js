// <place-picker>: find by name, tap the map, or take the phone's position. Writes the select's value and the two inputs.
// A point outside the town's outline (data-outline: GeoJSON; until it is there data-bounds) is not taken: the list opens at the
// nearest places instead. `judged` is done when that is decided.
// Sends `place:chosen` {id, text, longitude, latitude}. Without JavaScript the select inside it does the job.
(() => {
  "use strict";
  const MOST = 8;
  const WAIT_MS = 200;

  // Even-odd rule over all rings: a hole is outside.
  function within(rings, x, y) {
    let inside = false;
    rings.forEach((ring) => ring.forEach(([ax, ay], at) => {
      const [bx, by] = ring[(at + 1) % ring.length];
      if ((ay > y) !== (by > y) && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }));
    return inside;
  }

  function ringsOf(collection) {
    return (collection.features || []).flatMap(({ geometry }) => {
      if (!geometry) return [];
      if (geometry.type === "Polygon") return geometry.coordinates;
      return geometry.type === "MultiPolygon" ? geometry.coordinates.flat() : [];
    });
  }

  class PlacePicker extends HTMLElement {
    connectedCallback() {
      if (this.select) return;
      this.select = this.querySelector("select");
      this.search = this.querySelector("input[type=search]");
      this.found = this.querySelector(".place-found");
      this.voice = this.querySelector(".place-say");
      this.chosen = this.querySelector(".place-chosen");
      this.places = JSON.parse((document.getElementById(this.dataset.places) || { textContent: "[]" }).textContent);
      this.bounds = this.dataset.bounds ? this.dataset.bounds.split(",").map(Number) : [];
      this.classList.add("ready");
      // The label and the error summary lead to the search box now that the select is out of sight.
      this.search.id = this.select.id;
      this.select.removeAttribute("id");
      this.search.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.look(), WAIT_MS); });
      this.search.addEventListener("keydown", (event) => this.keys(event));
      this.found.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button) this.choose(this.shown[Number(button.dataset.at)]);
      });
      this.addEventListener("map:picked", (event) => this.point(event.detail, this.word("Point")));
      const locate = this.querySelector("[data-act=locate]");
      if (locate && !navigator.geolocation) locate.hidden = true;
      if (locate) locate.addEventListener("click", () => this.locate());
      this.show();
    }

    word(name) { return this.dataset[`word${name}`] || ""; }
    input(name) { return this.querySelector(`[name="${this.dataset.name}_${name}"]`); }
    get map() { return this.querySelector("town-map"); }

    async look() {
      const asked = this.search.value.trim();
      if (!asked) { this.list([]); this.voice.textContent = ""; return; }
      const near = this.places.filter((place) => `${place.text}${place.hint || ""}${place.pinyin || ""}`.toLowerCase().includes(asked.toLowerCase()));
      this.list(near);
      if (this.dataset.searchUrl) {
        try {
          const answer = await fetch(`${this.dataset.searchUrl}?q=${encodeURIComponent(asked)}`, { headers: { Accept: "application/json" }, credentials: "same-origin" });
          if (answer.ok && this.search.value.trim() === asked) this.list((await answer.json()).places);
        } catch { /* no network: the places that came with the page are what there is */ }
      }
      this.voice.textContent = this.shown.length ? "" : this.word("None");
    }

    list(places) {
      this.shown = places.slice(0, MOST);
      this.found.replaceChildren(...this.shown.map((place, at) => {
        const row = document.createElement("li");
        const button = document.createElement("button");
        button.type = "button";
        button.dataset.at = String(at);
        button.textContent = place.text;
        if (place.hint) { const hint = document.createElement("span"); hint.textContent = place.hint; button.append(hint); }
        row.append(button);
        return row;
      }));
    }

    keys(event) {
      if (event.key === "Enter") {
        event.preventDefault();
        if (this.shown && this.shown.length) this.choose(this.shown[0]);
      } else if (event.key === "ArrowDown") {
        const first = this.found.querySelector("button");
        if (first) { event.preventDefault(); first.focus(); }
      }
    }

    write(id, longitude, latitude) {
      if (id && !Array.from(this.select.options).some((option) => option.value === String(id))) this.select.add(new Option("", id));
      this.select.value = id || "";
      this.input("longitude").value = longitude ?? "";
      this.input("latitude").value = latitude ?? "";
      this.select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    choose(place) {
      this.asked = place;
      const longitude = place.longitude === undefined || place.longitude === null ? null : Number(place.longitude);
      const latitude = longitude === null ? null : Number(place.latitude);
      this.write(place.id, longitude === null ? "" : longitude.toFixed(6), latitude === null ? "" : latitude.toFixed(6));
      this.voice.textContent = "";
      this.list([]);
      this.search.value = "";
      if (this.map && this.map.setPoint) this.map.setPoint(longitude, latitude);
      this.tell(place.text);
      this.dispatchEvent(new CustomEvent("place:chosen", { bubbles: true, detail: place }));
    }

    // The town's rings, fetched once; without network nothing, and the bounds have to do.
    async outline() {
      if (this.rings || !this.dataset.outline) return this.rings || [];
      try {
        const answer = await fetch(this.dataset.outline, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
        if (answer.ok) this.rings = ringsOf(await answer.json());
      } catch { /* no network: asked again with the next point; the server judges in the end */ }
      return this.rings || [];
    }

    async inTown(longitude, latitude) {
      const [west, south, east, north] = this.bounds;
      if (this.bounds.length === 4 && (longitude < west || longitude > east || latitude < south || latitude > north)) return false;
      const rings = await this.outline();
      return !rings.length || within(rings, longitude, latitude);
    }

    // Answers whether the point was taken.
    point(position, text) {
      this.asked = position;
      this.judged = this.judge(position, text);
      return this.judged;
    }

    async judge(position, text) {
      const { longitude, latitude } = position;
      const inside = await this.inTown(longitude, latitude);
      if (this.asked !== position) return false;
      if (!inside) { this.refuse(position); return false; }
      this.write("", longitude.toFixed(6), latitude.toFixed(6));
      this.tell(`${text} (${latitude.toFixed(5)}, ${longitude.toFixed(5)})`);
      this.voice.textContent = "";
      this.list([]);
      this.dispatchEvent(new CustomEvent("place:chosen", { bubbles: true, detail: { id: "", text, longitude, latitude } }));
      return true;
    }

    refuse(position) {
      this.write("", "", "");
      if (this.map && this.map.setPoint) this.map.setPoint(null, null);
      this.chosen.replaceChildren();
      this.voice.textContent = this.word("Outside");
      this.list(this.nearest(position));
      this.search.focus();
      this.dispatchEvent(new CustomEvent("place:refused", { bubbles: true, detail: position }));
    }

    // All places, those next to the point first: a degree of longitude is shorter than one of latitude.
    nearest({ longitude, latitude }) {
      const narrow = Math.cos((latitude * Math.PI) / 180);
      const far = (place) => Math.hypot((Number(place.longitude) - longitude) * narrow, Number(place.latitude) - latitude);
      return this.places.filter((place) => place.longitude !== undefined && place.longitude !== null).sort((a, b) => far(a) - far(b));
    }

    locate() {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          if (this.map && this.map.setPoint) this.map.setPoint(coords.longitude, coords.latitude);
          this.point({ longitude: coords.longitude, latitude: coords.latitude }, this.word("Position"));
        },
        () => { this.voice.textContent = this.word("NoPosition"); },
        { enableHighAccuracy: true, timeout: 15000, maximumAge: 60000 });
    }

    tell(text) {
      const clear = document.createElement("button");
      clear.type = "button";
      clear.className = "switch";
      clear.textContent = this.word("Clear");
      clear.addEventListener("click", () => {
        this.asked = null;
        this.write("", "", "");
        if (this.map && this.map.setPoint) this.map.setPoint(null, null, { quiet: true });
        this.chosen.replaceChildren();
        this.search.focus();
      });
      this.chosen.replaceChildren(document.createTextNode(`${this.word("Chosen")}${text}`), clear);
    }

    // What the inputs hold already (a refused form, a restored draft).
    show() {
      const option = this.select.selectedOptions[0];
      const longitude = this.input("longitude").value;
      if (this.select.value && option) this.tell(option.textContent || this.select.value);
      else if (longitude) this.tell(`${this.word("Point")} (${this.input("latitude").value}, ${longitude})`);
      else if (this.dataset.refused) {
        const [east, north] = this.dataset.refused.split(",").map(Number);
        this.voice.textContent = this.word("Outside");
        this.list(this.nearest({ longitude: east, latitude: north }));
      }
    }
  }

  window.customElements.define("place-picker", PlacePicker);
})();
