import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Connection } from "../../app/static/src/js/live/connection.js";
import { settled } from "./fakes.mjs";

const SIGNS = new Map();

beforeEach(() => {
  SIGNS.clear();
  globalThis.document = { querySelector: () => ({ content: "7:3" }) };
  globalThis.addEventListener = (name, listener) => SIGNS.set(name, listener);
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  mock.method(Math, "random", () => 0.5);
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

/** A socket of the library over a line that may be dead: then what is asked gets no answer until its time is over. */
class FakeSocket extends EventEmitter {
  id = "first";
  connected = true;
  active = true;
  isDead = false;
  done = [];
  io = Object.assign(new EventEmitter(), {
    engine: { readyState: "open", close: () => this.close() },
    timeout: (milliseconds) => (this.connectTimeout = milliseconds),
  });

  close() {
    this.done.push("close");
    this.lose("forced close");
  }

  lose(reason) {
    this.connected = false;
    this.id = undefined;
    this.emit("disconnect", reason);
  }

  timeout(milliseconds) {
    return {
      emitWithAck: () =>
        new Promise((resolve, reject) => {
          if (this.isDead) setTimeout(() => reject(new Error("timeout")), milliseconds);
          else resolve({ ok: true });
        }),
    };
  }

  connect() {
    this.done.push("connect");
    return this;
  }

  disconnect() {
    this.done.push("disconnect");
    return this;
  }
}

function open() {
  const socket = new FakeSocket();
  const heard = [];
  const connection = new Connection(socket, {
    connected: () => heard.push("connected"),
    lost: () => heard.push("lost"),
    failed: () => heard.push("failed"),
    refused: (reason) => heard.push(reason),
  });
  socket.emit("connect");
  return { socket, connection, heard };
}

/** Let time pass, and what waits for it run. */
async function pass(milliseconds) {
  mock.timers.tick(milliseconds);
  await settled();
}

test("a line over which a question gets no answer in four seconds is dropped", async () => {
  const { socket, connection, heard } = open();
  socket.isDead = true;
  const asked = connection.ask("room_post", {});
  await pass(3999);
  assert.deepEqual(heard, ["connected"]);
  await pass(1);
  assert.equal(await asked, null);
  assert.deepEqual([socket.done, heard], [["close"], ["connected", "lost"]]);
});

test("a server that is slow and says so by other packets is not left until a second question has no answer", async () => {
  const { socket, connection } = open();
  socket.isDead = true;
  const first = connection.ask("room_post", {});
  socket.io.emit("ping");
  await pass(4000);
  assert.equal(await first, null);
  assert.deepEqual(socket.done, []);
  const second = connection.ask("room_post", {});
  socket.io.emit("packet");
  await pass(4000);
  assert.equal(await second, null);
  assert.deepEqual(socket.done, ["close"]);
});

test("an answer makes good for the question before it that had none", async () => {
  const { socket, connection } = open();
  for (const isDead of [true, false, true]) {
    socket.isDead = isDead;
    const asked = connection.ask("room_post", {});
    socket.io.emit("ping");
    await pass(4000);
    await asked;
  }
  assert.deepEqual(socket.done, []);
});

test("a question of an earlier connection does not end the one of now", async () => {
  const { socket, connection } = open();
  socket.isDead = true;
  const asked = connection.ask("room_post", {});
  socket.lose("transport close");
  Object.assign(socket, { connected: true, id: "second" });
  socket.emit("connect");
  await pass(4000);
  assert.equal(await asked, null);
  assert.deepEqual(socket.done, []);
});

test("a server that is slow gets twice the time after each line that was given up, until it answers", async () => {
  const { socket, connection } = open();
  const waits = [];
  for (const isDead of [true, true, true, true, false, false, true]) {
    Object.assign(socket, { connected: true, id: "again", isDead });
    const begun = Date.now();
    const asked = connection.ask("room_post", {});
    for (let second = 0; second < 20 && isDead && socket.connected; second += 1) await pass(1000);
    await asked;
    if (isDead) waits.push([Date.now() - begun, socket.connectTimeout]);
  }
  assert.deepEqual(waits, [
    [4000, 12_000],
    [8000, 24_000],
    [16_000, 24_000],
    [16_000, 24_000],
    [4000, 12_000],
  ]);
});

test("a probe is answered within its own time", async () => {
  const { socket, connection } = open();
  socket.isDead = true;
  const asked = connection.ask("subscribe", {}, 3000);
  await pass(3000);
  assert.equal(await asked, null);
  assert.deepEqual(socket.done, ["close"]);
});

test("a line that opens and lets nobody in is a failed attempt after six seconds", async () => {
  const { socket, heard } = open();
  socket.lose("transport close");
  socket.io.emit("open");
  await pass(6000);
  assert.deepEqual(socket.done, ["close"]);
  assert.deepEqual(heard, ["connected", "lost", "failed"]);
});

test("one who is let in in time keeps the line", async () => {
  const { socket } = open();
  socket.lose("transport close");
  socket.io.emit("open");
  socket.connected = true;
  socket.emit("connect");
  await pass(6000);
  assert.deepEqual(socket.done, []);
});

test("an attempt that failed is told, and a refused person is not let try again", async () => {
  const { socket, heard } = open();
  socket.lose("transport close");
  socket.emit("connect_error", new Error("timeout"));
  socket.emit("connect_error", Object.assign(new Error("sign in"), { data: { code: "sign_in_needed" } }));
  assert.deepEqual(heard, ["connected", "lost", "failed", "signed_out"]);
});

test("who is in a hurry connects at once and at most once in a second", async () => {
  const { socket, connection } = open();
  connection.hurry();
  assert.deepEqual(socket.done, [], "an open line is left alone");
  socket.lose("transport close");
  connection.hurry();
  connection.hurry();
  assert.deepEqual(socket.done, ["disconnect", "connect"]);
  await pass(1000);
  connection.hurry();
  assert.deepEqual(socket.done, ["disconnect", "connect", "disconnect", "connect"]);
});

test("the browser's word that it is offline only makes us look", () => {
  const { socket, heard } = open();
  SIGNS.get("offline")();
  assert.deepEqual(heard, ["connected", "lost"]);
  assert.deepEqual(socket.done, ["close"], "and the library tries again");
});

test("what was left for good is not connected again", async () => {
  const { socket, connection, heard } = open();
  connection.end();
  socket.lose("io server disconnect");
  connection.hurry();
  await pass(10_000);
  assert.deepEqual(socket.done, ["disconnect"]);
  assert.deepEqual(heard, ["connected", "lost"]);
});
