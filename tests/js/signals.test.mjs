/** The few packets of Socket.IO that a page without streams speaks. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { understand } from "../../app/static/src/js/live/signals.js";

test("an opened transport is answered with the namespace, the version and the language", () => {
  assert.deepEqual(understand('0{"sid":"a","pingInterval":25000}', "it"), {
    reply: '40/live,{"v":3,"lang":"it"}',
  });
});

test("a ping is answered with a pong", () => {
  assert.deepEqual(understand("2", "en"), { reply: "3" });
});

test("being let in is told", () => {
  assert.deepEqual(understand('40/live,{"sid":"b"}', "en"), { joined: true });
});

test("a signal is told by its kind and any other event is not", () => {
  const signal = '42/live,["signal",{"stream":"","kind":"notices"}]';
  assert.deepEqual(understand(signal, "en"), { signal: "notices" });
  assert.deepEqual(understand('42/live,["events",{"stream":"x"}]', "en"), {});
});

test("who may not come in goes away", () => {
  assert.deepEqual(understand('44/live,{"message":"no","data":{"code":"sign_in_needed"}}', "en"), {
    refused: true,
  });
});
