/**
 * Draws the network: ties as threads, organisations as knots in the dye of their group.
 *
 * Ties are one path in the picture's own measure, which the canvas moves and scales. While a large network is moved
 * only the ties that say most are drawn, and knots as squares; at rest all of it. What lies outside is left out.
 */
import { fill } from "../elements/words.js";

const DYES = ["indigo", "madder", "lichen", "weld", "woad"];
const MARGIN = 32; // room for a name under the lowest knot
const NAMED_FROM = 1.6;
const MOST_NAMES = 60;
const FEW = 80;
const MANY = 3000;
const WHILE_MOVED = 1200;
const REACH = 20;
const LEAST = 4;
const SMALLEST = 2;
const LARGEST = 10;
const LONGEST_NAME = 34;

/** @import { ZoomTransform } from "d3-zoom" */
/** @import { OwnPicture, Point, Spot, Tie } from "./shapes.js" */
/** @typedef {{x: number, y: number, half: number, high: number}} Label where a name or a knot stands, half its width and half its height */
/** @typedef {{ink: string, sheet: string, dyes: string[]}} Colours */

export class NetworkDrawing {
  /** @type {HTMLElement | undefined} */
  #probe;
  /** @type {Label[]} */
  labels = [];
  /** @type {number[]} Organisations of which the picture says the name. */
  named = [];
  /** @type {number[]} Organisations inside the picture. */
  inside = [];
  font = "";
  /** @type {Colours | undefined} */
  #colours;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {OwnPicture} data
   * @param {import("./finder.js").Finder} finder
   */
  constructor(canvas, data, finder) {
    this.canvas = canvas;
    this.data = data;
    this.finder = finder;
    this.pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    this.scale = 1;
    this.left = this.top = 0;
    this.own = data.organisations.findIndex(({ url }) => url === data.own);
    this.largest = LARGEST;
    /** @type {Map<number, number[]>} The organisations of each dye, -1 for none. */
    this.byDye = new Map([...DYES.keys(), -1].map((dye) => [dye, []]));
    data.organisations.forEach(({ group }, number) => {
      this.byDye.get(group ? (group - 1) % DYES.length : -1)?.push(number);
    });
    this.most = Math.max(1, ...data.organisations.map(({ ties }) => ties));
    this.box = around(data.organisations, data.side / LEAST);
    this.threads = this.#path(data.ties);
    this.many = data.ties.length > MANY;
    /** @param {Tie} tie */
    const told = (tie) => tie[4] + 2 * Number(tie[3]);
    this.mostTold = this.many
      ? this.#path(data.ties.toSorted((one, other) => told(other) - told(one)).slice(0, WHILE_MOVED))
      : this.threads;
  }

