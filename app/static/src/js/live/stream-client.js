/**
 * The live side of one page that shows one stream: connect, subscribe, apply every event once and in its order, send what
 * waits, stop when the page is of no more use.
 */
import { ActorQuestion } from "./actor-question.js";
import { connect, envelope } from "./connection.js";
import { Follower } from "./follower.js";
import { NetworkNotice } from "./network-notice.js";
import { Outbox } from "./outbox.js";
import { RequestFallback } from "./request-fallback.js";
import { command, Ended, present, read } from "./requests.js";

const RETRY_MILLISECONDS = 3000;
const PROBE_TIMEOUT_MILLISECONDS = 3000;
const MAX_FAILURES = 2;
const PRESENCE_MILLISECONDS = 15_000;
const TYPING_MILLISECONDS = 3000;
/** @type {Record<string, string>} What the refusal of a subscription means for the page. */
const END_REASONS = { not_found: "removed", sign_in_needed: "signed_out", outdated: "outdated" };

/** @import { Acknowledgement, Answers, Commands, Pushes, Refusal, StreamEvent } from "./payloads.js" */

/**
 * What a page does with its stream. `apply` shows events that came together; `subscribed` is called when everything up to `head`, the last
 * event now, was applied or is being fetched; `network` whenever the way to the server changed; `ended` when the connection
 * was closed for good ("signed_out" or "removed"); `signal` gets the signals of every stream of the person.
 * @template {StreamEvent} Told
 * @typedef {object} StreamHandlers
 * @property {(events: Told[]) => void} apply
 * @property {(head: number) => void} subscribed
 * @property {(state: import("./network-notice.js").NetworkState) => void} network
 * @property {(signal: Pushes["signal"]) => void} signal
 * @property {(reason: string) => void} ended
 */

/**
 * @template {StreamEvent} Told what is in the stream
 * @template {object} Content what waits in the outbox
 */
export class StreamClient {
  #typingAt = 0;
  #stream;
  #on;
  /** @type {import("./connection.js").Connection | undefined} */
  #connection;
  #fallback;
  #isSubscribed = false;
  #failures = 0;
  /** @type {import("./network-notice.js").NetworkState} */
  #network = "connecting";

