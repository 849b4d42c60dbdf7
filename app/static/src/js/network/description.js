/** Says in words what is chosen in the picture: an organisation with its ties, or one tie with its joint work. */
import { box } from "../elements/part.js";
import { fill } from "../elements/words.js";

/** @import { OwnPicture, Tie } from "./shapes.js" */

const MOST = 12;

export class Description {
  /**
   * @param {HTMLElement} host
   * @param {OwnPicture} data
   * @param {import("./finder.js").Finder} finder
   */
  constructor(host, data, finder) {
    this.said = box(host, "[data-said]");
    this.words = data.words;
    this.data = data;
    this.finder = finder;
  }

  /** @param {number} number */
  ofOrganisation(number) {
    const { country, ties } = this.data.organisations[number];
    const head = element("p", this.#link(number), ` · ${country}`);
    const near = this.finder.near[number]
      .slice(0, MOST)
      .map((tie) => this.#tie(tie, tie[0] === number ? tie[1] : tie[0]));
    const count = ties ? fill(this.words.ties, { count: ties }) : this.words.alone;
    this.#say(head, element("p", count), near);
  }

  /** @param {Tie} tie */
  ofTie(tie) {
    const head = element("p", this.#link(tie[0]), ` ${this.words.works} `, this.#link(tie[1]), ":");
    this.#say(head, tie[3] ? element("p", this.words.bridge) : "", [element("li", ...this.#works(tie))]);
  }

  /**
   * @param {HTMLElement} head
   * @param {HTMLElement | string} sentence
   * @param {HTMLElement[]} items
   */
  #say(head, sentence, items) {
    const list = element("ul", ...items);
    list.className = "lines";
    this.said.replaceChildren(head, sentence, items.length ? list : "");
  }

  /**
   * @param {Tie} tie
   * @param {number} other
   */
  #tie(tie, other) {
    return element("li", this.#link(other), ": ", ...this.#works(tie));
  }

  /**
   * @param {Tie} tie
   * @returns {(HTMLElement | string)[]}
   */
  #works(tie) {
    const more = tie[4] - tie[2].length;
    const works = tie[2].flatMap((at, place) => {
      const [title, lang, year, url] = this.data.works[at];
      const work = url ? linkTo(url, title || "–") : element("span", title || "–");
      if (lang) work.lang = lang;
      return [place ? "; " : "", work, year ? ` (${year})` : ""];
    });
    return more > 0 ? [...works, ` ${fill(this.words.more, { count: more })}`] : works;
  }

  /** @param {number} number */
  #link(number) {
    const { name, url } = this.data.organisations[number];
    return linkTo(url, name);
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {(Node | string)[]} parts
 */
function element(name, ...parts) {
  const made = document.createElement(name);
  made.append(...parts);
  return made;
}

/**
 * @param {string} address
 * @param {string} words
 */
function linkTo(address, words) {
  const link = element("a", words);
  link.href = address;
  return link;
}
