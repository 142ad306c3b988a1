// Keys that work on the whole page, and the list of them.
"use strict";

layoutplan.page.onReady(function (model) {
  const { data, page } = layoutplan;
  const { make, label } = layoutplan.cards;
  const PAN_PIXELS = 120;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const help = document.getElementById("lp-help");

  const ACTS = {
    "+": () => page.map.zoomIn(0.75),
    "=": () => page.map.zoomIn(0.75),
    "-": () => page.map.zoomOut(0.75),
    "0": page.fit,
    "1": () => page.set({ view: "before" }),
    "2": () => page.set({ view: "after" }),
    "3": () => page.set({ view: "swipe" }),
    "/": () => document.getElementById("lp-search").focus(),
    "p": () => window.print(),
    "?": () => page.switchHelp(),
    "Escape": () => (help.hidden ? page.close() : page.switchHelp()),
  };

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    const arrow = ARROWS[event.key];
    const act = ACTS[event.key];
    if (!arrow && !act) return;
    if (arrow && event.target.closest("[role=slider], .lp-card, .lp-panel")) return;
    event.preventDefault();
    if (arrow) page.map.panBy(arrow.map((step) => step * PAN_PIXELS), { animate: false });
    else act();
  }

  page.switchHelp = () => {
    help.hidden = !help.hidden;
    if (!help.hidden) help.focus({ preventScroll: true });
  };

  const rows = [
    ["← ↑ → ↓", "key_pan"], ["+ −", "key_zoom"], ["0", "fit_all"], ["1 2 3", "key_views"],
    ["/", "key_search"], ["Esc", "close"], ["P", "print"], ["?", "help"],
  ];
  help.append(
    make("header", {}, [
      make("h2", { text: label(model, "help") }),
      make("button", { class: "lp-close", type: "button", "aria-label": label(model, "close"),
        text: "×", onclick: () => page.switchHelp() }),
    ]),
    make("dl", {}, rows.flatMap(([keys, key]) => [
      make("dt", {}, keys.split(" ").map((each) => make("kbd", { text: each }))),
      make("dd", { text: label(model, key) })])),
    make("p", { class: "lp-under", text: data.text(model, "label.help_click") }));
  help.setAttribute("aria-label", label(model, "help"));
  document.addEventListener("keydown", press);
});
