import assert from "node:assert/strict";
import { test } from "node:test";
import { goesOn, writtenAt } from "../../app/static/src/js/room/grouping.js";

/** A message as the list has it: written so many minutes and seconds after noon. */
function message(after, author = "7", from = "orto") {
  const [minutes, seconds] = after.split(":").map(Number);
  return {
    dataset: { at: new Date(Date.UTC(2026, 4, 4, 12, minutes, seconds)).toISOString(), author, from },
  };
}

test("what the same person says soon after stands under the same head", () => {
  assert.equal(goesOn(message("4:59"), message("0:00"), 300), true);
});

test("after so many seconds the head is said again", () => {
  assert.equal(goesOn(message("5:00"), message("0:00"), 300), false);
});

test("another person has a head of her own", () => {
  assert.equal(goesOn(message("0:10", "8"), message("0:00", "7"), 300), false);
});

test("the same person has another head for another organisation", () => {
  assert.equal(goesOn(message("0:10", "7", "forno"), message("0:00", "7", "orto"), 300), false);
});

test("a person without an organisation goes on as one without", () => {
  assert.equal(goesOn(message("0:10", "7", ""), message("0:00", "7", ""), 300), true);
});

test("a moment is the one that the list says, in whatever zone", () => {
  assert.equal(
    writtenAt({ dataset: { at: "2026-05-04T14:00:00+02:00" } }).getTime(),
    Date.UTC(2026, 4, 4, 12),
  );
});
