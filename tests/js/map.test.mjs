import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { geoConicConformal, geoContains } from "d3-geo";
import { feature } from "topojson-client";
import { europe } from "../../app/static/src/geometry/europe.js";
import { nearest, neighbour } from "../../app/static/src/js/map/neighbours.js";
import { project, unproject } from "../../app/static/src/js/map/projection.js";
import { outlines } from "../../app/static/src/js/map/topology.js";

const CRIMEA = [34.1, 45.0];
const [LIMASSOL, KYRENIA] = [
  [33.04, 34.72],
  [33.4, 35.3],
];
const topology = await europe();

/** The countries that hold a place, by their ISO 3166-1 numbers. */
function countriesAt(place, map = topology) {
  return feature(map, map.objects.countries)
    .features.filter((country) => geoContains(country, place))
    .map(({ id }) => id);
}

test("each place is in one country: Crimea in Ukraine, all of Cyprus in Cyprus, Pristina in Kosovo", () => {
  assert.deepEqual(countriesAt(CRIMEA), ["804"]);
  assert.deepEqual(countriesAt(LIMASSOL), ["196"]);
  assert.deepEqual(countriesAt(KYRENIA), ["196"]);
  assert.deepEqual(countriesAt([21.1, 42.6]), ["XKX"]);
  const capitals = [
    [12.5, 41.9, "380"],
    [2.35, 48.85, "250"],
    [4.35, 50.85, "056"],
    [21, 52.2, "616"],
    [16, 45.8, "191"],
    [14.5, 46.05, "705"],
    [23.7, 38.1, "300"],
    [37.6, 55.7, "643"],
  ];
  for (const [longitude, latitude, country] of capitals) {
    assert.deepEqual(countriesAt([longitude, latitude]), [country]);
  }
  assert.deepEqual(countriesAt([5, 41]), [], "the sea is nobody's");
});

test("a map that draws Crimea in Russia is noticed", () => {
  const breach = structuredClone(topology);
  const { geometries } = breach.objects.countries;
  const [ukraine, russia] = ["804", "643"].map((id) => geometries.find((each) => each.id === id));
  russia.arcs = [...russia.arcs, ...ukraine.arcs];
  ukraine.arcs = [];
  assert.deepEqual(countriesAt(CRIMEA, breach), ["643"]);
});

test("the geometry is at most 25 KB over the wire", () => {
  assert.ok(gzipSync(JSON.stringify(topology)).length <= 25 * 1024);
});

test("the projection is the conformal conic one of d3-geo, and leads back", () => {
  const theirs = geoConicConformal().parallels([35, 65]).rotate([-10, 0]).scale(1).translate([0, 0]);
  const origin = [project(0, 45), theirs([0, 45])];
  for (const place of [CRIMEA, LIMASSOL, [-25, 33], [46, 72], [10, 50]]) {
    const [own, expected] = [project(...place), theirs(place)];
    for (const axis of [0, 1]) {
      const difference = own[axis] - origin[0][axis] - (expected[axis] - origin[1][axis]);
      assert.ok(Math.abs(difference) < 1e-9, `${place}: ${own} ${expected}`);
      assert.ok(Math.abs(unproject(own)[axis] - place[axis]) < 1e-9);
    }
  }
});

test("outlines are closed rings of numbers", () => {
  const path = outlines(topology, 1000);
  assert.match(path, /^(M-?[\d.]+ -?[\d.]+(L-?[\d.]+ -?[\d.]+)+Z)+$/);
});

test("arrows go to the next circle in their direction, and stay where there is none", () => {
  const points = [
    [0, 0],
    [10, 1],
    [30, 0],
    [0, 20],
    [4, -30],
  ];
  assert.equal(neighbour(points, 0, [1, 0]), 1);
  assert.equal(neighbour(points, 1, [1, 0]), 2);
  assert.equal(neighbour(points, 2, [1, 0]), 2);
  assert.equal(neighbour(points, 0, [0, 1]), 3);
  assert.equal(neighbour(points, 0, [0, -1]), 4);
  assert.equal(neighbour(points, 1, [-1, 0]), 0);
  assert.equal(nearest(points, [25, 2]), 2);
  assert.equal(nearest([], [0, 0]), -1);
});
