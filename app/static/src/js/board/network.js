/** Between a board and the server: the stream, the outbox, what only the reader or the desk may know. */
import { Ended, read } from "../room/catch-up.js";
import { Follower } from "../room/follower.js";
import { ActorQuestion } from "../live/actor-question.js";
import { Outbox } from "../room/outbox.js";
import { freshId } from "../live/storage.js";
import { personal } from "../live/personal.js";
import { connect } from "../room/connection.js";
import { fill } from "../room/words.js";

const RENEW = 15_000;
const SOON = 250;
const AGAIN = 3000;
const WRITES_EVERY = 3000;
/** Events after which what the reader may do, and what is hers, is as it was. */
const OFTEN = new Set(["ready", "hand", "card_opened"]);

export class Network {
  #mineTimer;
  #deskTimer;
  #saidAt = 0;
  #answers = 0;
  #ended = false;

  constructor(board, on) {
    Object.assign(this, { board, on, data: board.dataset, words: board.words });
    this.notice = board.querySelector("[data-offline]");
    this.follower = new Follower({
      epoch: this.data.epoch,
      last: Number(this.data.head),
      apply: (event) => this.#apply(event),
      fetchAfter: (after) => this.#read(after),
      restart: () => location.reload(),
    });
    this.outbox = new Outbox({
      storage: personal,
      place: `design:${board.design}`,
      epoch: this.data.epoch,
      last: () => this.follower.last,
      send: (entry) => this.#send(entry),
      changed: () => on.changed(),
      refused: (entry, answer) => this.#refuse(entry, answer),
      ended: (reason, answer) => this.#end(reason, answer),
    });
    this.question = new ActorQuestion(board.querySelector("[data-actor-question]"), (key) =>
      this.outbox.sendAs(key),
    );
  }

  get isOpen() {
    return Boolean(this.connection?.isOpen);
  }

  /** What waits to be sent of one event. */
  pending(event) {
    return this.outbox.entries.filter((entry) => entry.event === event && !entry.refused);
  }

  open() {
    this.connection = connect(document.documentElement.lang, {
      connected: () => this.#connected(),
      lost: () => this.#tellNetwork(),
      refused: (reason) => this.#end(reason),
      events: ({ stream, epoch, events }) => stream === this.data.stream && this.follower.take(epoch, events),
      head: ({ stream, epoch, head }) => stream === this.data.stream && this.follower.hear(epoch, head),
      signal: (told) => told.stream === this.data.stream && this.on.signal(told),
      closed: ({ stream, reason }) => (!stream || stream === this.data.stream) && this.#end(reason),
    });
    setInterval(() => this.#beHere(), RENEW);
    document.addEventListener("visibilitychange", () => this.#beHere());
    for (const name of ["online", "offline"]) addEventListener(name, () => this.#tellNetwork());
    setTimeout(() => this.#tellNetwork(), 1500);
    this.#fetchDesk();
  }

  // --- Doing -----------------------------------------------------------------------------------------------

  /** Do something that must not be lost; what is `quiet` is only said if the connection is there. */
  act(event, payload, { quiet = false } = {}) {
    if (quiet)
      return this.connection?.mention(event, { cid: freshId(), design: this.board.design, ...payload });
    this.outbox.add({ event, payload });
    this.#tellNetwork();
  }

  /** Say something that may be lost. */
  mention(kind) {
    if (Date.now() - this.#saidAt < WRITES_EVERY) return;
    this.#saidAt = Date.now();
    this.connection?.mention("signal", { stream: this.data.stream, kind });
  }

  async #send({ cid, acting_as, event, payload }) {
    const answer = await this.connection?.ask(event, {
      cid,
      ...(acting_as ? { acting_as } : {}),
      design: this.board.design,
      ...payload,
    });
    if (!answer?.ok) return answer ?? null;
    this.#answers += 1;
    if (answer.mine) this.on.mine(answer.mine);
    else this.#fetchMine();
    this.outbox.remove(cid);
    this.#tellNetwork();
    return { ...answer, seq: answer.seq ?? this.follower.last };
  }

  #refuse(entry, { message, fields }) {
    this.outbox.remove(entry.cid);
    this.on.refused(entry, Object.values(fields ?? {}).flat()[0] ?? message);
    this.#fetchMine();
  }

  // --- Following -------------------------------------------------------------------------------------------

  async #connected() {
    const answer = await this.connection.ask("subscribe", {
      stream: this.data.stream,
      after: this.follower.last,
    });
    if (!answer?.ok) {
      const reason = { not_found: "removed", sign_in_needed: "signed_out", outdated: "outdated" }[
        answer?.code
      ];
      if (reason) return this.#end(reason);
      return setTimeout(() => this.isOpen && this.#connected(), AGAIN * (0.5 + Math.random()));
    }
    this.follower.take(answer.epoch, answer.events);
    this.follower.hear(answer.epoch, answer.head);
    this.#beHere();
    this.#fetchMine();
    this.#fetchDesk();
    this.#tellNetwork();
    this.outbox.flush();
  }

  #apply(event) {
    this.on.apply(event);
    if (!OFTEN.has(event.kind)) this.#fetchMine();
    this.#fetchDesk();
  }

  #beHere() {
    if (!document.hidden) this.connection?.mention("signal", { stream: this.data.stream, kind: "here" });
  }

  async #read(after) {
    try {
      return await read(this.data.stream, { after });
    } catch (error) {
      if (error instanceof Ended) this.#end(error.reason);
      throw error;
    }
  }

