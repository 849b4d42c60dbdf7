/** <trama-map>: who matches on the map of Europe. The list beside it and the table below say the same; templates/organisations/_map.html has its words. */
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { isEnter } from "./elements/enter.js";
import { box, closest, part } from "./elements/part.js";
import { nearest, neighbour } from "./map/neighbours.js";
import { project, unproject } from "./map/projection.js";
import { outlines } from "./map/topology.js";

/** @import { ZoomTransform } from "d3-zoom" */
/** @import { Point } from "./map/projection.js" */
/**
 * @typedef {{ lat: number, lon: number, count: number, said: string, url: string }} Circle
 */

/** @type {Record<string, Point>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const ZOOM_KEYS = { "+": 1.6, "=": 1.6, "-": 1 / 1.6, _: 1 / 1.6 };
/** West, south, east and north in degrees: how far the map can be moved, and what it shows at first, as it fits. */
const FRAME = [-25, 33, 46, 72];
const [FIRST_WEST, FIRST_SOUTH, FIRST_EAST, FIRST_NORTH] = [-9, 35, 33, 60];
const UNITS = 1000;
const ZOOM_STEP = 2.5;
const MIN_ZOOM = 0.7;
const MAX_ZOOM = 120;
/** A cell is at least so many pixels wide, so that circles seldom lie upon each other. */
const CELL_PIXELS = 52;
const MIDDLE_LATITUDE = 48;
const SETTLE_MILLISECONDS = 180;
const SVG = "http://www.w3.org/2000/svg";

/**
 * One finger scrolls the page past the map; two move it.
 * @param {MouseEvent | WheelEvent | TouchEvent} event
 */
function isMapGesture(event) {
  if ("touches" in event) return event.touches.length > 1;
  return !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey);
}

/**
 * Left, top, right and bottom of a section that degrees name, in units of the map.
 * @param {number} west
 * @param {number} south
 * @param {number} east
 * @param {number} north
 */
function extent(west, south, east, north) {
  const edge = [west, (west + east) / 2, east].flatMap((longitude) => [
    project(longitude, south),
    project(longitude, north),
  ]);
  const [across, down] = [edge.map(([x]) => x * UNITS), edge.map(([, y]) => y * UNITS)];
  return [Math.min(...across), Math.min(...down), Math.max(...across), Math.max(...down)];
}

