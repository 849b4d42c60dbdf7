import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { RequestFallback } from "../../app/static/src/js/live/request-fallback.js";
import { settled } from "./fakes.mjs";

beforeEach(() => {
  globalThis.document = { hidden: false };
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5);
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** A fallback whose requests are answered as `answers` says, the last of it for ever. */
function begin(...answers) {
  const states = [];
  let reads = 0;
  const fallback = new RequestFallback({
    read: async () => {
      reads += 1;
      if (!(answers.length > 1 ? answers.shift() : answers[0])) throw new Error("no answer");
    },
    changed: () => states.push(fallback.isWorking),
  });
  return { fallback, states, reads: () => reads };
}

async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

test("it asks at once and every three seconds, and tells whether it is answered", async () => {
  const { fallback, states, reads } = begin(true, true, false);
  fallback.start();
  fallback.start();
  await settled();
  assert.deepEqual([reads(), fallback.isWorking, fallback.hasFailed], [1, true, false]);
  await pass(3000);
  await pass(3000);
  assert.deepEqual(states, [true, true, false]);
  assert.deepEqual([fallback.isWorking, fallback.hasFailed], [false, true]);
  await pass(5999);
  assert.equal(reads(), 3, "a server that does not answer is asked more seldom");
  await pass(1);
  assert.equal(reads(), 4);
});

test("a page that nobody looks at asks seldom, and at once when somebody is back", async () => {
  const { fallback, reads } = begin(true);
  globalThis.document.hidden = true;
  fallback.start();
  await settled();
  await pass(14_999);
  assert.equal(reads(), 1);
  await pass(1);
  assert.equal(reads(), 2);
  fallback.hurry();
  await settled();
  assert.equal(reads(), 3);
});

test("once stopped it asks no more, and an answer that comes late changes nothing", async () => {
  const { fallback, states, reads } = begin(true);
  fallback.start();
  fallback.stop();
  await settled();
  await pass(60_000);
  fallback.hurry();
  await settled();
  assert.deepEqual([reads(), states, fallback.isWorking], [1, [], false]);
});
