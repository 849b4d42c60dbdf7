/** Which circle lies next in a direction: near, and not far beside the way. */

/** @import { Point } from "./projection.js" */

/** How many times worse a step beside the way is than one along it. */
const ASIDE = 2;

/**
 * The number of the point that comes next from one in a direction; that one itself where there is none.
 * @param {Point[]} points
 * @param {number} from
 * @param {Point} direction one of (±1, 0) and (0, ±1)
 */
export function neighbour(points, from, [right, down]) {
  const [x, y] = points[from];
  let [best, least] = [from, Infinity];
  points.forEach(([otherX, otherY], number) => {
    const along = (otherX - x) * right + (otherY - y) * down;
    const beside = Math.abs((otherX - x) * down) + Math.abs((otherY - y) * right);
    const cost = along + ASIDE * beside;
    if (along > 0 && beside <= ASIDE * along && cost < least) [best, least] = [number, cost];
  });
  return best;
}

/**
 * The number of the point nearest to a place, -1 where there are none.
 * @param {Point[]} points
 * @param {Point} place
 */
export function nearest(points, [x, y]) {
  const distances = points.map(([otherX, otherY]) => Math.hypot(otherX - x, otherY - y));
  return distances.indexOf(Math.min(...distances));
}
