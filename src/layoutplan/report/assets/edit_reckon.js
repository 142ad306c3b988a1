// The hand edit reckoned: who goes where when some schools do the opposite of the plan. Plain
// arrays in and out, no drawing, and nothing of the page but the model (see data.js).
//
// The proven plan stays as it is but for these, in this order:
// 1. Pupils return to today's school where it is open again and would have to keep them.
// 2. Pupils whose school is closed now go to the nearest open school with room; the most pupils
//    first, of equal ones in the order of assignments.csv. Where none has room they go to the
//    nearest all the same, which is a rule broken; where none is in reach they have no school.
// 3. Pupils who change school in any case go to a school opened now if it is nearer and has room,
//    in the same order.
// With movement = whole_school the pupils of one band of one school go as one. Nearest is by the
// sum of pupils times minutes, of equal ones the smaller id. The result depends on which schools
// do the opposite only, not on the order of the clicks.
"use strict";

layoutplan.reckoning = (function () {
  // What does not depend on the edit.
  function read(model) {
    const { choices, units } = model;
    const problem = {
      ...choices, units,
      ids: model.schools.id,
      kind: model.schools.kind,
      township: model.schools.township,
      planned: model.schools.action,
      reach: choices.pairs.map(unfold),
      mayStayOver: staying(choices, model.villages.id.length),
      limitOf: new Map(choices.limits.band.map((band, i) => [
        band + ":" + choices.limits.village[i],
        { day: choices.limits.day[i], boarding: choices.limits.boarding[i] }])),
    };
    problem.today = sumBy(units.before, units.pupils, problem.ids.length);
    problem.canKeep = units.village.map((_, unit) => canKeep(problem, unit));
    problem.whole = units.village.map((_, unit) =>
      choices.rules.movement === "whole_school" && problem.canKeep[unit]);
    return problem;
  }

  function unfold({ n, school, time }) {
    const start = new Int32Array(n.length + 1);
    n.forEach((count, village) => { start[village + 1] = start[village] + count; });
    const schools = new Int32Array(school.length);
    n.forEach((_, village) => {
      let place = 0;
      for (let i = start[village]; i < start[village + 1]; i += 1) {
        schools[i] = place += school[i];
      }
    });
    return { start, schools, time };
  }

  function staying(choices, nVillages) {
    const everybody = choices.rules.over_limit_today === "keep";
    const stays = choices.bands.map(() => new Array(nVillages).fill(everybody));
    choices.stays.band.forEach((band, i) => { stays[band][choices.stays.village[i]] = true; });
    return stays;
  }

  function sumBy(keys, values, size) {
    const sums = new Array(size).fill(0);
    keys.forEach((key, i) => { if (key >= 0) sums[key] += values[i]; });
    return sums;
  }

  // Steps of time from a unit's village to a school, null where no path is known.
  function timeTo(problem, unit, school) {
    const { start, schools, time } = problem.reach[problem.bands[problem.units.band[unit]].pairs];
    let low = start[problem.units.village[unit]];
    let high = start[problem.units.village[unit] + 1] - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (schools[middle] === school) return time[middle];
      if (schools[middle] < school) low = middle + 1;
      else high = middle - 1;
    }
    return null;
  }

  function limits(problem, unit) {
    const band = problem.units.band[unit];
    return problem.limitOf.get(band + ":" + problem.units.village[unit]) || problem.bands[band];
  }

  function staysOver(problem, unit) {
    return problem.mayStayOver[problem.units.band[unit]][problem.units.village[unit]];
  }

  // How a unit may go to a school that is open: {time, boards}, null where it may not.
  function wayTo(problem, unit, school, hasBeds) {
    const time = timeTo(problem, unit, school);
    if (school === problem.units.before[unit] && staysOver(problem, unit)) {
      return { time, boards: 0 };
    }
    if (time === null) return null;
    const limit = limits(problem, unit);
    if (time <= limit.day) return { time, boards: 0 };
    return hasBeds && time <= limit.boarding ? { time, boards: 1 } : null;
  }

  // Whether today's school has to keep a unit as long as it is open and teaches its band.
  function canKeep(problem, unit) {
    const school = problem.units.before[unit];
    if (school < 0 || !teaches(problem.schools.teaches_today, problem, unit, school)) return false;
    if (wayTo(problem, unit, school, problem.schools.may_have_beds[school]) === null) return false;
    return problem.rules.over_limit_today === "keep" ||
      problem.today[school] <= problem.schools.seats[school];
  }

  function teaches(bits, problem, unit, school) {
    return Math.floor(bits[school] / 2 ** problem.units.band[unit]) % 2 === 1;
  }

  function isBarred(problem, unit, school) {
    const today = problem.units.before[unit];
    const { must, never } = problem.rules;
    if (never.some(([from, to]) => from === today && to === school)) return true;
    const led = must.filter(([from]) => from === today);
    return led.length > 0 && !led.some(([, to]) => to === school);
  }

  // Whether a school may receive pupils at all: one that stays over its seats receives nobody.
  function admits(problem, school) {
    return problem.rules.over_limit_today !== "keep" ||
      problem.schools.seats[school] >= problem.today[school];
  }

  function capacity(problem, school) {
    const seats = problem.schools.seats[school];
    return problem.rules.over_limit_today === "keep"
      ? Math.max(seats, problem.today[school]) : seats;
  }

  // Units that go together, in the order in which they choose.
  function blocks(problem, chosen) {
    const { units } = problem;
    const found = new Map();
    chosen.forEach((unit) => {
      const key = problem.whole[unit] ? units.before[unit] + ":" + units.band[unit] : "u" + unit;
      if (!found.has(key)) found.set(key, { units: [], pupils: 0 });
      found.get(key).units.push(unit);
      found.get(key).pupils += units.pupils[unit];
    });
    return [...found.values()].sort((a, b) => b.pupils - a.pupils || a.units[0] - b.units[0]);
  }

  // The schools that may have all of a block: {school, sum, boarders, isOwn}, nearest first.
  function waysOf(problem, block, isOpen) {
    const first = block.units[0];
    const { start, schools } = problem.reach[problem.bands[problem.units.band[first]].pairs];
    const village = problem.units.village[first];
    const found = [];
    for (let i = start[village]; i < start[village + 1]; i += 1) {
      const school = schools[i];
      const isOwn = school === problem.units.before[first];
      if (!isOpen[school] || !teaches(problem.schools.teaches, problem, first, school)) continue;
      if (!isOwn && isBarred(problem, first, school)) continue;
      const way = sumOf(problem, block, school);
      if (way !== null) found.push({ school, isOwn, ...way });
    }
    found.sort((a, b) => a.sum - b.sum || (problem.ids[a.school] < problem.ids[b.school] ? -1 : 1));
    const isByDay = (way) => !way.isOwn && !way.boarders && admits(problem, way.school);
    if (problem.rules.boarding === "beyond_reach" && found.some(isByDay)) {
      return found.filter((way) => !way.boarders);
    }
    return found;
  }

  function sumOf(problem, block, school) {
    let sum = 0;
    let boarders = 0;
    for (const unit of block.units) {
      const way = wayTo(problem, unit, school, problem.schools.beds[school] > 0);
      if (way === null) return null;
      sum += problem.units.pupils[unit] * (way.time || 0);
      boarders += problem.units.pupils[unit] * way.boards;
    }
    return { sum, boarders };
  }

  // Who goes where when the schools in `changed` (a Set of positions) do the opposite.
  function reckon(problem, changed) {
    const { units } = problem;
    const isOpen = problem.schools.is_open.map((open, i) => Boolean(open) !== changed.has(i));
    const school = units.after.slice();
    const boards = units.boards.slice();
    const time = school.map((each, unit) => timeTo(problem, unit, each));
    const roll = new Array(problem.ids.length).fill(0);
    const boarders = roll.slice();
    const state = { isOpen, school, boards, time, roll, boarders };
    const every = school.map((_, unit) => unit);
    const returned = every.filter((unit) => returns(problem, unit, changed, isOpen));
    returned.forEach((unit) => {
      const home = units.before[unit];
      const way = wayTo(problem, unit, home, problem.schools.may_have_beds[home]);
      school[unit] = home;
      boards[unit] = way.boards;
      time[unit] = way.time;
    });
    const loose = every.filter((unit) => !isOpen[school[unit]]);
    loose.forEach((unit) => { school[unit] = -1; });
    every.forEach((unit) => count(problem, state, unit, 1));
    blocks(problem, loose).forEach((block) => {
      const ways = waysOf(problem, block, isOpen);
      put(problem, state, block, ways.find((way) => hasRoom(problem, state, block, way)) || ways[0]);
    });
    const handled = new Set([...returned, ...loose]);
    const free = every.filter((unit) => !handled.has(unit) && isFree(problem, state, unit));
    if ([...changed].some((each) => isOpen[each])) {
      blocks(problem, free).forEach((block) => improve(problem, state, block, changed));
    }
    return state;
  }

  function returns(problem, unit, changed, isOpen) {
    const home = problem.units.before[unit];
    return changed.has(home) && isOpen[home] && problem.canKeep[unit] &&
      teaches(problem.schools.teaches, problem, unit, home);
  }

  // Whether a unit changes school in any case, or may.
  function isFree(problem, state, unit) {
    return state.school[unit] !== problem.units.before[unit] || !problem.canKeep[unit] ||
      problem.rules.movement === "redraw";
  }

  function count(problem, state, unit, sign) {
    const school = state.school[unit];
    if (school < 0) return;
    state.roll[school] += sign * problem.units.pupils[unit];
    state.boarders[school] += sign * problem.units.pupils[unit] * state.boards[unit];
  }

  function hasRoom(problem, state, block, { school, boarders, isOwn }) {
    return (isOwn || admits(problem, school)) &&
      state.roll[school] + block.pupils <= capacity(problem, school) &&
      state.boarders[school] + boarders <= problem.schools.beds[school];
  }

  function put(problem, state, block, way) {
    block.units.forEach((unit) => {
      count(problem, state, unit, -1);
      const to = way && wayTo(problem, unit, way.school, problem.schools.beds[way.school] > 0);
      state.school[unit] = way ? way.school : -1;
      state.boards[unit] = way ? to.boards : 0;
      state.time[unit] = way ? to.time : null;
      count(problem, state, unit, 1);
    });
  }

  function improve(problem, state, block, changed) {
    const now = { sum: 0, boarders: 0 };
    block.units.forEach((unit) => {
      const pupils = problem.units.pupils[unit];
      now.sum += pupils * (state.time[unit] === null ? Infinity : state.time[unit]);
      now.boarders += pupils * state.boards[unit];
    });
    const isNearer = (way) => (now.boarders > 0 && !way.boarders) ||
      ((now.boarders > 0 || !way.boarders) && way.sum < now.sum);
    const better = waysOf(problem, block, state.isOpen).find((way) => changed.has(way.school) &&
      isNearer(way) && hasRoom(problem, state, block, way));
    if (better) put(problem, state, block, better);
  }

  return { read, reckon, timeTo, wayTo, limits, waysOf, blocks, admits, capacity, sumBy };
})();
