import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Outbox, reasonOf } from "../../app/static/src/js/live/outbox.js";
import { PersonalStorage } from "../../app/static/src/js/live/storage.js";
import { FakeStorage, settled } from "./fakes.mjs";

const ACTOR = "7:3";

beforeEach(() => {
  globalThis.document = { querySelector: () => ({ content: ACTOR }) };
  globalThis.addEventListener = () => {};
  mock.timers.enable({ apis: ["setTimeout"] });
  mock.method(Math, "random", () => 0.5); // a pause is exactly as long as its back-off
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/**
 * An outbox over one browser's storage. Every entry that is sent waits in `sent` until `answer(…)` gives what the server
 * says to the oldest one that has no answer yet.
 */
class Page {
  sent = [];
  refused = [];
  ended = [];
  delays = [];
  changes = 0;
  seen = 0;
  #waiting = [];

  constructor({ local = new FakeStorage(), epoch = "one" } = {}) {
    const session = new FakeStorage();
    const storage = new PersonalStorage({ local, session, installation: "here", person: "7" });
    this.outbox = new Outbox({
      storage,
      place: "room:12",
      epoch,
      last: () => this.seen,
      send: (entry) => {
        this.sent.push(entry);
        return new Promise((resolve) => this.#waiting.push(resolve));
      },
      changed: () => {
        this.changes += 1;
      },
      refused: (entry, answer) => {
        this.refused.push([entry.body, answer.code]);
        this.outbox.change(entry.cid, { refused: answer.message });
      },
      delayed: (seconds) => this.delays.push(seconds),
      ended: (reason) => this.ended.push(reason),
    });
  }

  get bodies() {
    return this.sent.map(({ body }) => body);
  }

  get kept() {
    return this.outbox.entries.map(({ body }) => body);
  }

  async answer(answer) {
    this.#waiting.shift()(answer);
    await settled();
  }
}

test("one entry is under way at a time and the next goes when it is answered", async () => {
  const page = new Page();
  for (const body of ["a", "b", "c"]) page.outbox.add({ body });
  await settled();
  assert.deepEqual(page.bodies, ["a"]);
  await page.answer({ ok: true, seq: 1 });
  assert.deepEqual(page.bodies, ["a", "b"]);
  await page.answer({ ok: true, seq: 2 });
  await page.answer({ ok: true, seq: 3 });
  assert.deepEqual(page.bodies, ["a", "b", "c"]);
  assert.equal(page.outbox.waiting, 0);
});

test("every entry has an id of its own and the actor for whom it was written", () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.outbox.add({ body: "b", acting_as: "7:9" });
  const [first, second] = page.outbox.entries;
  assert.notEqual(first.cid, second.cid);
  assert.deepEqual([first.acting_as, second.acting_as], [ACTOR, "7:9"]);
});

test("without an answer the same entry is sent again under the same id and nothing overtakes it", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.outbox.add({ body: "b" });
  await page.answer(null);
  assert.deepEqual(page.bodies, ["a"]);
  mock.timers.tick(500);
  await settled();
  assert.deepEqual(page.bodies, ["a", "a"]);
  assert.equal(page.sent[0].cid, page.sent[1].cid);
});

test("pauses double up to twenty seconds and begin again after an answer", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  for (const pause of [500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]) {
    const attempts = page.sent.length;
    await page.answer(null);
    mock.timers.tick(pause - 1);
    await settled();
    assert.equal(page.sent.length, attempts, `before ${pause} ms`);
    mock.timers.tick(1);
    await settled();
    assert.equal(page.sent.length, attempts + 1, `after ${pause} ms`);
  }
  await page.answer({ ok: true, seq: 1 });
  page.outbox.add({ body: "b" });
  await page.answer(null);
  mock.timers.tick(500);
  await settled();
  assert.deepEqual(page.bodies.slice(-2), ["b", "b"]);
});

test("a server that is busy or broken is asked again", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  for (const [code, pause] of [
    ["too_many", 500],
    ["broken", 1000],
  ]) {
    await page.answer({ ok: false, code });
    mock.timers.tick(pause);
    await settled();
  }
  assert.deepEqual(page.bodies, ["a", "a", "a"]);
  assert.deepEqual(page.refused, []);
});

test("what the server takes later waits, and what is of another kind is sent meanwhile", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.outbox.add({ body: "b" });
  page.outbox.add({ kind: "react", body: "c" });
  await page.answer({ ok: false, code: "too_many", retry_after: 30 });
  assert.deepEqual(page.bodies, ["a", "c"]);
  assert.deepEqual(
    page.outbox.entries.map((entry) => page.outbox.isDelayed(entry)),
    [true, true, false],
  );
  await page.answer({ ok: true, seq: 4 });
  void page.outbox.flush();
  await settled();
  assert.deepEqual([page.bodies, page.delays], [["a", "c"], [30]]);
  mock.timers.tick(30_000);
  await settled();
  await page.answer({ ok: true, seq: 5 });
  assert.deepEqual(page.bodies, ["a", "c", "a", "b"]);
  assert.deepEqual(page.refused, []);
});

