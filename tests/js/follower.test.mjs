import assert from "node:assert/strict";
import { test } from "node:test";
import { Follower } from "../../app/static/src/js/live/follower.js";
import { eventsBetween, settled } from "./fakes.mjs";

/** A follower at `last` of a stream that goes to `head`, with everything that it did. */
function follow({ last = 0, head = 0, pageSize = 200, fails = [] } = {}) {
  const done = { applied: [], runs: [], fetched: [], restarts: 0, epoch: "one", head };
  const follower = new Follower({
    epoch: "one",
    last,
    apply: (events) => {
      done.runs.push(events.length);
      done.applied.push(...events.map(({ seq }) => seq));
    },
    fetchAfter: async (after) => {
      done.fetched.push(after);
      if (done.fetched.length > 300) return new Promise(() => {}); // a loop without an end must not stop the tests
      const failure = fails.shift();
      if (failure) throw failure;
      const events = eventsBetween(after, Math.min(done.head, after + pageSize));
      return { epoch: done.epoch, head: done.head, events };
    },
    restart: () => {
      done.restarts += 1;
    },
  });
  return { follower, done };
}

/** Numbers that look random and are the same in every run. */
function randoms(seed) {
  let state = seed;
  return () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

test("events in their turn are applied at once and nothing is fetched", () => {
  const { follower, done } = follow();
  follower.take("one", eventsBetween(0, 2));
  follower.take("one", eventsBetween(2, 3));
  assert.deepEqual(done.applied, [1, 2, 3]);
  assert.deepEqual(done.fetched, []);
  assert.equal(follower.last, 3);
});

test("events that come at once, and those that waited for them, are applied at once", () => {
  const { follower, done } = follow();
  follower.take("one", eventsBetween(20, 40));
  follower.take("one", eventsBetween(0, 20));
  assert.deepEqual(done.runs, [40]);
});

test("an event that comes twice, or is older than the page, is applied once or never", () => {
  const { follower, done } = follow({ last: 5 });
  follower.take("one", eventsBetween(3, 6));
  follower.take("one", eventsBetween(4, 6));
  assert.deepEqual(done.applied, [6]);
  assert.deepEqual(done.fetched, []);
});

test("a gap is fetched and what came after it waits for its turn", async () => {
  const { follower, done } = follow({ last: 1, head: 4 });
  follower.take("one", eventsBetween(3, 4));
  assert.deepEqual(done.applied, []);
  await settled();
  assert.deepEqual(done.fetched, [1]);
  assert.deepEqual(done.applied, [2, 3, 4]);
});

test("an event that waited is applied when only the gap before it is fetched", async () => {
  const { follower, done } = follow({ last: 0, head: 2 });
  follower.take("one", eventsBetween(2, 4));
  await settled();
  assert.deepEqual(done.applied, [1, 2, 3, 4]);
  assert.deepEqual(done.fetched, [0]);
});

test("a head beyond the last event is fetched page by page", async () => {
  const { follower, done } = follow({ head: 5, pageSize: 2 });
  follower.hear("one", 5);
  await settled();
  assert.deepEqual(done.applied, [1, 2, 3, 4, 5]);
  assert.deepEqual(done.fetched, [0, 2, 4]);
});

test("a last event that was lost is fetched when its head is heard", async () => {
  const { follower, done } = follow({ last: 4, head: 5 });
  follower.hear("one", 5);
  await settled();
  assert.deepEqual(done.applied, [5]);
});

test("a head that is reached already fetches nothing", () => {
  const { follower, done } = follow({ last: 5 });
  follower.hear("one", 5);
  follower.hear("one", 4);
  assert.deepEqual(done.fetched, []);
});

test("while a gap is being fetched no second request is made for it", async () => {
  const { follower, done } = follow({ head: 3 });
  follower.hear("one", 3);
  follower.take("one", eventsBetween(1, 3));
  follower.hear("one", 3);
  await settled();
  assert.deepEqual(done.fetched, [0]);
  assert.deepEqual(done.applied, [1, 2, 3]);
});

test("another epoch restarts the page and applies nothing of it", async () => {
  const { follower, done } = follow({ head: 9 });
  follower.take("two", eventsBetween(0, 1));
  follower.hear("two", 9);
  assert.equal(done.restarts, 2);
  done.epoch = "two";
  follower.hear("one", 9);
  await settled();
  assert.equal(done.restarts, 3);
  assert.deepEqual(done.applied, []);
});

test("a fetch that fails is repeated after a while", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(Math, "random", () => 0.5);
  const { follower, done } = follow({ head: 2, fails: [new Error("no network"), new Error("no network")] });
  follower.hear("one", 2);
  for (const attempts of [1, 2]) {
    await settled();
    t.mock.timers.tick(1999);
    await settled();
    assert.equal(done.fetched.length, attempts);
    t.mock.timers.tick(1);
  }
  await settled();
  assert.deepEqual(done.applied, [1, 2]);
});

test("a fetch that is refused for good is not repeated", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { follower, done } = follow({
    head: 2,
    fails: [Object.assign(new Error("removed"), { final: true })],
  });
  follower.hear("one", 2);
  await settled();
  t.mock.timers.tick(60_000);
  await settled();
  assert.deepEqual(done.fetched, [0]);
});

test("of early events a bounded number is kept and the others are fetched", async () => {
  const { follower, done } = follow({ head: 1000 });
  follower.take("one", eventsBetween(1, 1000));
  await settled();
  assert.equal(done.applied.length, 1000);
  assert.deepEqual(done.fetched, [0, 401, 601, 801]);
});

test("what was applied takes no room from what comes early", () => {
  const { follower, done } = follow();
  for (let seq = 1; seq <= 1000; seq += 1) {
    follower.take("one", eventsBetween(Math.max(0, seq - 2), seq)); // the one before comes again
  }
  assert.equal(done.applied.length, 1000);
  assert.deepEqual(done.fetched, []);
});

test("what comes twice, by the socket and by a request, takes no room either", async () => {
  const { follower, done } = follow();
  for (let seq = 3; seq <= 600; seq += 3) {
    done.head = seq;
    follower.hear("one", seq);
    follower.take("one", eventsBetween(seq - 3, seq));
    await settled();
  }
  const { length } = done.fetched;
  follower.take("one", eventsBetween(600, 601));
  assert.equal(done.applied.at(-1), 601);
  assert.equal(done.fetched.length, length);
});

test("a server that has nothing after a gap is not asked over and over", async () => {
  const { follower, done } = follow({ head: 3, pageSize: 0 });
  follower.hear("one", 3);
  await settled();
  assert.deepEqual(done.fetched, [0]);
});

test("whatever is lost, doubled or out of order, every event is applied once and in its turn", async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = randoms(seed);
    const head = 30;
    const { follower, done } = follow({ head, pageSize: 1 + Math.floor(random() * 8) });
    for (let step = 0; step < 40; step += 1) {
      const after = Math.floor(random() * head);
      follower.take("one", eventsBetween(after, Math.min(head, after + Math.floor(random() * 4))));
      if (random() < 0.3) await settled();
    }
    follower.hear("one", head);
    await settled();
    const inOrder = Array.from({ length: head }, (_, index) => index + 1);
    assert.deepEqual(done.applied, inOrder, `seed ${seed}`);
  }
});
