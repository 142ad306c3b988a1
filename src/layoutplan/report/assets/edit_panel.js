// What the panel tells of an edit: the difference to the plan, the rules broken, the schools
// changed, and how to have it solved.
"use strict";

layoutplan.editPanel = (function () {
  const { cards } = layoutplan;
  const { make, label, placeName, link, tableOf } = cards;
  const ROWS = [ // sum, decimals
    ["schools_open", 0], ["small_schools", 0], ["pupils_moved", 0], ["pupil_minutes", 0],
    ["mean_minutes", 1], ["max_minutes", 1], ["boarders", 0], ["without", 0],
  ];
  const SHOWN = 6; // places named for each rule that is broken
  const FILE = "decisions.csv";

  function place() {
    return document.getElementById("lp-edit");
  }

  function sayWhyNot(model) {
    place().replaceChildren(make("p", { class: "lp-under", text:
      label(model, "edit_none_times") }));
  }

  function number(value, decimals) {
    return value === null ? "–" : value.toFixed(decimals).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
  }

  function difference(was, is, decimals) {
    if (was === null) return "";
    const change = Number(is.toFixed(decimals)) - Number(was.toFixed(decimals));
    if (Math.abs(change) < 0.5 * 10 ** -decimals) return "0";
    return (change > 0 ? "+" : "−") + number(Math.abs(change), decimals);
  }

  // Sums that are 0 at all times are not told.
  function rowsOf(totals) {
    const isOptional = (name) => name === "boarders" || name === "without";
    const columns = [totals.before, totals.after, totals.edited];
    return ROWS.filter(([name]) => !isOptional(name) || columns.some((column) => column[name]));
  }

  function table(model, { before, after, edited }) {
    const body = rowsOf({ before, after, edited }).map(([name, decimals]) => make("tr", {
      "data-total": name }, [
      make("th", { scope: "row", text: label(model, "edit_" + name) }),
      make("td", { text: number(before[name], decimals) }),
      make("td", { text: number(after[name], decimals) }),
      make("td", { class: "lp-edited", text: number(edited[name], decimals) }),
      make("td", { text: difference(after[name], edited[name], decimals) }),
    ]));
    return tableOf(["", label(model, "before"), label(model, "edit_plan"),
      label(model, "edit_edited"), "±"], body, "lp-difference");
  }

  function notCounted(model, { edited }) {
    return edited.without
      ? make("p", { class: "lp-under", text: label(model, "edit_not_counted") }) : "";
  }

  // For the sheet on paper: what the plan has and what was tried.
  function facts(model, totals) {
    const { after, edited } = totals;
    return rowsOf(totals).map(([name, decimals]) => [label(model, "edit_" + name),
      `${number(after[name], decimals)} → ${number(edited[name], decimals)}`]);
  }

  function summary(model, edit) {
    const { after, edited } = edit.totals;
    const parts = [["small_schools", 0], ["pupil_minutes", 0], ["without", 0]]
      .filter(([name]) => edited[name] !== after[name])
      .map(([name, decimals]) => `${label(model, "edit_" + name)} ${number(edited[name], decimals)}` +
        ` (${difference(after[name], edited[name], decimals)})`);
    const n = edit.breaks.length;
    parts.push(n ? `${label(model, "edit_breaks")}: ${n}` : label(model, "edit_no_breaks"));
    return make("p", { class: n ? "lp-over" : "lp-under", "data-field": "edit_summary",
      role: "status", text: parts.join(" · ") });
  }

  function open(kind, idx) {
    layoutplan.page.select(kind, idx, true);
  }

  function detail(model, rule, each) {
    if (rule === "held") return label(model, "held_" + each.why);
    if (rule === "seats" || rule === "beds") return label(model, "break_too_many", { n: each.n });
    if (rule === "least") return label(model, "break_too_few", { n: each.n });
    return label(model, "people", { n: each.n });
  }

  function breakItem(model, { rule, n, of }) {
    const items = of.slice(0, SHOWN).map((each) => make("li", {}, each.kind
      ? [link(model, each.kind, each.idx, open), " ",
        make("span", { class: "lp-under", text: detail(model, rule, each) })]
      : [make("span", { dir: "auto", text: each.name })]));
    if (of.length > SHOWN) {
      items.push(make("li", { class: "lp-under", text:
        label(model, "edit_more", { n: of.length - SHOWN }) }));
    }
    return make("li", { "data-break": rule, "data-n": n }, [
      make("span", { text: label(model, "break_" + rule, { n }) }),
      ...(items.length ? [make("ul", {}, items)] : []),
    ]);
  }

  function breaks(model, edit) {
    const found = edit.breaks.length
      ? make("ul", { class: "lp-breaks" }, edit.breaks.map((each) => breakItem(model, each)))
      : make("p", { class: "lp-under", text: label(model, "edit_no_breaks") });
    const parts = [make("h2", { text: label(model, "edit_breaks") }), found];
    const { unreckoned } = model.choices.rules;
    if (unreckoned.length) {
      const rules = unreckoned.map((name) => label(model, "rule_" + name))
        .join(model.language === "zh" ? "、" : ", ");
      parts.push(make("p", { class: "lp-under", "data-field": "unreckoned",
        text: label(model, "edit_unreckoned", { rules }) }));
    }
    return parts;
  }

  function changes(model, edit) {
    const items = [...edit.changed].map((school) => make("li", {
      "data-school-id": model.schools.id[school] }, [
      link(model, "schools", school, open),
      make("span", { class: "lp-under", text:
        label(model, edit.state.isOpen[school] ? "edit_now_open" : "edit_now_closed") }),
      make("button", {
        type: "button", "data-edit": "undo:" + model.schools.id[school],
        text: label(model, "edit_undo"), onclick: () => edit.toggle(school),
        "aria-label": label(model, "edit_undo_of", { school: placeName(model.schools, school) }),
      }),
    ]));
    return [
      make("h2", { text: label(model, "edit_changed", { n: items.length }) }),
      make("ul", { class: "lp-changes" }, items),
      make("div", { class: "lp-edit-buttons" }, [
        make("button", { type: "button", "data-edit": "reset", text: label(model, "edit_reset"),
          onclick: edit.reset }),
        make("button", { type: "button", "data-edit": "export", class: "lp-first",
          text: label(model, "edit_export"),
          onclick: () => layoutplan.decisions.save(edit.csv(), FILE) }),
      ]),
      make("p", { class: "lp-under", text: label(model, "edit_solve") }),
      make("code", { class: "lp-command", text: label(model, "edit_command") }),
    ];
  }

  function fill(model, edit) {
    const button = make("button", {
      type: "button", class: "lp-edit-button", "data-edit": "switch",
      "aria-pressed": String(edit.isOn), text: label(model, edit.isOn ? "edit_end" : "edit_switch"),
      onclick: edit.isOn ? edit.end : edit.start,
    });
    const parts = [button];
    if (edit.isOn) parts.push(make("p", { class: "lp-how", text: label(model, "edit_how") }));
    if (edit.changed.size) {
      parts.push(
        make("p", { class: "lp-proof", "data-field": "unproven", role: "status",
          text: label(model, "edit_unproven") }),
        table(model, edit.totals), notCounted(model, edit.totals), ...breaks(model, edit), ...changes(model, edit),
        make("p", { class: "lp-under", text: label(model, "edit_areas") }));
    }
    place().replaceChildren(...parts);
  }

  return { fill, sayWhyNot, facts, summary };
})();