test("when the connection is back what waits is sent at once and once", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  await page.answer(null);
  void page.outbox.flush();
  void page.outbox.flush();
  await settled();
  assert.deepEqual(page.bodies, ["a", "a"]);
  await page.answer(null);
  mock.timers.tick(999); // the pause before the second answer is over, that after it is not
  await settled();
  assert.deepEqual(page.bodies, ["a", "a"]);
});

test("a reloaded page sends what was not answered, under the same id and in its order", async () => {
  const local = new FakeStorage();
  const page = new Page({ local });
  page.outbox.add({ body: "a" });
  page.outbox.add({ body: "b" });
  const reloaded = new Page({ local });
  void reloaded.outbox.flush();
  await settled();
  await reloaded.answer({ ok: true, seq: 1 });
  assert.deepEqual(reloaded.bodies, ["a", "b"]);
  assert.equal(reloaded.sent[0].cid, page.sent[0].cid);
});

test("what is answered waits for its event and is not sent again, also after a reload", async () => {
  const local = new FakeStorage();
  const page = new Page({ local });
  page.outbox.add({ body: "a" });
  await page.answer({ ok: true, seq: 4 });
  assert.deepEqual(page.kept, ["a"]);
  const reloaded = new Page({ local });
  await reloaded.outbox.flush();
  assert.deepEqual(reloaded.sent, []);
  reloaded.outbox.settle(3);
  assert.deepEqual(reloaded.kept, ["a"]);
  reloaded.outbox.settle(4);
  assert.deepEqual(reloaded.kept, []);
});

test("an answer to what the page shows already clears it", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.seen = 4;
  await page.answer({ ok: true, seq: 4 });
  assert.deepEqual(page.kept, []);
});

test("what was answered in another epoch is sent again and not cleared by its number", async () => {
  const local = new FakeStorage();
  const page = new Page({ local });
  page.outbox.add({ body: "a" });
  await page.answer({ ok: true, seq: 4 });
  const reborn = new Page({ local, epoch: "two" });
  reborn.outbox.settle(9);
  void reborn.outbox.flush();
  await settled();
  assert.deepEqual(reborn.bodies, ["a"]);
});

test("an event that came before its answer leaves nothing behind", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.outbox.remove(page.sent[0].cid);
  await page.answer({ ok: true, seq: 1 });
  assert.deepEqual(page.kept, []);
});

test("a refused entry is handed back once and the next one goes", async () => {
  const page = new Page();
  page.outbox.add({ body: "too long" });
  page.outbox.add({ body: "b" });
  await page.answer({ ok: false, code: "invalid", message: "Too long." });
  assert.deepEqual(page.refused, [["too long", "invalid"]]);
  assert.deepEqual(page.bodies, ["too long", "b"]);
  await page.answer({ ok: true, seq: 1 });
  await page.outbox.flush();
  assert.deepEqual(page.bodies, ["too long", "b"]);
  assert.equal(page.outbox.waiting, 0);
});

test("the end stops sending and keeps everything", async () => {
  for (const [code, reason] of [
    ["sign_in_needed", "signed_out"],
    ["outdated", "outdated"],
    ["actor_changed", "actor_changed"],
  ]) {
    const page = new Page();
    page.outbox.add({ body: "a" });
    page.outbox.add({ body: "b" });
    await page.answer({ ok: false, code });
    mock.timers.tick(60_000);
    await settled();
    assert.deepEqual(page.ended, [reason]);
    assert.deepEqual(page.bodies, ["a"]);
    assert.deepEqual(page.kept, ["a", "b"]);
    assert.deepEqual(page.refused, []);
  }
});

test("sendAs makes everything that waits another actor's", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  page.outbox.add({ body: "b" });
  page.outbox.sendAs("7:8");
  assert.deepEqual(
    page.outbox.entries.map(({ acting_as }) => acting_as),
    ["7:8", "7:8"],
  );
});

test("the page hears of every change of what waits", async () => {
  const page = new Page();
  page.outbox.add({ body: "a" });
  assert.equal(page.changes, 1);
  await page.answer({ ok: true, seq: 1 });
  page.outbox.settle(1);
  assert.equal(page.changes, 3);
  page.outbox.remove("unknown");
  assert.equal(page.changes, 3);
});

test("a refusal is told by the sentence at a field, else by its message", () => {
  assert.equal(reasonOf({ message: "No.", fields: { body: ["Too long.", "Empty."] } }), "Too long.");
  assert.equal(reasonOf({ message: "No.", fields: {} }), "No.");
  assert.equal(reasonOf({ message: "No.", fields: { body: [] } }), "No.");
});
