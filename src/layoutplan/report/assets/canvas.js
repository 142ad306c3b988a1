// Drawing: paints the model on one canvas, and says which place is under a point. One canvas for
// all layers, because canvases on top of each other swallow the clicks of those below.
"use strict";

layoutplan.canvas = (function () {
  const { data, marks } = layoutplan;
  const REACH = { schools: 15, villages: 12 }; // pixels from which a place can be clicked
  const NAMES_OF_VILLAGES_FROM = 12.5; // zoom

  const PlanCanvas = L.Renderer.extend({
    options: { padding: 0.2 },

    initialize: function (model, state) {
      L.Renderer.prototype.initialize.call(this, {});
      this.model = model;
      this.state = state;
    },

    _initContainer: function () {
      this._container = L.DomUtil.create("canvas", "lp-canvas");
      this._context = this._container.getContext("2d");
    },

    _destroyContainer: function () {
      L.Util.cancelAnimFrame(this._frame);
      L.DomUtil.remove(this._container);
      delete this._container;
      delete this._context;
    },

    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      L.Renderer.prototype._update.call(this);
      const size = this._bounds.getSize();
      const density = window.devicePixelRatio || 1;
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._container.width = Math.round(density * size.x);
      this._container.height = Math.round(density * size.y);
      this._container.style.width = size.x + "px";
      this._container.style.height = size.y + "px";
      this._context.setTransform(density, 0, 0, density, 0, 0);
      this.draw();
    },

    // Draws once per frame, however often it is asked to.
    redraw: function () {
      if (this._frame) return;
      this._frame = L.Util.requestAnimFrame(() => {
        this._frame = null;
        if (this._context) this.draw();
      });
    },

    draw: function () {
      const size = this._bounds.getSize();
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const view = {
        context: this._context,
        scale: this._map.getZoomScale(this._map.getZoom(), 0),
        zoom: this._map.getZoom(),
        dx: -origin.x,
        dy: -origin.y,
        width: size.x,
        height: size.y,
      };
      this._view = view;
      view.context.clearRect(0, 0, size.x, size.y);
      paint(view, this.model, this.state);
    },

    // The school, else the village, nearest to a point of the map's container.
    placeAt: function (point) {
      const corner = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
      return nearest(this._view, this.model, this.state, corner);
    },
  });

  function paint(view, model, state) {
    const layers = state.layers;
    if (layers.catchments) paintAreas(view, model, state);
    paintOutline(view, model.outline);
    if (layers.roads) paintRoads(view, model);
    paintTrips(view, model, state);
    if (layers.villages) paintVillages(view, model, state);
    if (layers.flows && state.when === "after") paintFlows(view, model, state);
    paintWays(view, model, state);
    if (layers.schools) paintSchools(view, model, state);
    paintSelection(view, model, state);
    if (layers.names) paintNames(view, model, state);
  }

  function screenX(view, wx) {
    return wx * view.scale + view.dx;
  }

  function screenY(view, wy) {
    return wy * view.scale + view.dy;
  }

  function spot(view, table, idx) {
    return [screenX(view, table.wx[idx]), screenY(view, table.wy[idx])];
  }

  function isInSight(view, box) {
    return screenX(view, box[2]) >= 0 && screenX(view, box[0]) <= view.width &&
      screenY(view, box[3]) >= 0 && screenY(view, box[1]) <= view.height;
  }

  function trace(view, line) {
    const points = line.points;
    view.context.moveTo(screenX(view, points[0]), screenY(view, points[1]));
    for (let i = 2; i < points.length; i += 2) {
      view.context.lineTo(screenX(view, points[i]), screenY(view, points[i + 1]));
    }
  }

  function paintAreas(view, model, state) {
    const context = view.context;
    const band = Math.max(state.band, 0);
    for (const area of model.areas) {
      if (area.when !== state.when || area.band !== band) continue;
      const rings = area.rings.filter((ring) => isInSight(view, ring.box));
      if (!rings.length) continue;
      const isChosen = isSelected(state, "schools", area.school);
      context.beginPath();
      area.rings.forEach((ring) => trace(view, ring));
      context.fillStyle = model.style.areas[area.color];
      context.globalAlpha = isChosen ? 1 : 0.82;
      context.fill("evenodd");
      context.globalAlpha = 1;
      context.lineWidth = isChosen ? 2.4 : 0.8;
      context.strokeStyle = isChosen ? "#0b4ea2" : "#8d9aa5";
      context.stroke();
    }
  }

  function paintOutline(view, rings) {
    const context = view.context;
    context.beginPath();
    rings.forEach((ring) => trace(view, ring));
    context.lineWidth = 1.6;
    context.strokeStyle = "#5b6770";
    context.stroke();
  }

  function paintRoads(view, model) {
    const context = view.context;
    const growth = Math.min(Math.max((view.zoom - 8) / 5, 0.45), 1.5);
    context.lineCap = context.lineJoin = "round";
    for (let rank = model.roads.length - 1; rank >= 0; rank -= 1) {
      const [, color, width] = model.style.roads[rank];
      context.beginPath();
      for (const line of model.roads[rank]) {
        if (isInSight(view, line.box)) trace(view, line);
      }
      context.lineWidth = width * growth;
      context.strokeStyle = color;
      context.stroke();
    }
  }

  // The ways of the chosen village: solid under the plan, dashed to today's school.
  function paintWays(view, model, state) {
    const chosen = state.selected;
    if (!chosen || chosen.kind !== "villages") return;
    const today = data.waysOf(model, chosen.idx, "before", state.band);
    const planned = state.when === "after"
      ? data.waysOf(model, chosen.idx, "after", state.band) : [];
    for (const route of today) {
      if (!planned.includes(route)) paintWay(view, model, route, "before", [9, 7]);
    }
    for (const route of planned) paintWay(view, model, route, "after", []);
  }

  function paintWay(view, model, route, when, dashes) {
    const points = data.wayOf(model, route);
    const spots = points.map((value, i) => (i % 2 ? screenY : screenX)(view, value));
    marks.paintWay(view.context, spots, model.style.routes[when], dashes);
  }

  // Thin straight lines between the chosen place and its other ends, where no way is known.
  function paintTrips(view, model, state) {
    const chosen = state.selected;
    if (!chosen) return;
    const units = chosen.kind === "schools"
      ? model.unitsOfSchool[state.when][chosen.idx]
      : model.unitsOfVillage[chosen.idx];
    const context = view.context;
    context.beginPath();
    for (const unit of units) {
      if (state.band >= 0 && model.units.band[unit] !== state.band) continue;
      const school = model.units[state.when][unit];
      const hasWay = chosen.kind === "villages" && model.units["route_" + state.when][unit] >= 0;
      if (school < 0 || hasWay) continue;
      context.moveTo(...spot(view, model.villages, model.units.village[unit]));
      context.lineTo(...spot(view, model.schools, school));
    }
    context.lineWidth = 1.4;
    context.strokeStyle = "#0b4ea2";
    context.stroke();
  }

  function villageRadius(model, village, zoom) {
    const growth = Math.min(Math.max((zoom - 7) / 5, 0.55), 1.6);
    return (2.6 + Math.min(Math.sqrt(model.villages.total[village]) * 0.5, 6.5)) * growth;
  }

  function paintVillages(view, model, state) {
    const context = view.context;
    const order = Array.from(model.villages.total.keys())
      .sort((a, b) => model.villages.total[b] - model.villages.total[a]);
    for (const village of order) {
      const [x, y] = spot(view, model.villages, village);
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      const found = data.trip(model, village, state.when, state.band);
      const isUnreached = found !== null && found.unreached;
      context.beginPath();
      context.arc(x, y, villageRadius(model, village, view.zoom), 0, 2 * Math.PI);
      context.fillStyle = data.colorOfTrip(model.style, found);
      context.fill();
      context.lineWidth = isUnreached ? 2 : 0.8;
      context.strokeStyle = isUnreached ? "#111" : "rgba(30,30,60,.75)";
      context.stroke();
      if (isUnreached) marks.paintBar(context, x, y, villageRadius(model, village, view.zoom));
    }
  }

  function paintFlows(view, model, state) {
    model.flows.from.forEach((from, i) => {
      const pupils = state.band < 0 ? model.flows.total[i] : model.flows.pupils[state.band][i];
      if (!pupils) return;
      const isMerger = !data.isOpen(model, from, "after");
      const color = isMerger ? model.style.actions.merge[1] : "#4a6fa5";
      const start = spot(view, model.schools, from);
      const end = spot(view, model.schools, model.flows.to[i]);
      marks.paintArrow(view.context, start, end, color, isMerger ? 2.2 : 1.4);
      if (view.zoom >= 11) paintCount(view, start, end, pupils, color);
    });
  }

  function paintCount(view, start, end, pupils, color) {
    if (Math.hypot(end[0] - start[0], end[1] - start[1]) < 60) return;
    const context = view.context;
    context.font = "bold 12px " + marks.FONT;
    context.textAlign = "center";
    context.textBaseline = "middle";
    marks.halo(context, String(pupils), (start[0] + end[0]) / 2, (start[1] + end[1]) / 2, color);
  }

  // What a school looks like at a time: today all that teach are alike.
  function markOf(model, school, when) {
    const actions = model.style.actions;
    return when === "before" ? actions.keep : actions[model.schools.action[school]];
  }

  function isShown(model, school, when) {
    return when === "before" ? data.isOpen(model, school, "before") : !data.isSite(model, school);
  }

  function paintSchools(view, model, state) {
    const radius = Math.min(Math.max((view.zoom - 5) * 0.95, 3.6), 8);
    const order = Array.from(model.schools.id.keys())
      .sort((a, b) => model.schools.enrollment_before[a] - model.schools.enrollment_before[b]);
    for (const school of order) {
      if (!isShown(model, school, state.when)) continue;
      const [x, y] = spot(view, model.schools, school);
      if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
      marks.paintMark(view.context, markOf(model, school, state.when), x, y, radius);
    }
  }

  function isSelected(state, kind, idx) {
    return state.selected !== null && state.selected.kind === kind && state.selected.idx === idx;
  }

  function paintSelection(view, model, state) {
    if (!state.selected) return;
    const [x, y] = spot(view, model[state.selected.kind], state.selected.idx);
    const context = view.context;
    for (const [width, color] of [[5, "#fff"], [2.5, "#111"]]) {
      context.beginPath();
      context.arc(x, y, 14, 0, 2 * Math.PI);
      context.lineWidth = width;
      context.strokeStyle = color;
      context.stroke();
    }
  }

  // Names where there is room: the chosen place, then schools by size, then villages.
  function paintNames(view, model, state) {
    const taken = [];
    const chosen = state.selected;
    if (chosen) paintName(view, model[chosen.kind], chosen.idx, "bold 14px ", taken, true);
    const schools = Array.from(model.schools.id.keys())
      .filter((school) => isShown(model, school, state.when))
      .sort((a, b) => model.schools.enrollment_after[b] - model.schools.enrollment_after[a]);
    for (const school of schools) paintName(view, model.schools, school, "600 13px ", taken, false);
    if (view.zoom < NAMES_OF_VILLAGES_FROM || !state.layers.villages) return;
    for (let village = 0; village < model.villages.id.length; village += 1) {
      paintName(view, model.villages, village, "11.5px ", taken, false);
    }
  }

  function paintName(view, table, idx, font, taken, isForced) {
    const [x, y] = spot(view, table, idx);
    if (x < 0 || y < 0 || x > view.width || y > view.height) return;
    const context = view.context;
    context.font = font + marks.FONT;
    const name = marks.shortened(table.name[idx] || table.id[idx]);
    const box = [x + 8, y - 9, x + 14 + context.measureText(name).width, y + 9];
    const isFree = taken.every((other) =>
      box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]);
    if (!isFree && !isForced) return;
    taken.push(box);
    context.textAlign = "left";
    context.textBaseline = "middle";
    marks.halo(context, name, x + 11, y, "#1c2430");
  }

  function nearest(view, model, state, point) {
    for (const kind of ["schools", "villages"]) {
      if (!state.layers[kind]) continue;
      let best = null;
      let least = REACH[kind];
      model[kind].id.forEach((_, idx) => {
        if (kind === "schools" && !isShown(model, idx, state.when)) return;
        const [x, y] = spot(view, model[kind], idx);
        const distance = Math.hypot(x - point.x, y - point.y);
        if (distance < least) {
          least = distance;
          best = { kind, idx };
        }
      });
      if (best) return best;
    }
    return null;
  }

  return { PlanCanvas };
})();