  /** @param {Tie[]} ties */
  #path(ties) {
    const path = new Path2D();
    const { organisations } = this.data;
    for (const [one, other] of ties) {
      path.moveTo(organisations[one].x, organisations[one].y);
      path.lineTo(organisations[other].x, organisations[other].y);
    }
    return path;
  }

  /**
   * @param {number} number
   * @returns {Point}
   */
  scaled(number) {
    const { x, y } = this.data.organisations[number];
    return [this.left + x * this.scale, this.top + y * this.scale];
  }

  /**
   * @param {number} x
   * @param {number} y
   * @returns {Point}
   */
  unscale(x, y) {
    return [(x - this.left) / this.scale, (y - this.top) / this.scale];
  }

  /**
   * @param {ZoomTransform} place
   * @param {number | undefined} chosen an organisation
   * @param {Tie | undefined} tie
   * @param {boolean} [moved]
   */
  draw(place, chosen, tie, moved = false) {
    const { width, height } = this.fit();
    if (!width) return;
    if (!moved || !this.#colours) this.#colours = this.#look();
    const colours = this.#colours;
    this.pen.clearRect(0, 0, width, height);
    this.pen.font = this.font;
    this.#ties(colours, place, chosen, tie, moved);
    this.#knots(colours, place, chosen, tie, moved && this.many, width, height);
    if (!moved) this.#choose(place, width, height);
    this.#names(colours, place, chosen, tie, width);
  }

  /**
   * Read the colours as they are now.
   * @returns {Colours}
   */
  #look() {
    const style = getComputedStyle(this.canvas);
    /** @param {string} name */
    const colour = (name) => style.getPropertyValue(`--${name}`).trim() || style.color;
    this.font = `600 12px ${style.fontFamily}`;
    return {
      ink: style.color,
      sheet: style.backgroundColor,
      dyes: DYES.map((dye) => this.#plain(colour(dye))),
    };
  }

  /** Measure the canvas as it stands now; returns its size. */
  fit() {
    const { width, height } = this.canvas.getBoundingClientRect();
    const sharp = devicePixelRatio || 1;
    if (
      this.canvas.width !== Math.round(width * sharp) ||
      this.canvas.height !== Math.round(height * sharp)
    ) {
      this.canvas.width = Math.round(width * sharp);
      this.canvas.height = Math.round(height * sharp);
    }
    this.pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.scale = Math.min((width - 2 * MARGIN) / this.box.width, (height - 2 * MARGIN) / this.box.height);
    this.left = width / 2 - this.box.x * this.scale;
    this.top = height / 2 - this.box.y * this.scale;
    this.largest = Math.min(LARGEST, Math.min(width, height) / 40);
    return { width, height };
  }

  /**
   * A token as a colour that a canvas knows: light-dark() is resolved by an element.
   * @param {string} value
   */
  #plain(value) {
    if (!this.#probe) {
      this.#probe = document.createElement("i");
      this.#probe.hidden = true;
      this.canvas.parentElement?.append(this.#probe);
    }
    this.#probe.style.color = value;
    return getComputedStyle(this.#probe).color;
  }

  /**
   * @param {Colours} colours
   * @param {ZoomTransform} place
   * @param {number | undefined} chosen
   * @param {Tie | undefined} tie
   * @param {boolean} moved
   */
  #ties(colours, place, chosen, tie, moved) {
    const size = place.k * this.scale;
    this.pen.save();
    this.pen.transform(size, 0, 0, size, place.x + place.k * this.left, place.y + place.k * this.top);
    this.pen.strokeStyle = colours.ink;
    this.pen.globalAlpha = this.many ? (moved ? 0.12 : 0.06) : 0.22;
    this.pen.lineWidth = 1 / size;
    this.pen.stroke(moved ? this.mostTold : this.threads);
    this.pen.globalAlpha = 1;
    this.pen.lineWidth = 2 / size;
    this.pen.strokeStyle = colours.dyes[0];
    this.pen.stroke(this.#path(chosen === undefined ? (tie ? [tie] : []) : this.finder.near[chosen]));
    this.pen.restore();
  }

  /**
   * @param {Colours} colours
   * @param {ZoomTransform} place
   * @param {number | undefined} chosen
   * @param {Tie | undefined} tie
   * @param {boolean} asSquares
   * @param {number} width
   * @param {number} height
   */
  #knots(colours, place, chosen, tie, asSquares, width, height) {
    const { organisations } = this.data;
    const size = place.k * this.scale;
    const [left, top] = [place.x + place.k * this.left, place.y + place.k * this.top];
    for (const [dye, numbers] of this.byDye) {
      this.pen.beginPath();
      this.pen.fillStyle = dye < 0 ? (asSquares ? colours.ink : colours.sheet) : colours.dyes[dye];
      for (const number of numbers) {
        const x = left + size * organisations[number].x;
        const y = top + size * organisations[number].y;
        if (x < -REACH || y < -REACH || x > width + REACH || y > height + REACH) continue;
        const radius = this.#radius(number, place.k);
        if (asSquares) this.pen.fillRect(x - 0.85 * radius, y - 0.85 * radius, 1.7 * radius, 1.7 * radius);
        else {
          this.pen.moveTo(x + radius, y);
          this.pen.arc(x, y, radius, 0, 2 * Math.PI);
        }
      }
      if (asSquares) continue;
      this.pen.fill();
      if (dye < 0) {
        this.pen.strokeStyle = colours.ink;
        this.pen.lineWidth = 1.25;
        this.pen.stroke();
      }
    }
    if (this.own >= 0) {
      this.pen.beginPath();
      this.#knot(place, this.own, 3);
      this.pen.strokeStyle = colours.dyes[0];
      this.pen.lineWidth = 3;
      this.pen.stroke();
    }
    for (const number of ofInterest(chosen, tie)) {
      this.pen.beginPath();
      this.#knot(place, number, 4);
      this.pen.strokeStyle = colours.ink;
      this.pen.lineWidth = 2.5;
      this.pen.stroke();
    }
  }

  /**
   * @param {ZoomTransform} place
   * @param {number} number
   * @param {number} [wider]
   */
  #knot(place, number, wider = 0) {
    const [x, y] = place.apply(this.scaled(number));
    const radius = this.#radius(number, place.k) + wider;
    this.pen.moveTo(x + radius, y);
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
  }

  /**
   * @param {number} number
   * @param {number} size
   */
  #radius(number, size) {
    const { organisations } = this.data;
    const least = organisations.length <= FEW ? this.largest / 2 : SMALLEST;
    const share = Math.sqrt(organisations[number].ties / this.most);
    return Math.min(16, (least + (this.largest - least) * share) * Math.sqrt(size));
  }

  /**
   * Who is named: those inside, if they are few, the ones with most ties first.
   * @param {ZoomTransform} place
   * @param {number} width
   * @param {number} height
   */
  #choose(place, width, height) {
    const { organisations } = this.data;
    const all = organisations.length <= FEW || place.k >= NAMED_FROM ? [...organisations.keys()] : [];
    const inside = all.filter((number) => {
      const [x, y] = place.apply(this.scaled(number));
      return x > 0 && y > 0 && x < width && y < height;
    });
    this.inside = inside;
    this.named = inside.length <= MOST_NAMES ? inside : [];
    this.named.sort((one, other) => organisations[other].ties - organisations[one].ties);
  }

  /** Write the names that cover neither one another nor a knot, each on the first free side of its own; none is long,
      or leaves the picture. One that finds no free side is left out. */
  /**
   * @param {Colours} colours
   * @param {ZoomTransform} place
   * @param {number | undefined} chosen
   * @param {Tie | undefined} tie
   * @param {number} width
   */
  #names(colours, place, chosen, tie, width) {
    const { organisations } = this.data;
    const pinned = ofInterest(chosen, tie);
    if (this.own >= 0) pinned.push(this.own);
    this.pen.textAlign = "center";
    this.pen.textBaseline = "middle";
    const taken = this.inside.map((number) => {
      const [x, y] = place.apply(this.scaled(number));
      const radius = this.#radius(number, place.k) + 1;
      return { x, y, half: radius, high: radius };
    });
    for (const number of new Set([...pinned, ...this.named])) {
      const [middle, y] = place.apply(this.scaled(number));
      const apart = this.#radius(number, place.k) + 10;
      const { name: whole } = organisations[number];
      const name = number === this.own ? fill(this.data.words.you, { name: short(whole) }) : short(whole);
      const half = this.pen.measureText(name).width / 2 + 3;
      const sides = [
        [middle, y + apart],
        [middle, y - apart],
        [middle + half + apart, y],
        [middle - half - apart, y],
      ];
      const free = sides
        .map(([across, down]) => ({
          x: Math.max(half, Math.min(width - half, across)),
          y: down,
          half,
          high: 7,
        }))
        .find(
          (box) =>
            !taken.some(
              (other) =>
                Math.abs(other.x - box.x) < other.half + half &&
                Math.abs(other.y - box.y) < other.high + box.high,
            ),
        );
      if (!free || middle < 0 || middle > width) continue;
      taken.push(free);
      this.pen.lineWidth = 3;
      this.pen.strokeStyle = colours.sheet;
      this.pen.strokeText(name, free.x, free.y);
      this.pen.fillStyle = colours.ink;
      this.pen.fillText(name, free.x, free.y);
    }
    this.labels = taken.slice(this.inside.length);
  }
}

