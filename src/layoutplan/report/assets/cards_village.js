// The card of a village: where its pupils go today and under the plan, how long, and why.
"use strict";

(function () {
  const { data, cards } = layoutplan;
  const { make, label, people, link, placeName } = cards;

  // What the page knows to reckon with, read once; null where the plan does not say.
  function problemOf(model) {
    if (!model.choices) return null;
    if (!model.problem) model.problem = layoutplan.reckoning.read(model);
    return model.problem;
  }

  // Of boarders the limit of their weekly trip, of others that of every day, in minutes.
  function limitOf(model, unit, when) {
    const band = model.bands[model.units.band[unit]];
    const problem = problemOf(model);
    const own = problem && layoutplan.reckoning.limits(problem, unit);
    if (model.plans[when].boards[unit] && band.boarding_limit) {
      return own ? own.boarding / problem.step : band.boarding_limit;
    }
    return own ? own.day / problem.step : band.limit;
  }

  function minutesLine(model, unit, when) {
    const minutes = model.plans[when].minutes[unit];
    const limit = String(Number(limitOf(model, unit, when).toFixed(2)));
    const isOver = minutes === null || minutes > Number(limit);
    return [
      make("div", {
        class: isOver ? "lp-over" : "lp-time", "data-field": "minutes_" + when,
        text: minutes === null ? label(model, "no_path")
          : label(model, "minutes", { minutes: minutes.toFixed(1) }),
      }),
      make("div", {
        class: isOver ? "lp-over" : "lp-under", "data-field": "limit_" + when,
        text: label(model, isOver && minutes !== null ? "over_limit" : "card_limit",
          { minutes: limit }),
      }),
    ];
  }

  function change(model, unit) {
    const { before, after } = model.plans;
    const [was, is] = [before.minutes[unit], after.minutes[unit]];
    if (before.school[unit] < 0 || was === null || is === null) return [];
    const minutes = Math.abs(is - was).toFixed(1);
    const key = minutes === "0.0" ? "card_equal" : is > was ? "card_longer" : "card_shorter";
    return [make("div", { class: "lp-change", "data-field": "change",
      text: label(model, key, { minutes }) })];
  }

  function unitEnd(model, unit, when, open) {
    const school = model.plans[when].school[unit];
    const cell = make("td", { "data-field": "school_" + when });
    if (school < 0) {
      const key = when === "before" ? "no_school" : "why_without";
      cell.append(make("span", { class: when === "before" ? "lp-under" : "lp-over",
        text: label(model, key) }));
      return cell;
    }
    cell.append(link(model, "schools", school, open), ...minutesLine(model, unit, when));
    if (when === "after" && school !== model.plans.before.school[unit]) {
      cell.append(...change(model, unit));
    }
    if (model.plans[when].boards[unit]) {
      cell.append(make("div", { class: "lp-under", text: label(model, "card_boards") }));
    }
    return cell;
  }

  // Those who choose together with a unit, and the schools that may have them under the plan shown.
  function waysOf(model, problem, unit) {
    const { school, isOpen } = model.plans.after;
    const together = problem.whole[unit]
      ? problem.units.village.map((_, other) => other).filter((other) => problem.whole[other] &&
        problem.units.before[other] === problem.units.before[unit] &&
        problem.units.band[other] === problem.units.band[unit] && school[other] === school[unit])
      : [unit];
    const [block] = layoutplan.reckoning.blocks(problem, together);
    return { block, ways: layoutplan.reckoning.waysOf(problem, block, isOpen) };
  }

  function next(model, unit) {
    const problem = problemOf(model);
    if (!problem) return "";
    const other = waysOf(model, problem, unit).ways
      .find((way) => way.school !== model.plans.after.school[unit]);
    const school = other ? placeName(model.schools, other.school) : "";
    const time = other ? layoutplan.reckoning.timeTo(problem, unit, other.school) : 0;
    // Steps are rounded up: their middle rounds to the tenths that the tables show.
    const minutes = time === null ? "–" : (Math.max(time - 0.5, 0) / problem.step).toFixed(1);
    return make("p", { class: "lp-under", dir: "auto", "data-field": "next",
      ...(other ? { "data-school-id": model.schools.id[other.school] } : {}),
      text: other ? label(model, "card_next", { school, minutes }) : label(model, "card_next_none"),
    });
  }

  // Why a unit goes where it goes, in one or two sentences.
  function why(model, unit) {
    const { before, after } = model.plans;
    const [from, to] = [before.school[unit], after.school[unit]];
    const name = (school) => placeName(model.schools, school);
    if (from >= 0 && from === to) {
      const minutes = before.minutes[unit];
      const isOver = minutes === null || minutes > limitOf(model, unit, "before");
      const isStaying = isOver && !after.boards[unit];
      return label(model, isStaying ? "why_stays_over" : "why_stays", { from: name(from) });
    }
    const first = label(model, leaving(model, unit), { from: from < 0 ? "" : name(from) });
    const second = to < 0 ? label(model, "why_without") : going(model, unit, to);
    return model.language === "zh" ? first + second : `${first} ${second}`;
  }

  function leaving(model, unit) {
    const school = model.plans.before.school[unit];
    if (school < 0) return "why_first";
    const { action, isOpen } = model.plans.after;
    if (!isOpen[school]) return "why_closed";
    return action[school] === "downgrade" ? "why_low" : "why_open";
  }

  function going(model, unit, to) {
    const name = (school) => placeName(model.schools, school);
    const problem = problemOf(model);
    if (!problem) return label(model, "why_to", { to: name(to) });
    const { block, ways } = waysOf(model, problem, unit);
    const nearest = ways.find((way) => !way.isOwn);
    if (!nearest || nearest.school === to) {
      return label(model, nearest ? "why_to_nearest" : "why_to", { to: name(to) });
    }
    const near = nearest.school;
    const { reckoning } = layoutplan;
    const here = model.plans.after.unitsOfSchool[near];
    const roll = here.reduce((all, other) => all + model.units.pupils[other], 0);
    const isFull = !reckoning.admits(problem, near) ||
      roll + block.pupils > reckoning.capacity(problem, near);
    const key = isFull ? "why_to_full" : "why_to_whole";
    return label(model, key, { to: name(to), near: name(near) });
  }

  // How the ways of a village at that time are drawn on the map, where they are.
  function waySign(model, village, when) {
    if (!data.waysOf(model, village, when, -1).length) return [];
    const [color, width] = model.style.routes[when];
    const sign = make("i", { class: "lp-way", title: label(model, "way_" + when) });
    sign.style.borderTop = `${width}px ${when === "before" ? "dashed" : "solid"} ${color}`;
    return [sign];
  }

  function unitRows(model, unit, open) {
    const band = model.bands[model.units.band[unit]];
    return [
      make("tr", { "data-band": band.name }, [
        make("th", { scope: "row" }, [
          make("div", { text: band.label }),
          make("div", { class: "lp-under", "data-field": "unit_pupils",
            text: people(model, model.units.pupils[unit]) }),
        ]),
        unitEnd(model, unit, "before", open),
        unitEnd(model, unit, "after", open),
      ]),
      make("tr", { class: "lp-why", "data-why": band.name }, [make("td", { colspan: 3 }, [
        make("p", { "data-field": "why", dir: "auto", text: why(model, unit) }),
        next(model, unit),
      ])]),
    ];
  }

  function villageCard(model, idx, open, close) {
    const village = model.villages;
    const badge = make("p", { class: "lp-badge" }, [
      make("b", { "data-field": "pupils", text: people(model, village.total[idx]) }),
    ]);
    const head = make("tr", {}, [
      make("td"),
      ...data.WHENS.map((when) => make("th", { scope: "col" }, [
        make("span", { text: label(model, when) }), ...waySign(model, idx, when)])),
    ]);
    return make("article", { "data-village-id": village.id[idx] }, [
      cards.heading(model, "villages", idx, badge, close),
      make("table", { class: "lp-trips" }, [
        make("thead", {}, [head]),
        make("tbody", {}, model.unitsOfVillage[idx].flatMap((unit) =>
          unitRows(model, unit, open))),
      ]),
      cards.foot(model),
    ]);
  }

  Object.assign(cards, { villageCard, problemOf });
})();
