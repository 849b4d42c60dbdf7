import assert from "node:assert/strict";
import { test } from "node:test";
import { cardAbove } from "../../app/static/src/js/board/drag.js";
import { merge } from "../../app/static/src/js/board/merge.js";
import { cardsOf } from "../../app/static/src/js/board/origins.js";
import {
  boardOf,
  boardsOf,
  columnsOn,
  handsUp,
  inReadersLanguage,
  itemsIn,
  neighbourOf,
  parkedCards,
  personIn,
  phaseNow,
  phasesOf,
  ranked,
  titleOf,
  unseatedIn,
  withVotes,
} from "../../app/static/src/js/board/state.js";

/** Two columns of the main board and one of a group; a, b, c in "left" by their ranks, d in a cluster, e put aside. */
const STATE = {
  phases: { 9: { kind: "vote", position: 2 }, 4: { kind: "write", position: 1 } },
  now: { phase: 4 },
  columns: {
    right: { rank: "n", board: "main" },
    left: { rank: "h" },
    apart: { rank: "a", board: "21" },
  },
  cards: {
    c: { column: "left", rank: "t", text: "third" },
    a: { column: "left", rank: "Z", text: "first" },
    b: { column: "left", rank: "a", text: "second" },
    d: { column: "left", rank: "b", text: "in a cluster", cluster: "5" },
    e: { column: "left", rank: "c", text: "put aside", parked: true },
  },
  clusters: { 5: { column: "left", rank: "m", name: "Transport" } },
  breakouts: {
    groups: { 21: { open: true, members: { 7: true } }, 22: { open: false, members: { 8: true } } },
  },
  people: { 7: { hand: 20 }, 8: {}, 9: { hand: 3 } },
};
const COLUMNS = ["left", "right"];

const keysOf = (pairs) => pairs.map(([key]) => key);
const idsIn = (state, column) => itemsIn(state, column).map(({ id }) => id);

// --- Order ------------------------------------------------------------------------------------------------

test("ranks are compared letter by letter, capitals first, whatever the language of the page", () => {
  const cards = {
    a: { rank: "a" },
    b: { rank: "B" },
    c: { rank: "aV" },
    d: { rank: "aé" },
    e: { rank: "0" },
  };
  assert.deepEqual(keysOf(ranked(cards)), ["e", "b", "a", "c", "d"]);
});

test("equal ranks are ordered by key, so that every page shows the same", () => {
  assert.deepEqual(keysOf(ranked({ z: { rank: "m" }, k: { rank: "m" } })), ["k", "z"]);
  assert.deepEqual(ranked(undefined), []);
});

test("a column shows cards and clusters by rank, with the cards of a cluster in it", () => {
  assert.deepEqual(idsIn(STATE, "left"), ["a", "b", "5", "c"]);
  const cluster = itemsIn(STATE, "left").find(({ kind }) => kind === "cluster");
  assert.deepEqual(keysOf(cluster.cards), ["d"]);
});

test("a pinned card is above those of lower rank", () => {
  const state = merge(STATE, { cards: { c: { pinned: true } } });
  assert.deepEqual(idsIn(state, "left"), ["c", "a", "b", "5"]);
});

test("a card of a cluster that is gone stands by itself again", () => {
  const state = merge(STATE, { clusters: { 5: null } });
  assert.deepEqual(idsIn(state, "left"), ["a", "b", "d", "c"]);
});

test("a card that is put aside is in no column", () => {
  assert.deepEqual(keysOf(parkedCards(STATE)), ["e"]);
  assert.ok(!idsIn(STATE, "left").includes("e"));
});

test("an arrow up or down puts a card before or after its neighbour", () => {
  assert.deepEqual(neighbourOf(STATE, "c", "ArrowUp", COLUMNS), { column: "left", after: "a" });
  assert.deepEqual(neighbourOf(STATE, "b", "ArrowUp", COLUMNS), { column: "left", after: null });
  assert.deepEqual(neighbourOf(STATE, "a", "ArrowDown", COLUMNS), { column: "left", after: "b" });
});

test("an arrow to the side puts a card at the end of the next column", () => {
  const state = merge(STATE, {
    cards: { f: { column: "right", rank: "a" }, g: { column: "right", rank: "b" } },
  });
  assert.deepEqual(neighbourOf(state, "a", "ArrowRight", COLUMNS), { column: "right", after: "g" });
  assert.deepEqual(neighbourOf(STATE, "a", "ArrowRight", COLUMNS), { column: "right", after: null });
  assert.deepEqual(neighbourOf(state, "f", "ArrowLeft", COLUMNS), { column: "left", after: "c" });
});

test("an arrow over an edge, or on a card that is not there, goes nowhere", () => {
  assert.equal(neighbourOf(STATE, "a", "ArrowUp", COLUMNS), null);
  assert.equal(neighbourOf(STATE, "c", "ArrowDown", COLUMNS), null);
  assert.equal(neighbourOf(STATE, "a", "ArrowLeft", COLUMNS), null);
  assert.equal(neighbourOf(STATE, "gone", "ArrowUp", COLUMNS), null);
});

