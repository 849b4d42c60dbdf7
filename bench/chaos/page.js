/** The page of one room without its markup: the live scripts of the application, with a report in place of a screen. */
import { PersonalStorage } from "../../app/static/src/js/live/storage.js";
import { StreamClient } from "../../app/static/src/js/live/stream-client.js";

const MAX_WAITING_MESSAGES = 2;

/** A page for an account (`Account` of pages.py); `report` gets what changed. */
export class Page {
  #account;
  #report;
  #client;
  #count = 0;

  constructor(account, report) {
    this.#account = account;
    this.#report = report;
    this.#client = new StreamClient({
      stream: account.stream,
      epoch: account.epoch,
      head: 0,
      notice: new HTMLElement(),
      question: new HTMLElement(),
      outbox: {
        storage: new PersonalStorage({
          local: localStorage,
          session: null,
          installation: "chaos",
          person: account.acting_as,
        }),
        place: `room:${account.room}`,
        send: ({ cid, acting_as, body, lang }) =>
          this.#client.ask("room_post", { cid, acting_as, room: account.room, body, lang }),
        changed: () => report({ waiting: this.#client.outbox.waiting }),
        // What the server will not take is in nobody's list: the verdict counts it among the lost.
        refused: (entry) => this.#client.outbox.remove(entry.cid),
      },
      on: {
        apply: (events) => {
          for (const event of events) this.#show(event);
        },
        subscribed: (head) => report({ followed: true, told: head }),
        network: (state) => state !== "live" && report({ followed: false }),
        signal: () => {},
        ended: (reason) => report({ ended: reason }),
      },
    });
    this.#client.open();
  }

  /** Write something, unless too much of it waits already. */
  write() {
    const { outbox } = this.#client;
    if (outbox.waiting >= MAX_WAITING_MESSAGES) return;
    this.#count += 1;
    outbox.add({ body: `${this.#account.name} says thing number ${this.#count} 🌱`, lang: "en" });
    this.#report({ wrote: outbox.entries.at(-1).cid });
  }

  #show({ seq, cid, body }) {
    this.#report({ shown: [seq, cid, body] });
    this.#client.outbox.remove(cid);
    this.#client.outbox.settle(seq);
  }
}
