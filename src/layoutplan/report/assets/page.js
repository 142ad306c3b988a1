// The page: its state, what changes it, and what other scripts may do with it. The state is one
// plain value; every change of it goes through set(), which paints again.
//
// For other scripts (all after onReady; `kind` is "schools" or "villages", `idx` a position there):
//   page.onReady(fn)      fn(model) once the data are read: see data.js for the model
//   page.onSelect(fn)     fn({kind, idx}) when a place is chosen, fn(null) when none is any more
//   page.onChange(fn)     fn(state) after every change
//   page.state            view "before" | "after" | "swipe", band (-1: all), areas (band of the
//                         areas, -1: none), layers, selected, divider (share of the width)
//   page.set(changes)     changes the state; page.redraw() only paints again
//   page.select(kind, idx, isFlownTo), page.close()
//   page.showPlan(plan)   paints another plan in place of the proven one, from data.planOf();
//                         null goes back to the proven one. Cards are filled again.
//   page.refreshCard()    fills the open card again, by cards.schoolCard or cards.villageCard
//   page.addTool(button)  puts a button among the tools; #lp-edit is a place in the panel
// Print: with document.body.dataset.print = "card" the page leaves the paper to the card.
"use strict";

layoutplan.page = (function () {
  const { data } = layoutplan;
  const LAYERS = [
    "roads", "townships", "catchments", "villages", "schools", "flows", "names"];
  const NARROW = 700; // pixels, as in map_page.css
  const NEAR_ZOOM = 14;
  const NAME_PIXELS = 72; // room for names at the right edge
  const byId = (id) => document.getElementById(id);

  const listeners = { ready: [], select: [], change: [] };
  const state = {
    view: "after",
    band: -1,
    areas: 0,
    divider: 0.5,
    layers: Object.fromEntries(LAYERS.map((name) => [name, true])),
    selected: null,
  };
  const page = {
    model: null, map: null, canvas: null, state,
    onReady: (fn) => (page.model ? fn(page.model) : listeners.ready.push(fn)),
    onSelect: (fn) => listeners.select.push(fn),
    onChange: (fn) => listeners.change.push(fn),
    set, redraw, select, close, showPlan, refreshCard, fit,
    addTool: (button) => byId("lp-tools").append(button),
    isNarrow: () => window.innerWidth <= NARROW,
  };
  let wasLegendOpen = true;

  // Begins with the data, which may have to be unpacked.
  async function show(map) {
    page.map = map;
    try {
      page.model = data.read(await data.unpacked(byId("lp-data")));
    } catch (fault) {
      byId("lp-failed").hidden = false;
      byId("lp-panel").hidden = byId("lp-legend").hidden = true;
      throw fault;
    }
    const model = layoutplan.model = page.model;
    document.documentElement.lang = model.language === "zh" ? "zh-Hans" : model.language;
    document.querySelectorAll("[data-text]").forEach((element) => {
      element.textContent = data.text(model, element.dataset.text);
    });
    page.canvas = new layoutplan.canvas.PlanCanvas(model, state);
    map.keyboard.disable(); // keys work on the whole page: see page_keys.js
    listeners.ready.splice(0).forEach((fn) => fn(model));
    listen();
    set({});
    fit();
    page.canvas.addTo(map);
    document.body.dataset.ready = "yes";
  }

  function set(changes) {
    Object.assign(state, changes);
    document.body.dataset.view = state.view;
    redraw();
    listeners.change.forEach((fn) => fn(state));
  }

  function redraw() {
    page.canvas.redraw();
  }

  // The whole area in what the panels leave free.
  function fit() {
    const { model, map } = page;
    const lons = model.villages.lon.concat(model.schools.lon);
    const lats = model.villages.lat.concat(model.schools.lat);
    const corner = (pick) => [lats.reduce((a, b) => pick(a, b)), lons.reduce((a, b) => pick(a, b))];
    const panel = byId("lp-panel").getBoundingClientRect();
    const legend = byId("lp-legend").getBoundingClientRect();
    const isNarrow = page.isNarrow();
    map.fitBounds([corner(Math.min), corner(Math.max)], {
      paddingTopLeft: isNarrow ? [16, panel.bottom + 12] : [panel.right + 24, 24],
      paddingBottomRight: isNarrow ? [16, 64] : [Math.max(legend.width, 24) + NAME_PIXELS, 36],
      maxZoom: 14,
      animate: false,
    });
  }

  function listen() {
    const { map, canvas } = page;
    const tip = byId("lp-tip");
    map.on("click", (event) => {
      const found = canvas.placeAt(event.containerPoint);
      if (found) select(found.kind, found.idx, false);
      else close();
    });
    map.on("mousemove", (event) => hover(event.containerPoint, tip));
    map.on("mouseout movestart zoomstart", () => { tip.hidden = true; });
  }

  function hover(point, tip) {
    const found = page.canvas.placeAt(point);
    page.map.getContainer().classList.toggle("lp-over-place", found !== null);
    tip.hidden = found === null;
    if (!found) return;
    tip.textContent = layoutplan.cards.placeName(page.model[found.kind], found.idx);
    const left = Math.min(point.x + 14, window.innerWidth - tip.offsetWidth - 6);
    tip.style.left = left + "px";
    tip.style.top = point.y + 12 + "px";
  }

  function select(kind, idx, isFlownTo) {
    if (!state.selected) {
      wasLegendOpen = byId("lp-legend").open;
      if (window.innerHeight < 1000) byId("lp-legend").open = false;
    }
    state.selected = { kind, idx };
    refreshCard();
    const card = byId("lp-card");
    card.hidden = false;
    card.scrollTop = 0;
    document.body.classList.add("lp-has-card");
    card.focus({ preventScroll: true });
    set({});
    if (isFlownTo) bringIntoSight(kind, idx);
    listeners.select.forEach((fn) => fn(state.selected));
  }

  function refreshCard() {
    if (!state.selected) return;
    const { kind, idx } = state.selected;
    const { schoolCard, villageCard, placeName } = layoutplan.cards;
    const fill = kind === "schools" ? schoolCard : villageCard;
    const card = byId("lp-card");
    card.replaceChildren(fill(page.model, idx, (k, i) => select(k, i, true), close));
    card.setAttribute("aria-label", placeName(page.model[kind], idx));
  }

  // The place with the other ends of its trips, in what panel and card leave free.
  function bringIntoSight(kind, idx) {
    const { model, map } = page;
    const ends = [L.latLng(model[kind].lat[idx], model[kind].lon[idx])];
    if (kind === "villages") {
      for (const unit of model.unitsOfVillage[idx]) {
        for (const when of data.WHENS) {
          const school = model.plans[when].school[unit];
          if (school >= 0) ends.push(L.latLng(model.schools.lat[school], model.schools.lon[school]));
        }
      }
    }
    const card = byId("lp-card").getBoundingClientRect();
    const panel = byId("lp-panel").getBoundingClientRect();
    const isNarrow = page.isNarrow();
    map.fitBounds(L.latLngBounds(ends).pad(0.15), {
      paddingTopLeft: isNarrow ? [30, panel.bottom + 24] : [panel.right + 40, 60],
      paddingBottomRight: isNarrow
        ? [30, window.innerHeight - card.top + 24] : [window.innerWidth - card.left + 40, 60],
      maxZoom: Math.max(kind === "villages" ? NEAR_ZOOM : 12.5, map.getZoom()),
      animate: false,
    });
  }

  function close() {
    if (!state.selected) return;
    byId("lp-card").hidden = true;
    byId("lp-legend").open = wasLegendOpen;
    document.body.classList.remove("lp-has-card");
    set({ selected: null });
    listeners.select.forEach((fn) => fn(null));
  }

  function showPlan(plan) {
    page.model.plans.after = plan || page.model.proven;
    refreshCard();
    set({});
  }

  layoutplan.show = show;
  layoutplan.openSchool = (id) => select("schools", page.model.schoolIdx.get(id), true);
  layoutplan.openVillage = (id) => select("villages", page.model.villageIdx.get(id), true);
  layoutplan.close = close;
  layoutplan.state = state;
  layoutplan.pointOf = (kind, id) => {
    const { model, map } = page;
    const idx = (kind === "schools" ? model.schoolIdx : model.villageIdx).get(id);
    return map.latLngToContainerPoint([model[kind].lat[idx], model[kind].lon[idx]]);
  };
  return page;
})();
