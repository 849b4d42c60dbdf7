import assert from "node:assert/strict";
import { test } from "node:test";
import { fill } from "../../app/static/src/js/elements/words.js";

test("a sentence takes its values", () => {
  assert.equal(fill("{name} and {other}: {count}", { name: "Ana", other: "Bo", count: 0 }), "Ana and Bo: 0");
});

test("what has no value stays as it is", () => {
  assert.equal(fill("{name} is {what}", { name: "Ana", what: undefined }), "Ana is {what}");
  assert.equal(fill("{constructor}", {}), "{constructor}");
});

test("what somebody wrote is not filled in again", () => {
  assert.equal(fill("{name}: {text}", { name: "{text}", text: "$& {name}" }), "{text}: $& {name}");
});
