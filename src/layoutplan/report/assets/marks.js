// Marks: the shapes, arrows and words of the map, on any canvas and at any place.
"use strict";

layoutplan.marks = (function () {
  const FONT = '"Microsoft YaHei","PingFang SC","Noto Sans CJK SC","Source Han Sans SC",SimHei,' +
    '"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif';

  const SHAPES = {
    square: (r) => [[-r, -r], [r, -r], [r, r], [-r, r]],
    diamond: (r) => [[0, -1.3 * r], [1.3 * r, 0], [0, 1.3 * r], [-1.3 * r, 0]],
    triangle: (r) => [[0, -1.2 * r], [1.2 * r, r], [-1.2 * r, r]],
    pentagon: (r) => [0, 1, 2, 3, 4].map((i) => [
      1.25 * r * Math.sin((2 * Math.PI * i) / 5), -1.25 * r * Math.cos((2 * Math.PI * i) / 5)]),
  };

  function paintMark(context, [shape, color], x, y, radius) {
    context.lineCap = "butt";
    if (shape === "cross") {
      for (const [width, stroke] of [[radius * 0.5 + 3, "#fff"], [radius * 0.5, color]]) {
        context.beginPath();
        context.moveTo(x - radius, y - radius);
        context.lineTo(x + radius, y + radius);
        context.moveTo(x + radius, y - radius);
        context.lineTo(x - radius, y + radius);
        context.lineWidth = width;
        context.strokeStyle = stroke;
        context.stroke();
      }
      return;
    }
    context.beginPath();
    SHAPES[shape](radius * 0.85).forEach(([dx, dy], i) =>
      i ? context.lineTo(x + dx, y + dy) : context.moveTo(x + dx, y + dy));
    context.closePath();
    context.fillStyle = color;
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = "#fff";
    context.stroke();
  }

  const dots = new Map(); // painted once for each look: copies are the fastest way to many dots

  // Dots that look alike, at x, y, x, y, ….
  function paintDots(context, dot, spots, density) {
    const look = [dot.color, dot.radius, dot.isUnreached, density].join();
    if (!dots.has(look)) dots.set(look, drawnDot(dot, density));
    const sprite = dots.get(look);
    const size = sprite.width / density;
    for (let i = 0; i < spots.length; i += 2) {
      const x = Math.round((spots[i] - size / 2) * density) / density;
      const y = Math.round((spots[i + 1] - size / 2) * density) / density;
      context.drawImage(sprite, x, y, size, size);
    }
  }

  function drawnDot({ color, radius, isUnreached }, density) {
    const size = Math.ceil((2 * radius + 3) * density);
    const sprite = new OffscreenCanvas(size, size);
    const context = sprite.getContext("2d");
    context.translate(size / 2, size / 2);
    context.scale(density, density);
    context.beginPath();
    context.arc(0, 0, radius, 0, 2 * Math.PI);
    context.fillStyle = color;
    context.fill();
    if (isUnreached) {
      context.moveTo(-radius * 0.7, radius * 0.7);
      context.lineTo(radius * 0.7, -radius * 0.7);
    }
    context.lineWidth = isUnreached ? 2 : 0.8;
    context.strokeStyle = isUnreached ? "#111" : "rgba(30,30,60,.75)";
    context.stroke();
    return sprite.transferToImageBitmap();
  }

  function paintArrow(context, start, end, color, width) {
    const length = Math.hypot(end[0] - start[0], end[1] - start[1]);
    const head = Math.min(11, length * 0.5);
    if (head < 3) return;
    const [ux, uy] = [(end[0] - start[0]) / length, (end[1] - start[1]) / length];
    const tip = [end[0] - ux * Math.min(7, length * 0.2), end[1] - uy * Math.min(7, length * 0.2)];
    const neck = [tip[0] - ux * head, tip[1] - uy * head];
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...neck);
    context.lineWidth = width + 2;
    context.strokeStyle = "rgba(255,255,255,.8)";
    context.stroke();
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
    context.beginPath();
    context.moveTo(...tip);
    context.lineTo(neck[0] - uy * head * 0.45, neck[1] + ux * head * 0.45);
    context.lineTo(neck[0] + uy * head * 0.45, neck[1] - ux * head * 0.45);
    context.closePath();
    context.fillStyle = color;
    context.fill();
  }

  // A line through x, y, x, y, … that stands out from the roads below it.
  function paintWay(context, spots, [color, width], dashes) {
    context.beginPath();
    context.moveTo(spots[0], spots[1]);
    for (let i = 2; i < spots.length; i += 2) context.lineTo(spots[i], spots[i + 1]);
    context.lineCap = context.lineJoin = "round";
    context.lineWidth = width + 3;
    context.strokeStyle = "rgba(255,255,255,.9)";
    context.stroke();
    context.lineCap = "butt";
    context.setLineDash(dashes);
    context.lineWidth = width;
    context.strokeStyle = color;
    context.stroke();
    context.setLineDash([]);
  }

  function halo(context, words, x, y, color) {
    context.lineWidth = 3.5;
    context.lineJoin = "round";
    context.strokeStyle = "rgba(255,255,255,.92)";
    context.strokeText(words, x, y);
    context.fillStyle = color;
    context.fillText(words, x, y);
  }

  function shortened(name) {
    const letters = Array.from(name);
    return letters.length > 24 ? letters.slice(0, 23).join("") + "…" : name;
  }

  return { FONT, paintMark, paintDots, paintArrow, paintWay, halo, shortened };
})();
