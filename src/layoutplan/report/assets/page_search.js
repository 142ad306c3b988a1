// The search box and its list, by pointer and keys.
"use strict";

layoutplan.page.onReady(function (model) {
  const { data, page } = layoutplan;
  const { make, label } = layoutplan.cards;
  const MATCHES = 12;
  const box = document.getElementById("lp-search");
  const list = document.getElementById("lp-matches");
  let found = [];
  let chosen = -1;

  function fill() {
    found = data.search(model, box.value, MATCHES);
    chosen = -1;
    const items = found.map((match, i) => make("li", {
      role: "option", id: "lp-match-" + i, "aria-selected": "false",
      "data-kind": match.kind, "data-id": match.id, onclick: () => pick(i),
    }, [
      make("span", { class: "lp-kind", "data-kind": match.kind,
        text: label(model, match.kind === "schools" ? "school" : "village") }),
      make("span", { class: "lp-found" }, [
        make("span", { dir: "auto", text: match.name }),
        make("span", { class: "lp-under", dir: "auto",
          text: [match.township, match.id].filter(Boolean).join(" · ") }),
      ]),
    ]));
    if (found.total > found.length) items.push(note(data.text(model, "label.more_matches", {
      n: found.total - found.length })));
    if (!items.length) items.push(note(label(model, "no_match")));
    list.replaceChildren(...items);
    setOpen(box.value.trim() !== "");
  }

  function note(words) {
    return make("li", { class: "lp-none", role: "presentation", text: words });
  }

  function setOpen(isOpen) {
    list.hidden = !isOpen;
    box.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) box.removeAttribute("aria-activedescendant");
  }

  function pick(place) {
    setOpen(false);
    const { kind, idx } = found[place];
    if (!page.state.layers[kind]) {
      page.set({ layers: { ...page.state.layers, [kind]: true } });
    }
    page.select(kind, idx, true);
  }

  function choose(place) {
    const items = [...list.querySelectorAll("[role=option]")];
    chosen = (place + items.length) % items.length;
    items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
    items[chosen].scrollIntoView({ block: "nearest" });
    box.setAttribute("aria-activedescendant", items[chosen].id);
  }

  function move(event) {
    const isOpen = !list.hidden;
    if (event.key === "Escape") {
      event.stopPropagation();
      if (isOpen) setOpen(false);
      else box.blur();
    } else if (event.key === "Enter" && isOpen && found.length) {
      event.preventDefault();
      pick(Math.max(chosen, 0));
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) fill();
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (found.length) choose(chosen < 0 && step < 0 ? -1 : chosen + step);
    }
  }

  box.placeholder = label(model, "search");
  box.setAttribute("aria-label", label(model, "search"));
  list.setAttribute("aria-label", label(model, "matches"));
  box.addEventListener("input", fill);
  box.addEventListener("focus", () => { if (box.value.trim()) fill(); });
  box.addEventListener("keydown", move);
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".lp-search")) setOpen(false);
  });
});