/**
 * An element of the picture.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}

class MapElement extends HTMLElement {
  async connectedCallback() {
    const response = await fetch(this.dataset.geometry ?? "");
    if (!response.ok) return;
    const land = outlines(await response.json(), UNITS);
    this.hidden = false;
    const table = document.querySelector("[data-map-table]");
    if (table) table.removeAttribute("open");
    new EuropeMap(this, land);
  }
}

class EuropeMap {
  place = zoomIdentity;
  /** @type {Circle[]} */
  circles = [];
  /** @type {Point[]} Where the circles are, before the map is moved. */
  points = [];
  chosen = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;
  asked = 0;
  base = 1;
  left = 0;
  top = 0;

  /**
   * @param {HTMLElement} element
   * @param {string} land
   */
  constructor(element, land) {
    this.element = element;
    this.picture = part(element, "svg", SVGSVGElement);
    this.land = part(element, "[data-land]", SVGPathElement);
    this.marks = part(element, "[data-circles]", SVGGElement);
    this.said = box(element, "[data-said]");
    this.only = part(element, "[data-only]", HTMLAnchorElement);
    this.numbers = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
    this.land.setAttribute("d", land);
    /** @type {import("d3-zoom").Zoom<SVGSVGElement>} */
    this.zoom = zoom();
    this.zoom
      .filter(isMapGesture)
      .scaleExtent([MIN_ZOOM, MAX_ZOOM])
      .on("zoom", ({ transform }) => this.#move(transform));
    select(this.picture).call(this.zoom).on("dblclick.zoom", null);
    this.picture.addEventListener("keydown", (event) => this.#key(event));
    this.picture.addEventListener("focus", () => this.#choose(Math.max(this.chosen, 0)));
    this.marks.addEventListener("click", (event) => this.#press(event));
    element.addEventListener("click", (event) => this.#size(event));
    new ResizeObserver(() => this.#fit()).observe(this.picture);
    this.#fit();
    this.#show(element.dataset.bounds?.split(",").map(Number) ?? []);
  }

  /** Fit the first view into the box of the picture, which it fills. */
  #fit() {
    const { width, height } = this.picture.getBoundingClientRect();
    const [least, above, most, below] = extent(FIRST_WEST, FIRST_SOUTH, FIRST_EAST, FIRST_NORTH);
    this.base = Math.max(width / (most - least), height / (below - above));
    this.left = width / 2 - (this.base * (least + most)) / 2;
    this.top = height / 2 - (this.base * (above + below)) / 2;
    const [west, south, east, north] = FRAME;
    const [farLeft, farUp, farRight, farDown] = extent(west, south, east, north);
    this.zoom.extent([
      [0, 0],
      [width, height],
    ]);
    this.zoom.translateExtent([
      [this.left + this.base * farLeft, this.top + this.base * farUp],
      [this.left + this.base * farRight, this.top + this.base * farDown],
    ]);
    this.#draw();
    void this.#ask();
  }

  /**
   * Show a section that the address names.
   * @param {number[]} bounds west, south, east and north in degrees; nothing for the whole map
   */
  #show(bounds) {
    if (bounds.length !== 4) return;
    const [west, south, east, north] = bounds;
    const [left, top, right, bottom] = extent(west, south, east, north).map((unit) => unit * this.base);
    const { width, height } = this.picture.getBoundingClientRect();
    const size = Math.min(width / (right - left), height / (bottom - top));
    select(this.picture).call(this.zoom.scaleTo, size);
    select(this.picture).call(
      this.zoom.translateTo,
      this.left + (left + right) / 2,
      this.top + (top + bottom) / 2,
    );
  }

  /**
   * Where a place is in the picture before it is moved.
   * @param {number} longitude
   * @param {number} latitude
   * @returns {Point}
   */
  #at(longitude, latitude) {
    const [x, y] = project(longitude, latitude);
    return [this.left + this.base * UNITS * x, this.top + this.base * UNITS * y];
  }

  /** @param {ZoomTransform} transform */
  #move(transform) {
    this.place = transform;
    this.#draw();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.#ask(), SETTLE_MILLISECONDS);
  }

  #draw() {
    const { k, x, y } = this.place;
    this.land.setAttribute(
      "transform",
      `translate(${x + k * this.left} ${y + k * this.top}) scale(${k * this.base})`,
    );
    this.points = this.circles.map(({ lon, lat }) => this.#at(lon, lat));
    for (const [number, mark] of [...this.marks.children].entries()) {
      const [across, down] = this.place.apply(this.points[number]);
      mark.setAttribute("transform", `translate(${across} ${down})`);
    }
  }

  /** What is seen now: west, south, east and north in degrees. */
  #bounds() {
    const { width, height } = this.picture.getBoundingClientRect();
    /** @type {Point[]} */
    const edge = [0, 0.25, 0.5, 0.75, 1].flatMap(
      (share) =>
        /** @type {Point[]} */ ([
          [share * width, 0],
          [share * width, height],
          [0, share * height],
          [width, share * height],
        ]),
    );
    const degrees = edge.map((point) => {
      const [across, down] = this.place.invert(point);
      return unproject([(across - this.left) / (this.base * UNITS), (down - this.top) / (this.base * UNITS)]);
    });
    const [longitudes, latitudes] = [degrees.map(([lon]) => lon), degrees.map(([, lat]) => lat)];
    return [
      Math.max(Math.min(...longitudes), -180),
      Math.max(Math.min(...latitudes), -85),
      Math.min(Math.max(...longitudes), 180),
      Math.min(Math.max(...latitudes), 85),
    ];
  }

  /** Ask who is in the section that is seen; of several answers the last question's counts. */
  async #ask() {
    const asked = ++this.asked;
    const section = this.#bounds()
      .map((degrees) => degrees.toFixed(2))
      .join(",");
    const pixels =
      2 * Math.PI * Math.cos((MIDDLE_LATITUDE * Math.PI) / 180) * this.base * UNITS * this.place.k;
    const level = Math.max(0, Math.min(14, Math.floor(Math.log2(pixels / CELL_PIXELS))));
    const address = new URL(this.element.dataset.url ?? "", location.href);
    address.searchParams.set("bbox", section);
    address.searchParams.set("zoom", String(level));
    const response = await fetch(address).catch(() => undefined);
    if (!response?.ok || asked !== this.asked) return;
    const before = this.circles[this.chosen];
    this.circles = (await response.json()).circles;
    this.only.hidden = this.place.k <= 1;
    const list = new URL(this.element.dataset.list ?? "", location.href);
    list.searchParams.set("bbox", section);
    this.only.href = list.href;
    this.#mark();
    this.chosen = -1;
    if (before) this.#choose(nearest(this.points, this.#at(before.lon, before.lat)));
  }

  /** Draw the circles anew: a number on a patch for several, a smaller one for one. */
  #mark() {
    this.marks.replaceChildren(
      ...this.circles.map(({ count }) => {
        const size = count === 1 ? 9 : Math.min(24, 12 + 1.6 * Math.log(count));
        const mark = drawn("g", { class: count === 1 ? "map-one" : "map-many" });
        mark.append(drawn("rect", { x: -size, y: -size, width: 2 * size, height: 2 * size, rx: size / 2.4 }));
        if (count > 1) {
          const number = drawn("text", { y: 4.5, "text-anchor": "middle" });
          number.textContent = this.numbers.format(count);
          mark.append(number);
        }
        return mark;
      }),
    );
    this.#draw();
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const mark = event.target instanceof Element ? event.target.closest("g.map-one, g.map-many") : null;
    const number = mark ? [...this.marks.children].indexOf(mark) : -1;
    if (number < 0) return;
    this.#choose(number);
    if (this.circles[number].count > 1) this.#into();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (ARROWS[event.key] && this.circles.length) {
      event.preventDefault();
      this.#choose(neighbour(this.points, Math.max(this.chosen, 0), ARROWS[event.key]));
    } else if (ZOOM_KEYS[event.key]) {
      event.preventDefault();
      select(this.picture).call(this.zoom.scaleBy, ZOOM_KEYS[event.key]);
    } else if (event.key === "Escape" && this.place.k > 1) {
      event.preventDefault();
      select(this.picture).call(this.zoom.scaleBy, 1 / ZOOM_STEP);
    } else if (isEnter(event) && this.circles[this.chosen]) {
      event.preventDefault();
      const { count, url } = this.circles[this.chosen];
      if (count > 1 && this.place.k < MAX_ZOOM) this.#into();
      else location.assign(url);
    }
  }

  /** Make what surrounds the chosen circle larger. */
  #into() {
    const [x, y] = this.points[this.chosen];
    select(this.picture).call(this.zoom.scaleBy, ZOOM_STEP);
    select(this.picture).call(this.zoom.translateTo, x, y);
  }

  /**
   * A button that changes the size, for those who cannot turn a wheel.
   * @param {MouseEvent} event
   */
  #size(event) {
    const key = closest(event.target, "[data-key]")?.dataset.key ?? "";
    if (ZOOM_KEYS[key]) select(this.picture).call(this.zoom.scaleBy, ZOOM_KEYS[key]);
  }

  /** @param {number} number */
  #choose(number) {
    const circle = this.circles[number];
    if (!circle) return;
    this.marks.children[this.chosen]?.classList.remove("map-chosen");
    this.chosen = number;
    const mark = this.marks.children[number];
    mark.classList.add("map-chosen");
    const link = document.createElement("a");
    link.href = circle.url;
    link.textContent = circle.said;
    this.said.replaceChildren(link);
  }
}

customElements.define("trama-map", MapElement);
