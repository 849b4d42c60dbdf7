import assert from "node:assert/strict";
import { test } from "node:test";
import { piecesOf } from "../../app/static/src/js/elements/markup.js";

/** The text with what was found in brackets. */
const shown = (text, typed) =>
  piecesOf(text, typed)
    .map(({ piece, isFound }) => (isFound ? `[${piece}]` : piece))
    .join("");

test("the words typed are found in any order", () => {
  assert.equal(shown("Cura degli alberi", "alb cura"), "[Cura] degli [alb]eri");
});

test("a word is found where it begins, not inside another", () => {
  assert.equal(shown("Trasporto e orto", "orto"), "Trasporto e [orto]");
});

test("letters are found without their diacritics, those that cannot be taken apart too", () => {
  assert.equal(shown("Łódź", "lodz"), "[Łódź]");
  assert.equal(shown("Smørrebrød", "SMORRE"), "[Smørre]brød");
  assert.equal(shown("Işık", "isik"), "[Işık]");
  assert.equal(shown("İstanbul", "istan"), "[İstan]bul");
  assert.equal(shown("Straßenbau", "strassen"), "[Straßen]bau");
  assert.equal(shown("Κήπος", "κηποσ"), "[Κήπος]");
});

test("marks inside a word do not count on either side", () => {
  assert.equal(shown("L’Orto d’Aosta", "L'Orto"), "[L’Orto] d’Aosta");
  assert.equal(shown("L’Orto d’Aosta", "orto aosta"), "L’[Orto] d’[Aosta]");
  assert.equal(shown("Cooperativa", "co-operativa"), "[Cooperativa]");
  assert.equal(shown("Co‑operativa", "cooperat"), "[Co‑operat]iva");
});

test("what is not there and what is no word marks nothing", () => {
  assert.equal(shown("Giardinaggio", "orto"), "Giardinaggio");
  assert.equal(shown("Giardinaggio", " - "), "Giardinaggio");
  assert.equal(shown("", "orto"), "");
});
