import assert from "node:assert/strict";
import { test } from "node:test";
import { merge } from "../../app/static/src/js/board/merge.js";

/** The test cases of RFC 7396, appendix A: the original, the patch, the result. */
const RFC_7396 = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [original, patch, result] of RFC_7396) {
  test(`${JSON.stringify(patch)} on ${JSON.stringify(original)} gives ${JSON.stringify(result)}`, () => {
    assert.deepEqual(merge(original, patch), result);
  });
}

test("neither the state nor the patch is changed, and what is untouched stays the same object", () => {
  const state = { cards: { a: { text: "one" } }, people: { 1: { name: "Ana" } } };
  const patch = { cards: { a: { text: "two" }, b: { text: "three" } } };
  const before = structuredClone([state, patch]);
  const merged = merge(state, patch);
  assert.deepEqual([state, patch], before);
  assert.equal(merged.people, state.people);
  assert.notEqual(merged.cards, state.cards);
});
