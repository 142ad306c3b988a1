// Data: turns the payload of the page into a model to draw and to ask. No drawing here.
"use strict";
var layoutplan = window.layoutplan || {};

layoutplan.data = (function () {
  const WHENS = ["before", "after"];

  // Web Mercator with the world from 0 to 256, as Leaflet has it at zoom 0.
  function worldX(lon) {
    return ((lon + 180) / 360) * 256;
  }

  function worldY(lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256;
  }

  function read(payload) {
    const lon = (x) => (payload.origin[0] + x) * payload.step;
    const lat = (y) => (payload.origin[1] + y) * payload.step;
    const model = {
      language: payload.language,
      name: payload.name,
      texts: payload.texts,
      about: payload.about,
      style: payload.style,
      bands: payload.bands,
      villages: places(payload.villages, lon, lat),
      schools: places(payload.schools, lon, lat),
      units: payload.units,
      flows: payload.flows,
      areas: areas(payload.areas, lon, lat),
      routes: routes(payload.routes, lon, lat),
      roads: payload.roads.map((lines) => lines.map((line) => path(line, lon, lat))),
      outline: payload.outline.map((line) => path(line, lon, lat)),
    };
    model.unitsOfVillage = group(payload.units.village, model.villages.id.length);
    model.unitsOfSchool = {
      before: group(payload.units.before, model.schools.id.length),
      after: group(payload.units.after, model.schools.id.length),
    };
    model.villages.total = sums(payload.villages.pupils, model.villages.id.length);
    model.flows.total = sums(payload.flows.pupils, payload.flows.from.length);
    model.schoolIdx = positions(model.schools.id);
    model.villageIdx = positions(model.villages.id);
    return model;
  }

  function places(table, lon, lat) {
    return Object.assign({}, table, {
      lon: table.x.map(lon),
      lat: table.y.map(lat),
      wx: Float64Array.from(table.x, (x) => worldX(lon(x))),
      wy: Float64Array.from(table.y, (y) => worldY(lat(y))),
    });
  }

  // A line in world coordinates, with its bounding box to skip what is out of sight.
  function path(deltas, lon, lat) {
    const points = new Float64Array(deltas.length);
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    let x = 0;
    let y = 0;
    for (let i = 0; i < deltas.length; i += 2) {
      x += deltas[i];
      y += deltas[i + 1];
      const wx = (points[i] = worldX(lon(x)));
      const wy = (points[i + 1] = worldY(lat(y)));
      box[0] = Math.min(box[0], wx);
      box[1] = Math.min(box[1], wy);
      box[2] = Math.max(box[2], wx);
      box[3] = Math.max(box[3], wy);
    }
    return { points, box };
  }

  function areas(table, lon, lat) {
    const shapes = table.shapes.map((rings) => rings.map((ring) => path(ring, lon, lat)));
    return table.school.map((school, i) => ({
      school,
      band: table.band[i],
      when: table.when[i],
      color: table.color[i],
      rings: shapes[table.shape[i]],
    }));
  }

  function routes(table, lon, lat) {
    return table.points.map((line, i) => ({
      points: path(line, lon, lat).points, into: table.into[i], at: table.at[i],
    }));
  }

  // All points of a way to school: its own up to where it joins another, then the rest of that.
  function wayOf(model, route) {
    const points = [];
    let first = 0;
    for (let i = route; i >= 0; i = model.routes[i].into) {
      points.push(...model.routes[i].points.subarray(2 * first));
      first = model.routes[i].at + 1;
    }
    return points;
  }

  // The ways of a village's pupils at a time, each once; of one band or of all (-1).
  function waysOf(model, village, when, band) {
    const routes = model.unitsOfVillage[village]
      .filter((unit) => band < 0 || model.units.band[unit] === band)
      .map((unit) => model.units["route_" + when][unit]);
    return [...new Set(routes)].filter((route) => route >= 0);
  }

  function group(keys, size) {
    const groups = Array.from({ length: size }, () => []);
    keys.forEach((key, i) => key >= 0 && groups[key].push(i));
    return groups;
  }

  function sums(columns, size) {
    return Array.from({ length: size }, (_, i) =>
      columns.reduce((sum, column) => sum + column[i], 0));
  }

  function positions(ids) {
    return new Map(ids.map((id, i) => [id, i]));
  }

  // The longest trip of a village's pupils: {minutes}, {unreached: true}, or null for nobody.
  function trip(model, village, when, band) {
    const units = model.units;
    let longest = null;
    for (const unit of model.unitsOfVillage[village]) {
      if (band >= 0 && units.band[unit] !== band) continue;
      if (units[when][unit] < 0) continue;
      const minutes = units["minutes_" + when][unit];
      if (minutes === null) return { unreached: true };
      if (longest === null || minutes > longest) longest = minutes;
    }
    return longest === null ? null : { minutes: longest };
  }

  function colorOfTrip(style, found) {
    if (found === null) return style.nobody;
    if (found.unreached) return style.unreached;
    const step = style.breaks.findIndex((limit) => found.minutes <= limit);
    return style.minutes[step < 0 ? style.minutes.length - 1 : step];
  }

  // Whether a school teaches at that time: a new site does not yet today, a merged one no more.
  function isOpen(model, school, when) {
    const action = model.schools.action[school];
    const isNew = model.schools.kind[school] === "candidate";
    if (when === "before") return !isNew;
    return action !== "merge" && action !== "close" && (!isNew || action === "open");
  }

  function isSite(model, school) {
    return model.schools.kind[school] === "candidate" && model.schools.action[school] !== "open";
  }

  function flowsOf(model, school, side) {
    return model.flows[side]
      .map((place, i) => (place === school ? i : -1))
      .filter((i) => i >= 0);
  }

  // Names and ids that hold the words asked for; those that begin with them first.
  function search(model, query, most) {
    const asked = query.trim().toLocaleLowerCase();
    if (!asked) return [];
    const found = [];
    for (const kind of ["schools", "villages"]) {
      const table = model[kind];
      table.id.forEach((id, idx) => {
        const name = table.name[idx] || id;
        const at = name.toLocaleLowerCase().indexOf(asked);
        const isId = id.toLocaleLowerCase().includes(asked);
        if (at < 0 && !isId) return;
        found.push({ kind, idx, name, id, township: table.township[idx], rank: at === 0 ? 0 : 1 });
      });
    }
    found.sort((a, b) => a.rank - b.rank);
    return found.slice(0, most);
  }

  function text(model, key, values) {
    const template = model.texts[key];
    return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  return { WHENS, read, wayOf, waysOf, trip, colorOfTrip, isOpen, isSite, flowsOf, search, text };
})();
