// Cards: what all of them are made of. Names come from tables of others: they are only ever set as
// text. A count that the public edition hides is null.
"use strict";

layoutplan.cards = (function () {
  const data = layoutplan.data;
  const more = []; // functions (model, school) -> elements that other scripts add to its card

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

  function label(model, key, values) {
    return data.text(model, "label." + key, values || {});
  }

  function minutesText(value) {
    return value === null ? "–" : value.toFixed(1);
  }

  function people(model, pupils) {
    return label(model, "people", { n: data.count(pupils) });
  }

  // A sum, null as soon as one of the numbers is hidden.
  function sum(numbers) {
    return numbers.reduce((all, n) => (all === null || n === null ? null : all + n), 0);
  }

  function placeName(table, idx) {
    return table.name[idx] || table.id[idx];
  }

  function heading(model, kind, idx, badge, close) {
    const table = model[kind];
    const under = [table.township[idx], table.id[idx]].filter(Boolean).join(" · ");
    const button = (look, key, text, onclick) => make("button", {
      class: look, type: "button", "aria-label": label(model, key), title: label(model, key),
      text, onclick,
    });
    return make("header", {}, [
      make("div", {}, [
        make("h2", { "data-field": "name", dir: "auto", text: placeName(table, idx) }),
        make("p", { class: "lp-under", dir: "auto", text: under }),
        badge,
      ]),
      make("div", { class: "lp-card-buttons" }, [
        button("lp-close lp-print", "print_card", label(model, "print"), print),
        button("lp-close", "close", "×", close),
      ]),
    ]);
  }

  // Leaves the paper to the open card, with all that is folded in it.
  function print() {
    const folded = [...document.querySelectorAll("#lp-card details:not([open])")];
    const restore = () => {
      delete document.body.dataset.print;
      folded.forEach((each) => { each.open = false; });
    };
    document.body.dataset.print = "card";
    folded.forEach((each) => { each.open = true; });
    window.addEventListener("afterprint", restore, { once: true });
    window.print();
  }

  // What a printed card rests on: the plan, what is proven of it, who publishes it.
  function foot(model) {
    const { about } = model;
    return make("footer", { class: "lp-card-foot" },
      [model.name, about.status_text, ...about.footer].map((words) =>
        make("span", { dir: "auto", text: words })));
  }

  function link(model, kind, idx, open) {
    return make("button", {
      class: "lp-link", type: "button", dir: "auto", text: placeName(model[kind], idx),
      onclick: () => open(kind, idx),
    });
  }

  function tableOf(head, rows, look) {
    return make("table", look ? { class: look } : {}, [
      make("thead", {}, [make("tr", {}, head.map((words) =>
        (words === "" ? make("td") : make("th", { scope: "col", text: words }))))]),
      make("tbody", {}, rows),
    ]);
  }

  return {
    make, label, minutesText, people, sum, placeName, heading, foot, link, tableOf, print, more,
  };
})();