/**
 * The middle and the measure of all that is drawn, at least so wide and high.
 * @param {Spot[]} spots
 * @param {number} least
 */
function around(spots, least) {
  /** @param {"x" | "y"} side */
  const measure = (side) => {
    let [low, high] = [Infinity, -Infinity];
    for (const spot of spots) [low, high] = [Math.min(low, spot[side]), Math.max(high, spot[side])];
    return { middle: (low + high) / 2, length: Math.max(high - low, least) };
  };
  const [x, y] = [measure("x"), measure("y")];
  return { x: x.middle, y: y.middle, width: x.length, height: y.length };
}

/**
 * Draw the picture out sideways or upwards, at most to twice, so that it fills a canvas of this shape.
 * @param {Spot[]} organisations
 * @param {{width: number, height: number}} canvas
 */
export function stretch(organisations, { width, height }) {
  const box = around(organisations, 1);
  const wider = Math.max(
    0.5,
    Math.min(2, ((width - 2 * MARGIN) / (height - 2 * MARGIN)) * (box.height / box.width)),
  );
  for (const spot of organisations) {
    if (wider > 1) spot.x *= wider;
    else spot.y /= wider;
  }
}

/** @param {string} name */
function short(name) {
  const letters = [...name];
  return letters.length > LONGEST_NAME
    ? `${letters
        .slice(0, LONGEST_NAME - 1)
        .join("")
        .trimEnd()}…`
    : name;
}

/**
 * The organisation that is chosen, or the two of the tie that is.
 * @param {number | undefined} chosen
 * @param {Tie | undefined} tie
 */
function ofInterest(chosen, tie) {
  if (chosen !== undefined) return [chosen];
  return tie ? [tie[0], tie[1]] : [];
}
