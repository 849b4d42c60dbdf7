import assert from "node:assert/strict";
import { test } from "node:test";
import { differences } from "../../app/static/src/js/board/differences.js";

/** The words of some parts that one of two wordings holds. */
function wording(parts, kind) {
  return parts
    .filter(([each]) => each === "same" || each === kind)
    .map(([, words]) => words.trim())
    .join(" ");
}

test("equal wordings are one part that is the same", () => {
  assert.deepEqual(differences("we share a van", "we share a van"), [["same", "we share a van"]]);
});

test("a word that is replaced is out before it is in", () => {
  assert.deepEqual(differences("we share a van", "we share two van"), [
    ["same", "we share "],
    ["out", "a "],
    ["in", "two "],
    ["same", "van"],
  ]);
});

test("a word that is added or removed leaves the others the same", () => {
  assert.deepEqual(differences("share a van", "share a red van"), [
    ["same", "share a "],
    ["in", "red "],
    ["same", "van"],
  ]);
  assert.deepEqual(differences("share a red van", "share a van"), [
    ["same", "share a "],
    ["out", "red "],
    ["same", "van"],
  ]);
});

test("an empty wording has nothing in common with another", () => {
  assert.deepEqual(differences("", "a van"), [["in", "a van"]]);
  assert.deepEqual(differences("a van", ""), [["out", "a van"]]);
  assert.deepEqual(differences("", ""), []);
});

test("spaces and line breaks alone are no difference", () => {
  assert.deepEqual(
    differences("a  van\nfor us", "a van for us").map(([kind]) => kind),
    ["same"],
  );
});

test("both wordings can be read out of the parts, and as many words as possible are the same", () => {
  const words = ["a", "b", "c"];
  const texts = [""];
  for (const one of words)
    for (const two of words) for (const three of words) texts.push(`${one} ${two} ${three}`);
  for (const before of texts) {
    for (const after of texts) {
      const parts = differences(before, after);
      assert.equal(wording(parts, "out"), before);
      assert.equal(wording(parts, "in"), after);
      const same = parts
        .filter(([kind]) => kind === "same")
        .flatMap(([, shared]) => shared.trim().split(" "));
      assert.equal(
        same.length,
        longestShared(before.split(" ").filter(Boolean), after.split(" ").filter(Boolean)),
      );
    }
  }
});

/** The length of the longest common subsequence, by trying every choice. */
function longestShared([first, ...rest], other) {
  if (first === undefined) return 0;
  const at = other.indexOf(first);
  const without = longestShared(rest, other);
  return at < 0 ? without : Math.max(without, 1 + longestShared(rest, other.slice(at + 1)));
}
