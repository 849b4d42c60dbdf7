/** What the build makes runs in the oldest browsers that package.json names; browsers themselves are walked in tests/e2e/engines. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { FLOOR, HARMLESS, newInScripts, newInStyles } from "./floor.mjs";

const ROOT = new URL("../../", import.meta.url);
const DIST = new URL("app/static/dist/", ROOT);
const built = (extension) =>
  readdirSync(DIST, { recursive: true })
    .filter((name) => name.endsWith(extension))
    .map((name) => [name, readFileSync(new URL(name, DIST), "utf8")]);

/** What is new in the built files, by their names; the polyfill of popovers is asked for only where they are missing. */
function newIn(extension, find) {
  const files = built(extension).filter(([name]) => !/popover-fn/.test(name));
  return files.flatMap(([name, text]) => find(text).map((feature) => `${name}: ${feature}`));
}

test("the built styles hold nothing that is newer than the oldest browsers", () => {
  assert.deepEqual(newIn(".css", newInStyles), []);
});

test("the built scripts hold nothing that is newer than the oldest browsers", () => {
  assert.deepEqual(newIn(".js", newInScripts), []);
});

test("what is called harmless is used", () => {
  const all = [...built(".css"), ...built(".js")].map(([, text]) => text).join("\n");
  assert.deepEqual(
    Object.keys(HARMLESS).filter((name) => !all.includes(name)),
    [],
  );
});

for (const [css, name] of [
  [":root { --ink: light-dark(#000, #fff) }", "light-dark()"],
  [".menu:popover-open { color: #000 }", ":popover-open"],
  [".a { grid-template-rows: subgrid }", "grid-template-rows: subgrid"],
  ["@starting-style { .a { opacity: 0 } }", "@starting-style"],
  [".a { width: anchor-size(width) }", "anchor-size()"],
]) {
  test(`${name} in a style sheet is seen`, () => assert.ok(newInStyles(css).includes(name)));
}

for (const css of [
  "@supports (grid-template-rows: subgrid) { .a { grid-template-rows: subgrid } }",
  ".a { width: 10rem; width: anchor-size(width) }",
  ".menu:is(:popover-open, .open) { height: 100dvh; color: oklch(50% 0.1 20deg) }",
  "@media (width >= 900px) { .a:has(.b) { inset: 0 } }",
]) {
  test(`${css} may be written`, () => assert.deepEqual(newInStyles(css), []));
}

test("a newer name in a script is seen, and an old one is not", () => {
  assert.deepEqual(newInScripts("menu.togglePopover(); document.querySelector('a').scrollIntoView()"), [
    "togglePopover",
  ]);
});

test("the README names the oldest browsers", () => {
  const { chrome, firefox, safari } = FLOOR;
  const line = `Chrome ${chrome}, Firefox ${firefox} and Safari ${safari}`;
  assert.ok(readFileSync(new URL("README.md", ROOT), "utf8").includes(line), line);
});
