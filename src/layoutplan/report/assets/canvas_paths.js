// Paths: many lines as few ready paths, so that a pan or zoom does not go over every point again.
"use strict";

layoutplan.paths = (function () {
  const UNIT = 4096; // path units in one world unit: one is a pixel at zoom 12
  const CELLS = 12; // in a row of the grid in which lines are kept
  const FINEST_PIXELS = 0.7; // nearer points are left out
  const FINEST_LEVEL = 16;
  const KEPT_LEVELS = 4;

  // Lines ({points, box}) that are drawn alike, in the cells of a grid.
  function bundle(lines) {
    const whole = joined(lines);
    const cells = new Map();
    lines.forEach((line) => {
      const key = cellOf(line.box, whole);
      if (!cells.has(key)) cells.set(key, []);
      cells.get(key).push(line);
    });
    return [...cells.values()].map((some) => ({
      lines: some, box: joined(some), paths: new Map(),
    }));
  }

  // One path, such as of an area whose rings belong together.
  function single(lines) {
    return [{ lines, box: joined(lines), paths: new Map() }];
  }

  function joined(lines) {
    return lines.reduce((box, line) => [
      Math.min(box[0], line.box[0]), Math.min(box[1], line.box[1]),
      Math.max(box[2], line.box[2]), Math.max(box[3], line.box[3]),
    ], [Infinity, Infinity, -Infinity, -Infinity]);
  }

  function cellOf(box, whole) {
    const place = (least, most, from, to) =>
      Math.floor(CELLS * Math.min(((least + most) / 2 - from) / (to - from || 1), 0.999));
    return CELLS * place(box[0], box[2], whole[0], whole[2]) +
      place(box[1], box[3], whole[1], whole[3]);
  }

  // Does `act(context, path)` for every part in sight; one unit of its pen is `1 / perUnit` pixels.
  function each(view, parts, act) {
    const { context } = view;
    const level = levelOf(view.zoom);
    const perUnit = view.scale / UNIT;
    for (const part of parts) {
      if (!isInSight(view, part.box)) continue;
      const [left, top] = part.box;
      context.save();
      context.translate(left * view.scale + view.dx, top * view.scale + view.dy);
      context.scale(perUnit, perUnit);
      act(context, pathOf(part, level), perUnit);
      context.restore();
    }
  }

  // Strokes all parts in sight with a pen of so many pixels.
  function stroke(view, parts, width, color, dashes = []) {
    each(view, parts, (context, path, perUnit) => {
      context.lineCap = context.lineJoin = "round";
      context.setLineDash(dashes.map((length) => length / perUnit));
      context.lineWidth = width / perUnit;
      context.strokeStyle = color;
      context.stroke(path);
    });
  }

  // Makes ready, while nothing else is to do, the paths that the next zoom will ask for.
  function warm(view, parts) {
    const next = levelOf(view.zoom) + 1;
    if (!window.requestIdleCallback || next > FINEST_LEVEL) return;
    const waiting = parts.filter((part) => !part.paths.has(next) && isInSight(view, part.box));
    const work = (deadline) => {
      while (waiting.length && deadline.timeRemaining() > 5) pathOf(waiting.pop(), next);
      if (waiting.length) window.requestIdleCallback(work);
    };
    window.requestIdleCallback(work);
  }

  function levelOf(zoom) {
    return Math.min(Math.max(Math.ceil(zoom), 0), FINEST_LEVEL);
  }

  function isInSight(view, box) {
    return box[2] * view.scale + view.dx >= 0 && box[0] * view.scale + view.dx <= view.width &&
      box[3] * view.scale + view.dy >= 0 && box[1] * view.scale + view.dy <= view.height;
  }

  // The path of a part at a level of detail, relative to the corner of its box.
  function pathOf(part, level) {
    const known = part.paths.get(level);
    if (known) return known;
    const path = new Path2D();
    const least = FINEST_PIXELS * UNIT / 2 ** level;
    part.lines.forEach((line) => trace(path, line.points, part.box, least));
    if (part.paths.size >= KEPT_LEVELS) part.paths.delete(part.paths.keys().next().value);
    part.paths.set(level, path);
    return path;
  }

  function trace(path, points, [left, top], least) {
    const last = points.length - 2;
    let x = (points[0] - left) * UNIT;
    let y = (points[1] - top) * UNIT;
    path.moveTo(x, y);
    for (let i = 2; i <= last; i += 2) {
      const nextX = (points[i] - left) * UNIT;
      const nextY = (points[i + 1] - top) * UNIT;
      const isNear = Math.abs(nextX - x) < least && Math.abs(nextY - y) < least;
      if (isNear && i < last) continue;
      path.lineTo(x = nextX, y = nextY);
    }
  }

  return { bundle, single, each, stroke, warm };
})();