  #fetchMine() {
    clearTimeout(this.#mineTimer);
    this.#mineTimer = setTimeout(() => this.#takeMine(), SOON);
  }

  #fetchDesk() {
    if (!this.board.seen.runs) return;
    clearTimeout(this.#deskTimer);
    this.#deskTimer = setTimeout(() => this.#take("desk", this.on.desk), SOON * 2);
  }

  /** Read something of this design session; null where there is no answer. */
  async fetch(what) {
    try {
      const answer = await fetch(`/api/v1/design-sessions/${this.board.design}/${what}`, {
        credentials: "same-origin",
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  /** What is not read now is read with the next event, or when the connection is back. */
  async #take(what, take) {
    const answer = await this.fetch(what);
    if (answer) take(answer);
  }

  /** One's own view; one that was asked for before a command was answered is older than that answer, and asked for anew. */
  async #takeMine() {
    const answers = this.#answers;
    const mine = await this.fetch("mine");
    if (this.#answers !== answers) this.#fetchMine();
    else if (mine) this.on.mine(mine);
  }

  // --- What it says of itself ------------------------------------------------------------------------------

  #tellNetwork() {
    if (this.#ended) return;
    const waiting = this.outbox.waiting;
    const gone = !this.isOpen;
    this.notice.hidden = !gone;
    const sentence = navigator.onLine ? this.words.lost : this.words.offline;
    this.notice.textContent = gone
      ? [sentence, waiting ? fill(this.words.waiting, { count: waiting }) : ""].join(" ").trim()
      : "";
    this.on.changed();
  }

  #end(reason, answer) {
    if (reason === "outdated") return setTimeout(() => location.reload(), AGAIN * (1 + Math.random()));
    if (reason === "actor_changed") return this.question.ask(answer);
    this.#ended = true;
    this.connection?.end();
    this.notice.hidden = false;
    const show = () =>
      (this.notice.textContent = reason === "signed_out" ? signedOut(this.words) : this.words.notYours);
    personal.onClose(show);
    show();
  }

  /** The design session is over: on to its report, once nothing waits any more. */
  finish(address) {
    if (this.#ended) return;
    this.#ended = true;
    setTimeout(() => location.assign(address), AGAIN);
  }
}

/** What becomes of what was written and not sent: kept for the person, unless this browser was left or is another's now. */
function signedOut(words) {
  return personal.isClosed ? words.signedOutHere : words.signedOut;
}
