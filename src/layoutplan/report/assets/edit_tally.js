// What an edit amounts to, beside today and the proven plan, and which rules it breaks. No drawing.
"use strict";

layoutplan.tally = (function () {
  const { reckoning } = layoutplan;

  // The sums that the table compares, of all three times; minutes in minutes.
  function compare(problem, proven, edited) {
    const { before, after } = problem.totals;
    const [was, is] = [sums(problem, proven), sums(problem, edited)];
    // Trips are kept in whole steps; the exact sums of the plan are moved by their difference.
    const moved = (name, steps) => after[name] + (is[steps] - was[steps]) / problem.step;
    const columns = { before, after, edited: {
      ...is,
      pupil_minutes: moved("pupil_minutes", "sum"),
      max_minutes: moved("max_minutes", "longest"),
    } };
    for (const column of Object.values(columns)) {
      column.mean_minutes = column.pupils ? column.pupil_minutes / column.pupils : 0;
    }
    before.without = after.without = 0;
    return columns;
  }

  function sums(problem, state) {
    const { units, rules } = problem;
    const total = {
      schools_open: 0, small_schools: 0, pupils_moved: 0, boarders: 0, without: 0,
      sum: 0, longest: 0, pupils: 0,
    };
    state.isOpen.forEach((isOpen, school) => {
      total.schools_open += isOpen;
      total.small_schools += isOpen && state.roll[school] < rules.small_below;
    });
    state.school.forEach((school, unit) => {
      const pupils = units.pupils[unit];
      if (school < 0) {
        total.without += pupils;
        return;
      }
      total.boarders += pupils * state.boards[unit];
      if (units.before[unit] >= 0 && units.before[unit] !== school) total.pupils_moved += pupils;
      if (state.time[unit] === null) return;
      total.sum += pupils * state.time[unit];
      total.pupils += pupils;
      total.longest = Math.max(total.longest, state.time[unit]);
    });
    return total;
  }

  // The rules that are broken: [{rule, n, of: [{kind: "schools" | "villages", idx, ...}]}].
  function breaks(problem, state, changed) {
    const found = [
      without(problem, state), seats(problem, state), beds(problem, state),
      least(problem, state), closures(problem, state), openExactly(problem, state),
      held(problem, state, changed), nearer(problem, state), boarding(problem, state),
      townships(problem, state),
    ];
    return found.filter((each) => each.n > 0);
  }

  function schoolsWhere(problem, rule, missing) {
    const of = problem.ids.map((_, idx) => ({ kind: "schools", idx, n: missing(idx) }))
      .filter((each) => each.n > 0);
    return { rule, n: of.length, of };
  }

  function unitsWhere(problem, rule, units) {
    const of = units.map((unit) => ({
      kind: "villages", idx: problem.units.village[unit], n: problem.units.pupils[unit], unit }));
    return { rule, n: of.reduce((sum, each) => sum + each.n, 0), of };
  }

  function without(problem, state) {
    return unitsWhere(problem, "without",
      everyUnit(problem).filter((unit) => state.school[unit] < 0));
  }

  function everyUnit(problem) {
    return problem.units.village.map((_, unit) => unit);
  }

  // How many pupils are too many: all newcomers at a school that is full with its own.
  function seats(problem, state) {
    const { units } = problem;
    const isNew = (unit) => state.school[unit] !== units.before[unit];
    const coming = reckoning.sumBy(state.school,
      units.pupils.map((pupils, unit) => (isNew(unit) ? pupils : 0)), problem.ids.length);
    return schoolsWhere(problem, "seats", (idx) => Math.max(
      state.roll[idx] - reckoning.capacity(problem, idx),
      reckoning.admits(problem, idx) ? 0 : coming[idx]));
  }

  function beds(problem, state) {
    return schoolsWhere(problem, "beds", (idx) => state.boarders[idx] - problem.schools.beds[idx]);
  }

  function least(problem, state) {
    return schoolsWhere(problem, "least", (idx) =>
      (state.isOpen[idx] ? problem.schools.least[idx] - state.roll[idx] : 0));
  }

  function closures(problem, state) {
    const most = problem.rules.max_closures;
    const n = problem.ids.filter((_, i) => !state.isOpen[i] && problem.kind[i] !== "candidate");
    return { rule: "closures", n: most === null ? 0 : Math.max(n.length - most, 0), of: [] };
  }

  function openExactly(problem, state) {
    const asked = problem.rules.open_exactly;
    const n = state.isOpen.filter(Boolean).length;
    return { rule: "open_exactly", n: asked === null ? 0 : Math.abs(n - asked), of: [] };
  }

  // Schools that the table of schools, their size or kind holds to what they do in the plan.
  function held(problem, state, changed) {
    const found = schoolsWhere(problem, "held", (idx) => {
      const why = problem.schools.held[idx];
      return changed.has(idx) && why && (why === "close") === state.isOpen[idx] ? 1 : 0;
    });
    found.of.forEach((each) => { each.why = problem.schools.held[each.idx]; });
    return found;
  }

  function movers(problem, state) {
    return reckoning.blocks(problem, everyUnit(problem).filter((unit) =>
      state.school[unit] >= 0 && state.school[unit] !== problem.units.before[unit]));
  }

  // Pupils who move past an open school by day that may receive them, where the rules forbid it.
  function nearer(problem, state) {
    if (!problem.rules.closest_open) return { rule: "nearer", n: 0, of: [] };
    const isBound = (unit) => problem.canKeep[unit] && problem.rules.movement !== "redraw";
    const passing = movers(problem, state).filter((block) => {
      const mine = block.units.reduce((sum, unit) =>
        sum + problem.units.pupils[unit] * state.time[unit], 0);
      return reckoning.waysOf(problem, block, state.isOpen).some((way) => !way.boarders &&
        (way.isOwn ? !isBound(block.units[0]) && way.sum > 0
          : reckoning.admits(problem, way.school)) &&
        way.sum < mine - block.pupils); // a step for each pupil may be lost by rounding
    });
    return unitsWhere(problem, "nearer", passing.flatMap((block) => block.units));
  }

  // Pupils who board although an open school that may receive them lies within a day's trip.
  function boarding(problem, state) {
    if (problem.rules.boarding !== "beyond_reach") return { rule: "boarding", n: 0, of: [] };
    const boarding = movers(problem, state).filter((block) =>
      block.units.some((unit) => state.boards[unit]) &&
      reckoning.waysOf(problem, block, state.isOpen).some((way) =>
        !way.boarders && !way.isOwn && reckoning.admits(problem, way.school)));
    return unitsWhere(problem, "boarding", boarding.flatMap((block) => block.units));
  }

  // Townships that have a school of a kind today, shall keep one, and do not.
  function townships(problem, state) {
    const lost = [];
    for (const asked of problem.rules.one_per_township) {
      const had = new Set();
      const has = new Set();
      problem.ids.forEach((_, i) => {
        const name = problem.township[i];
        const kind = problem.kind[i];
        if (kind === asked || (asked === "any" && kind !== "candidate")) had.add(name);
        if (state.isOpen[i] && ["any", becomes(problem, i)].includes(asked)) has.add(name);
      });
      had.delete("");
      lost.push(...[...had].filter((name) => !has.has(name)).map((name) => ({ name, asked })));
    }
    return { rule: "township", n: lost.length, of: lost };
  }

  function becomes(problem, school) {
    if (problem.planned[school] === "downgrade") return "teaching_point";
    return problem.kind[school] === "candidate" ? "primary" : problem.kind[school];
  }

  // What each school does, as in the column action of schools.csv.
  function actions(problem, state, changed) {
    return problem.planned.map((planned, school) => {
      if (!changed.has(school)) return planned;
      const isSite = problem.kind[school] === "candidate";
      if (state.isOpen[school]) return isSite ? "open" : "keep";
      return !isSite && problem.today[school] > 0 ? "merge" : "close";
    });
  }

  return { compare, breaks, actions };
})();
