/** <trama-network>: the picture of the network. The table below it says the same; templates/network/index.html holds its words. */
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { isEnter } from "./elements/enter.js";
import { part } from "./elements/part.js";
import { wordsOf } from "./elements/words.js";
import { NetworkDrawing, stretch } from "./network/network-drawing.js";
import { Finder } from "./network/finder.js";
import { Description } from "./network/description.js";

/** @import { ZoomTransform } from "d3-zoom" */
/** @import { OwnPicture, Picture, Tie } from "./network/shapes.js" */

/** @type {Record<string, [right: number, down: number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** @type {Record<string, number>} */
const SIZES = { "+": 1.4, "=": 1.4, "-": 1 / 1.4 };
const NEAR = 14;
/** How far one press of a button moves the picture, in pixels. */
const STEP = 120;

/**
 * One finger scrolls the page past the picture; two move it.
 * @param {MouseEvent | WheelEvent | TouchEvent} event
 */
function ours(event) {
  if ("touches" in event) return event.touches.length > 1;
  return !event.button && (!event.ctrlKey || event.type === "wheel");
}

class NetworkElement extends HTMLElement {
  async connectedCallback() {
    const response = await fetch(this.dataset.url ?? "");
    if (!response.ok) return;
    /** @type {Picture} */
    const picture = await response.json();
    if (!picture.organisations.length) return;
    this.hidden = false;
    new Network(this, { ...picture, own: this.dataset.own, words: wordsOf(this) });
  }
}

class Network {
  place = zoomIdentity;
  moved = false;
  /** @type {number | undefined} The organisation that is chosen. */
  chosen;
  /** @type {Tie | undefined} */
  tie;
  /** @type {number | undefined} */
  frame;

  /**
   * @param {HTMLElement} element
   * @param {OwnPicture} data
   */
  constructor(element, data) {
    this.data = data;
    this.canvas = part(element, "canvas", HTMLCanvasElement);
    stretch(data.organisations, this.canvas.getBoundingClientRect());
    this.finder = new Finder(data);
    this.description = new Description(element, data, this.finder);
    this.drawing = new NetworkDrawing(this.canvas, data, this.finder);
    /** @type {import("d3-zoom").Zoom<HTMLCanvasElement>} */
    this.zoom = zoom();
    this.zoom
      .filter(ours)
      .scaleExtent([0.5, 40])
      .on("zoom", ({ transform }) => this.#move(transform))
      .on("end", () => this.#rest());
    select(this.canvas).call(this.zoom).on("dblclick.zoom", null);
    this.canvas.addEventListener("click", (event) => this.#press(event));
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("click", (event) => this.#turn(event));
    this.canvas.addEventListener("focus", () => this.chosen === undefined && this.#choose(this.finder.first));
    new ResizeObserver(() => this.#draw()).observe(this.canvas);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#draw());
    new MutationObserver(() => this.#draw()).observe(document.documentElement, { attributes: true });
  }

  /** @param {ZoomTransform} transform */
  #move(transform) {
    this.place = transform;
    this.moved = true;
    this.#draw();
  }

  #rest() {
    this.moved = false;
    this.#draw();
  }

  /** Draw once for all that changed since the last frame. */
  #draw() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = undefined;
      this.drawing.draw(this.place, this.chosen, this.tie, this.moved);
    });
  }

  /** @param {MouseEvent} event */
  #press(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = this.place.invert([event.clientX - box.left, event.clientY - box.top]);
    const spot = this.drawing.unscale(x, y);
    const reach = NEAR / this.place.k / this.drawing.scale;
    const found = this.finder.at(spot, reach);
    if (found !== undefined) return this.#choose(found);
    const tie = this.finder.tieAt(spot, reach / 2);
    if (tie) this.#explain(tie);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (ARROWS[event.key]) {
      event.preventDefault();
      const next = this.finder.towards(this.chosen ?? this.finder.first, ARROWS[event.key]);
      if (next !== undefined) this.#choose(next);
    } else if (SIZES[event.key]) {
      event.preventDefault();
      select(this.canvas).call(this.zoom.scaleBy, SIZES[event.key]);
    } else if (isEnter(event) && this.chosen !== undefined) {
      location.assign(this.data.organisations[this.chosen].url);
    }
  }

  /**
   * A button that moves the picture or changes its size, for those who cannot drag.
   * @param {MouseEvent} event
   */
  #turn(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-key]") : null;
    const key = button?.getAttribute("data-key") ?? "";
    if (SIZES[key]) select(this.canvas).call(this.zoom.scaleBy, SIZES[key]);
    if (!ARROWS[key]) return;
    // What lies to the right comes into view when the picture goes to the left.
    const [right, down] = ARROWS[key].map((steps) => (-steps * STEP) / this.place.k);
    select(this.canvas).call(this.zoom.translateBy, right, down);
  }

  /** @param {number} number */
  #choose(number) {
    this.chosen = number;
    this.tie = undefined;
    this.description.ofOrganisation(number);
    this.#show(number);
    this.#draw();
  }

  /** @param {Tie} tie */
  #explain(tie) {
    this.chosen = undefined;
    this.tie = tie;
    this.description.ofTie(tie);
    this.#draw();
  }

  /**
   * Bring an organisation into the picture if it stands outside.
   * @param {number} number
   */
  #show(number) {
    const { width, height } = this.drawing.fit();
    const [x, y] = this.place.apply(this.drawing.scaled(number));
    if (x < 0 || y < 0 || x > width || y > height) {
      select(this.canvas).call(this.zoom.translateTo, ...this.drawing.scaled(number));
    }
  }
}

customElements.define("trama-network", NetworkElement);
