import assert from "node:assert/strict";
import { createServer } from "node:http";
import { afterEach, beforeEach, test } from "node:test";
import { PersonalStorage } from "../../app/static/src/js/live/storage.js";
import { FakeStorage } from "./fakes.mjs";

const STREAM = "room-stream";
/** A network that refuses sockets: the state of its requests. */
let server;
let requests;
let isAnswering;
let upgrades;
let woken;
let client;

class FakeElement {
  dataset = { words: "{}" };
  hidden = true;
  textContent = "";
  value = "";
  content = "7:3";
  addEventListener() {}
  querySelector(selector) {
    return selector === "[data-send-as]" || selector === "button" ? new FakeButton() : new FakeElement();
  }
}
class FakeButton extends FakeElement {}

beforeEach(async () => {
  requests = [];
  upgrades = 0;
  isAnswering = true;
  woken = [];
  Object.defineProperty(globalThis, "navigator", { value: { onLine: true }, configurable: true });
  server = createServer();
  server.on("upgrade", (_request, socket) => {
    upgrades += 1;
    socket.end("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  Object.assign(globalThis, {
    location: { protocol: "http:", hostname: "127.0.0.1", port: String(port), host: `127.0.0.1:${port}` },
    document: {
      hidden: false,
      documentElement: { lang: "en", dataset: {} },
      querySelector: () => new FakeElement(),
      addEventListener() {},
    },
    addEventListener: (name, listener) => name === "online" && woken.push(listener),
    setInterval: () => {},
    HTMLElement: FakeElement,
    HTMLButtonElement: FakeButton,
    fetch: async (address, { body } = {}) => {
      if (!isAnswering) throw new TypeError("no network");
      requests.push(body ? { address, ...JSON.parse(body) } : { address });
      const page = { ok: true, stream: STREAM, epoch: "one", head: 0, events: [], more: false };
      return Response.json(body ? { seq: 1 } : page);
    },
  });
});

afterEach(async () => {
  globalThis.fetch = async () => new Response("", { status: 404 });
  await assert.rejects(client.read({ after: 0 }), { reason: "removed" });
  server.closeAllConnections();
  server.close();
});

/** A page on that network; `states` is what it was told of the way to the server. */
async function open() {
  const { StreamClient } = await import("../../app/static/src/js/live/stream-client.js");
  const states = [];
  const local = new FakeStorage();
  const storage = new PersonalStorage({
    local,
    session: new FakeStorage(),
    installation: "here",
    person: "7",
  });
  const page = new StreamClient({
    stream: STREAM,
    epoch: "one",
    head: 0,
    notice: new FakeElement(),
    question: new FakeElement(),
    outbox: {
      storage,
      place: "room:12",
      send: ({ cid, body }) => page.ask("room_post", { cid, room: 12, body, lang: "en" }),
      changed: () => {},
      refused: () => {},
    },
    on: { apply() {}, subscribed() {}, network: (state) => states.push(state), signal() {}, ended() {} },
  });
  client = page;
  page.open();
  return { page, states };
}

async function until(condition) {
  for (let turn = 0; turn < 1000 && !condition(); turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(condition());
}

test("where sockets are refused twice requests take their place, and what waits is sent by them under its id", async () => {
  const { page, states } = await open();
  page.outbox.add({ body: "By another way" });
  const [{ cid }] = page.outbox.entries;
  await until(() => page.outbox.waiting === 0);
  assert.deepEqual(states, ["requests"]);
  assert.ok(page.isOpen);
  assert.ok(upgrades >= 2);
  const sent = requests.filter(({ address }) => address.startsWith("/api/v1/commands/room_post"));
  assert.deepEqual(
    sent.map((each) => [each.cid, each.body, each.acting_as, each.v]),
    [[cid, "By another way", "7:3", 3]],
  );
});

test("where nothing is answered the connection is lost, until the network wakes up and answers", async () => {
  isAnswering = false;
  const { page, states } = await open();
  await until(() => states.length > 0);
  assert.deepEqual(states, ["lost"]);
  assert.ok(!page.isOpen);
  isAnswering = true;
  for (const listener of woken) listener();
  await until(() => states.length > 1);
  assert.deepEqual(states, ["lost", "requests"]);
});
