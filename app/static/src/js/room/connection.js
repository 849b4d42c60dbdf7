/** The live connection of one page: it comes back by itself, knows when the network is gone, and asks with a time limit. */
import { io } from "socket.io-client";
import { actingAs } from "../live/actor.js";

const VERSION = 3;
const ANSWER_WITHIN = 10_000;
/** What is no command: it changes nothing and is nobody's in particular. */
const PROTOCOL = new Set(["subscribe", "unsubscribe", "signal"]);

/**
 * Open a connection. `on` holds what is called: connected(), lost(), refused(code) when one may not come in, and
 * events(told), head(told), signal(told), closed(told) as the server sends them.
 */
export function connect(lang, on) {
  const socket = io("/live", {
    transports: ["websocket"],
    auth: { v: VERSION, lang },
    reconnectionDelay: 400,
    reconnectionDelayMax: 8000,
    randomizationFactor: 0.5,
    autoConnect: navigator.onLine,
  });
  socket.on("connect", on.connected);
  socket.on("disconnect", (reason) => {
    on.lost();
    if (reason === "io server disconnect") later(socket);
  });
  socket.on("connect_error", (error) => {
    if (error.data?.code === "sign_in_needed") on.refused("signed_out");
    else if (!socket.active) later(socket);
  });
  for (const name of ["events", "head", "signal", "closed"]) socket.on(name, on[name]);
  addEventListener("offline", () => socket.disconnect());
  addEventListener("online", () => socket.connect());
  return new Connection(socket);
}

/** A server that sent us away without a word is asked again after a while. */
function later(socket) {
  setTimeout(() => navigator.onLine && socket.connect(), 1000 + 2000 * Math.random());
}

/** A payload with the protocol's version; a command also with the actor for whom this page was made. */
function envelope(event, payload) {
  return PROTOCOL.has(event) ? { v: VERSION, ...payload } : { v: VERSION, acting_as: actingAs(), ...payload };
}

class Connection {
  #socket;

  constructor(socket) {
    this.#socket = socket;
  }

  get isOpen() {
    return this.#socket.connected;
  }

  /** Ask for something; gives the answer, or null when there was none in time. */
  async ask(event, payload) {
    if (!this.isOpen) return null;
    try {
      return await this.#socket.timeout(ANSWER_WITHIN).emitWithAck(event, envelope(event, payload));
    } catch {
      return null;
    }
  }

  /** Say something that may be lost. */
  mention(event, payload) {
    if (this.isOpen) this.#socket.volatile.emit(event, envelope(event, payload));
  }

  /** Go away for good. */
  end() {
    this.#socket.disconnect();
  }
}
