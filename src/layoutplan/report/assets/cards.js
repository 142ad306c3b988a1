// Cards: what is known of one school or village, as elements. Names come from tables of others:
// they are only ever set as text.
"use strict";

layoutplan.cards = (function () {
  const data = layoutplan.data;

  function make(tag, properties, children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties || {})) {
      if (name === "text") element.textContent = value;
      else if (name === "onclick") element.addEventListener("click", value);
      else element.setAttribute(name, value);
    }
    (children || []).forEach((child) => element.append(child));
    return element;
  }

  function label(model, key) {
    return data.text(model, "label." + key);
  }

  function minutesText(value) {
    return value === null ? "–" : value.toFixed(1);
  }

  function placeName(table, idx) {
    return table.name[idx] || table.id[idx];
  }

  function heading(model, kind, idx, badge, close) {
    const table = model[kind];
    const under = [table.township[idx], table.id[idx]].filter(Boolean).join(" · ");
    return make("header", {}, [
      make("div", {}, [
        make("h2", { "data-field": "name", dir: "auto", text: placeName(table, idx) }),
        make("p", { class: "lp-under", dir: "auto", text: under }),
        badge,
      ]),
      make("button", {
        class: "lp-close", type: "button", "aria-label": label(model, "close"), text: "×",
        onclick: close,
      }),
    ]);
  }

  function link(model, kind, idx, open) {
    return make("button", {
      class: "lp-link", type: "button", dir: "auto", text: placeName(model[kind], idx),
      onclick: () => open(kind, idx),
    });
  }

  function tableOf(model, rows) {
    const head = make("tr", {}, [
      make("td"),
      make("th", { scope: "col", text: label(model, "before") }),
      make("th", { scope: "col", text: label(model, "after") }),
    ]);
    const body = rows.map(({ name, field, before, after, isMinor }) =>
      make("tr", isMinor ? { class: "lp-minor" } : {}, [
        make("th", { scope: "row", text: name }),
        make("td", { "data-field": field + "_before", text: before }),
        make("td", { "data-field": field + "_after", text: after }),
      ]));
    return make("table", {}, [make("thead", {}, [head]), make("tbody", {}, body)]);
  }

  function schoolRows(model, idx) {
    const school = model.schools;
    const pair = (name, field, show) => ({
      name: label(model, name), field,
      before: show(school[field + "_before"][idx]), after: show(school[field + "_after"][idx]),
    });
    const rows = [pair("pupils", "enrollment", String)];
    if (model.bands.length > 1) {
      model.bands.forEach((band, b) => rows.push({
        name: band.label, field: "pupils_" + band.name, isMinor: true,
        before: String(school.pupils_before[b][idx]), after: String(school.pupils_after[b][idx]),
      }));
    }
    rows.push(pair("villages_served", "villages", String));
    rows.push(pair("farthest", "max_minutes", minutesText));
    rows.push(pair("mean", "minutes", minutesText));
    if (school.unreached_before[idx] || school.unreached_after[idx]) {
      rows.push(pair("unreached_pupils", "unreached", String));
    }
    return rows;
  }

  function places(model, idx) {
    const school = model.schools;
    const facts = [["seats", "seats"], ["beds", "beds"], ["boarders", "boarders_after"]]
      .filter(([name]) => name === "seats" || school.beds[idx] || school.boarders_after[idx])
      .map(([name, field]) => make("span", {}, [
        label(model, name) + " ",
        make("b", { "data-field": field, text: String(school[field][idx]) }),
      ]));
    const seats = school.seats[idx];
    const share = seats ? school.enrollment_after[idx] / seats : 0;
    const bar = make("div", { class: "lp-bar" + (share > 1 ? " lp-over" : "") }, [make("i")]);
    bar.firstChild.style.width = Math.min(100 * share, 100) + "%";
    return make("div", { class: "lp-places" }, facts.concat(bar));
  }

  function flowList(model, idx, side, open) {
    const other = side === "to" ? "from" : "to";
    const flows = data.flowsOf(model, idx, side);
    if (!flows.length) return [];
    const items = flows.map((flow) => make("li", { "data-school-id":
      model.schools.id[model.flows[other][flow]] }, [
      link(model, "schools", model.flows[other][flow], open),
      " ",
      make("span", { text: data.text(model, "label.people", { n: model.flows.total[flow] }) }),
    ]));
    return [
      make("h3", { text: label(model, side === "to" ? "receives" : "sends") }),
      make("ul", { "data-field": side === "to" ? "receives" : "sends" }, items),
    ];
  }

  function schoolCard(model, idx, open, close) {
    const school = model.schools;
    const action = school.action[idx];
    const badge = make("p", { class: "lp-badge" }, [
      make("span", {
        "data-field": "action", "data-action": action,
        text: data.text(model, "action." + action),
      }),
      make("span", { class: "lp-under", text: data.text(model, "kind." + school.kind[idx]) }),
    ]);
    badge.firstChild.style.background = model.style.actions[action][1];
    const reason = school.reason[idx]
      ? [make("h3", { text: label(model, "reason") }),
        make("p", { "data-field": "reason", dir: "auto", text: school.reason[idx] })]
      : [];
    return make("article", { "data-school-id": school.id[idx] }, [
      heading(model, "schools", idx, badge, close),
      tableOf(model, schoolRows(model, idx)),
      places(model, idx),
      ...flowList(model, idx, "from", open),
      ...flowList(model, idx, "to", open),
      ...reason,
    ]);
  }

  // Of boarders under the plan the limit of their weekly trip, of others that of every day.
  function limitOf(model, unit, when) {
    const band = model.bands[model.units.band[unit]];
    const boards = when === "after" && model.units.boards[unit] && band.boarding_limit;
    return boards ? band.boarding_limit : band.limit;
  }

  function tripText(model, unit, when) {
    const minutes = model.units["minutes_" + when][unit];
    if (minutes === null) return label(model, "no_path");
    const words = data.text(model, "label.minutes", { minutes: minutes.toFixed(1) });
    const limit = limitOf(model, unit, when);
    if (minutes <= limit) return words;
    return words + " · " + data.text(model, "label.over_limit", { minutes: limit });
  }

  function unitEnd(model, unit, when, open) {
    const school = model.units[when][unit];
    const cell = make("td", { "data-field": "school_" + when });
    if (school < 0) {
      cell.append(make("span", { class: "lp-under", text: label(model, "no_school") }));
      return cell;
    }
    const minutes = model.units["minutes_" + when][unit];
    const isOver = minutes === null || minutes > limitOf(model, unit, when);
    cell.append(
      link(model, "schools", school, open),
      make("div", {
        class: isOver ? "lp-over" : "lp-under", "data-field": "minutes_" + when,
        text: tripText(model, unit, when),
      }));
    if (when === "after" && model.units.boards[unit]) {
      cell.append(make("div", { class: "lp-under", text: label(model, "boards") }));
    }
    return cell;
  }

  // How the ways of a village at that time are drawn on the map, where they are.
  function waySign(model, village, when) {
    if (!data.waysOf(model, village, when, -1).length) return [];
    const [color, width] = model.style.routes[when];
    const sign = make("i", { class: "lp-way", title: label(model, "way_" + when) });
    sign.style.borderTop = `${width}px ${when === "before" ? "dashed" : "solid"} ${color}`;
    return [sign];
  }

  function villageCard(model, idx, open, close) {
    const village = model.villages;
    const badge = make("p", { class: "lp-badge" }, [
      make("b", { "data-field": "pupils", text: data.text(model, "label.people", {
        n: village.total[idx] }) }),
    ]);
    const head = make("tr", {}, [
      make("td"),
      ...data.WHENS.map((when) => make("th", { scope: "col" }, [
        make("span", { text: label(model, when) }), ...waySign(model, idx, when)])),
    ]);
    const rows = model.unitsOfVillage[idx].map((unit) =>
      make("tr", { "data-band": model.bands[model.units.band[unit]].name }, [
        make("th", { scope: "row" }, [
          make("div", { text: model.bands[model.units.band[unit]].label }),
          make("div", { class: "lp-under", text: data.text(model, "label.people", {
            n: model.units.pupils[unit] }) }),
        ]),
        unitEnd(model, unit, "before", open),
        unitEnd(model, unit, "after", open),
      ]));
    return make("article", { "data-village-id": village.id[idx] }, [
      heading(model, "villages", idx, badge, close),
      make("table", { class: "lp-trips" }, [
        make("thead", {}, [head]), make("tbody", {}, rows)]),
    ]);
  }

  return { make, label, schoolCard, villageCard, placeName };
})();
