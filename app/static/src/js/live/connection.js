/** The live connection of one page: it comes back by itself, knows when the network is gone, and asks with a time limit. */
import { io } from "socket.io-client";
import { actingAs } from "./actor.js";

const VERSION = 3;
const ANSWER_TIMEOUT_MILLISECONDS = 10_000;
/** What is no command: it changes nothing and is nobody's in particular. */
const PROTOCOL = new Set(["subscribe", "unsubscribe", "signal"]);

/** @import { Acknowledgement, Answers, Pushes } from "./payloads.js" */

/**
 * What is called; all of it may be left out. `refused` is called when the person may not come in.
 * @typedef {object} ConnectionHandlers
 * @property {() => unknown} [connected]
 * @property {() => unknown} [lost]
 * @property {(reason: string) => unknown} [refused]
 * @property {(sent: Pushes["events"]) => unknown} [events]
 * @property {(sent: Pushes["head"]) => unknown} [head]
 * @property {(signal: Pushes["signal"]) => unknown} [signal]
 * @property {(sent: Pushes["closed"]) => unknown} [closed]
 */

/**
 * Open a connection. The page is marked by `data-live`; what waits for the person elsewhere is told to
 * it as an event "trama:waiting".
 * @param {string} lang the language of the answers
 * @param {ConnectionHandlers} on
 */
export function connect(lang, on) {
  document.documentElement.dataset.live = "";
  const socket = io("/live", {
    transports: ["websocket"],
    auth: { v: VERSION, lang },
    reconnectionDelay: 400,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
    autoConnect: navigator.onLine,
  });
  socket.on("connect", () => on.connected?.());
  socket.on("disconnect", (reason) => {
    on.lost?.();
    if (reason === "io server disconnect") later(socket);
  });
  socket.on("connect_error", (/** @type {Error & {data?: {code?: string}}} */ error) => {
    if (error.data?.code === "sign_in_needed") on.refused?.("signed_out");
    else if (!socket.active) later(socket);
  });
  socket.on("events", (sent) => on.events?.(sent));
  socket.on("head", (sent) => on.head?.(sent));
  socket.on("signal", (signal) => {
    if (signal.kind === "notices" || signal.kind === "read")
      document.dispatchEvent(new Event("trama:waiting"));
    on.signal?.(signal);
  });
  socket.on("closed", (sent) => on.closed?.(sent));
  addEventListener("offline", () => socket.disconnect());
  addEventListener("online", () => socket.connect());
  return new Connection(socket);
}

/**
 * A server that sent us away without a word is asked again after a while.
 * @param {import("socket.io-client").Socket} socket
 */
function later(socket) {
  setTimeout(() => navigator.onLine && socket.connect(), 1000 + 2000 * Math.random());
}

/**
 * A payload with the protocol's version; a command also with the actor for whom this page was made.
 * @param {string} event
 * @param {object} payload
 */
function envelope(event, payload) {
  return PROTOCOL.has(event) ? { v: VERSION, ...payload } : { v: VERSION, acting_as: actingAs(), ...payload };
}

export class Connection {
  #socket;

  /** @param {import("socket.io-client").Socket} socket */
  constructor(socket) {
    this.#socket = socket;
  }

  get isOpen() {
    return this.#socket.connected;
  }

  /**
   * Ask for something; gives the answer, or null when there was none in time.
   * @template {keyof Answers} Name
   * @param {Name} event
   * @param {object} payload
   * @returns {Promise<Acknowledgement<Name> | null>}
   */
  async ask(event, payload) {
    if (!this.isOpen) return null;
    try {
      const socket = this.#socket.timeout(ANSWER_TIMEOUT_MILLISECONDS);
      return await socket.emitWithAck(event, envelope(event, payload));
    } catch {
      return null;
    }
  }

  /**
   * Say something that may be lost.
   * @param {keyof Answers} event
   * @param {object} payload
   */
  mention(event, payload) {
    if (this.isOpen) this.#socket.volatile.emit(event, envelope(event, payload));
  }

  /** Go away for good. */
  end() {
    this.#socket.disconnect();
  }
}
