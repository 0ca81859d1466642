// <town-map>: MapLibre GL on the town's own GeoJSON, without tiles from elsewhere. The list inside stays for everybody;
// when WebGL is missing the element says so and leaves the list open.
//   map.setPoint(longitude, latitude)   put the pin (and the inputs in pick mode); null takes it away
//   map.reload(layerId)                 fetch a layer's url again
//   events: map:ready, map:picked {longitude, latitude}, map:opened {href, text}
(() => {
  "use strict";
  let library = null;

  function load(element) {
    if (library) return library;
    library = new Promise((resolve, reject) => {
      const sheet = document.createElement("link");
      sheet.rel = "stylesheet";
      sheet.href = element.dataset.styleSheet;
      const script = document.createElement("script");
      script.src = element.dataset.library;
      script.addEventListener("load", () => { window.maplibregl.setWorkerUrl(element.dataset.worker); resolve(window.maplibregl); });
      script.addEventListener("error", reject);
      document.head.append(sheet, script);
    });
    return library;
  }

  const numbers = (text) => (text ? text.split(",").map(Number) : []);

  // The tokens as MapLibre needs them.
  function colours() {
    const sheet = getComputedStyle(document.documentElement);
    const of = (name) => sheet.getPropertyValue(`--${name}`).trim();
    return {
      ground: of("surface"), ink: of("ink"), soft: of("ink-soft"), halo: of("ground"), action: of("action"), area: of("action-soft"),
      overdue: of("overdue"), soon: of("soon"), done: of("done"), waiting: of("waiting"), river: of("river"),
      onAction: of("on-action"), of, type: sheet.getPropertyValue("--type").trim(),
    };
  }

  const byTone = (c) => ["match", ["get", "tone"], "overdue", c.overdue, "soon", c.soon, "done", c.done, "waiting", c.waiting, c.action];
  const label = (c, size) => ({
    layout: { "text-field": ["coalesce", ["get", "text"], ""], "text-font": ["town"], "text-size": size, "text-padding": 6 },
    paint: { "text-color": c.ink, "text-halo-color": c.halo, "text-halo-width": 1.5 },
  });

  const drawings = {
    area: (id, c) => [
      { id, type: "fill", paint: { "fill-color": ["case", ["has", "share"], c.action, c.area], "fill-opacity": ["coalesce", ["get", "share"], ["get", "opacity"], 0.5] } },
      { id: `${id}-edge`, type: "line", paint: { "line-color": c.action, "line-width": 1.25, "line-opacity": 0.7 } },
      { id: `${id}-text`, type: "symbol", layout: { ...label(c, 13).layout, "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-justify": "auto" }, paint: label(c, 13).paint },
    ],
    edge: (id, c) => [
      { id, type: "line", layout: { "line-join": "round" }, paint: { "line-color": c.soft, "line-width": 2, "line-dasharray": [3, 2] } },
    ],
    // A layer may have a colour of its own, a token of the look; a yellow line needs an edge on a white ground.
    line: (id, c, layer) => [
      ...(layer.colour ? [{ id: `${id}-edge`, type: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": c.ink, "line-width": 7 } }] : []),
      { id, type: "line", layout: { "line-cap": "round", "line-join": "round" }, paint: { "line-color": layer.colour ? c.of(layer.colour) : c.river, "line-width": layer.colour ? 5 : 3 } },
      { id: `${id}-text`, type: "symbol", layout: { ...label(c, 12).layout, "symbol-placement": "line" }, paint: label(c, 12).paint },
    ],
    point: (id, c) => [
      { id, type: "circle", paint: { "circle-color": byTone(c), "circle-radius": 6, "circle-stroke-width": 1.5, "circle-stroke-color": c.halo } },
      { id: `${id}-text`, type: "symbol", minzoom: 13.5, layout: { ...label(c, 12).layout, "text-offset": [0, 1.1], "text-anchor": "top" }, paint: label(c, 12).paint },
    ],
    dashed: (id, c) => [
      { id, type: "line", layout: { "line-join": "round" }, paint: { "line-color": c.soft, "line-width": 3, "line-dasharray": [1.5, 1.5] } },
      { id: `${id}-text`, type: "symbol", layout: { ...label(c, 12).layout, "symbol-placement": "line" }, paint: label(c, 12).paint },
    ],
    // A sign in a circle: the colour says the same as the sign.
    mark: (id, c) => [
      { id, type: "circle", paint: { "circle-color": ["get", "paint"], "circle-radius": 13, "circle-stroke-width": 1.5, "circle-stroke-color": c.ink } },
      { id: `${id}-text`, type: "symbol", layout: { "text-field": ["get", "mark"], "text-font": ["town"], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": ["get", "ink"] } },
    ],
    cases: (id, c) => [
      { id: `${id}-group`, type: "circle", filter: ["has", "point_count"], paint: { "circle-color": c.action, "circle-radius": ["step", ["get", "point_count"], 14, 20, 18, 100, 24], "circle-stroke-width": 2, "circle-stroke-color": c.halo } },
      { id: `${id}-count`, type: "symbol", filter: ["has", "point_count"], layout: { "text-field": ["get", "point_count_abbreviated"], "text-font": ["town"], "text-size": 13, "text-allow-overlap": true }, paint: { "text-color": c.onAction } },
      { id, type: "circle", filter: ["!", ["has", "point_count"]], paint: { "circle-color": byTone(c), "circle-radius": 8, "circle-stroke-width": 2, "circle-stroke-color": c.halo } },
    ],
  };

  // What a feature's token comes to, and what is read on it; without one the ground and its ink.
  function tinted(properties, c) {
    properties.paint = properties.colour ? c.of(properties.colour) : c.halo;
    properties.ink = properties.colour ? c.of(`on-${properties.colour}`) : c.ink;
  }

  function extent(collections) {
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    const walk = (part) => {
      if (typeof part[0] === "number") {
        box[0] = Math.min(box[0], part[0]); box[1] = Math.min(box[1], part[1]);
        box[2] = Math.max(box[2], part[0]); box[3] = Math.max(box[3], part[1]);
      } else part.forEach(walk);
    };
    collections.forEach((one) => (one.features || []).forEach((feature) => feature.geometry && walk(feature.geometry.coordinates)));
    return Number.isFinite(box[0]) ? box : null;
  }

  class TownMap extends HTMLElement {
    connectedCallback() {
      if (this.started) return;
      this.started = true;
      this.canvas = this.querySelector(".map-canvas");
      const button = this.hasAttribute("data-wait") && this.querySelector(".map-open");
      if (button) {
        button.hidden = false;
        button.addEventListener("click", () => {
          button.disabled = true;
          button.lastElementChild.textContent = button.dataset.wordOpening;
          this.start();
        }, { once: true });
        return;
      }
      // Drawn only when it comes near the screen: a phone should not pay for a map nobody scrolls to.
      if (!window.IntersectionObserver) { this.start(); return; }
      this.seer = new IntersectionObserver((seen) => {
        if (seen.some((one) => one.isIntersecting)) { this.seer.disconnect(); this.start(); }
      }, { rootMargin: "300px" });
      this.seer.observe(this);
    }

    disconnectedCallback() {
      if (this.seer) this.seer.disconnect();
      if (this.map) { this.map.remove(); this.map = null; this.started = false; }
    }

    input(name) {
      const place = this.closest("form") || document;
      return place.querySelector(`[name="${this.dataset.pick}_${name}"]`);
    }

    async start() {
      try {
        this.layers = JSON.parse((document.getElementById(this.dataset.layers) || { textContent: "[]" }).textContent);
        const [gl, data] = await Promise.all([load(this), Promise.all(this.layers.map((layer) => this.fetchLayer(layer)))]);
        this.data = data;
        this.draw(gl);
      } catch (error) { this.fail(error); }
    }

    async fetchLayer(layer) {
      if (layer.data) return layer.data;
      const answer = await fetch(layer.url, { headers: { Accept: "application/geo+json, application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(`${layer.url}: ${answer.status}`);
      return answer.json();
    }

    fail(error) {
      this.classList.add("broken");
      const note = document.createElement("p");
      note.className = "map-note";
      note.textContent = this.dataset.wordBroken;
      this.prepend(note);
      this.querySelectorAll(".map-list").forEach((list) => { list.open = true; });
      this.dispatchEvent(new CustomEvent("map:broken", { bubbles: true, detail: { error: String(error) } }));
    }

    draw(gl) {
      const c = colours();
      const box = numbers(this.dataset.bounds);
      const bounds = box.length === 4 ? box : extent(this.data);
      this.classList.add("ready");
      this.map = new gl.Map({
        container: this.canvas,
        style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": c.ground } }] },
        ...(bounds ? { bounds, fitBoundsOptions: { padding: 24 } } : { center: numbers(this.dataset.centre), zoom: 13 }),
        attributionControl: false, dragRotate: false, pitchWithRotate: false, cooperativeGestures: false,
        localIdeographFontFamily: c.type, fadeDuration: 0, maxZoom: 19,
      });
      this.map.touchZoomRotate.disableRotation();
      this.map.addControl(new gl.NavigationControl({ showCompass: false }), "top-right");
      this.gl = gl;
      this.map.on("error", (event) => this.dispatchEvent(new CustomEvent("map:error", { bubbles: true, detail: { error: String(event.error) } })));
      this.map.on("load", () => this.fill(c));
      if (bounds) this.keepWhole(bounds);
      if (this.dataset.pick) this.map.on("click", (event) => this.setPoint(event.lngLat.lng, event.lngLat.lat, { told: true }));
      const pair = this.dataset.pick ? [this.input("longitude"), this.input("latitude")] : [];
      if (pair.length && pair[0] && pair[0].value && pair[1].value) this.setPoint(Number(pair[0].value), Number(pair[1].value), { quiet: true });
    }

    // Until the reader moves it, the map shows the whole also when its box has another size than at first.
    keepWhole(bounds) {
      let moved = false;
      this.map.on("movestart", (event) => { moved ||= Boolean(event.originalEvent); });
      this.map.on("zoomstart", (event) => { moved ||= Boolean(event.originalEvent); });
      this.map.on("resize", () => { if (!moved) this.map.fitBounds(bounds, { padding: 24, animate: false }); });
    }

    fill(c) {
      this.layers.forEach((layer, index) => {
        if (layer.kind === "mark") this.data[index].features.forEach((one) => tinted(one.properties, c));
        const cluster = layer.kind === "cases" ? { cluster: true, clusterRadius: 44, clusterMaxZoom: 16 } : {};
        this.map.addSource(layer.id, { type: "geojson", data: this.data[index], ...cluster });
        drawings[layer.kind](layer.id, c, layer).forEach((one) => this.map.addLayer({ ...one, source: layer.id }));
        if (!this.dataset.pick && layer.kind !== "edge") this.opens(layer.id, layer.kind);
      });
      this.dispatchEvent(new CustomEvent("map:ready", { bubbles: true }));
      this.classList.add("drawn");
    }

    opens(id, kind) {
      // A line or an area opens only where it leads somewhere; else it is ground.
      const opening = (event) => kind === "cases" || kind === "point" || kind === "mark" || Boolean(event.features[0].properties.href);
      const hand = (on) => { this.map.getCanvas().style.cursor = on ? "pointer" : ""; };
      const touchable = kind === "cases" ? [id, `${id}-group`] : [id];
      touchable.forEach((one) => {
        this.map.on("mouseenter", one, (event) => hand(opening(event)));
        this.map.on("mouseleave", one, () => hand(false));
      });
      if (kind === "cases") {
        this.map.on("click", `${id}-group`, async (event) => {
          const [group] = event.features;
          const zoom = await this.map.getSource(id).getClusterExpansionZoom(group.properties.cluster_id);
          this.map.easeTo({ center: group.geometry.coordinates, zoom });
        });
      }
      this.map.on("click", id, (event) => { if (opening(event)) this.bubble(event.features[0], event.lngLat); });
    }

    bubble(feature, touched) {
      const { text, told, href } = feature.properties;
      const body = document.createElement("div");
      const said = document.createElement("p");
      said.textContent = told || text || "";
      body.append(said);
      if (href) {
        const link = document.createElement("a");
        link.href = href;
        link.textContent = this.dataset.wordOpen;
        body.append(link);
      }
      const at = feature.geometry.type === "Point" ? feature.geometry.coordinates : touched;
      new this.gl.Popup({ maxWidth: "16rem" }).setLngLat(at).setDOMContent(body).addTo(this.map);
      this.dispatchEvent(new CustomEvent("map:opened", { bubbles: true, detail: { href, text } }));
    }

    setPoint(longitude, latitude, { quiet = false, told = false } = {}) {
      if (this.pin) { this.pin.remove(); this.pin = null; }
      const known = longitude !== null && Number.isFinite(longitude);
      if (known && this.map) {
        this.pin = new this.gl.Marker({ color: colours().overdue }).setLngLat([longitude, latitude]).addTo(this.map);
        if (!told && !quiet) this.map.easeTo({ center: [longitude, latitude], zoom: Math.max(this.map.getZoom(), 15) });
      }
      if (quiet || !this.dataset.pick) return;
      [["longitude", longitude], ["latitude", latitude]].forEach(([name, value]) => {
        const input = this.input(name);
        if (input) { input.value = known ? value.toFixed(6) : ""; input.dispatchEvent(new Event("change", { bubbles: true })); }
      });
      if (told) this.dispatchEvent(new CustomEvent("map:picked", { bubbles: true, detail: { longitude, latitude } }));
    }

    async reload(id) {
      const index = this.layers.findIndex((layer) => layer.id === id);
      if (index < 0 || !this.map || !this.map.getSource(id)) return;
      this.data[index] = await this.fetchLayer({ ...this.layers[index], data: null });
      this.map.getSource(id).setData(this.data[index]);
    }
  }

  window.customElements.define("town-map", TownMap);
})();
