import assert from "node:assert/strict";
import { test } from "node:test";
import { PersonalStorage } from "../../app/static/src/js/live/storage.js";
import { FakeStorage } from "./fakes.mjs";

const DAY = 24 * 60 * 60 * 1000;

/** The locks of one browser; `leave(tab)` is what happens to those of a page that is closed or crashes. */
class FakeLocks {
  names = new Set();

  request(name, { signal } = {}, held) {
    if (this.names.has(name)) {
      return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    }
    this.names.add(name);
    return held();
  }

  async query() {
    return { held: [...this.names].map((name) => ({ name })) };
  }

  leave(tab) {
    this.names.delete(`trama:tab${tab}`);
  }
}

function browser() {
  const local = new FakeStorage();
  const locks = new FakeLocks();
  const open = (person, options = {}) =>
    new PersonalStorage({
      local,
      session: new FakeStorage(),
      locks,
      installation: "here",
      person,
      ...options,
    });
  return { local, locks, open };
}

test("a draft of one tab leaves that of another alone", async () => {
  const { open } = browser();
  const [one, other] = [open("1"), open("1")];
  one.keepDraft("room:5", "From the first");
  other.keepDraft("room:5", "From the second");
  other.keepDraft("room:5", null);
  assert.equal(one.recallDraft("room:5"), "From the first");
  assert.equal(await other.adoptDraft("room:5"), null);
});

test("the draft of a tab that is gone is adopted once, the newest first", async () => {
  const { open, locks } = browser();
  let time = 1_000_000;
  const now = () => (time += 1);
  const [old, gone] = [open("1", { now }), open("1", { now })];
  await Promise.all([old.ready, gone.ready]);
  old.keepDraft("room:5", "older");
  gone.keepDraft("room:5", "newest");
  locks.leave(old.tab);
  locks.leave(gone.tab);
  assert.equal(await open("1", { now }).adoptDraft("room:5"), "newest");
  assert.equal(await open("1", { now }).adoptDraft("room:5"), "older");
  assert.equal(await open("1", { now }).adoptDraft("room:5"), null);
});

test("a duplicated tab takes an id of its own and keeps its draft apart", async () => {
  const { open } = browser();
  const session = new FakeStorage();
  const first = open("1", { session });
  await first.ready;
  first.keepDraft("room:5", "First");
  const copy = new FakeStorage();
  copy.values = new Map(session.values);
  const second = open("1", { session: copy });
  await second.ready;
  second.keepDraft("room:5", "Second");
  assert.notEqual(second.tab, first.tab);
  assert.equal(first.recallDraft("room:5"), "First");
});

test("nothing of one person is seen or left when another is signed in", async () => {
  const { open, local } = browser();
  const giulia = open("1");
  giulia.keep("outbox:room:5", [{ body: "Giulia's words" }]);
  giulia.keepDraft("design:1:column:2", "Giulia's card");
  const marek = open("2");
  assert.equal(await marek.adoptDraft("design:1:column:2"), null);
  assert.deepEqual(marek.recall("outbox:room:5", []), []);
  assert.equal([...local.values.values()].join().includes("Giulia's"), false);
});

test("a page of the person before keeps nothing more once another is signed in", () => {
  const { open, local } = browser();
  const giulia = open("1");
  let told = 0;
  giulia.onClose(() => (told += 1));
  open("2");
  giulia.hear({ key: "trama:person", newValue: local.getItem("trama:person") });
  giulia.keepDraft("room:5", "Written too late");
  assert.equal(told, 1);
  assert.equal([...local.values.values()].join().includes("too late"), false);
});

test("signing out wipes everything and the other pages keep nothing more", () => {
  const { open, local } = browser();
  const [one, other] = [open("1"), open("1")];
  one.keepDraft("room:5", "Half a word");
  one.wipe();
  other.hear({ key: "trama:wiped", newValue: local.getItem("trama:wiped") });
  other.keepDraft("room:5", "Half a word");
  one.keep("outbox:room:5", ["Half a word"]);
  assert.equal([...local.values.values()].join().includes("Half"), false);
  assert.equal(open("1").recallDraft("room:5"), null);
});

test("a visitor's page leaves what is kept for who was signed out elsewhere", () => {
  const { open } = browser();
  open("1").keep("outbox:room:5", ["Not sent yet"]);
  open("");
  assert.deepEqual(open("1").recall("outbox:room:5"), ["Not sent yet"]);
});

test("another installation at the same address sees nothing", () => {
  const { open } = browser();
  open("1").keep("outbox:room:5", ["Of the demo"]);
  assert.deepEqual(open("1", { installation: "there" }).recall("outbox:room:5", []), []);
});

test("what is older than thirty days is gone", () => {
  const { open, local } = browser();
  let time = 100 * DAY;
  const now = () => time;
  open("1", { now }).keep("outbox:room:5", ["Old words"]);
  time += 31 * DAY;
  assert.equal(open("1", { now }).recall("outbox:room:5"), null);
  assert.equal([...local.values.values()].join().includes("Old words"), false);
});

test("a full storage keeps the newest in memory and gives no older value", () => {
  const { open, local } = browser();
  const page = open("1");
  page.keep("outbox:room:5", ["first"]);
  local.full = true;
  page.keep("outbox:room:5", ["first", "second"]);
  assert.deepEqual(page.recall("outbox:room:5"), ["first", "second"]);
  page.keep("outbox:room:5", []);
  assert.deepEqual(page.recall("outbox:room:5", []), []);
});

test("a forbidden storage breaks nothing", async () => {
  const page = new PersonalStorage({
    local: null,
    session: null,
    locks: undefined,
    installation: "here",
    person: "1",
  });
  page.keepDraft("room:5", "In memory");
  assert.equal(await page.adoptDraft("room:5"), "In memory");
  page.wipe();
  assert.equal(page.recallDraft("room:5"), null);
});

test("files that wait elsewhere are wiped when the person signs out and when another one signs in", () => {
  const { open } = browser();
  let wiped = 0;
  const options = {
    wiped: () => {
      wiped += 1;
    },
  };
  open("7", options);
  const again = open("7", options);
  assert.equal(wiped, 0);
  again.wipe();
  assert.equal(wiped, 1);
  open("7", options);
  open("8", options);
  assert.equal(wiped, 2);
  open("", options);
  assert.equal(wiped, 2);
});
