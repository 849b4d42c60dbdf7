/** Which features of a style sheet or a script are newer than the oldest browsers that Trama promises to work in. */
import { readFileSync } from "node:fs";
import { parse, walk } from "css-tree";

const ROOT = new URL("../../", import.meta.url);
const data = read("node_modules/@mdn/browser-compat-data/data.json");

/** The oldest browsers, such as { chrome: 111 }; a phone's browser has the number of its desktop's. */
export const FLOOR = Object.fromEntries(
  read("package.json").browserslist.map((line) => [line.split(" ")[0], parseFloat(line.split(" ")[1])]),
);
const BROWSERS = Object.entries(FLOOR).flatMap(([name, version]) => [
  [name, version],
  [name === "safari" ? "safari_ios" : `${name}_android`, version],
]);

/** Newer than the floor, and nothing is lost without it, or the script asks for it first. */
export const HARMLESS = {
  ":selection": "the device's own colours",
  "-webkit-tap-highlight-color": "the device's own highlight",
  cursor: "a phone has none",
  "field-sizing": "js/elements/field-height.js sets the height",
  "overflow-anchor": "the script keeps the place itself",
  resize: "the field still grows with its text",
  "scrollbar-width": "a scroll bar is seen",
  "text-size-adjust": "a phone may make text larger",
  "text-wrap": "lines of uneven length",
  canIntercept: "htmx asks for window.navigation",
  changedTouches: "d3 asks for touch",
  createBidirectionalStream: "socket.io's WebTransport, which is not switched on",
  createHTML: "a key of htmx's own object",
  createScript: "a key of htmx's own object",
  hashChange: "htmx asks for window.navigation",
  hidePopover: "the polyfill of popovers brings it",
  moveBefore: "htmx asks for it",
  navigationType: "htmx asks for window.navigation",
  newState: "the polyfill of popovers brings it",
  showPopover: "the polyfill of popovers brings it",
  parseHTMLUnsafe: "htmx asks for it",
  sourceElement: "a key of htmx's own object",
  userVisibleOnly: "Safari 16.4 and Chrome want it, others do not mind it",
  startViewTransition: "htmx asks for it",
  viewTransition: "part of the name of an event of htmx",
  WebTransport: "socket.io's transport, which is not switched on",
  writeBuffer: "a field of engine.io's own class",
};

function read(path) {
  return JSON.parse(readFileSync(new URL(path, ROOT), "utf8"));
}

/** Whether a browser has a feature from a version on that is within the floor. */
function isKnownTo([browser, floor], support) {
  const entries = [support[browser] ?? []].flat();
  return (
    entries.length === 0 ||
    entries.some(
      ({ version_added: since, version_removed: until, prefix, alternative_name: other, flags }) =>
        !prefix &&
        !other &&
        !flags &&
        parseFloat(String(since).replace("≤", "")) <= floor &&
        !(parseFloat(until) <= floor),
    )
  );
}

/** Whether all browsers of the floor have what a `__compat` record describes. */
function isWithin(record) {
  return !record?.support || BROWSERS.every((browser) => isKnownTo(browser, record.support));
}

/** The records of functions and units in values, by their name, whatever they are part of. */
const VALUES = new Map();
(function collect(branch) {
  for (const [name, child] of Object.entries(branch)) {
    if (name === "__compat" || typeof child !== "object") continue;
    if (child.__compat && !VALUES.has(name)) VALUES.set(name, child.__compat);
    collect(child);
  }
})(data.css.types);

/**
 * Names of interfaces and of members that none has within the floor. A name of one small word may be anything: only
 * capitals tell that a word is a browser's. What JavaScript itself has is held by `lib` of tsconfig.json as well.
 */
const NEW_NAMES = new Set();
{
  const known = new Set();
  for (const [name, { __compat: own, ...members }] of Object.entries({
    ...data.api,
    ...data.javascript.builtins,
  })) {
    const records = Object.entries(members).map(([key, { __compat }]) => [key, __compat]);
    for (const [member, record] of [[name, own], ...records]) {
      const word = member.replace(/_(static|event)$/, "");
      if (isWithin(record)) known.add(word);
      else if (/[A-Z]/.test(word)) NEW_NAMES.add(word);
    }
  }
  for (const name of known) NEW_NAMES.delete(name);
}

/** What a node of a style sheet stands for: its name here and its `__compat` record. */
function featureOf(node, property) {
  const { properties, selectors, "at-rules": rules } = data.css;
  switch (node.type) {
    case "Atrule":
      return [`@${node.name}`, rules[node.name]?.__compat];
    case "Feature":
      return [`@media ${node.name}`, rules.media[node.name]?.__compat];
    case "FeatureRange":
      return ["@media range", rules.media.range_syntax?.__compat];
    case "PseudoClassSelector":
    case "PseudoElementSelector":
      return [`:${node.name}`, selectors[node.name]?.__compat];
    case "Declaration":
      return [node.property, properties[node.property]?.__compat];
    case "Identifier":
      return [`${property}: ${node.name}`, properties[property]?.[node.name]?.__compat];
    case "Function":
      return [`${node.name}()`, VALUES.get(node.name) ?? properties[property]?.[node.name]?.__compat];
    case "Dimension":
      return [
        node.unit,
        VALUES.get(/^[dls]v/.test(node.unit) ? "viewport_percentage_units_dynamic" : node.unit),
      ];
    default:
      return ["", undefined];
  }
}

/**
 * The features of a style sheet above the floor. One inside @supports, or of a declaration that follows another of the
 * same property, or of an alternative in :is(), has something that stands in for it.
 */
export function newInStyles(css) {
  const found = new Set();
  const tree = parse(css, { parseCustomProperty: true });
  const guarded = new Set();
  walk(tree, {
    enter(node) {
      if (node.type === "Atrule" && node.name === "supports") guarded.add(node.block).add(node.prelude);
      if (node.type === "PseudoClassSelector" && ["is", "where"].includes(node.name) && node.children)
        if (node.children.first?.children?.size > 1) guarded.add(node.children.first);
      if (node.type === "Block") {
        const seen = new Set();
        node.children.forEach((child) => {
          if (child.type !== "Declaration") return;
          if (seen.has(child.property)) guarded.add(child);
          seen.add(child.property);
        });
      }
      if (guarded.has(node)) return walk.skip;
      const property = this.declaration?.property ?? "";
      const [name, record] = featureOf(node, property);
      if (!isWithin(record) && !Object.hasOwn(HARMLESS, name) && !Object.hasOwn(HARMLESS, property))
        found.add(name);
    },
  });
  return [...found];
}

/** The names in a script that only newer browsers know. */
export function newInScripts(js) {
  return [...new Set(js.match(/(?<![\w$])[A-Za-z]\w*/g))].filter(
    (name) => NEW_NAMES.has(name) && !Object.hasOwn(HARMLESS, name),
  );
}
