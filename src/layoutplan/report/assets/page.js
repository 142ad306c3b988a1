// The page: panels, switches, search and what a click does. The state is one plain value; every
// change of it goes through set(), which draws again.
"use strict";

(function () {
  const data = layoutplan.data;
  const { make, label, schoolCard, villageCard, placeName } = layoutplan.cards;
  const byId = (id) => document.getElementById(id);
  const LAYERS = ["roads", "catchments", "villages", "schools", "flows", "names"];
  const MATCHES = 12;
  const NARROW = 700; // pixels, as in map.css

  let model;
  let map;
  let canvas;
  let wasLegendOpen = true;
  const state = {
    when: "after",
    band: -1,
    layers: Object.fromEntries(LAYERS.map((name) => [name, true])),
    selected: null,
  };

  function show(leafletMap) {
    map = leafletMap;
    model = data.read(JSON.parse(byId("lp-data").textContent));
    layoutplan.model = model;
    document.documentElement.lang = model.language;
    document.querySelectorAll("[data-text]").forEach((element) => {
      element.textContent = data.text(model, element.dataset.text);
    });
    canvas = new layoutplan.canvas.PlanCanvas(model, state);
    fillPanel();
    fillTools();
    fillLegend();
    listen();
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    fit();
    canvas.addTo(map);
    set({});
  }

  function set(changes) {
    Object.assign(state, changes);
    document.querySelectorAll("#lp-view button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === state.when));
    });
    fillLegend();
    canvas.redraw();
  }

  function fillPanel() {
    byId("lp-title").textContent = model.name;
    byId("lp-view").setAttribute("aria-label", label(model, "view"));
    byId("lp-view").append(...data.WHENS.map((when) => make("button", {
      type: "button", value: when, text: label(model, when), onclick: () => set({ when }),
    })));
    fillBands();
    const search = byId("lp-search");
    search.placeholder = label(model, "search");
    search.setAttribute("aria-label", label(model, "search"));
    fillAbout();
    byId("lp-footer").textContent = model.about.footer;
    byId("lp-about").open = window.innerWidth > NARROW;
    byId("lp-legend").open = window.innerWidth > NARROW;
  }

  function fillBands() {
    const choice = byId("lp-band");
    const names = [label(model, "all_bands"), ...model.bands.map((band) => band.label)];
    choice.setAttribute("aria-label", label(model, "band"));
    choice.append(...names.map((name, i) => make("option", { value: i - 1, text: name })));
    choice.hidden = model.bands.length < 2;
    choice.addEventListener("change", () => set({ band: Number(choice.value) }));
  }

  function fillAbout() {
    const about = model.about;
    const proof = byId("lp-proof");
    proof.textContent = about.status_text;
    proof.dataset.status = about.status;
    byId("lp-facts").append(...about.facts.flatMap(([name, value]) => [
      make("dt", { text: name }), make("dd", { text: value })]));
    byId("lp-goals").append(...about.goals.map((goal) => make("li", {}, [
      make("span", { text: goal.label + " " }),
      make("b", { text: goal.value }),
      make("div", { class: goal.is_proven ? "lp-proven" : "lp-open", text: goal.proof }),
    ])));
    byId("lp-notes").append(...about.notes.map((note) => make("li", { text: note })));
  }

  function fillTools() {
    const tool = (key, sign, onclick) => make("button", {
      type: "button", "aria-label": label(model, key), title: label(model, key), text: sign,
      onclick,
    });
    byId("lp-tools").append(
      tool("zoom_in", "+", () => map.zoomIn(0.75)),
      tool("zoom_out", "−", () => map.zoomOut(0.75)),
      tool("fit", label(model, "fit"), fit),
      tool("print", label(model, "print"), () => window.print()));
  }

  // The whole area beside the panel, or under it on a narrow screen.
  function fit() {
    const lons = model.villages.lon.concat(model.schools.lon);
    const lats = model.villages.lat.concat(model.schools.lat);
    const corner = (pick) => [lats.reduce((a, b) => pick(a, b)), lons.reduce((a, b) => pick(a, b))];
    const panel = byId("lp-panel").getBoundingClientRect();
    const legend = byId("lp-legend").getBoundingClientRect();
    const isWide = map.getSize().x > NARROW;
    map.fitBounds([corner(Math.min), corner(Math.max)], {
      paddingTopLeft: isWide ? [panel.right + 30, 30] : [20, panel.bottom + 16],
      paddingBottomRight: isWide ? [Math.max(legend.width + 20, 60), 40] : [20, 70],
      maxZoom: 14,
      animate: false,
    });
  }

  function listen() {
    map.on("click", (event) => {
      const found = canvas.placeAt(event.containerPoint);
      if (found) open(found.kind, found.idx, false);
      else close();
    });
    map.on("mousemove", (event) => hover(event.containerPoint));
    map.on("mouseout", () => { byId("lp-tip").hidden = true; });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") close();
    });
    byId("lp-search").addEventListener("input", fillMatches);
    byId("lp-search").addEventListener("keydown", moveInMatches);
    window.addEventListener("beforeprint", () => { byId("lp-legend").open = true; });
  }

  function hover(point) {
    const tip = byId("lp-tip");
    const found = canvas.placeAt(point);
    map.getContainer().classList.toggle("lp-over-place", found !== null);
    tip.hidden = found === null;
    if (!found) return;
    tip.textContent = placeName(model[found.kind], found.idx);
    tip.style.left = point.x + 14 + "px";
    tip.style.top = point.y + 12 + "px";
  }

  function open(kind, idx, isFlownTo) {
    const card = byId("lp-card");
    const fill = kind === "schools" ? schoolCard : villageCard;
    card.replaceChildren(fill(model, idx, (k, i) => open(k, i, true), close));
    card.setAttribute("aria-label", placeName(model[kind], idx));
    card.hidden = false;
    card.scrollTop = 0;
    if (!state.selected) wasLegendOpen = byId("lp-legend").open;
    byId("lp-legend").open = false;
    document.body.classList.add("lp-has-card");
    card.focus({ preventScroll: true });
    set({ selected: { kind, idx } });
    if (isFlownTo) bringIntoSight(kind, idx);
  }

  // On a narrow screen the card covers the lower half, so the place goes above the middle.
  function bringIntoSight(kind, idx) {
    const place = [model[kind].lat[idx], model[kind].lon[idx]];
    map.setView(place, Math.max(map.getZoom(), 12), { animate: false });
    if (map.getSize().x <= NARROW) map.panBy([0, map.getSize().y * 0.16], { animate: false });
  }

  function close() {
    byId("lp-card").hidden = true;
    if (state.selected) byId("lp-legend").open = wasLegendOpen;
    document.body.classList.remove("lp-has-card");
    hideMatches();
    set({ selected: null });
  }

  function fillMatches() {
    const list = byId("lp-matches");
    const query = byId("lp-search").value;
    const found = data.search(model, query, MATCHES);
    const items = found.map((match) => make("li", {
      role: "option", "data-kind": match.kind, "data-id": match.id,
      onclick: () => pick(match),
    }, [
      make("span", { class: "lp-kind", text:
        label(model, match.kind === "schools" ? "school" : "village") }),
      make("span", { dir: "auto", text: match.name }),
      make("span", { class: "lp-under", text: [match.township, match.id].filter(Boolean)
        .join(" · ") }),
    ]));
    if (!items.length) items.push(make("li", { class: "lp-none", text: label(model, "no_match") }));
    list.replaceChildren(...items);
    list.hidden = !query.trim();
    byId("lp-search").setAttribute("aria-expanded", String(!list.hidden));
  }

  function hideMatches() {
    byId("lp-matches").hidden = true;
    byId("lp-search").setAttribute("aria-expanded", "false");
  }

  function pick(match) {
    hideMatches();
    open(match.kind, match.idx, true);
  }

  function moveInMatches(event) {
    const items = [...document.querySelectorAll("#lp-matches [role=option]")];
    if (!items.length || byId("lp-matches").hidden) return;
    const at = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    if (event.key === "Enter") {
      items[Math.max(at, 0)].click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const next = (at + step + items.length) % items.length;
      items.forEach((item, i) => item.setAttribute("aria-selected", String(i === next)));
    }
  }

  function fillLegend() {
    const style = model.style;
    const last = style.breaks[style.breaks.length - 1];
    const dots = style.breaks.map((minutes, i) => entry(dot(style.minutes[i]), data.text(
      model, i ? "label.class_between" : "label.class_within",
      { from: style.breaks[i - 1], minutes })));
    dots.push(entry(dot(style.minutes[style.minutes.length - 1]),
      data.text(model, "label.class_over", { minutes: last })));
    dots.push(entry(dot(style.unreached, "lp-unreached"), label(model, "unreached")));
    dots.push(entry(dot(style.nobody), label(model, "nobody")));
    dots.push(entry(make("i", { class: "lp-sizes" }), label(model, "size")));
    byId("lp-legend-body").replaceChildren(
      section("villages", label(model, "longest_trip"), dots),
      section("schools", label(model, "schools"), schoolEntries()),
      section("flows", label(model, "flows"), flowEntries()),
      section("catchments", label(model, "catchments"), [areaEntry()]),
      section("roads", label(model, "roads"), []),
      section("names", label(model, "names"), []));
  }

  // A part of the legend, which also switches its layer.
  function section(layer, title, entries) {
    const box = make("input", { type: "checkbox", "data-layer": layer });
    box.checked = state.layers[layer];
    box.addEventListener("change", () => {
      state.layers[layer] = box.checked;
      set({});
      document.querySelector(`[data-layer=${layer}]`).focus();
    });
    return make("div", { class: "lp-section" }, [
      make("label", {}, [box, make("b", { text: title })]),
      ...(box.checked ? entries : []),
    ]);
  }

  function entry(sign, words) {
    return make("div", { class: "lp-entry" }, [sign, make("span", { text: words })]);
  }

  function dot(color, more) {
    const sign = make("i", { class: "lp-dot " + (more || "") });
    sign.style.background = color;
    return sign;
  }

  // Areas are always those of one band: of the first where all are shown.
  function areaEntry() {
    const sign = make("i", { class: "lp-area" });
    sign.style.background = model.style.areas[0];
    return entry(sign, model.bands[Math.max(state.band, 0)].label);
  }

  function schoolEntries() {
    if (state.when === "before") {
      return [entry(markSign(model.style.actions.keep), label(model, "school"))];
    }
    const used = Object.keys(model.style.actions)
      .filter((action) => model.schools.action.includes(action));
    return used.map((action) => {
      const n = model.schools.action.filter((other) => other === action).length;
      const words = data.text(model, "action." + action) + " (" + n + ")";
      return entry(markSign(model.style.actions[action]), words);
    });
  }

  function markSign(mark) {
    const sign = make("canvas", { width: 36, height: 36, class: "lp-mark" });
    const context = sign.getContext("2d");
    context.scale(2, 2);
    layoutplan.marks.paintMark(context, mark, 9, 9, 6);
    return sign;
  }

  function flowEntries() {
    if (state.when === "before" || !model.flows.from.length) return [];
    const isMerger = model.flows.from.map((from) => !data.isOpen(model, from, "after"));
    const rows = [[true, "flow", "lp-merger"], [false, "move", "lp-move"]];
    return rows.filter(([kind]) => isMerger.includes(kind))
      .map(([, key, look]) => entry(make("i", { class: "lp-arrow " + look }), label(model, key)));
  }

  layoutplan.show = show;
  layoutplan.openSchool = (id) => open("schools", model.schoolIdx.get(id), true);
  layoutplan.openVillage = (id) => open("villages", model.villageIdx.get(id), true);
  layoutplan.close = close;
  layoutplan.state = state;
  layoutplan.pointOf = (kind, id) => {
    const idx = (kind === "schools" ? model.schoolIdx : model.villageIdx).get(id);
    return map.latLngToContainerPoint([model[kind].lat[idx], model[kind].lon[idx]]);
  };
})();
