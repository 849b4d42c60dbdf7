/** The geometry of the build (src/geometry/europe.js), a quantised topology: arcs of differences, countries made of arcs. */
import { project } from "./projection.js";

/** @import { Point } from "./projection.js" */
/**
 * @typedef {object} Topology
 * @property {{ scale: Point, translate: Point }} transform
 * @property {Point[][]} arcs
 * @property {{ countries: { geometries: { type: string, arcs: any }[] } }} objects
 */

/**
 * The outlines of all countries as the path of an SVG, projected and multiplied by `scale`.
 * @param {Topology} topology
 * @param {number} scale
 */
export function outlines(topology, scale) {
  const arcs = topology.arcs.map((arc) => decoded(arc, topology.transform, scale));
  /** @param {number[]} ring numbers of arcs; one that is used backwards is written as its complement */
  const ringPath = (ring) => {
    const points = ring.flatMap((number) => (number < 0 ? arcs[~number].toReversed() : arcs[number]));
    return `M${points.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L")}Z`;
  };
  return topology.objects.countries.geometries
    .flatMap(({ type, arcs: parts }) => (type === "Polygon" ? [parts] : type === "MultiPolygon" ? parts : []))
    .flatMap((/** @type {number[][]} */ polygon) => polygon.map(ringPath))
    .join("");
}

/**
 * The points of an arc on the map.
 * @param {Point[]} arc
 * @param {Topology["transform"]} transform
 * @param {number} size
 */
function decoded(arc, { scale, translate }, size) {
  let [across, down] = [0, 0];
  return arc.map(([right, up]) => {
    across += right;
    down += up;
    const [x, y] = project(across * scale[0] + translate[0], down * scale[1] + translate[1]);
    return [x * size, y * size];
  });
}
