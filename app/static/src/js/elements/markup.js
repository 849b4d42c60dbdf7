/** Elements made by hand, so that nothing that somebody wrote is ever read as HTML. */
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path"]);

/**
 * What an element with a name is.
 * @template {string} Name
 * @typedef {Name extends "svg" | "path" ? SVGElement : Name extends keyof HTMLElementTagNameMap ? HTMLElementTagNameMap[Name] : HTMLElement} Made
 */

/**
 * An element with attributes and children.
 * @template {string} Name
 * @param {Name} name
 * @param {Record<string, string | number>} [attributes]
 * @param {(Node | string)[]} [children]
 * @returns {Made<Name>}
 */
export function make(name, attributes = {}, children = []) {
  const element = DRAWN.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return /** @type {Made<Name>} */ (element);
}

/**
 * A text as nodes, with the words that the search found inside <mark>.
 * @param {string} text
 * @param {string} typed
 */
export function marked(text, typed) {
  return piecesOf(text, typed).map(({ piece, isFound }) => (isFound ? make("mark", {}, [piece]) : piece));
}

/** @type {Record<string, string>} The Latin letters that have no diacritic to take off, as the server's `fold` writes them. */
const UNDIVIDED = {
  ł: "l",
  ø: "o",
  đ: "d",
  ð: "d",
  ħ: "h",
  ŧ: "t",
  ı: "i",
  ĸ: "k",
  ß: "ss",
  æ: "ae",
  œ: "oe",
  þ: "th",
  ŋ: "n",
};
const MARK_INSIDE_A_WORD = /[^\p{L}\p{N}\p{M}\s]+/u;

/**
 * The pieces of a text, each told whether the search found it there: the words typed in any order, each at the beginning
 * of a word; case, diacritics and the marks inside words ("co-operativa", "L’Orto") do not count.
 * @param {string} text - what is shown
 * @param {string} typed - what is searched for
 * @returns {{piece: string, isFound: boolean}[]} without empty pieces; joined they are the text
 */
export function piecesOf(text, typed) {
  const letters = [...text.normalize("NFC")];
  const found = new Set(typed.split(/\s+/u).flatMap((word) => placesOf(letters, word)));
  /** @type {{piece: string, isFound: boolean}[]} */
  const pieces = [];
  for (const [place, letter] of letters.entries()) {
    const isFound = found.has(place);
    const last = pieces.at(-1);
    if (last?.isFound === isFound) last.piece += letter;
    else pieces.push({ piece: letter, isFound });
  }
  return pieces;
}

/**
 * Where the letters of one typed word stand: of the whole word, else of its parts if each of them is there.
 * @param {string[]} letters
 * @param {string} word
 */
function placesOf(letters, word) {
  const parts = word.split(MARK_INSIDE_A_WORD).filter(Boolean);
  const whole = beginningsOf(letters, parts.join(""));
  if (whole.length) return whole;
  const each = parts.map((part) => beginningsOf(letters, part));
  return each.every(({ length }) => length) ? each.flat() : [];
}

/**
 * Where the letters of a beginning stand in each word that begins so; marks between them belong to it.
 * @param {string[]} letters
 * @param {string} beginning
 */
function beginningsOf(letters, beginning) {
  const wanted = [...beginning].map(bare).join("");
  if (!wanted) return [];
  return letters.flatMap((letter, start) => {
    if (!bare(letter) || (start > 0 && bare(letters[start - 1]))) return [];
    const places = [];
    let read = "";
    for (let place = start; place < letters.length && read.length < wanted.length; place += 1) {
      if (/\s/u.test(letters[place])) break;
      read += bare(letters[place]);
      places.push(place);
    }
    return read.startsWith(wanted) ? places : [];
  });
}

/**
 * One character as it is compared: lower-case letters without diacritics, nothing for a mark.
 * @param {string} character
 */
function bare(character) {
  const parts = [...character.normalize("NFKD").toLowerCase().normalize("NFKD")].filter((part) =>
    /[\p{L}\p{N}]/u.test(part),
  );
  return parts.map((part) => (part === "ς" ? "σ" : (UNDIVIDED[part] ?? part))).join("");
}
