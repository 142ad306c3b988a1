// The page of why there is no plan: villages and schools by block, and a panel in two languages.
"use strict";

const layoutplanRepair = (function () {
  const OTHERS = "#b4bac0";
  let data;
  let map;
  const marks = { village: new Map(), school: new Map() };

  function show(leafletMap) {
    map = leafletMap;
    data = JSON.parse(document.getElementById("lp-data").textContent);
    L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);
    L.control.zoom({ position: "bottomright" }).addTo(map);
    data.roads.forEach((points) => {
      L.polyline(points, { color: "#cfcfcf", weight: 1, interactive: false }).addTo(map);
    });
    draw("village", data.villages, 5);
    draw("school", data.schools, 4);
    fit();
    document.querySelectorAll("#lp-language button").forEach((button) => {
      button.addEventListener("click", () => speak(button.value));
    });
    document.querySelectorAll("#lp-panel li[data-village]").forEach((item) => {
      item.addEventListener("click", () => find(item.dataset));
    });
    speak(data.language);
  }

  function draw(kind, places, radius) {
    // Those of a block come last, so that they lie on top.
    const ordered = [...places].sort((one, other) => one.block - other.block);
    ordered.forEach((place) => {
      const color = place.block < 0 ? OTHERS : data.colors[place.block % data.colors.length];
      const isSchool = kind === "school";
      const mark = L.circleMarker(place.at, {
        radius: place.block < 0 ? radius - 2 : radius,
        color: isSchool ? "#1c2430" : color,
        fillColor: color,
        fillOpacity: 0.9,
        weight: isSchool ? 1.5 : 1,
      });
      mark.bindTooltip(() => escaped(place.tip[document.documentElement.lang]));
      mark.addTo(map);
      marks[kind].set(place.id, mark);
    });
  }

  function fit() {
    const concerned = [...data.villages, ...data.schools].filter((place) => place.block >= 0);
    const shown = concerned.length ? concerned : [...data.villages, ...data.schools];
    const panel = document.getElementById("lp-panel").offsetWidth;
    const room = window.innerWidth > 2 * panel ? panel + 24 : 24;
    map.fitBounds(L.latLngBounds(shown.map((place) => place.at)), {
      paddingTopLeft: [room, 24],
      paddingBottomRight: [24, 24],
      maxZoom: 14,
    });
  }

  function speak(language) {
    document.documentElement.lang = language;
    document.querySelectorAll("#lp-panel > div[lang]").forEach((body) => {
      body.hidden = body.lang !== language;
    });
    document.querySelectorAll("#lp-language button").forEach((button) => {
      button.setAttribute("aria-pressed", String(button.value === language));
    });
  }

  function find({ village, school }) {
    const mark = marks.village.get(village) || marks.school.get(school);
    if (mark) {
      map.setView(mark.getLatLng(), Math.max(map.getZoom(), 12));
      mark.openTooltip();
    }
  }

  function escaped(words) {
    const holder = document.createElement("span");
    holder.textContent = words;
    return holder;
  }

  return { show, marks };
})();
