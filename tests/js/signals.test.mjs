/** The few packets of Socket.IO that a page without streams speaks. */
import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { hearSignals, understand } from "../../app/static/src/js/live/signals.js";

test("an opened transport is answered with the namespace, the version and the language", () => {
  assert.deepEqual(understand('0{"sid":"a","pingInterval":25000,"pingTimeout":20000}', "it"), {
    reply: '40/live,{"v":3,"lang":"it"}',
    silence: 45_000,
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

/** A socket that is open and brings what a test says. */
class FakeSocket extends EventTarget {
  static made = [];

  constructor() {
    super();
    FakeSocket.made.push(this);
  }

  send() {}

  close() {
    this.isClosed = true;
    this.dispatchEvent(new Event("close"));
  }

  brings(data) {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

test("a connection that is silent for longer than two pings is closed, and another one is opened", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  Object.assign(globalThis, { WebSocket: FakeSocket, location: { origin: "http://x" }, document: {} });
  hearSignals("en", () => {});
  const [first] = FakeSocket.made;
  first.brings('0{"pingInterval":25000,"pingTimeout":20000}');
  mock.timers.tick(40_000);
  first.brings("2");
  mock.timers.tick(44_000);
  assert.ok(!first.isClosed);
  mock.timers.tick(1000);
  assert.ok(first.isClosed);
  mock.timers.tick(10_000);
  assert.equal(FakeSocket.made.length, 2);
  mock.timers.tick(6000);
  assert.ok(FakeSocket.made[1].isClosed, "one that never says a word is closed sooner");
  mock.timers.reset();
});
