// The canvas of the map: one picture of all layers, because canvases on top of each other swallow
// the clicks of those below. While today and the plan are compared there are two, which take no
// clicks themselves, each cut off at the divider. Between redrawings the painted canvas is moved.
"use strict";

layoutplan.canvas = (function () {
  const { painting, paths } = layoutplan;
  const PADDING = 0.25; // share of the size that is painted beyond each edge
  const REPAINT_MS = 200; // until what is beyond the edges is painted

  const PlanCanvas = L.Renderer.extend({
    options: { padding: 0 },

    initialize: function (model, state) {
      L.Renderer.prototype.initialize.call(this, {});
      this.model = model;
      this.state = state;
      this.ready = painting.prepared(model);
      this.lastPaintMs = 0;
    },

    getEvents: function () {
      const events = L.Renderer.prototype.getEvents.call(this);
      return Object.assign(events, { move: this.cut });
    },

    _initContainer: function () {
      this._container = L.DomUtil.create("div", "lp-canvases");
      this._canvases = { after: null, before: null };
      for (const when of Object.keys(this._canvases)) {
        this._canvases[when] = L.DomUtil.create("canvas", "lp-canvas", this._container);
      }
    },

    _destroyContainer: function () {
      L.Util.cancelAnimFrame(this._frame);
      clearTimeout(this._later);
      L.DomUtil.remove(this._container);
      delete this._container;
      delete this._canvases;
    },

    // What is in sight is painted at once, unless it is already; what is beyond when nothing moves.
    _update: function () {
      if (this._map._animatingZoom && this._bounds) return;
      clearTimeout(this._later);
      if (!this._isPainted()) this._repaint(0);
      this._later = setTimeout(() => this._repaint(PADDING), REPAINT_MS);
    },

    _isPainted: function () {
      const map = this._map;
      const corner = map.containerPointToLayerPoint([0, 0]);
      const inSight = L.bounds(corner, corner.add(map.getSize()));
      return Boolean(this._painted) && this._painted.zoom === map.getZoom() &&
        this._painted.origin.equals(map.getPixelOrigin()) && this._bounds.contains(inSight);
    },

    _repaint: function (padding) {
      if (!this._canvases) return;
      this.options.padding = padding;
      L.Renderer.prototype._update.call(this);
      L.DomUtil.setPosition(this._container, this._bounds.min);
      this._painted = { zoom: this._map.getZoom(), origin: this._map.getPixelOrigin() };
      this.draw();
      if (padding) paths.warm(this._view, this.ready.roads.flat());
    },

    // Draws once per frame, however often it is asked to.
    redraw: function () {
      if (this._frame) return;
      this._frame = L.Util.requestAnimFrame(() => {
        this._frame = null;
        if (this._canvases) this.draw();
      });
    },

    draw: function () {
      const began = performance.now();
      const isSwipe = this.state.view === "swipe";
      this._canvases.before.hidden = !isSwipe;
      this.paintOn(this._canvases.after, isSwipe ? "after" : this.state.view);
      if (isSwipe) this.paintOn(this._canvases.before, "before");
      this.cut();
      this.lastPaintMs = performance.now() - began;
    },

    paintOn: function (canvas, when) {
      const size = this._bounds.getSize();
      const density = window.devicePixelRatio || 1;
      canvas.width = Math.round(density * size.x);
      canvas.height = Math.round(density * size.y);
      canvas.style.width = size.x + "px";
      canvas.style.height = size.y + "px";
      const context = canvas.getContext("2d");
      context.setTransform(density, 0, 0, density, 0, 0);
      const origin = this._map.getPixelOrigin().add(this._bounds.min);
      const zoom = this._map.getZoom();
      const corner = { dx: -origin.x, dy: -origin.y };
      this._view = this.viewOf(context, zoom, corner, { width: size.x, height: size.y }, density);
      painting.paint(this._view, this.model, this.state, when);
    },

    viewOf: function (context, zoom, corner, size, density) {
      const scale = this._map.getZoomScale(zoom, 0);
      return { context, zoom, scale, density, ...corner, ...size, ready: this.ready };
    },

    // Cuts both canvases off at the divider; cheap enough for every step of a drag.
    cut: function () {
      const { after, before } = this._canvases;
      if (this.state.view !== "swipe") {
        after.style.clipPath = "";
        return;
      }
      const at = this._map.containerPointToLayerPoint([this.dividerX(), 0]).x - this._bounds.min.x;
      after.style.clipPath = `inset(0 0 0 ${at}px)`;
      before.style.clipPath = `inset(0 calc(100% - ${at}px) 0 0)`;
    },

    dividerX: function () {
      return this.state.divider * this._map.getSize().x;
    },

    // Which time is shown at a point of the map's container.
    whenAt: function (point) {
      if (this.state.view !== "swipe") return this.state.view;
      return point.x < this.dividerX() ? "before" : "after";
    },

    // The school, else the village, nearest to a point of the map's container.
    placeAt: function (point) {
      const corner = this._map.containerPointToLayerPoint(point).subtract(this._bounds.min);
      return painting.nearest(this._view, this.model, this.state, this.whenAt(point), corner);
    },

    // A picture for paper: what is in sight between the edges given, in pixels of its own.
    picture: function (bounds, width, height, density) {
      const canvas = L.DomUtil.create("canvas", "lp-picture");
      canvas.width = Math.round(width * density);
      canvas.height = Math.round(height * density);
      const context = canvas.getContext("2d");
      context.scale(density, density);
      const [west, north] = this._world(bounds.getNorthWest());
      const [east, south] = this._world(bounds.getSouthEast());
      const scale = Math.min(width / (east - west), height / (south - north));
      const zoom = Math.log2(scale);
      const corner = {
        dx: width / 2 - ((west + east) / 2) * scale, dy: height / 2 - ((north + south) / 2) * scale,
      };
      const view = this.viewOf(context, zoom, corner, { width, height }, density);
      const middle = this.state.divider * width;
      const sides = this.state.view === "swipe"
        ? [["before", 0, middle], ["after", middle, width]] : [[this.state.view, 0, width]];
      for (const [when, left, right] of sides) {
        context.save();
        context.beginPath();
        context.rect(left, 0, right - left, height);
        context.clip();
        painting.paint(view, this.model, this.state, when);
        context.restore();
      }
      if (sides.length > 1) {
        context.fillStyle = "#1c2430";
        context.fillRect(middle - 1.5, 0, 3, height);
      }
      layoutplan.names.paintBar(view, bounds.getCenter().lat);
      return canvas;
    },

    _world: function (place) {
      const point = this._map.project(place, 0);
      return [point.x, point.y];
    },
  });

  return { PlanCanvas };
})();
