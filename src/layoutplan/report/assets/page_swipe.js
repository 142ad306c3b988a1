// The divider between today (left) and the plan (right): dragged, or moved by keys.
"use strict";

layoutplan.page.onReady(function (model) {
  const { data, page } = layoutplan;
  const divider = document.getElementById("lp-divider");
  const STEP = 0.02;
  const [LEAST, MOST] = [0.02, 0.98];

  function moveTo(share) {
    page.state.divider = Math.min(Math.max(share, LEAST), MOST);
    place();
    page.canvas.cut();
  }

  function place() {
    const percent = 100 * page.state.divider;
    divider.style.left = percent + "%";
    divider.setAttribute("aria-valuenow", String(Math.round(percent)));
  }

  divider.setAttribute("aria-label", data.text(model, "label.divider"));
  divider.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    divider.setPointerCapture(event.pointerId);
    divider.focus({ preventScroll: true });
  });
  divider.addEventListener("pointermove", (event) => {
    if (divider.hasPointerCapture(event.pointerId)) moveTo(event.clientX / window.innerWidth);
  });
  divider.addEventListener("keydown", (event) => {
    const steps = { ArrowLeft: -STEP, ArrowRight: STEP, PageDown: -5 * STEP, PageUp: 5 * STEP };
    const ends = { Home: LEAST, End: MOST };
    const next = ends[event.key] ?? (steps[event.key] && page.state.divider + steps[event.key]);
    if (next === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    moveTo(next);
  });
  page.onChange((state) => {
    divider.hidden = state.view !== "swipe";
    place();
  });

  // Beside the panel on a wide screen, so that both sides are in sight at first.
  const panel = document.getElementById("lp-panel").getBoundingClientRect();
  if (!page.isNarrow()) page.state.divider = (panel.right / window.innerWidth + 1) / 2;
});
