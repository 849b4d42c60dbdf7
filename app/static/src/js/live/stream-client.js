/**
 * The live side of one page that shows one stream: connect, subscribe, apply every event once and in its order, send what
 * waits, stop when the page is of no more use.
 */
import { ActorQuestion } from "./actor-question.js";
import { Ended, read } from "./catch-up.js";
import { connect } from "./connection.js";
import { Follower } from "./follower.js";
import { Outbox } from "./outbox.js";

const RETRY_MILLISECONDS = 3000;
const PRESENCE_MILLISECONDS = 15_000;
const TYPING_MILLISECONDS = 3000;
/** @type {Record<string, string>} What the refusal of a subscription means for the page. */
const END_REASONS = { not_found: "removed", sign_in_needed: "signed_out", outdated: "outdated" };

/** @import { Acknowledgement, Answers, Pushes, Refusal, StreamEvent } from "./payloads.js" */

/**
 * What a page does with its stream. `apply` shows events that came together; `subscribed` is called when everything up to `head`, the last
 * event now, was applied or is being fetched; `ended` when the connection was closed for good ("signed_out" or "removed");
 * `signal` gets the signals of every stream of the person.
 * @template {StreamEvent} Told
 * @typedef {object} StreamHandlers
 * @property {(events: Told[]) => void} apply
 * @property {(head: number) => void} subscribed
 * @property {() => void} lost
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

  /**
   * @param {object} options
   * @param {string} options.stream
   * @param {string} options.epoch
   * @param {number} options.head the sequence number of the last event that the page already shows
   * @param {HTMLElement} options.question the box of the question about the actor
   * @param {Pick<ConstructorParameters<typeof Outbox<Content>>[0], "storage" | "place" | "send" | "changed" | "refused">} options.outbox
   * @param {StreamHandlers<Told>} options.on
   */
  constructor({ stream, epoch, head, question, outbox, on }) {
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
      ended: (reason, answer) => this.#end(reason, answer),
    });
    this.question = new ActorQuestion(question, (key) => this.outbox.sendAs(key));
  }

  get isOpen() {
    return Boolean(this.#connection?.isOpen);
  }

  /** Connect, and stay connected until the page is left or the stream ends for this person. */
  open() {
    const isOurs = (/** @type {{stream: string | null}} */ { stream }) => stream === this.#stream;
    this.#connection = connect(document.documentElement.lang, {
      connected: () => this.#subscribe(),
      lost: () => this.#on.lost(),
      refused: (reason) => this.#end(reason),
      events: (sent) => isOurs(sent) && this.#take(sent),
      head: (sent) => isOurs(sent) && this.follower.hear(sent.epoch, sent.head),
      signal: (signal) => this.#on.signal(signal),
      closed: (sent) => (!sent.stream || isOurs(sent)) && this.#end(sent.reason),
    });
    setInterval(() => this.#sayHere(), PRESENCE_MILLISECONDS);
    document.addEventListener("visibilitychange", () => this.#sayHere());
  }

  /**
   * Send a command or a request; null when there was no answer in time.
   * @template {keyof Answers} Name
   * @param {Name} event
   * @param {object} payload
   * @returns {Promise<Acknowledgement<Name> | null>}
   */
  async ask(event, payload) {
    return (await this.#connection?.ask(event, payload)) ?? null;
  }

  /**
   * Send something that may be lost.
   * @param {keyof Answers} event
   * @param {object} payload
   */
  mention(event, payload) {
    this.#connection?.mention(event, payload);
  }

  /** Tell the others that the person is writing, at most once in a few seconds. */
  sayTyping() {
    if (Date.now() - this.#typingAt < TYPING_MILLISECONDS) return;
    this.#typingAt = Date.now();
    this.mention("signal", { stream: this.#stream, kind: "typing" });
  }

  /**
   * Read events of the stream by an ordinary request.
   * @param {import("./catch-up.js").Where} where
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

  async #subscribe() {
    const answer = await this.ask("subscribe", { stream: this.#stream, after: this.follower.last });
    if (!answer?.ok) {
      const reason = END_REASONS[answer?.code ?? ""];
      if (reason) this.#end(reason);
      else setTimeout(() => this.isOpen && this.#subscribe(), RETRY_MILLISECONDS * (0.5 + Math.random()));
      return;
    }
    this.#take(answer);
    this.follower.hear(answer.epoch, answer.head);
    this.#sayHere();
    this.#on.subscribed(answer.head);
    void this.outbox.flush();
  }

  /** Tell the others that the person is looking at this page. */
  #sayHere() {
    if (!document.hidden) this.mention("signal", { stream: this.#stream, kind: "here" });
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
      this.#connection?.end();
      this.#on.ended(reason);
    }
  }
}
