// The dot that is looked at, its row, and what it says; by pointer and by arrow keys.
"use strict";

(() => {
  const dots = [...document.querySelectorAll("circle[data-point]")];
  const rows = [...document.querySelectorAll("tr[data-point]")];
  const said = document.getElementById("said");
  if (!dots.length) return;

  const look = (place) => {
    dots.forEach((dot, at) => {
      dot.classList.toggle("seen", at === place);
      dot.setAttribute("tabindex", at === place ? "0" : "-1");
      rows[at].classList.toggle("seen", at === place);
    });
    said.textContent = dots[place].getAttribute("aria-label");
  };
  const steps = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

  dots.forEach((dot, place) => {
    dot.addEventListener("pointerenter", () => look(place));
    dot.addEventListener("focus", () => look(place));
    dot.addEventListener("keydown", (event) => {
      const ends = { Home: 0, End: dots.length - 1 };
      const next = ends[event.key] ?? place + (steps[event.key] ?? 0);
      if (next === place || !dots[next]) return;
      event.preventDefault();
      dots[next].focus();
    });
    rows[place].addEventListener("pointerenter", () => look(place));
  });
  look(0);
})();
