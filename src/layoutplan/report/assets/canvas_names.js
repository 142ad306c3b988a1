// Names on the map where there is room for them, and the bar that says how long a kilometer is.
"use strict";

layoutplan.names = (function () {
  const { marks } = layoutplan;
  const VILLAGES_FROM = 12.5; // zoom
  const BLOCK = 64; // pixels: boxes are looked up by the blocks that they touch
  const BAR_PIXELS = 120; // at the most
  const METERS_AT_EQUATOR = 40075016.686;
  const widths = new Map();

  // The chosen place first, then townships, schools by size, and villages when one is near.
  function paint(view, model, state, when) {
    const { spot, isShown, schoolsChosen } = layoutplan.painting;
    const taken = new Map();
    const chosen = state.selected;
    const write = (kind, idx, font, isForced) => {
      const table = model[kind];
      writeBeside(view, spot(view, table, idx), table.name[idx] || table.id[idx], font, taken,
        isForced);
    };
    if (chosen) write(chosen.kind, chosen.idx, "bold 14px ", true);
    for (const school of schoolsChosen(model, state) || []) {
      if (school >= 0) write("schools", school, "bold 14px ", false);
    }
    if (state.layers.townships) {
      model.townships.forEach((each) => writeWide(view, each, taken, model.style.township));
    }
    if (state.layers.schools) {
      for (const school of view.ready.schoolsByName) {
        if (isShown(model, school, when)) write("schools", school, "600 13px ", false);
      }
    }
    if (view.zoom < VILLAGES_FROM || !state.layers.villages) return;
    for (const village of view.ready.villages) write("villages", village, "12px ", false);
  }

  function widthOf(context, font, name) {
    const key = font + name;
    if (!widths.has(key)) {
      context.font = font + marks.FONT;
      widths.set(key, context.measureText(name).width);
    }
    return widths.get(key);
  }

  // Takes the place of a box if it is free; says whether it was.
  function take(taken, box, isForced) {
    const blocks = [];
    for (let i = Math.floor(box[0] / BLOCK); i <= Math.floor(box[2] / BLOCK); i += 1) {
      for (let j = Math.floor(box[1] / BLOCK); j <= Math.floor(box[3] / BLOCK); j += 1) {
        blocks.push(i * 4096 + j);
      }
    }
    const isFree = blocks.every((block) => (taken.get(block) || []).every((other) =>
      box[0] > other[2] || box[2] < other[0] || box[1] > other[3] || box[3] < other[1]));
    if (!isFree && !isForced) return false;
    blocks.forEach((block) => taken.set(block, [...(taken.get(block) || []), box]));
    return true;
  }

  function writeBeside(view, [x, y], words, font, taken, isForced) {
    if (x < 0 || y < 0 || x > view.width || y > view.height) return;
    const { context } = view;
    const name = marks.shortened(words);
    const width = widthOf(context, font, name);
    if (!take(taken, [x + 8, y - 9, x + 14 + width, y + 9], isForced)) return;
    context.font = font + marks.FONT;
    context.textAlign = "left";
    context.textBaseline = "middle";
    marks.halo(context, name, x + 11, y, "#1c2430");
  }

  function writeWide(view, township, taken, color) {
    const x = township.wx * view.scale + view.dx;
    const y = township.wy * view.scale + view.dy;
    const name = Array.from(marks.shortened(township.name)).join("\u2009");
    const width = widthOf(view.context, "600 14px ", name);
    if (!take(taken, [x - width / 2, y - 10, x + width / 2, y + 10], false)) return;
    view.context.font = "600 14px " + marks.FONT;
    view.context.textAlign = "center";
    view.context.textBaseline = "middle";
    marks.halo(view.context, name, x, y, color);
  }

  // A round length in meters that takes at most `BAR_PIXELS`: {meters, pixels}.
  function barOf(scale, latitude) {
    const metersPerPixel = METERS_AT_EQUATOR * Math.cos((latitude * Math.PI) / 180) / 256 / scale;
    const most = BAR_PIXELS * metersPerPixel;
    const power = 10 ** Math.floor(Math.log10(most));
    const meters = [5, 2, 1].map((step) => step * power).find((length) => length <= most);
    return { meters, pixels: meters / metersPerPixel };
  }

  function paintBar(view, latitude) {
    const { meters, pixels } = barOf(view.scale, latitude);
    const { context } = view;
    const [left, bottom] = [18, view.height - 16];
    for (const [width, color] of [[6, "#fff"], [2.5, "#1c2430"]]) {
      context.beginPath();
      context.moveTo(left, bottom - 7);
      context.lineTo(left, bottom);
      context.lineTo(left + pixels, bottom);
      context.lineTo(left + pixels, bottom - 7);
      context.lineWidth = width;
      context.lineCap = "round";
      context.strokeStyle = color;
      context.stroke();
    }
    context.font = "600 13px " + marks.FONT;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    const words = meters < 1000 ? meters + " m" : meters / 1000 + " km";
    marks.halo(context, words, left + pixels / 2, bottom - 5, "#1c2430");
  }

  return { paint, paintBar };
})();
