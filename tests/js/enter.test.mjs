import assert from "node:assert/strict";
import { test } from "node:test";
import { isEnter, noteEnds } from "../../app/static/src/js/elements/enter.js";

const PRESSED = { key: "Enter", isComposing: false, keyCode: 13, timeStamp: 1000 };

test("Enter acts, other keys do not", () => {
  assert.equal(isEnter(PRESSED), true);
  assert.equal(isEnter({ ...PRESSED, key: "a", keyCode: 65 }), false);
});

test("the Enter that ends a composition does not act", () => {
  assert.equal(isEnter({ ...PRESSED, isComposing: true, keyCode: 229 }), false);
  assert.equal(isEnter({ ...PRESSED, isComposing: true }), false);
});

test("in Safari it comes after the composition's end with the code 229", () => {
  assert.equal(isEnter({ ...PRESSED, keyCode: 229 }), false);
});

test("an Enter right after a composition's end does not act, a later one does", () => {
  const target = new EventTarget();
  noteEnds(target);
  const end = new Event("compositionend");
  target.dispatchEvent(end);
  assert.equal(isEnter({ ...PRESSED, timeStamp: end.timeStamp + 5 }), false);
  assert.equal(isEnter({ ...PRESSED, timeStamp: end.timeStamp + 300 }), true);
});
