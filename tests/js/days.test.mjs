import assert from "node:assert/strict";
import { test } from "node:test";
import { Days } from "../../app/static/src/js/room/days.js";

const WORDS = { today: "Today", yesterday: "Yesterday" };

function at(present, locale = "en-GB", zone = "Europe/Rome") {
  return new Days(locale, zone, WORDS, () => new Date(present));
}

test("yesterday is the day before also after a night in which an hour was left out", () => {
  const days = at("2026-03-30T00:30+02:00");
  assert.equal(days.name(new Date("2026-03-29T12:00+02:00")), "Yesterday");
  assert.equal(days.name(new Date("2026-03-28T23:30+01:00")), "Saturday 28 March");
});

test("yesterday is the day before also on a day of twenty-five hours", () => {
  const days = at("2026-10-25T23:30+01:00");
  assert.equal(days.name(new Date("2026-10-25T00:30+02:00")), "Today");
  assert.equal(days.name(new Date("2026-10-24T22:00+02:00")), "Yesterday");
});

test("days are those of the reader's zone, not of the machine's", () => {
  const days = at("2026-05-04T23:30Z");
  assert.equal(days.key(new Date("2026-05-04T22:30Z")), "2026-05-05");
  assert.equal(days.name(new Date("2026-05-04T21:30Z")), "Yesterday");
  assert.equal(
    at("2026-05-04T23:30Z", "en-GB", "America/New_York").name(new Date("2026-05-04T21:30Z")),
    "Today",
  );
});

test("an English day is written as in Britain, and a year only where it is another", () => {
  const days = at("2026-05-20T12:00Z");
  assert.equal(days.name(new Date("2026-05-04T12:00Z")), "Monday 4 May");
  assert.equal(days.name(new Date("2025-05-04T12:00Z")), "Sunday 4 May 2025");
  assert.equal(days.short(new Date("2026-05-04T12:00Z")), "4 May");
  assert.equal(days.short(new Date("2026-05-20T15:05Z")), "17:05");
});

test("other languages keep their words", () => {
  assert.equal(at("2026-05-20T12:00Z", "it").name(new Date("2026-05-04T12:00Z")), "lunedì 4 maggio");
  assert.equal(at("2026-05-20T12:00Z", "pl").name(new Date("2026-05-04T12:00Z")), "poniedziałek 4 maja");
});

test("what was today becomes yesterday at midnight", (context) => {
  globalThis.document = new EventTarget();
  context.mock.timers.enable({ apis: ["setTimeout", "Date"], now: Date.parse("2026-05-04T23:59:30+02:00") });
  const days = new Days("en-GB", "Europe/Rome", WORDS);
  const moment = new Date("2026-05-04T20:00+02:00");
  let told = 0;
  days.onNewDay(() => (told += 1));
  assert.equal(days.name(moment), "Today");
  context.mock.timers.tick(31_000);
  assert.equal(told, 1);
  assert.equal(days.name(moment), "Yesterday");
});

test("a page that slept over midnight looks when it is seen again", (context) => {
  globalThis.document = new EventTarget();
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let present = "2026-05-04T23:00+02:00";
  const days = new Days("en-GB", "Europe/Rome", WORDS, () => new Date(present));
  let told = 0;
  days.onNewDay(() => (told += 1));
  present = "2026-05-05T07:00+02:00";
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(told, 1);
});

test("a zone that this browser does not know is the machine's", () => {
  assert.doesNotThrow(() =>
    at("2026-05-04T12:00Z", "en-GB", "Mars/Olympus").name(new Date("2026-05-04T12:00Z")),
  );
});
