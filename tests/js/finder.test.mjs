import assert from "node:assert/strict";
import { test } from "node:test";
import { Finder } from "../../app/static/src/js/network/finder.js";
import { stretch } from "../../app/static/src/js/network/network-drawing.js";

/** Four organisations: one at each end of a cross without its left, the middle one with most ties. */
const SPOTS = [
  { x: 0, y: 0, ties: 3 },
  { x: 10, y: 0, ties: 1 },
  { x: 0, y: 10, ties: 1 },
  { x: 0, y: -10, ties: 1 },
];
const TIES = [1, 2, 3].map((other) => [0, other, [], false, 1]);
const finder = new Finder({ organisations: SPOTS, ties: TIES });

test("the first to be chosen is the one with most ties", () => {
  assert.equal(finder.first, 0);
  const other = new Finder({ organisations: SPOTS.toReversed(), ties: [] });
  assert.equal(other.first, 3);
});

test("each organisation knows its ties, from whichever end", () => {
  assert.deepEqual(finder.near[0], TIES);
  assert.deepEqual(finder.near[2], [TIES[1]]);
});

test("a press takes the nearest organisation within reach", () => {
  assert.equal(finder.at([6, 1], 5), 1);
  assert.equal(finder.at([4, 1], 5), 0);
  assert.equal(finder.at([5, 5], 5), undefined);
});

test("a press beside organisations takes the tie that passes there", () => {
  assert.equal(finder.tieAt([5, 1], 2), TIES[0]);
  assert.equal(finder.tieAt([5, 4], 2), undefined);
});

test("a tie ends at its organisations", () => {
  assert.equal(finder.tieAt([13, 0], 2), undefined);
});

test("an arrow leads to the nearest in its direction, to none where nobody is", () => {
  assert.equal(finder.towards(0, [1, 0]), 1);
  assert.equal(finder.towards(0, [0, 1]), 2);
  assert.equal(finder.towards(0, [0, -1]), 3);
  assert.equal(finder.towards(0, [-1, 0]), undefined);
});

test("an arrow does not lead to one that stands at the same place", () => {
  const organisations = [SPOTS[0], SPOTS[0], SPOTS[1]];
  assert.equal(new Finder({ organisations, ties: [] }).towards(0, [1, 0]), 2);
});

test("straight ahead counts more than near", () => {
  const organisations = [
    { x: 0, y: 0, ties: 0 },
    { x: 6, y: 6, ties: 0 },
    { x: 12, y: 0, ties: 0 },
  ];
  assert.equal(new Finder({ organisations, ties: [] }).towards(0, [1, 0]), 2);
});

test("a picture is drawn out to fill the canvas, at most to twice", () => {
  const measure = (canvas) => {
    const spots = [
      { x: 0, y: 0 },
      { x: 100, y: 100 },
    ];
    stretch(spots, canvas);
    return [spots[1].x, spots[1].y];
  };
  assert.deepEqual(measure({ width: 214, height: 164 }), [150, 100]);
  assert.deepEqual(measure({ width: 1064, height: 164 }), [200, 100]);
  assert.deepEqual(measure({ width: 164, height: 1064 }), [100, 200]);
});
