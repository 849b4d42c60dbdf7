import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Announcements } from "../../app/static/src/js/board/announcements.js";
import { merge } from "../../app/static/src/js/board/merge.js";
import { FakeElement } from "./fakes.mjs";

const ME = "7";
const WORDS = {
  somebody: "Somebody",
  noName: "Without a name yet",
  inGroup: "You are in {group} with {names}.",
  groupHost: "{name} keeps an eye on the time.",
  stages: { object: "Object" },
  stageAsks: { object: "Would it do harm?" },
  announcements: {
    inLanguage: "in {language}: {words}",
    variants: ["act", "up", "on"],
    answering: ["phase_next", "timer_pause"],
    acts: {
      design_card_move: { column: "Moved: {place} of {count} in {words}.", cluster: "Put to {words}." },
      design_vote: "Points here: {points}. Points left: {left}.",
      design_hand: { true: "Your hand is up.", false: "Your hand is down." },
    },
    events: {
      phase_next: "Now: {words}",
      timer_pause: "The time stands still.",
      proposal_stage: "This step: {stage}. {asks}",
      objected: "{name} objects: {words}",
      breakouts_open: "The small groups begin. {group}",
      breakouts_seat: "Another group. {group}",
      person_mute: "You may only read.",
    },
    desk: { hand: "{name} raises a hand.", ready: "Everybody is ready." },
  },
};
const STATE = {
  design: {},
  people: { 7: { name: "Giulia" }, 8: { name: "Marek" }, 9: { name: "Eleni" } },
  phases: { 4: { title: "Sviluppa", prompt: "In piccoli gruppi.", position: 1 } },
  now: { phase: "4" },
  columns: { 1: { title: "Idee", rank: "a" } },
  cards: { a: { column: "1", rank: "a" }, b: { column: "1", rank: "b" }, c: { column: "1", rank: "c" } },
  proposals: { 3: { text: "We lend boxes.", lang: "en", stage: "object", objections: {} } },
};

let region;
let announcements;
const heard = () => region.spoken;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  globalThis.HTMLElement = FakeElement;
  globalThis.document = {
    documentElement: { lang: "en", dataset: {} },
    createElement: () => new FakeElement(),
  };
  region = new FakeElement();
  const element = { dataset: { lang: "it" }, querySelector: () => region };
  announcements = new Announcements({ element, words: WORDS, me: ME, design: 1 });
});

function answer(event, payload, seen = {}) {
  announcements.answer({ event, payload }, { state: STATE, mine: {}, ...seen });
  mock.timers.tick(1);
  mock.timers.tick(300);
  return heard();
}

/** Tell of an event that somebody else caused, unless `actor` is said. */
function tell(kind, patch, { actor = 8, runs = false } = {}) {
  announcements.tell({ kind, patch, actor }, STATE, merge(STATE, patch), runs);
  mock.timers.tick(1);
  mock.timers.tick(300);
  return heard();
}

test("a moved card is told by its place among those of its column, whether the state has the move or not", () => {
  assert.equal(
    answer("design_card_move", { card: "a", column: "1", after: "c" }),
    "Moved: 3 of 3 in [it Idee].",
  );
  assert.equal(
    answer("design_card_move", { card: "c", column: "1", after: null }),
    "Moved: 1 of 3 in [it Idee].",
  );
});

test("a point is told with what is left", () => {
  const mine = { votes: { a: 2 }, left: 1 };
  assert.equal(
    answer("design_vote", { target: "a", points: 2 }, { mine }),
    "Points here: 2. Points left: 1.",
  );
});

test("a command with two ways is answered by the one that was taken", () => {
  assert.equal(answer("design_hand", { up: false }), "Your hand is down.");
});

test("a phase is told with its question, in its language", () => {
  assert.equal(tell("phase_next", {}, { actor: 7 }), "Now: in Italian: [it Sviluppa. In piccoli gruppi.]");
});

test("an objection is told with who raises it", () => {
  const patch = { proposals: { 3: { objections: { 5: { text: "Fa caldo", lang: "it", by: 8 } } } } };
  assert.equal(tell("objected", patch), "Marek objects: in Italian: [it Fa caldo]");
});

test("what the reader did is not told again as an event", () => {
  assert.equal(tell("proposal_stage", { proposals: { 3: { stage: "object" } } }, { actor: 7 }), "");
  assert.equal(
    tell("proposal_stage", { proposals: { 3: { stage: "object" } } }),
    "This step: Object. Would it do harm?",
  );
});

test("a group is told to those who are in it, and another seat to the person who got it", () => {
  const groups = { b1: { name: "Group 1", open: true, members: { 7: true, 8: true } } };
  const opened = { breakouts: { groups } };
  assert.equal(tell("breakouts_open", opened), "The small groups begin. You are in Group 1 with Marek.");
  assert.equal(tell("breakouts_seat", {}), "The small groups begin. You are in Group 1 with Marek.");
});

test("what is about one person is told to that person", () => {
  assert.equal(tell("person_mute", { people: { 9: { muted: true } } }), "");
  assert.equal(tell("person_mute", { people: { 7: { muted: true } } }), "You may only read.");
});

test("the desk hears hands together, at most once in five seconds", () => {
  const raise = (id) => tell("hand", { people: { [id]: { hand: 1 } } }, { runs: true });
  assert.equal(raise(8), "Marek raises a hand.");
  assert.equal(raise(9), "Marek raises a hand.");
  mock.timers.tick(5000);
  mock.timers.tick(1);
  mock.timers.tick(300);
  assert.equal(heard(), "Eleni raises a hand.");
});

test("others do not hear what the desk hears", () => {
  assert.equal(tell("hand", { people: { 8: { hand: 1 } } }), "");
});
