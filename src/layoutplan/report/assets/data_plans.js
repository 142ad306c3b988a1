// Plans in the model: who goes where today, under the proven plan, or under one made by hand.
//
// A plan has, by position in model.units: `school` (-1: none), `minutes` (null: no path), `boards`
// (0 or 1), `route` (in model.routes, -1: not known); by position in model.schools: `action`,
// `isOpen`, `unitsOfSchool`; and `flows` {from, to, pupils by band, total} and `areas`.
"use strict";

layoutplan.plans = (function () {
  const { data } = layoutplan;
  const CLOSED = ["merge", "close"];

  function read(model, payload) {
    const { units, schools } = payload;
    const areasOf = (when) => model.areas.filter((area) => area.when === when);
    const nobody = units.village.map(() => 0);
    const before = {
      school: units.before, minutes: units.minutes_before, boards: nobody,
      route: units.route_before, action: schools.action.map(() => "keep"),
      isOpen: schools.kind.map((kind) => kind !== "candidate"),
      unitsOfSchool: data.group(units.before, schools.id.length),
      flows: { from: [], to: [], pupils: model.bands.map(() => []), total: [] },
      areas: areasOf("before"),
    };
    const after = {
      school: units.after, minutes: units.minutes_after, boards: units.boards,
      route: units.route_after, action: schools.action,
      isOpen: schools.action.map((action, i) => isOpenUnder(action, schools.kind[i])),
      unitsOfSchool: data.group(units.after, schools.id.length),
      flows: { ...payload.flows, total: payload.flows.total },
      areas: areasOf("after"),
    };
    return { before, after };
  }

  // A plan made from its decisions: `school`, `minutes` and `boards` by unit, `action` by school.
  function planOf(model, { school, minutes, boards, action }) {
    const { before } = model.units;
    return {
      school, minutes, boards, action,
      route: school.map((each, unit) => routeTo(model.units, unit, each)),
      isOpen: action.map((each, i) => isOpenUnder(each, model.schools.kind[i])),
      unitsOfSchool: data.group(school, model.schools.id.length),
      flows: flowsBetween(model, before, school),
      areas: areasLeft(model, school),
    };
  }

  // The areas of the proven plan without those that its change has touched.
  function areasLeft(model, school) {
    const { after, band } = model.units;
    const touched = new Set();
    school.forEach((each, unit) => {
      if (each === after[unit]) return;
      touched.add(`${each} ${band[unit]}`).add(`${after[unit]} ${band[unit]}`);
    });
    return model.proven.areas.filter((area) => !touched.has(`${area.school} ${area.band}`));
  }

  function routeTo(units, unit, school) {
    if (school === units.after[unit]) return units.route_after[unit];
    return school === units.before[unit] ? units.route_before[unit] : -1;
  }

  function flowsBetween(model, before, after) {
    const rows = new Map();
    before.forEach((from, unit) => {
      const to = after[unit];
      if (from < 0 || to < 0 || from === to) return;
      const key = from * model.schools.id.length + to;
      if (!rows.has(key)) rows.set(key, { from, to, pupils: model.bands.map(() => 0) });
      rows.get(key).pupils[model.units.band[unit]] += model.units.pupils[unit];
    });
    const flows = [...rows.values()];
    const pupils = model.bands.map((_, band) => flows.map((flow) => flow.pupils[band]));
    return {
      from: flows.map((flow) => flow.from), to: flows.map((flow) => flow.to), pupils,
      total: data.sums(pupils, flows.length),
    };
  }

  function isOpenUnder(action, kind) {
    return !CLOSED.includes(action) && (kind !== "candidate" || action === "open");
  }

  // The longest trip of a village's pupils: {minutes}, {unreached: true}, or null for nobody.
  function trip(model, village, when, band) {
    const plan = model.plans[when];
    let longest = null;
    for (const unit of model.unitsOfVillage[village]) {
      if (band >= 0 && model.units.band[unit] !== band) continue;
      if (plan.school[unit] < 0) continue;
      const minutes = plan.minutes[unit];
      if (minutes === null) return { unreached: true };
      if (longest === null || minutes > longest) longest = minutes;
    }
    return longest === null ? null : { minutes: longest };
  }

  // The trips of all villages, worked out once for each band of a plan.
  function tripsOf(model, when, band) {
    const plan = model.plans[when];
    if (!plan.trips) plan.trips = new Map();
    if (!plan.trips.has(band)) {
      plan.trips.set(band, model.villages.id.map((_, i) => trip(model, i, when, band)));
    }
    return plan.trips.get(band);
  }

  function colorOfTrip(style, found) {
    if (found === null) return style.nobody;
    if (found.unreached) return style.unreached;
    const step = style.breaks.findIndex((limit) => found.minutes <= limit);
    return style.minutes[step < 0 ? style.minutes.length - 1 : step];
  }

  // Whether a school teaches at that time: a new site does not yet today, a merged one no more.
  function isOpen(model, school, when) {
    return model.plans[when].isOpen[school];
  }

  function isSite(model, school) {
    return model.schools.kind[school] === "candidate" &&
      model.plans.after.action[school] !== "open";
  }

  function flowsOf(model, school, side) {
    return model.flows[side]
      .map((place, i) => (place === school ? i : -1))
      .filter((i) => i >= 0);
  }

  Object.assign(data, { planOf, trip, tripsOf, colorOfTrip, isOpen, isSite, flowsOf });
  return { read };
})();