  /**
   * @param {object} options
   * @param {string} options.stream
   * @param {string} options.epoch
   * @param {number} options.head the sequence number of the last event that the page already shows
   * @param {HTMLElement} options.notice the box of what is said of the network
   * @param {HTMLElement} options.question the box of the question about the actor
   * @param {Pick<ConstructorParameters<typeof Outbox<Content>>[0], "storage" | "place" | "send" | "changed" | "refused" | "delayed">} options.outbox
   * @param {StreamHandlers<Told>} options.on
   */
  constructor({ stream, epoch, head, notice, question, outbox, on }) {
    this.#stream = stream;
    this.#on = on;
    /** @type {Follower<Told>} */
    this.follower = new Follower({
      epoch,
      last: head,
      apply: (events) => on.apply(events),
      fetchAfter: (after) => this.read({ after }),
      restart: () => location.reload(),
    });
    /** @type {Outbox<Content>} */
    this.outbox = new Outbox({
      ...outbox,
      epoch,
      last: () => this.follower.last,
      changed: () => {
        this.notice.waits(this.outbox.waiting);
        outbox.changed();
      },
      ended: (reason, answer) => this.#end(reason, answer),
    });
    this.notice = new NetworkNotice(notice, () => outbox.storage.isPassing);
    this.#fallback = new RequestFallback({
      read: () => this.#poll(),
      changed: () => this.#tellNetwork(),
    });
    this.question = new ActorQuestion(question, (key) => this.outbox.sendAs(key));
  }

  /** Whether there is a way to the server: a socket, or requests in its place. */
  get isOpen() {
    return this.#hasSocket || this.#fallback.isWorking;
  }

  get #hasSocket() {
    return Boolean(this.#connection?.isOpen);
  }

  /** A socket that is open may bring nothing all the same: only a subscription shows that it does. */
  get #needsRequests() {
    return !this.#isSubscribed && this.#fallback.isWorking;
  }

  /** Connect, and stay connected until the page is left or the stream ends for this person. */
  open() {
    const isOurs = (/** @type {{stream: string | null}} */ { stream }) => stream === this.#stream;
    this.#connection = connect(document.documentElement.lang, {
      connected: () => this.#subscribe(),
      lost: () => this.#fail(),
      failed: () => this.#fail(),
      refused: (reason) => this.#end(reason),
      events: (sent) => isOurs(sent) && this.#take(sent),
      head: (sent) => isOurs(sent) && this.follower.hear(sent.epoch, sent.head),
      signal: (signal) => this.#on.signal(signal),
      closed: (sent) => (!sent.stream || isOurs(sent)) && this.#end(sent.reason),
    });
    this.notice.waits(this.outbox.waiting);
    this.notice.tell(this.#network);
    setInterval(() => this.#sayHere(), PRESENCE_MILLISECONDS);
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    addEventListener("online", () => this.#wake());
    addEventListener("pageshow", ({ persisted }) => persisted && this.#wake());
  }

  /**
   * Send a command; null when there was no answer in time.
   * @template {keyof Commands} Name
   * @param {Name} event
   * @param {object} payload
   * @returns {Promise<Acknowledgement<Name> | null>}
   */
  async ask(event, payload) {
    if (this.#needsRequests) return command(event, envelope(event, payload));
    return (await this.#connection?.ask(event, payload)) ?? null;
  }

  /**
   * Send a command that may be lost.
   * @param {keyof Commands} event
   * @param {object} payload
   */
  mention(event, payload) {
    if (this.#needsRequests) void command(event, envelope(event, payload));
    else this.#connection?.mention(event, payload);
  }

  /** Tell the others that the person is writing, at most once in a few seconds. */
  sayTyping() {
    if (Date.now() - this.#typingAt < TYPING_MILLISECONDS) return;
    this.#typingAt = Date.now();
    this.#connection?.mention("signal", { stream: this.#stream, kind: "typing" });
  }

  /**
   * Read events of the stream by an ordinary request.
   * @param {import("./requests.js").Where} where
   */
  async read(where) {
    try {
      const page = await read(this.#stream, where);
      return { ...page, events: this.#ours(page.events) };
    } catch (error) {
      if (error instanceof Ended) this.#end(error.reason);
      throw error;
    }
  }

  /** @param {{epoch: string, events: StreamEvent[]}} sent */
  #take({ epoch, events }) {
    this.follower.take(epoch, this.#ours(events));
  }

  /**
   * What came of this stream is of its kinds.
   * @param {StreamEvent[]} events
   */
  #ours(events) {
    return /** @type {Told[]} */ (events);
  }

  /** @param {number} [timeout] in milliseconds */
  async #subscribe(timeout) {
    const asked = { stream: this.#stream, after: this.follower.last };
    const answer = (await this.#connection?.ask("subscribe", asked, timeout)) ?? null;
    if (!answer?.ok) {
      const reason = END_REASONS[answer?.code ?? ""];
      if (reason) this.#end(reason);
      else setTimeout(() => this.#hasSocket && this.#subscribe(), RETRY_MILLISECONDS * (0.5 + Math.random()));
      return;
    }
    this.#isSubscribed = true;
    this.#failures = 0;
    this.#fallback.stop();
    this.#take(answer);
    this.follower.hear(answer.epoch, answer.head);
    void this.#sayHere();
    this.#tellNetwork();
    this.#on.subscribed(answer.head);
    void this.outbox.flush();
  }

  /** Tell the others that the person is looking at this page; by a request one also learns who else is. */
  async #sayHere() {
    if (document.hidden) return;
    const stream = this.#stream;
    if (!this.#needsRequests) return this.#connection?.mention("signal", { stream, kind: "here" });
    const people = await present(stream);
    if (people && this.#needsRequests) this.#on.signal({ stream, kind: "presence", people });
  }

  // --- The network -----------------------------------------------------------------------------------------

  /** A connection ended, or did not come about; after two in a row that brought nothing requests take its place. */
  #fail() {
    if (!this.#isSubscribed) this.#failures += 1;
    this.#isSubscribed = false;
    if (this.#failures >= MAX_FAILURES) this.#fallback.start();
    this.#tellNetwork();
  }

  /** The page, or the network, woke up: what was a connection may be dead by now. Subscribing again brings what is missing. */
  #wake() {
    if (this.#hasSocket) void this.#subscribe(PROBE_TIMEOUT_MILLISECONDS);
    else this.#connection?.hurry();
    this.#fallback.hurry();
  }

  /** Read what is new by a request. */
  async #poll() {
    const page = await this.read({ after: this.follower.last });
    if (!this.#fallback.isRunning) return;
    this.#take(page);
    this.follower.hear(page.epoch, page.head);
  }

  #tellNetwork() {
    const before = this.#network;
    if (this.#isSubscribed) this.#network = "live";
    else if (this.#fallback.isWorking) this.#network = "requests";
    else if (before !== "connecting" || this.#fallback.hasFailed) this.#network = "lost";
    if (this.#network === before) return;
    this.notice.tell(this.#network);
    this.#on.network(this.#network);
    if (this.#network !== "requests") return;
    void this.#sayHere();
    this.#connection?.hurry(); // who could not be reached a moment ago may take sockets again, too
    void this.outbox.flush();
  }

  /**
   * The page is of no more use, or asks the person first: signed out, removed, older than the server, another actor.
   * @param {string} reason
   * @param {Refusal} [answer]
   */
  #end(reason, answer) {
    if (reason === "outdated") {
      setTimeout(() => location.reload(), RETRY_MILLISECONDS * (1 + Math.random()));
    } else if (reason === "actor_changed") {
      this.question.ask(answer);
    } else {
      this.#fallback.stop();
      this.#connection?.end();
      this.notice.end();
      // What the device keeps of this page, or of all, goes with it.
      const forget = reason === "removed" ? location.pathname : "";
      navigator.serviceWorker?.controller?.postMessage({ forget });
      this.#on.ended(reason);
    }
  }
}
