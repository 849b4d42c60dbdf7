/** Elements made by hand, so that nothing that somebody wrote is ever read as HTML. */
const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path"]);

/** An element with attributes and children (elements or texts). */
export function make(name, attributes = {}, children = []) {
  const element = DRAWN.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A text as nodes, with the part that fits what was typed inside <mark>; case and diacritics do not count. */
export function marked(text, typed) {
  const letters = [...text];
  const wanted = [...typed.trim()].map(bare).join("");
  const start = wanted ? letters.map(bare).join("").indexOf(wanted) : -1;
  if (start < 0) return [text];
  const end = start + wanted.length;
  return [
    letters.slice(0, start).join(""),
    make("mark", {}, [letters.slice(start, end).join("")]),
    letters.slice(end).join(""),
  ];
}

/** One letter as it is compared: always one letter long, so that places in both texts agree. */
function bare(letter) {
  return letter.normalize("NFD")[0].toLocaleLowerCase()[0];
}
