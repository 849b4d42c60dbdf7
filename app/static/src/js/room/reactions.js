/**
 * The four words that one can say to a message: how often each was said, by whom, and whether by oneself. An event tells
 * all reactions to its message, so that applying it twice, or an older one late, changes nothing.
 */
import { make } from "../elements/markup.js";
import { box, boxes, closest } from "../elements/part.js";
import { fill, wordsOf } from "../elements/words.js";

/** @import { ReactionEvent, ReactionsOfWord } from "../live/payloads.js" */
/** @import { RoomEntry } from "./words.js" */
/** @typedef {import("../elements/announcer.js").Announcement} Announcement */
/** @typedef {ReactionsOfWord["word"]} Word */
/** @typedef {Extract<RoomEntry, {kind: "react"}>} Waiting a word that waits to be said, or taken back */
/** @typedef {{word: Word, people: {id: number, name: string}[]}} Said */

/** @type {readonly Word[]} */
export const WORDS = ["agree", "thanks", "question", "concern"];
const TO_EXPLAIN = new Set(["question", "concern"]);
const MOST_NAMED = 10;

export class Reactions {
  /** @param {HTMLElement} room */
  constructor(room) {
    /** @type {Record<Word | "reactions" | "you" | "more" | "sayMore" | "said" | "tookBack" | "toYou" | "toYouMany", string>} */
    this.words = wordsOf(box(room, "#reacting"));
    /** @type {{id: number, name: string}} */
    this.me = JSON.parse(room.dataset.meAs ?? "").actor;
    this.mayPost = room.dataset.mayPost !== undefined;
    this.names = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });
  }

  /**
   * Show the reactions to a message, and keep them with it.
   * @param {HTMLElement} item
   * @param {Said[]} reactions
   */
  show(item, reactions) {
    if (reactions.length) item.dataset.reactions = JSON.stringify(reactions);
    else delete item.dataset.reactions;
    this.#draw(item, reactions, []);
  }

  /**
   * Show also what waits in the outbox.
   * @param {HTMLElement} list
   * @param {RoomEntry[]} entries
   * @param {(seq: number) => HTMLElement | null} find
   */
  showPending(list, entries, find) {
    /** @type {Map<HTMLElement, Waiting[]>} */
    const waiting = new Map();
    for (const row of boxes(list, ".reactions-waiting")) waiting.set(closest(row, ".message") ?? row, []);
    for (const entry of entries) {
      const item = entry.kind === "react" ? find(entry.target) : null;
      if (item && entry.kind === "react") waiting.set(item, [...(waiting.get(item) ?? []), entry]);
    }
    for (const [item, some] of waiting)
      if (!item.matches(".message-gone")) this.#draw(item, kept(item), some);
  }

  /**
   * Whether one said a word to a message, or is about to.
   * @param {HTMLElement} item
   * @param {Word} word
   */
  isSaid(item, word) {
    return item.querySelector(`.reactions [data-word=${word}][aria-pressed=true]`) !== null;
  }

  /**
   * Show what an event tells, and say it: what one did oneself at once, what others said to one's own message in its turn.
   * @param {ReactionEvent} event
   * @param {HTMLElement | null} item
   * @param {boolean} isOurs whether this page sent it
   * @returns {Announcement[]}
   */
  apply({ reactions, actor }, item, isOurs) {
    if (!item || item.matches(".message-gone")) return [];
    const before = kept(item);
    this.show(item, reactions);
    if (isOurs) return this.#answers(before, reactions);
    if (!actor || actor.id === this.me.id || !item.matches(".message-mine")) return [];
    const { toYou, toYouMany } = this.words;
    return WORDS.filter((word) => has(reactions, word, actor.id) && !has(before, word, actor.id)).map(
      (word) => {
        const text = fill(toYou, { name: actor.name, word: this.words[word] });
        return { kind: "reaction", text, many: toYouMany };
      },
    );
  }

  /**
   * What one hears of what one did.
   * @param {Said[]} before
   * @param {Said[]} after
   */
  #answers(before, after) {
    return WORDS.filter((word) => has(before, word, this.me.id) !== has(after, word, this.me.id)).map(
      (word) => {
        const sentence = has(after, word, this.me.id) ? this.words.said : this.words.tookBack;
        return { text: fill(sentence, { word: this.words[word] }), isUrgent: true };
      },
    );
  }

  /**
   * @param {HTMLElement} item
   * @param {Said[]} reactions
   * @param {Waiting[]} waiting
   */
  #draw(item, reactions, waiting) {
    const old = item.querySelector(".reactions");
    const focused = old?.contains(document.activeElement) ? document.activeElement : null;
    const word = focused instanceof HTMLElement ? focused.dataset.word : undefined;
    const shown = waiting.reduce((said, entry) => this.#with(said, entry), reactions);
    if (!shown.length && !waiting.length) {
      old?.remove();
    } else {
      const row = this.#row(item, shown);
      row.classList.toggle("reactions-waiting", waiting.length > 0);
      if (old) old.replaceWith(row);
      else box(item, ".message-tools").before(row);
    }
    const [again = item] = boxes(item, `.reactions [data-word="${word}"]`);
    if (focused) again.focus();
  }

  /**
   * The reactions once an entry of the outbox is done.
   * @param {Said[]} said
   * @param {Waiting} entry
   * @returns {Said[]}
   */
  #with(said, { word, on }) {
    return WORDS.map((each) => {
      const people = said.find((reaction) => reaction.word === each)?.people ?? [];
      if (each !== word) return { word: each, people };
      const others = people.filter(({ id }) => id !== this.me.id);
      return { word: each, people: on ? [...others, this.me] : others };
    }).filter(({ people }) => people.length);
  }

  /**
   * @param {HTMLElement} item
   * @param {Said[]} reactions
   */
  #row(item, reactions) {
    const row = make("div", { class: "reactions", role: "group", "aria-label": this.words.reactions });
    for (const { word, people } of reactions) row.append(...this.#word(word, people));
    const asks = reactions.some(({ word }) => TO_EXPLAIN.has(word) && has(reactions, word, this.me.id));
    if (asks && this.mayPost) {
      const { seq = "" } = item.dataset;
      const reply = { class: "reaction-reply", href: `?reply=${seq}#composer`, "data-reply": seq };
      row.append(make("a", reply, [this.words.sayMore]));
    }
    return row;
  }

  /**
   * @param {Word} word
   * @param {Said["people"]} people
   */
  #word(word, people) {
    const isMine = people.some(({ id }) => id === this.me.id);
    const names = people.filter(({ id }) => id !== this.me.id).map(({ name }) => name);
    if (isMine) names.unshift(this.words.you);
    const more = names.length - MOST_NAMED;
    if (more > 0) names.splice(MOST_NAMED, more, fill(this.words.more, { count: more }));
    const who = this.names.format(names);
    const button = make(
      "button",
      { class: "reaction", type: "button", "aria-pressed": String(isMine), "data-word": word },
      [`${this.words[word]} ${people.length}`, make("span", { class: "only-read-aloud" }, [`: ${who}`])],
    );
    return [button, make("span", { class: "reaction-who", "aria-hidden": "true" }, [who])];
  }
}

/**
 * The reactions to a message as the server told them last.
 * @param {HTMLElement} item
 * @returns {Said[]}
 */
function kept({ dataset }) {
  return JSON.parse(dataset.reactions ?? "[]");
}

/**
 * Whether somebody said a word.
 * @param {Said[]} reactions
 * @param {Word} word
 * @param {number} id
 */
function has(reactions, word, id) {
  return reactions.some((each) => each.word === word && each.people.some((person) => person.id === id));
}
