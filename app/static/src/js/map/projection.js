/**
 * The conformal conic projection of Lambert with two standard parallels, in radians of the sphere (Snyder, Map Projections:
 * A Working Manual, 1987, chapter 15): shapes of small places are true, the size grows away from the parallels.
 */
const [SOUTH, NORTH, MIDDLE] = [35, 65, 10].map((degrees) => (degrees * Math.PI) / 180);
/** @param {number} latitude */
const steepness = (latitude) => Math.tan(Math.PI / 4 + latitude / 2);
const CONE = Math.log(Math.cos(SOUTH) / Math.cos(NORTH)) / Math.log(steepness(NORTH) / steepness(SOUTH));
const RADIUS = (Math.cos(SOUTH) * steepness(SOUTH) ** CONE) / CONE;

/** @typedef {[x: number, y: number]} Point */

/**
 * Where a place is on the map, x to the east and y to the south.
 * @param {number} longitude in degrees
 * @param {number} latitude in degrees
 * @returns {Point}
 */
export function project(longitude, latitude) {
  const far = RADIUS / steepness((latitude * Math.PI) / 180) ** CONE;
  const angle = CONE * ((longitude * Math.PI) / 180 - MIDDLE);
  return [far * Math.sin(angle), far * Math.cos(angle)];
}

/**
 * Longitude and latitude in degrees of a point on the map.
 * @param {Point} point
 * @returns {Point}
 */
export function unproject([x, y]) {
  const far = Math.hypot(x, y);
  const longitude = Math.atan2(x, y) / CONE + MIDDLE;
  const latitude = 2 * Math.atan((RADIUS / far) ** (1 / CONE)) - Math.PI / 2;
  return [(longitude * 180) / Math.PI, (latitude * 180) / Math.PI];
}
