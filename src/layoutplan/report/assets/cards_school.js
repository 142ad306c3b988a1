// The card of a school: before and after, its places, who comes and who leaves, and why.
"use strict";

(function () {
  const { data, cards } = layoutplan;
  const { make, label, minutesText, people, sum, link, tableOf } = cards;
  const OPEN_LISTS = 6; // rows up to which a list of villages is not folded

  // What a school has today or under the plan shown: as in the table of schools, or added up from
  // the units where the plan shown is one made by hand.
  function figures(model, idx, when) {
    const { schools } = model;
    if (when === "before" || model.plans.after === model.proven) {
      return {
        enrollment: schools["enrollment_" + when][idx],
        pupils: model.bands.map((_, b) => schools["pupils_" + when][b][idx]),
        villages: schools["villages_" + when][idx],
        max_minutes: schools["max_minutes_" + when][idx],
        minutes: schools["minutes_" + when][idx],
        unreached: schools["unreached_" + when][idx],
        boarders: when === "before" ? null : schools.boarders_after[idx],
      };
    }
    const plan = model.plans.after;
    const units = plan.unitsOfSchool[idx];
    const pupilsOf = (chosen) => sum(chosen.map((unit) => model.units.pupils[unit]));
    const reached = units.filter((unit) => plan.minutes[unit] !== null);
    const minutes = reached.map((unit) => plan.minutes[unit]);
    const pupilMinutes = reached.reduce((all, unit) =>
      all + plan.minutes[unit] * model.units.pupils[unit], 0);
    return {
      enrollment: pupilsOf(units),
      pupils: model.bands.map((_, b) =>
        pupilsOf(units.filter((unit) => model.units.band[unit] === b))),
      villages: new Set(units.map((unit) => model.units.village[unit])).size,
      max_minutes: reached.length ? Math.max(...minutes) : null,
      minutes: reached.length ? pupilMinutes / pupilsOf(reached) : null,
      unreached: pupilsOf(units) - pupilsOf(reached),
      boarders: pupilsOf(units.filter((unit) => plan.boards[unit])),
    };
  }

  function rows(model, before, after) {
    const row = (name, field, show, isMinor, was, is) =>
      make("tr", isMinor ? { class: "lp-minor" } : {}, [
        make("th", { scope: "row", text: name }),
        make("td", { "data-field": field + "_before", text: show(was) }),
        make("td", { "data-field": field + "_after", text: show(is) }),
      ]);
    const pair = (key, field, show) =>
      row(label(model, key), field, show, false, before[field], after[field]);
    const found = [pair("pupils", "enrollment", data.count)];
    if (model.bands.length > 1) {
      model.bands.forEach((band, b) => found.push(row(
        band.label, "pupils_" + band.name, data.count, true, before.pupils[b], after.pupils[b])));
    }
    found.push(pair("villages_served", "villages", data.count));
    found.push(pair("farthest", "max_minutes", minutesText));
    found.push(pair("mean", "minutes", minutesText));
    if (before.unreached || after.unreached) found.push(pair("unreached_pupils", "unreached",
      data.count));
    return found;
  }

  function places(model, idx, after) {
    const { seats, beds } = model.schools;
    const facts = [["seats", "seats", seats[idx]]];
    if (beds[idx] || after.boarders) {
      facts.push(["beds", "beds", beds[idx]], ["boarders", "boarders_after", after.boarders]);
    }
    const share = seats[idx] ? after.enrollment / seats[idx] : 0;
    const bar = make("div", { class: "lp-bar" + (share > 1 ? " lp-over" : "") }, [make("i")]);
    bar.firstChild.style.width = Math.min(100 * share, 100) + "%";
    return make("div", { class: "lp-places" }, [
      ...facts.map(([key, field, value]) => make("span", {}, [
        label(model, key) + " ", make("b", { "data-field": field, text: data.count(value) })])),
      bar,
    ]);
  }

  function flowList(model, idx, side, open) {
    const other = side === "to" ? "from" : "to";
    const flows = data.flowsOf(model, idx, side);
    if (!flows.length) return [];
    const items = flows.map((flow) => make("li", {
      "data-school-id": model.schools.id[model.flows[other][flow]],
    }, [
      link(model, "schools", model.flows[other][flow], open),
      " ",
      make("span", { text: people(model, model.flows.total[flow]) }),
    ]));
    const field = side === "to" ? "receives" : "sends";
    return [
      make("h3", { text: label(model, field) }),
      make("ul", { "data-field": field }, items),
    ];
  }

  // Villages with pupils who come, leave or stay: a row for each and its other school.
  function villageList(model, key, units, when, otherWhen, open) {
    if (!units.length) return "";
    const grouped = new Map();
    units.forEach((unit) => {
      const other = otherWhen ? model.plans[otherWhen].school[unit] : -1;
      const group = model.units.village[unit] + ":" + other;
      if (!grouped.has(group)) grouped.set(group, { other, units: [] });
      grouped.get(group).units.push(unit);
    });
    const body = [...grouped.values()]
      .map((group) => villageRow(model, group, when, otherWhen !== null, open));
    const head = [label(model, "card_village"), label(model, "pupils"),
      label(model, "card_minutes")];
    if (otherWhen) head.push(label(model, otherWhen === "before" ? "card_here_from" : "card_to"));
    return make("details", {
      "data-field": key, ...(body.length <= OPEN_LISTS && otherWhen ? { open: "" } : {}),
    }, [
      make("summary", { text: `${label(model, key)} (${body.length})` }),
      tableOf(head, body, "lp-villages"),
    ]);
  }

  function villageRow(model, group, when, hasOther, open) {
    const village = model.units.village[group.units[0]];
    const minutes = group.units.map((unit) => model.plans[when].minutes[unit]);
    const longest = minutes.includes(null) ? null : Math.max(...minutes);
    const cells = [
      make("th", { scope: "row" }, [link(model, "villages", village, open)]),
      make("td", { text: data.count(sum(group.units.map((unit) => model.units.pupils[unit]))) }),
      make("td", { text: minutesText(longest) }),
    ];
    if (hasOther) {
      cells.push(make("td", {}, [group.other < 0
        ? make("span", { class: "lp-under", text: label(model, "no_school") })
        : link(model, "schools", group.other, open)]));
    }
    return make("tr", { "data-village-id": model.villages.id[village] }, cells);
  }

  function villageLists(model, idx, open) {
    const { before, after } = model.plans;
    const was = before.unitsOfSchool[idx];
    const is = after.unitsOfSchool[idx];
    return [
      villageList(model, "card_comes", is.filter((unit) => before.school[unit] !== idx),
        "after", "before", open),
      villageList(model, "card_goes", was.filter((unit) => after.school[unit] !== idx),
        "after", "after", open),
      villageList(model, "card_stays", is.filter((unit) => before.school[unit] === idx),
        "after", null, open),
    ];
  }

  function opposite(model, idx) {
    const asked = model.opposites;
    if (!asked) {
      const isAsked = model.choices && model.choices.schools.held[idx] === "";
      return isAsked ? [make("p", { class: "lp-under", "data-field": "opposite_unasked",
        text: label(model, "opposite_unasked") })] : [];
    }
    const row = asked.school.indexOf(idx);
    if (row < 0) return [];
    const deltas = asked.deltas[row].map(([name, words, delta]) => make("tr", {}, [
      make("th", { scope: "row", text: words }),
      make("td", { "data-field": "delta_" + name, text: delta }),
    ]));
    if (asked.pupils_alone[row]) {
      deltas.push(make("tr", {}, [
        make("th", { scope: "row", text: label(model, "opposite_alone") }),
        make("td", { "data-field": "pupils_alone", text: asked.pupils_alone[row] })]));
    }
    return [make("details", { "data-field": "opposite", "data-status": asked.status[row], open: "" },
      [
        make("summary", {}, [
          label(model, "opposite_" + asked.opposite[row]),
          make("span", { class: "lp-status", text: asked.status_text[row] }),
        ]),
        ...(model.schools.reason[idx].includes(asked.sentence[row]) ? [] : [
          make("p", { "data-field": "sentence", dir: "auto", text: asked.sentence[row] })]),
        make("table", {}, [make("tbody", {}, deltas)]),
        ...(model.plans.after === model.proven ? [] : [
          make("p", { class: "lp-under", text: label(model, "opposite_of_plan") })]),
      ])];
  }

  function schoolCard(model, idx, open, close) {
    const school = model.schools;
    const action = model.plans.after.action[idx];
    const isTried = action !== model.proven.action[idx];
    const badge = make("p", { class: "lp-badge" }, [
      make("span", {
        "data-field": "action", "data-action": action,
        text: data.text(model, "action." + action),
      }),
      make("span", { class: "lp-under", text: data.text(model, "kind." + school.kind[idx]) }),
    ]);
    badge.firstChild.style.background = model.style.actions[action][1];
    if (isTried) badge.append(make("span", { class: "lp-tried", text: label(model, "edit_edited") }));
    const reason = school.reason[idx] && !isTried
      ? [make("h3", { text: label(model, "reason") }),
        make("p", { "data-field": "reason", dir: "auto", text: school.reason[idx] })]
      : [];
    const [before, after] = data.WHENS.map((when) => figures(model, idx, when));
    return make("article", { "data-school-id": school.id[idx] }, [
      cards.heading(model, "schools", idx, badge, close),
      ...cards.more.flatMap((fill) => fill(model, idx)),
      tableOf(["", label(model, "before"), label(model, "after")], rows(model, before, after)),
      places(model, idx, after),
      ...flowList(model, idx, "from", open),
      ...flowList(model, idx, "to", open),
      ...reason,
      ...opposite(model, idx),
      ...villageLists(model, idx, open),
      cards.foot(model),
    ]);
  }

  Object.assign(cards, { schoolCard });
})();
