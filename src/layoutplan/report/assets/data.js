// Data: turns the payload of the page into a model to draw and to ask. No drawing here.
//
// model.villages, model.schools   columns of the same length; places are positions in them
// model.units                     villages by band as in assignments.csv, never changed
// model.plans.before, .after      who goes where, today and under the plan shown: data_plans.js
// model.proven                    the plan as it was solved, whatever is shown
// A count that the public edition hides is null; data.count() says what to write for it.
"use strict";
var layoutplan = window.layoutplan || {};

layoutplan.data = (function () {
  const WHENS = ["before", "after"];
  const HIDDEN_COUNT = "<5";

  // The text of the payload: as it stands there, or packed by gzip and written as base64.
  async function unpacked(element) {
    if (element.dataset.packed !== "gzip") return JSON.parse(element.textContent);
    const bytes = Uint8Array.from(atob(element.textContent.trim()), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

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
    const lines = (group) => group.map((line) => path(line, lon, lat));
    const model = {
      ...payload,
      villages: places(payload.villages, lon, lat),
      schools: places(payload.schools, lon, lat),
      areas: areas(payload.areas, lon, lat),
      routes: routes(payload.routes, lon, lat),
      roads: payload.roads.map(lines),
      townships: payload.townships.map((each) => ({
        name: each.name, rings: lines(each.rings),
        wx: worldX(lon(each.x)), wy: worldY(lat(each.y)),
      })),
      outline: lines(payload.outline),
      get flows() { return this.plans.after.flows; },
    };
    model.unitsOfVillage = group(payload.units.village, model.villages.id.length);
    model.villages.total = sums(payload.villages.pupils, model.villages.id.length);
    model.schoolIdx = positions(model.schools.id);
    model.villageIdx = positions(model.villages.id);
    model.plans = layoutplan.plans.read(model, payload);
    model.proven = model.plans.after;
    return model;
  }

  function places(table, lon, lat) {
    return {
      ...table,
      lon: table.x.map(lon),
      lat: table.y.map(lat),
      wx: Float64Array.from(table.x, (x) => worldX(lon(x))),
      wy: Float64Array.from(table.y, (y) => worldY(lat(y))),
    };
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
      if (wx < box[0]) box[0] = wx;
      if (wy < box[1]) box[1] = wy;
      if (wx > box[2]) box[2] = wx;
      if (wy > box[3]) box[3] = wy;
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
      .map((unit) => model.plans[when].route[unit]);
    return [...new Set(routes)].filter((route) => route >= 0);
  }

  function group(keys, size) {
    const groups = Array.from({ length: size }, () => []);
    keys.forEach((key, i) => key >= 0 && groups[key].push(i));
    return groups;
  }

  // Sums of columns by row; null as soon as one of them is hidden.
  function sums(columns, size) {
    return Array.from({ length: size }, (_, i) => columns.reduce(
      (sum, column) => (sum === null || column[i] === null ? null : sum + column[i]), 0));
  }

  function positions(ids) {
    return new Map(ids.map((id, i) => [id, i]));
  }

  function count(number) {
    return number === null ? HIDDEN_COUNT : String(number);
  }

  function text(model, key, values) {
    const template = model.texts[key];
    return template.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  return { WHENS, unpacked, read, wayOf, waysOf, group, sums, count, text };
})();
