import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { NetworkNotice } from "../../app/static/src/js/live/network-notice.js";

const WORDS = {
  connecting: "Connecting…",
  lost: "Lost.",
  offline: "Offline.",
  kept: "It is kept.",
  blocked: "Another way.",
  connected: "Connected.",
  sent: "What waited is sent.",
  passing: "Leave this page open.",
  one: "One waits.",
  many: "{count} wait.",
};

beforeEach(() => {
  globalThis.addEventListener = () => {};
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  mock.timers.enable({ apis: ["setTimeout"] });
});

afterEach(() => mock.timers.reset());

function begin({ isPassing = false } = {}) {
  const box = { dataset: { words: JSON.stringify(WORDS) }, textContent: "", hidden: true };
  const notice = new NetworkNotice(box, () => isPassing);
  notice.tell("connecting");
  return { notice, said: () => (box.hidden ? "" : box.textContent) };
}

test("nothing is said of a first connection until it takes six seconds", () => {
  const { notice, said } = begin();
  mock.timers.tick(5999);
  assert.equal(said(), "");
  mock.timers.tick(1);
  assert.equal(said(), "Connecting…");
  notice.tell("live");
  assert.equal(said(), "Connected.");
});

test("a connection that came about in time is no news", () => {
  const { notice, said } = begin();
  mock.timers.tick(3000);
  notice.tell("live");
  mock.timers.tick(60_000);
  assert.equal(said(), "");
});

test("a break that mends itself is no news, one that lasts is, with how much waits", () => {
  const { notice, said } = begin();
  notice.tell("live");
  notice.tell("lost");
  mock.timers.tick(500);
  notice.tell("live");
  mock.timers.tick(5000);
  assert.equal(said(), "");
  notice.tell("lost");
  mock.timers.tick(900);
  assert.equal(said(), "Lost. It is kept.");
  notice.waits(1);
  assert.equal(said(), "Lost. One waits.");
  notice.waits(3);
  assert.equal(said(), "Lost. 3 wait.");
});

test("once connected again it says so, then that what waited is sent, then nothing", () => {
  const { notice, said } = begin();
  notice.tell("live");
  notice.tell("lost");
  notice.waits(2);
  mock.timers.tick(900);
  notice.tell("live");
  assert.equal(said(), "Connected. 2 wait.");
  notice.waits(1);
  assert.equal(said(), "Connected. One waits.");
  notice.waits(0);
  assert.equal(said(), "Connected. What waited is sent.");
  mock.timers.tick(5000);
  assert.equal(said(), "");
});

test("who had nothing that waited hears only that she is connected", () => {
  const { notice, said } = begin();
  notice.tell("live");
  notice.tell("lost");
  mock.timers.tick(900);
  notice.tell("live");
  assert.equal(said(), "Connected.");
});

test("what waited and went another way is told as sent, too", () => {
  const { notice, said } = begin();
  notice.tell("lost");
  notice.waits(1);
  mock.timers.tick(900);
  notice.tell("requests");
  notice.waits(0);
  notice.tell("live");
  assert.equal(said(), "Connected. What waited is sent.");
});

test("the other way is told, and what waits on it", () => {
  const { notice, said } = begin();
  notice.tell("requests");
  mock.timers.tick(1500);
  assert.equal(said(), "Another way.");
  notice.waits(1);
  assert.equal(said(), "Another way. One waits.");
  notice.tell("lost");
  assert.equal(said(), "Lost. One waits.", "what was said already is replaced at once");
});

test("the browser's word chooses between two sentences and hides none", () => {
  const { notice, said } = begin();
  globalThis.navigator.onLine = false;
  notice.tell("live");
  mock.timers.tick(10_000);
  assert.equal(said(), "");
  notice.tell("lost");
  mock.timers.tick(900);
  assert.equal(said(), "Offline. It is kept.");
});

test("what a browser cannot keep is told as long as it waits", () => {
  const { notice, said } = begin({ isPassing: true });
  notice.tell("lost");
  mock.timers.tick(900);
  assert.equal(said(), "Lost. It is kept.");
  notice.waits(1);
  assert.equal(said(), "Lost. One waits. Leave this page open.");
});

test("after the end only its own sentence stands", () => {
  const { notice, said } = begin();
  notice.end("You were signed out.");
  mock.timers.tick(10_000);
  notice.tell("lost");
  mock.timers.tick(10_000);
  notice.waits(1);
  assert.equal(said(), "You were signed out.");
});
