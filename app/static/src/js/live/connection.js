/**
 * The live connection of one page: it comes back by itself, asks with a time limit, and does not believe in a connection
 * from which a question gets no answer. Each time that one was given up, it waits twice as long the next
 * time, until answers come again: connections that all give up together would keep a busy server busy. What the browser says of the network (`online`, `offline`) is a hint to look now.
 */
import { io } from "socket.io-client";
import { actingAs } from "./actor.js";

const VERSION = 3;
const ANSWER_TIMEOUT_MILLISECONDS = 4000;
const CONNECT_TIMEOUT_MILLISECONDS = 6000;
/** How many times longer than that is waited at most where a server is slow. */
const MAX_PATIENCE = 4;
const HURRY_MILLISECONDS = 1000;
/** What is no command: it changes nothing and is nobody's in particular. */
const PROTOCOL = new Set(["subscribe", "unsubscribe", "signal"]);

/** @import { Acknowledgement, Answers, Pushes } from "./payloads.js" */

/**
 * What is called; all of it may be left out. `failed` is called when an attempt to connect failed, `refused` when the
 * person may not come in.
 * @typedef {object} ConnectionHandlers
 * @property {() => unknown} [connected]
 * @property {() => unknown} [lost]
 * @property {() => unknown} [failed]
 * @property {(reason: string) => unknown} [refused]
 * @property {(sent: Pushes["events"]) => unknown} [events]
 * @property {(sent: Pushes["head"]) => unknown} [head]
 * @property {(signal: Pushes["signal"]) => unknown} [signal]
 * @property {(sent: Pushes["closed"]) => unknown} [closed]
 */

/**
 * Open a connection. What waits for the person elsewhere is told to the page as an event "trama:waiting".
 * @param {string} lang the language of the answers
 * @param {ConnectionHandlers} on
 */
export function connect(lang, on) {
  document.documentElement.dataset.live = "";
  const socket = io("/live", {
    transports: ["websocket"],
    auth: { v: VERSION, lang },
    reconnectionDelay: 400,
    reconnectionDelayMax: 5000,
    randomizationFactor: 0.5,
    timeout: CONNECT_TIMEOUT_MILLISECONDS,
  });
  return new Connection(socket, on);
}

/**
 * A payload with the protocol's version; a command also with the actor for whom this page was made.
 * @param {string} event
 * @param {object} payload
 */
export function envelope(event, payload) {
  return PROTOCOL.has(event) ? { v: VERSION, ...payload } : { v: VERSION, acting_as: actingAs(), ...payload };
}

export class Connection {
  #socket;
  #on;
  #wasOpen = false;
  #isOver = false;
  #packets = 0;
  #unanswered = 0;
  #patience = 1;
  #hurriedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #entryTimer;

  /**
   * @param {import("socket.io-client").Socket} socket
   * @param {ConnectionHandlers} on
   */
  constructor(socket, on) {
    this.#socket = socket;
    this.#on = on;
    const { io: manager } = socket;
    for (const sign of /** @type {const} */ (["packet", "ping"]))
      manager.on(sign, () => (this.#packets += 1));
    // The library waits for ever for the answer to its first words over a new line.
    manager.on("open", () => {
      clearTimeout(this.#entryTimer);
      const limit = CONNECT_TIMEOUT_MILLISECONDS * this.#patience;
      this.#entryTimer = setTimeout(() => this.isOpen || this.#giveUp(), limit);
    });
    socket.on("connect", () => this.#opened());
    socket.on("disconnect", (reason) => this.#closed(reason));
    socket.on("connect_error", (error) => this.#failed(error));
    socket.on("events", (sent) => on.events?.(sent));
    socket.on("head", (sent) => on.head?.(sent));
    socket.on("signal", (signal) => {
      if (signal.kind === "notices" || signal.kind === "read")
        document.dispatchEvent(new Event("trama:waiting"));
      on.signal?.(signal);
    });
    socket.on("closed", (sent) => on.closed?.(sent));
    addEventListener("offline", () => this.#drop());
  }

  get isOpen() {
    return this.#socket.connected;
  }

  /**
   * Ask for something; gives the answer, or null when there was none in time. A connection over which nothing came in that
   * time, or a second question got no answer either, is dropped, and another one is made, which is given more time.
   * @template {keyof Answers} Name
   * @param {Name} event
   * @param {object} payload
   * @param {number} [timeout] in milliseconds, while answers come in time
   * @returns {Promise<Acknowledgement<Name> | null>}
   */
  async ask(event, payload, timeout = ANSWER_TIMEOUT_MILLISECONDS) {
    if (!this.isOpen) return null;
    const packets = this.#packets;
    const { id } = this.#socket;
    try {
      const limited = this.#socket.timeout(timeout * this.#patience);
      const answer = await limited.emitWithAck(event, envelope(event, payload));
      this.#unanswered = 0;
      this.#wait(this.#patience / 2);
      return answer;
    } catch {
      this.#unanswered += 1;
      const isSilent = this.#packets === packets || this.#unanswered > 1;
      if (isSilent && id === this.#socket.id) this.#giveUp();
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

  /** Connect now, instead of when the pause between two attempts or an attempt that hangs is over. */
  hurry() {
    if (this.isOpen || this.#isOver || Date.now() - this.#hurriedAt < HURRY_MILLISECONDS) return;
    this.#hurriedAt = Date.now();
    this.#socket.disconnect().connect();
  }

  /** Go away for good. */
  end() {
    this.#isOver = true;
    this.#socket.disconnect();
  }

  /** Close a line that brought no answer, and wait longer for those of the next. */
  #giveUp() {
    this.#wait(this.#patience * 2);
    this.#drop();
  }

  /** Close a line that is dead or about to be; the library makes another one. */
  #drop() {
    this.#unanswered = 0;
    const { engine } = this.#socket.io;
    if (engine?.readyState === "open") engine.close();
  }

  /**
   * Wait so many times longer than usual, from the next question and the next attempt on.
   * @param {number} patience
   */
  #wait(patience) {
    this.#patience = Math.min(MAX_PATIENCE, Math.max(1, patience));
    this.#socket.io.timeout(CONNECT_TIMEOUT_MILLISECONDS * this.#patience);
  }

  #opened() {
    clearTimeout(this.#entryTimer);
    this.#wasOpen = true;
    this.#unanswered = 0;
    this.#on.connected?.();
  }

  /** @param {string} reason */
  #closed(reason) {
    clearTimeout(this.#entryTimer);
    const wasOpen = this.#wasOpen;
    this.#wasOpen = false;
    if (wasOpen) this.#on.lost?.();
    else if (!this.#isOver) this.#on.failed?.();
    if (reason === "io server disconnect") this.#later();
  }

  /** @param {Error & {data?: {code?: string}}} error */
  #failed({ data }) {
    if (data?.code === "sign_in_needed") {
      this.#on.refused?.("signed_out");
      return;
    }
    this.#wait(this.#patience * 2);
    if (!this.#socket.active) this.#later();
    this.#on.failed?.();
  }

  /** A server that sent us away without a word is asked again after a while. */
  #later() {
    setTimeout(() => this.#isOver || this.#socket.connect(), 1000 + 2000 * Math.random());
  }
}
