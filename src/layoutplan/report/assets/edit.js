// Trying changes by hand: the switch, the clicks, and what the page shows of the edited plan. What
// it means is reckoned in edit_reckon.js and edit_tally.js, and told by edit_panel.js.
"use strict";

layoutplan.edit = (function () {
  const { data, page, cards, reckoning, tally } = layoutplan;
  const { make, label } = cards;
  const edit = { isOn: false, changed: new Set(), state: null, start, end, toggle, reset, csv };

  let model;
  let problem;
  let proven;
  let about;
  let planWords;

  page.onReady(function (read) {
    model = read;
    about = model.about;
    planWords = model.texts["label.after"];
    if (model.is_public) return;
    if (!model.choices) {
      layoutplan.editPanel.sayWhyNot(model);
      return;
    }
    cards.more.push(cardPart);
    page.map.on("click", (event) => {
      if (!edit.isOn) return;
      const found = page.canvas.placeAt(event.containerPoint);
      if (found && found.kind === "schools") toggle(found.idx);
    });
    layoutplan.editPanel.fill(model, edit);
  });

  function start() {
    if (!problem) {
      problem = cards.problemOf(model);
      proven = reckoning.reckon(problem, new Set());
    }
    edit.isOn = true;
    document.getElementById("lp-about").open = false;
    show();
  }

  function end() {
    edit.isOn = false;
    edit.changed.clear();
    show();
  }

  function reset() {
    edit.changed.clear();
    show();
  }

  // Lets a school do the opposite, or again what it does under the plan.
  function toggle(school) {
    if (!edit.isOn) start();
    if (!edit.changed.delete(school)) edit.changed.add(school);
    if (page.state.view === "before") page.set({ view: "after" });
    show();
  }

  // Reckons the edit, and lets the page show it in place of the proven plan.
  function show() {
    const focused = document.activeElement && document.activeElement.dataset.edit;
    const isEdited = edit.changed.size > 0;
    edit.state = problem ? reckoning.reckon(problem, edit.changed) : null;
    edit.totals = problem ? tally.compare(problem, proven, edit.state) : null;
    edit.breaks = problem ? tally.breaks(problem, edit.state, edit.changed) : [];
    edit.problem = problem;
    document.body.dataset.edit = isEdited ? "changed" : edit.isOn ? "on" : "off";
    name(isEdited);
    page.showPlan(isEdited ? planOf() : null);
    layoutplan.editPanel.fill(model, edit);
    const again = focused && document.querySelector(`[data-edit="${CSS.escape(focused)}"]`);
    if (again) again.focus({ preventScroll: true });
  }

  // What is shown is called by its name, also on paper.
  function name(isEdited) {
    const words = isEdited ? label(model, "edit_edited") : planWords;
    model.texts["label.after"] = words;
    document.querySelectorAll("[data-text='label.after'], #lp-view [value=after]")
      .forEach((element) => { element.textContent = words; });
    model.about = !isEdited ? about : {
      ...about, status: "edited", status_text: label(model, "edit_unproven"),
      facts: layoutplan.editPanel.facts(model, edit.totals),
    };
  }

  function planOf() {
    const { units } = model;
    const { school, boards, time } = edit.state;
    const minutes = school.map((each, unit) => {
      if (each === units.after[unit]) return units.minutes_after[unit];
      if (each === units.before[unit]) return units.minutes_before[unit];
      return time[unit] === null ? null : Math.round(time[unit] / problem.step * 10) / 10;
    });
    return data.planOf(model, {
      school, minutes, boards, action: tally.actions(problem, edit.state, edit.changed) });
  }

  function isOpen(school) {
    return model.plans.after.isOpen[school];
  }

  function words(school) {
    if (edit.changed.has(school)) return "edit_undo";
    if (isOpen(school)) return "edit_close";
    return model.schools.kind[school] === "candidate" ? "edit_build" : "edit_open";
  }

  // On the card of a school: the button that switches it, and what the edit amounts to.
  function cardPart(_, school) {
    const button = make("button", {
      type: "button", class: "lp-edit-button", "data-edit": "card",
      text: label(model, words(school)), onclick: () => toggle(school),
    });
    const parts = [button];
    if (edit.changed.size) parts.push(layoutplan.editPanel.summary(model, edit));
    return [make("div", { class: "lp-edit-card" }, parts)];
  }

  function csv() {
    return layoutplan.decisions.csv(model, edit.state, edit.changed);
  }

  return edit;
})();
