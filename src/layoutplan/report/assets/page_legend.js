// The legend, which also switches the layers.
"use strict";

layoutplan.page.onReady(function (model) {
  const { data, page } = layoutplan;
  const { make, label } = layoutplan.cards;
  const { style } = model;

  // The parts of the legend: {layer, title, entries}, as far as the plan has such a thing.
  function parts(state) {
    const isToday = state.view === "before";
    const all = [
      { layer: "schools", title: "schools", entries: schoolEntries(isToday) },
      { layer: "villages", title: "longest_trip", entries: tripEntries(state) },
      { layer: "flows", title: "flows", entries: isToday ? [] : flowEntries() },
      { layer: "catchments", title: "catchments", entries: [] },
      { layer: "townships", title: "townships", entries: [] },
      { layer: "roads", title: "roads", entries: roadEntries() },
      { layer: "names", title: "names", entries: [] },
    ];
    const isThere = { townships: model.townships.length, roads: roadEntries().length };
    return all.filter(({ layer }) => isThere[layer] !== 0);
  }

  function fill(state) {
    const focused = document.activeElement && document.activeElement.dataset.layer;
    const sections = parts(state).map((part) => section(part, state));
    document.getElementById("lp-legend-body").replaceChildren(...sections);
    if (focused) document.querySelector(`[data-layer=${focused}]`).focus();
  }

  function section({ layer, title, entries }, state) {
    const box = make("input", { type: "checkbox", "data-layer": layer });
    box.checked = state.layers[layer];
    box.addEventListener("change", () => {
      page.set({ layers: { ...state.layers, [layer]: box.checked } });
    });
    const head = [make("label", {}, [box, sign(layer), make("b", { text: label(model, title) })])];
    if (layer === "catchments") head.push(areaChoice(state));
    return make("div", { class: "lp-section" }, [
      make("div", { class: "lp-section-head" }, head), ...(box.checked ? entries : []),
    ]);
  }

  // A sign beside the title, where a layer looks like one thing only.
  function sign(layer) {
    if (layer === "townships") return make("i", { class: "lp-township" });
    if (layer !== "catchments") return "";
    return make("i", { class: "lp-areas" }, style.areas.slice(0, 3).map((color) => {
      const part = make("i");
      part.style.background = color;
      return part;
    }));
  }

  // Areas are always those of one band, or none.
  function areaChoice(state) {
    const names = [label(model, "no_areas"), ...model.bands.map((band) => band.label)];
    const choice = make("select", { id: "lp-areas", "aria-label": label(model, "areas_of") },
      names.map((name, i) => make("option", { value: i - 1, text: name })));
    choice.value = state.areas;
    choice.addEventListener("change", () => {
      const areas = Number(choice.value);
      page.set({ areas, layers: { ...state.layers, catchments: true } });
      document.getElementById("lp-areas").focus();
    });
    return choice;
  }

  function entry(mark, words, more, isLimit) {
    const parts = [mark, make("span", { text: words })];
    if (more) parts.push(make("span", { class: "lp-limit", text: more }));
    return make("div", isLimit ? { class: "lp-entry", "data-limit": "" } : { class: "lp-entry" },
      parts);
  }

  function dot(color, more) {
    const mark = make("i", { class: "lp-dot " + (more || "") });
    mark.style.background = color;
    return mark;
  }

  // The classes of minutes; where one ends at a limit, the limit is marked.
  function tripEntries(state) {
    const { breaks } = style;
    const last = breaks[breaks.length - 1];
    const found = breaks.map((minutes, i) => entry(
      dot(style.minutes[i]),
      data.text(model, i ? "label.class_between" : "label.class_within",
        { from: breaks[i - 1], minutes }),
      limitAt(minutes, state), limitAt(minutes, state) !== ""));
    found.push(entry(dot(style.minutes[style.minutes.length - 1]),
      data.text(model, "label.class_over", { minutes: last })));
    found.push(entry(dot(style.unreached, "lp-unreached"), label(model, "unreached")));
    found.push(entry(dot(style.nobody), label(model, "nobody")));
    found.push(entry(make("i", { class: "lp-sizes" }), label(model, "size")));
    return found;
  }

  function limitAt(minutes, state) {
    const bands = model.bands.filter((band, i) =>
      band.limit === minutes && (state.band < 0 || state.band === i));
    if (!bands.length) return "";
    return bands.length === model.bands.length ? label(model, "limit")
      : data.text(model, "label.limit_of", { bands: bands.map((band) => band.label).join(", ") });
  }

  function schoolEntries(isToday) {
    const mark = (action) => markSign(style.actions[action]);
    const { before, after } = model.plans;
    if (isToday) {
      return [entry(mark("keep"), label(model, "school"), before.isOpen.filter(Boolean).length)];
    }
    const shown = after.action.filter((_, i) => !data.isSite(model, i));
    return Object.keys(style.actions).filter((action) => shown.includes(action))
      .map((action) => entry(mark(action), data.text(model, "action." + action),
        shown.filter((other) => other === action).length));
  }

  function markSign(mark) {
    const canvas = make("canvas", { width: 36, height: 36, class: "lp-mark" });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    layoutplan.marks.paintMark(context, mark, 9, 9, 6);
    return canvas;
  }

  function flowEntries() {
    const { flows, isOpen } = model.plans.after;
    const rows = [[false, "flow", "lp-merger"], [true, "move", "lp-move"]];
    return rows.filter(([isKept]) => flows.from.some((from) => isOpen[from] === isKept))
      .map(([, key, look]) => entry(make("i", { class: "lp-arrow " + look }), label(model, key)));
  }

  function roadEntries() {
    return style.roads.filter((_, rank) => model.roads[rank].length).map(([name, color, width]) => {
      const line = make("i", { class: "lp-road" });
      line.style.borderTop = `${Math.max(width, 1)}px solid ${color}`;
      return entry(line, data.text(model, "road." + name));
    });
  }

  // What stands on paper: the same without switches, and only layers that are shown.
  page.legendForPaper = () => parts(page.state)
    .filter(({ layer }) => page.state.layers[layer] && layer !== "names")
    .filter(({ layer }) => layer !== "catchments" || page.state.areas >= 0)
    .map(({ layer, title, entries }) => {
      const of = layer === "catchments" && model.bands.length > 1
        ? " · " + model.bands[page.state.areas].label : "";
      return make("div", { class: "lp-section" }, [
        make("div", { class: "lp-section-head" }, [
          sign(layer), make("b", { text: label(model, title) + of })]),
        ...entries,
      ]);
    });

  page.onChange(fill);
});
