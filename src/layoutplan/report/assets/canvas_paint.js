// Painting: every layer of the map onto a view. A view is a context with its size in pixels, and
// how world coordinates become places on it: x = wx * scale + dx. Nothing here knows of a page.
"use strict";

layoutplan.painting = (function () {
  const { data, marks, paths } = layoutplan;
  const REACH = { schools: 15, villages: 12 }; // pixels from which a place can be clicked
  const EDGE = 20; // pixels outside of a view at which a mark may still show
  const COUNTS_FROM = 11; // zoom
  const SELECTED = "#0b4ea2";
  const FAINT = 0.3;

  // What is painted again and again, made once.
  function prepared(model) {
    const order = (table, size) => table.id.map((_, i) => i)
      .sort((a, b) => (size(b) || 0) - (size(a) || 0));
    return {
      roads: model.roads.map(paths.bundle),
      outline: paths.single(model.outline),
      townships: model.townships.map((each) => paths.single(each.rings)),
      areas: new Map(),
      villages: order(model.villages, (i) => model.villages.total[i]),
      schools: order(model.schools, (i) => model.schools.enrollment_before[i]).reverse(),
      schoolsByName: order(model.schools, (i) => Math.max(
        model.schools.enrollment_after[i], model.schools.enrollment_before[i])),
    };
  }

  function paint(view, model, state, when) {
    const { layers } = state;
    if (layers.catchments) paintAreas(view, model, state, when);
    paths.stroke(view, view.ready.outline, 1.6, "#7a858d");
    if (layers.roads) paintRoads(view, model);
    if (layers.townships) paintTownships(view, model);
    paintTrips(view, model, state, when);
    if (layers.villages) paintVillages(view, model, state, when);
    if (layers.flows && when === "after") paintFlows(view, model, state);
    paintWays(view, model, state, when);
    if (layers.schools) paintSchools(view, model, state, when);
    paintSelection(view, model, state);
    if (layers.names) layoutplan.names.paint(view, model, state, when);
  }

  function spot(view, table, idx) {
    return [table.wx[idx] * view.scale + view.dx, table.wy[idx] * view.scale + view.dy];
  }

  function isNear(view, [x, y]) {
    return x > -EDGE && y > -EDGE && x < view.width + EDGE && y < view.height + EDGE;
  }

  function paintAreas(view, model, state, when) {
    for (const area of model.plans[when].areas) {
      if (area.band !== state.areas) continue;
      if (!view.ready.areas.has(area.rings)) {
        view.ready.areas.set(area.rings, paths.single(area.rings));
      }
      const isChosen = isSelected(state, "schools", area.school);
      paths.each(view, view.ready.areas.get(area.rings), (context, path, perUnit) => {
        context.fillStyle = model.style.areas[area.color];
        context.globalAlpha = isChosen ? 1 : 0.82;
        context.fill(path, "evenodd");
        context.globalAlpha = 1;
        context.lineJoin = "round";
        context.lineWidth = (isChosen ? 2.6 : 0.8) / perUnit;
        context.strokeStyle = isChosen ? SELECTED : "#8d9aa5";
        context.stroke(path);
      });
    }
  }

  function paintRoads(view, model) {
    const growth = Math.min(Math.max((view.zoom - 8) / 5, 0.45), 1.5);
    for (let rank = model.roads.length - 1; rank >= 0; rank -= 1) {
      const [, color, width] = model.style.roads[rank];
      paths.stroke(view, view.ready.roads[rank], width * growth, color);
    }
  }

  function paintTownships(view, model) {
    model.townships.forEach((_, i) => {
      paths.stroke(view, view.ready.townships[i], 4, "rgba(255,255,255,.7)");
      paths.stroke(view, view.ready.townships[i], 1.5, model.style.township, [7, 3, 1.5, 3]);
    });
  }

  // The ways of the chosen village: solid under the plan, dashed to today's school.
  function paintWays(view, model, state, when) {
    const chosen = state.selected;
    if (!chosen || chosen.kind !== "villages") return;
    const today = data.waysOf(model, chosen.idx, "before", state.band);
    const planned = when === "after" ? data.waysOf(model, chosen.idx, "after", state.band) : [];
    for (const route of today) {
      if (!planned.includes(route)) paintWay(view, model, route, "before", [9, 7]);
    }
    for (const route of planned) paintWay(view, model, route, "after", []);
  }

  function paintWay(view, model, route, when, dashes) {
    const spots = data.wayOf(model, route).map((value, i) =>
      value * view.scale + (i % 2 ? view.dy : view.dx));
    marks.paintWay(view.context, spots, model.style.routes[when], dashes);
  }

  // Thin straight lines between the chosen place and its other ends, where no way is known.
  function paintTrips(view, model, state, when) {
    const chosen = state.selected;
    if (!chosen) return;
    const plan = model.plans[when];
    const units = chosen.kind === "schools"
      ? plan.unitsOfSchool[chosen.idx] : model.unitsOfVillage[chosen.idx];
    const { context } = view;
    context.beginPath();
    for (const unit of units) {
      if (state.band >= 0 && model.units.band[unit] !== state.band) continue;
      const school = plan.school[unit];
      const hasWay = chosen.kind === "villages" && plan.route[unit] >= 0;
      if (school < 0 || hasWay) continue;
      context.moveTo(...spot(view, model.villages, model.units.village[unit]));
      context.lineTo(...spot(view, model.schools, school));
    }
    context.lineWidth = 1.4;
    context.strokeStyle = SELECTED;
    context.stroke();
  }

  function villageRadius(model, village, zoom) {
    const growth = Math.min(Math.max((zoom - 7) / 5, 0.55), 1.6);
    const total = model.villages.total[village] || 0;
    return Math.round(2 * (2.6 + Math.min(Math.sqrt(total) * 0.5, 6.5)) * growth) / 2;
  }

  // The largest first, so that small ones lie on top; those that look alike together.
  function paintVillages(view, model, state, when) {
    const trips = data.tripsOf(model, when, state.band);
    const looks = new Map();
    for (const village of view.ready.villages) {
      const place = spot(view, model.villages, village);
      if (!isNear(view, place)) continue;
      const found = trips[village];
      const isUnreached = found !== null && found.unreached === true;
      const color = data.colorOfTrip(model.style, found);
      const radius = villageRadius(model, village, view.zoom);
      const look = color + radius + isUnreached;
      if (!looks.has(look)) looks.set(look, { color, radius, isUnreached, spots: [] });
      looks.get(look).spots.push(place[0], place[1]);
    }
    looks.forEach((look) => marks.paintDots(view.context, look, look.spots, view.density));
  }

  // The schools that the chosen place is about; null where none is chosen.
  function schoolsChosen(model, state) {
    if (!state.selected) return null;
    const { kind, idx } = state.selected;
    if (kind === "schools") return new Set([idx]);
    const { before, after } = model.plans;
    return new Set(model.unitsOfVillage[idx].flatMap((unit) =>
      [before.school[unit], after.school[unit]]));
  }

  // Of a chosen place its own arrows; the others stay faint.
  function paintFlows(view, model, state) {
    const { flows, isOpen } = model.plans.after;
    const counts = [];
    const chosen = schoolsChosen(model, state);
    flows.from.forEach((from, i) => {
      const pupils = state.band < 0 ? flows.total[i] : flows.pupils[state.band][i];
      if (pupils === 0) return;
      const color = isOpen[from] ? "#4a6fa5" : model.style.actions.merge[1];
      const start = spot(view, model.schools, from);
      const end = spot(view, model.schools, flows.to[i]);
      if (!isNear(view, start) && !isNear(view, end)) return;
      const isFaint = chosen !== null && !chosen.has(from) && !chosen.has(flows.to[i]);
      view.context.globalAlpha = isFaint ? FAINT : 1;
      marks.paintArrow(view.context, start, end, color, isOpen[from] ? 1.4 : 2.2);
      const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
      if (view.zoom >= COUNTS_FROM && length > 60 && !isFaint) {
        counts.push([start, end, pupils, color]);
      }
    });
    view.context.globalAlpha = 1;
    counts.forEach((each) => paintCount(view, ...each));
  }

  function paintCount({ context }, start, end, pupils, color) {
    context.font = "bold 12px " + marks.FONT;
    context.textAlign = "center";
    context.textBaseline = "middle";
    const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
    marks.halo(context, data.count(pupils), middle[0], middle[1], color);
  }

  // What a school looks like at a time: today all that teach are alike.
  function markOf(model, school, when) {
    return model.style.actions[model.plans[when].action[school]];
  }

  function isShown(model, school, when) {
    return when === "before" ? data.isOpen(model, school, "before") : !data.isSite(model, school);
  }

  function paintSchools(view, model, state, when) {
    const radius = Math.min(Math.max((view.zoom - 5) * 0.95, 3.6), 8);
    for (const school of view.ready.schools) {
      const place = spot(view, model.schools, school);
      if (!isShown(model, school, when) || !isNear(view, place)) continue;
      marks.paintMark(view.context, markOf(model, school, when), place[0], place[1], radius);
    }
  }

  function isSelected(state, kind, idx) {
    return state.selected !== null && state.selected.kind === kind && state.selected.idx === idx;
  }

  function paintSelection(view, model, state) {
    if (!state.selected) return;
    const [x, y] = spot(view, model[state.selected.kind], state.selected.idx);
    for (const [width, color] of [[7, "#fff"], [3.5, "#f0a400"], [1, "#111"]]) {
      view.context.beginPath();
      view.context.arc(x, y, 14, 0, 2 * Math.PI);
      view.context.lineWidth = width;
      view.context.strokeStyle = color;
      view.context.stroke();
    }
  }

  // The school, else the village, that is nearest to a point of a view.
  function nearest(view, model, state, when, point) {
    for (const kind of ["schools", "villages"]) {
      if (!state.layers[kind]) continue;
      let best = null;
      let least = REACH[kind];
      for (let idx = 0; idx < model[kind].id.length; idx += 1) {
        if (kind === "schools" && !isShown(model, idx, when)) continue;
        const [x, y] = spot(view, model[kind], idx);
        const distance = Math.hypot(x - point.x, y - point.y);
        if (distance < least) {
          least = distance;
          best = { kind, idx };
        }
      }
      if (best) return best;
    }
    return null;
  }

  return { prepared, paint, nearest, spot, isShown, schoolsChosen };
})();
