// Paper: one sheet with title, map, legend, facts and footer. The map is painted anew for it, with
// twice the points of the screen, and shows what is in sight.
"use strict";

layoutplan.page.onReady(function (model) {
  const { page } = layoutplan;
  const { make, label } = layoutplan.cards;
  const [WIDTH, HEIGHT, DENSITY] = [1120, 900, 2]; // pixels of the map on the sheet
  const sheet = document.getElementById("lp-sheet");

  // What is in sight beside the panel and the legend, or all of it on a narrow screen.
  function bounds() {
    const { map } = page;
    const size = map.getSize();
    const edge = (id, side) => document.getElementById(id).getBoundingClientRect()[side];
    const isLegendOpen = document.getElementById("lp-legend").open;
    const left = page.isNarrow() ? 0 : edge("lp-panel", "right");
    const right = page.isNarrow() || !isLegendOpen ? size.x : edge("lp-legend", "left");
    return L.latLngBounds(
      map.containerPointToLatLng([left, 0]), map.containerPointToLatLng([right, size.y]));
  }

  function fill() {
    if (document.body.dataset.print === "card") return;
    const { about } = model;
    const view = page.state.view;
    const when = view === "swipe"
      ? `${label(model, "before")} | ${label(model, "after")}` : label(model, view);
    const bands = page.state.band < 0
      ? label(model, "all_bands") : model.bands[page.state.band].label;
    sheet.replaceChildren(
      make("header", {}, [
        make("h1", { dir: "auto", text: model.name }),
        make("p", { text: model.bands.length > 1 ? `${when} · ${bands}` : when }),
        make("p", { class: "lp-proof", "data-status": about.status, text: about.status_text }),
      ]),
      make("div", { class: "lp-sheet-map" },
        [page.canvas.picture(bounds(), WIDTH, HEIGHT, DENSITY)]),
      make("div", { class: "lp-sheet-side" }, [
        make("dl", {}, about.facts.flatMap(([name, value]) => [
          make("dt", { text: name }), make("dd", { text: value })])),
        ...page.legendForPaper(),
        make("ul", { class: "lp-notes" }, about.notes.map((note) => make("li", { text: note }))),
      ]),
      make("footer", {}, about.footer.map((words) => make("span", { dir: "auto", text: words }))));
  }

  window.addEventListener("beforeprint", fill);
  window.addEventListener("afterprint", () => sheet.replaceChildren());
});
