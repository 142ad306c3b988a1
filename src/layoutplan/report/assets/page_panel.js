// The panel and the tools: title, proof, switches, facts, buttons.
"use strict";

layoutplan.page.onReady(function (model) {
  const { data, page } = layoutplan;
  const { make, label } = layoutplan.cards;
  const byId = (id) => document.getElementById(id);
  const VIEWS = ["before", "after", "swipe"];

  function fillViews() {
    byId("lp-view").setAttribute("aria-label", label(model, "view"));
    byId("lp-view").append(...VIEWS.map((view, i) => make("button", {
      type: "button", value: view, text: label(model, view), onclick: () => page.set({ view }),
      title: `${label(model, view)} (${i + 1})`,
    })));
    page.onChange((state) => document.querySelectorAll("#lp-view button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === state.view));
    }));
  }

  // The areas shown follow the band chosen, unless none are shown.
  function fillBands() {
    const choice = byId("lp-band");
    const names = [label(model, "all_bands"), ...model.bands.map((band) => band.label)];
    choice.setAttribute("aria-label", label(model, "band"));
    choice.append(...names.map((name, i) => make("option", { value: i - 1, text: name })));
    choice.parentElement.hidden = model.bands.length < 2;
    choice.addEventListener("change", () => {
      const band = Number(choice.value);
      page.set({ band, areas: page.state.areas < 0 ? -1 : Math.max(band, 0) });
    });
    page.onChange((state) => { choice.value = state.band; });
  }

  function fillAbout() {
    const { about } = model;
    byId("lp-title").textContent = model.name;
    const proof = byId("lp-proof");
    proof.textContent = about.status_text;
    proof.dataset.status = about.status;
    byId("lp-facts").append(...about.facts.flatMap(([name, value]) => [
      make("dt", { text: name }), make("dd", { text: value })]));
    byId("lp-goals").append(...about.goals.map((goal) => make("li", {}, [
      make("span", { text: goal.label + " " }),
      make("b", { text: goal.value }),
      make("div", { class: goal.is_proven ? "lp-proven" : "lp-open", text: goal.proof }),
    ])));
    byId("lp-rules").append(...model.bands.map((band) => make("li", { text: band.rule })));
    byId("lp-notes").append(...about.notes.map((note) => make("li", { text: note })));
    byId("lp-footer").append(...about.footer.map((words) => make("span", {
      dir: "auto", text: words })));
    byId("lp-about").open = !page.isNarrow();
    byId("lp-legend").open = !page.isNarrow();
  }

  function tool(key, sign, onclick, more) {
    const button = make("button", {
      type: "button", "aria-label": label(model, key), title: label(model, key),
      "data-tool": key, text: sign, onclick, ...more,
    });
    byId("lp-tools").append(button);
    return button;
  }

  function fillTools() {
    tool("zoom_in", "+", () => page.map.zoomIn(0.75));
    tool("zoom_out", "−", () => page.map.zoomOut(0.75));
    tool("fit", label(model, "fit"), page.fit, { class: "lp-words" });
    const full = tool("full_screen", "", switchFullScreen);
    full.hidden = !document.fullscreenEnabled;
    tool("print", label(model, "print"), () => window.print(), { class: "lp-words" });
    tool("help", "?", () => page.switchHelp(), { "aria-controls": "lp-help" });
    document.addEventListener("fullscreenchange", () => {
      full.setAttribute("aria-pressed", String(document.fullscreenElement !== null));
    });
  }

  function switchFullScreen() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen();
  }

  // On a phone the panel is a bar that opens; with a mouse it is always open.
  function fold() {
    const button = byId("lp-fold");
    const setOpen = (isOpen) => {
      byId("lp-panel").classList.toggle("lp-folded", !isOpen);
      button.setAttribute("aria-expanded", String(isOpen));
      button.setAttribute("aria-label", label(model, isOpen ? "fold" : "unfold"));
      button.textContent = isOpen ? "▴" : "▾";
    };
    button.addEventListener("click", () =>
      setOpen(byId("lp-panel").classList.contains("lp-folded")));
    setOpen(!page.isNarrow());
    page.onSelect((selected) => { if (selected && page.isNarrow()) setOpen(false); });
  }

  function addTiles() {
    if (!model.tiles) return;
    L.tileLayer(model.tiles.url, { maxZoom: 19, attribution: "" }).addTo(page.map);
  }

  fillViews();
  fillBands();
  fillAbout();
  fillTools();
  fold();
  addTiles();
  L.control.scale({ imperial: false, position: "bottomright", maxWidth: 120 }).addTo(page.map);
});
