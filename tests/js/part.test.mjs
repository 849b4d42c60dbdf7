import assert from "node:assert/strict";
import { test } from "node:test";
import { field, part } from "../../app/static/src/js/elements/part.js";

class Element {}
class Button extends Element {}
globalThis.Element = Element;

/** A parent, or a form, in which everything that is asked for is this. */
function holding(found) {
  return { querySelector: () => found, elements: { namedItem: () => found } };
}

test("a part of the class that is asked for is given", () => {
  const button = new Button();
  assert.equal(part(holding(button), "button", Button), button);
  assert.equal(field(holding(button), "send", Button), button);
});

test("a part that the page lacks, or that is something else, is named", () => {
  for (const found of [null, new Element()]) {
    assert.throws(() => part(holding(found), "[data-send]", Button), /\[data-send\] names no Button/);
    assert.throws(() => field(holding(found), "send", Button), /send names no Button/);
  }
});
