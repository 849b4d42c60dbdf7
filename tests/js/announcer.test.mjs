import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Announcer } from "../../app/static/src/js/elements/announcer.js";
import { FakeElement } from "./fakes.mjs";

let region;
let announcer;
const html = { lang: "en", dataset: {} };
const heard = () => region.spoken;
const message = (name, words, lang = "en") => ({
  text: `${name}: {words}`,
  words,
  lang,
  kind: "message",
  who: `${name} wrote`,
  many: `{count} new messages, the last from ${name}`,
});

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  html.dataset = {};
  globalThis.document = { documentElement: html, createElement: () => new FakeElement() };
  region = new FakeElement();
  announcer = new Announcer(region, "in {language}: {words}");
});

/** Announce one after the other, and let a little time pass. */
function hear(...announcements) {
  for (const each of announcements) announcer.announce(each);
  mock.timers.tick(300);
  return heard();
}

test("words of another language are read by its voice and their language is named", () => {
  assert.equal(hear(message("Marek", "Dzień dobry", "pl")), "Marek: in Polish: [pl Dzień dobry]");
  assert.equal(hear(message("Ada", "Hello", "en-GB")), "Ada: Hello");
});

test("the language of a name is not named", () => {
  const added = { text: "Added to {words}.", words: "Cosa aiuta", lang: "it", isName: true };
  assert.equal(hear(added), "Added to [it Cosa aiuta].");
});

test("a long text is cut between words at two hundred signs", () => {
  const said = hear(message("Ada", "seeds and soil ".repeat(40)));
  assert.ok(said.length <= 200, said);
  assert.match(said, /(seeds|and|soil)…$/);
});

test("three in ten seconds are read whole, and more are counted", () => {
  hear(message("Ada", "one"));
  hear(message("Ada", "two"));
  assert.equal(hear(message("Ada", "three")), "Ada: three");
  assert.equal(hear(message("Marek", "four"), message("Marek", "five")), "Ada: three");
  mock.timers.tick(10_000);
  assert.equal(heard(), "2 new messages, the last from Marek");
});

test("many at once are counted at once", () => {
  const five = ["a", "b", "c", "d", "e"].map((words) => message("Ada", words));
  assert.equal(hear(...five), "5 new messages, the last from Ada");
});

test("of one kind that is not counted the last is read", () => {
  const [first, last] = ["Your points: 1.", "Your points: 2."].map((text) => ({ text, kind: "vote" }));
  assert.equal(hear(first, last), "Your points: 2.");
});

test("an answer is read at once, however much was read before", () => {
  for (const words of ["one", "two", "three", "four"]) hear(message("Ada", words));
  assert.equal(hear({ text: "Added.", isUrgent: true }), "Added.");
});

test("what the reader does not want to hear is not read, answers are", () => {
  html.dataset.announcements = "who";
  assert.equal(hear(message("Ada", "Hello")), "Ada wrote");
  html.dataset.announcements = "mentions";
  assert.equal(hear(message("Marek", "Hello")), "Ada wrote");
  assert.equal(hear({ ...message("Marek", "Ada!"), isMention: true }), "Marek: Ada!");
  html.dataset.announcements = "none";
  assert.equal(hear({ ...message("Eleni", "Ada!"), isMention: true }), "Marek: Ada!");
  assert.equal(hear({ text: "Added.", isUrgent: true }), "Added.");
});