test("a dragged card comes after the last one whose middle is above the pointer", () => {
  const box = (key, top) => ({
    dataset: { key: `card:${key}` },
    getBoundingClientRect: () => ({ top, height: 40 }),
  });
  const cards = [box("a", 0), box("b", 50), box("c", 100)];
  assert.equal(cardAbove(cards, 10), null);
  assert.equal(cardAbove(cards, 30), "a");
  assert.equal(cardAbove(cards, 69), "a");
  assert.equal(cardAbove(cards, 71), "b");
  assert.equal(cardAbove(cards, 999), "c");
  assert.equal(cardAbove([], 999), null);
});

// --- Phases, boards, people -------------------------------------------------------------------------------

test("phases are in their order and the one that runs has its id", () => {
  assert.deepEqual(keysOf(phasesOf(STATE)), ["4", "9"]);
  assert.deepEqual(phaseNow(STATE), { id: 4, kind: "write", position: 1 });
  assert.equal(phaseNow({ phases: STATE.phases }), undefined);
});

test("columns without a board belong to that of all", () => {
  assert.deepEqual(keysOf(columnsOn(STATE, "main")), ["left", "right"]);
  assert.deepEqual(keysOf(columnsOn(STATE, "21")), ["apart"]);
});

test("a person works on the board of her group while that is open", () => {
  assert.deepEqual(boardsOf(STATE), ["main", "21"]);
  assert.equal(boardOf(STATE, "7"), "21");
  assert.equal(boardOf(STATE, "8"), "main");
});

test("hands are in the order in which they were raised", () => {
  assert.deepEqual(keysOf(handsUp(STATE)), ["9", "7"]);
});

test("a target of a vote is called by its card or its cluster", () => {
  assert.equal(titleOf("a", STATE.cards, STATE.clusters), "first");
  assert.equal(titleOf("c5", STATE.cards, STATE.clusters), "Transport");
  assert.equal(titleOf("gone", STATE.cards, STATE.clusters), "");
});

// --- Votes that wait --------------------------------------------------------------------------------------

test("votes that wait count once each, from what the server knows", () => {
  const mine = { votes: { a: 1 }, left: 4 };
  const pending = [
    { payload: { target: "a", points: 2 } },
    { payload: { target: "a", points: 3 } },
    { payload: { target: "b", points: 1 } },
  ];
  assert.deepEqual(withVotes(mine, pending), { votes: { a: 3, b: 1 }, left: 1 });
  assert.deepEqual(mine, { votes: { a: 1 }, left: 4 });
});

test("a vote that is taken back gives its points back", () => {
  const seen = withVotes({ votes: { a: 2 }, left: 0 }, [{ payload: { target: "a", points: 0 } }]);
  assert.deepEqual(seen, { votes: { a: 0 }, left: 2 });
});

// --- Folding ----------------------------------------------------------------------------------------------

test("events folded one by one give the state that they describe", () => {
  const patches = [
    { design: { state: "running" }, columns: { left: { rank: "h" } } },
    { cards: { x: { column: "left", rank: "h", text: "one" } } },
    { cards: { y: { column: "left", rank: "d", text: "two" } } },
    { cards: { x: { text: "one, changed" } } },
    { cards: { y: { rank: "p" } } },
    { cards: { x: null } },
  ];
  const orders = [];
  let state = {};
  for (const patch of patches) {
    state = merge(state, patch);
    orders.push(idsIn(state, "left"));
  }
  assert.deepEqual(orders, [[], ["x"], ["y", "x"], ["y", "x"], ["x", "y"], ["y"]]);
  assert.deepEqual(state.cards, { y: { column: "left", rank: "p", text: "two" } });
});

test("a person is found by her id as a number or a text, and nobody where there is none", () => {
  assert.equal(personIn(STATE, 9), STATE.people[9]);
  assert.equal(personIn(STATE, "9"), STATE.people[9]);
  assert.equal(personIn(STATE, undefined), undefined);
  assert.equal(personIn({ design: {} }, 9), undefined);
});

test("a target of a vote stands for its card, or for the cards of its cluster", () => {
  assert.deepEqual(cardsOf(STATE, "a"), ["a"]);
  assert.deepEqual(cardsOf(STATE, "c5"), ["d"]);
  assert.deepEqual(cardsOf(STATE, "c6"), []);
});

test("phases and columns are read in the reader's language where their texts are Trama's own", () => {
  const state = {
    design: {},
    phases: { 1: { title: "Read", prompt: "Read it all." }, 2: { title: "Our own", prompt: "" } },
    columns: { 7: { title: "Ideas", rank: "a" }, 8: { title: "Nostre", rank: "b" } },
  };
  const shown = inReadersLanguage(state, { Read: "Leggere", Ideas: "Idee" });
  assert.deepEqual(
    Object.values(shown.phases).map(({ title }) => title),
    ["Leggere", "Our own"],
  );
  assert.deepEqual(
    Object.values(shown.columns).map(({ title }) => title),
    ["Idee", "Nostre"],
  );
  assert.equal(state.phases[1].title, "Read");
  assert.equal(inReadersLanguage(state, {}), state);
});

test("whoever takes part and sits in no open group is named", () => {
  const people = {
    1: { name: "Giulia", role: "participant" },
    2: { name: "Marek", role: "participant" },
    3: { name: "Nadia", role: "facilitator" },
  };
  const groups = { b1: { name: "One", open: true, members: { 1: true } } };
  assert.deepEqual(unseatedIn({ design: {}, people, breakouts: { groups } }), ["Marek"]);
  assert.deepEqual(unseatedIn({ design: {}, people }), []);
});
