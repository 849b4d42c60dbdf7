/** Finds organisations and ties by where they stand. */

/** @import { Picture, Point, Spot, Tie } from "./shapes.js" */

export class Finder {
  /** @param {Pick<Picture, "organisations" | "ties">} picture */
  constructor({ organisations, ties }) {
    this.spots = organisations;
    this.ties = ties;
    /** @type {Tie[][]} The ties of each organisation. */
    this.near = organisations.map(() => []);
    for (const tie of ties) {
      this.near[tie[0]].push(tie);
      this.near[tie[1]].push(tie);
    }
    this.first = organisations.reduce(
      (best, one, at) => (one.ties > organisations[best].ties ? at : best),
      0,
    );
  }

  /**
   * The organisation nearest to a place, within reach.
   * @param {Point} place
   * @param {number} reach
   * @returns {number | undefined} its place in the list
   */
  at([x, y], reach) {
    /** @type {number | undefined} */
    let found;
    let nearest = reach;
    this.spots.forEach((spot, number) => {
      const distance = Math.hypot(spot.x - x, spot.y - y);
      if (distance <= nearest) [found, nearest] = [number, distance];
    });
    return found;
  }

  /**
   * The tie that passes nearest to a place, within reach.
   * @param {Point} place
   * @param {number} reach
   * @returns {Tie | undefined}
   */
  tieAt([x, y], reach) {
    /** @type {Tie | undefined} */
    let found;
    let nearest = reach;
    for (const tie of this.ties) {
      const distance = fromLine(x, y, this.spots[tie[0]], this.spots[tie[1]]);
      if (distance <= nearest) [found, nearest] = [tie, distance];
    }
    return found;
  }

  /**
   * The next organisation in a direction: near counts, and straight ahead counts more.
   * @param {number} from
   * @param {number[]} direction how far to the right and how far down
   * @returns {number | undefined}
   */
  towards(from, [right, down]) {
    const { x, y } = this.spots[from];
    /** @type {number | undefined} */
    let found;
    let least = Infinity;
    this.spots.forEach((spot, number) => {
      const ahead = (spot.x - x) * right + (spot.y - y) * down;
      const aside = Math.abs((spot.x - x) * down) + Math.abs((spot.y - y) * right);
      if (number === from || ahead <= 0 || aside > 2 * ahead) return;
      const cost = ahead + 2 * aside;
      if (cost < least) [found, least] = [number, cost];
    });
    return found;
  }
}

/**
 * @param {number} x
 * @param {number} y
 * @param {Spot} one
 * @param {Spot} other
 */
function fromLine(x, y, one, other) {
  const [dx, dy] = [other.x - one.x, other.y - one.y];
  const along = ((x - one.x) * dx + (y - one.y) * dy) / (dx * dx + dy * dy || 1);
  const at = Math.min(1, Math.max(0, along));
  return Math.hypot(x - one.x - at * dx, y - one.y - at * dy);
}
