/** Says in words what is chosen in the picture: an organisation with its ties, or one tie with its joint work. */
const MOST = 12;

export class Words {
  constructor(host, data, finder) {
    this.said = host.querySelector("[data-said]");
    this.says = host.dataset;
    this.data = data;
    this.finder = finder;
  }

  ofOrganisation(number) {
    const { country, ties } = this.data.organisations[number];
    const head = element("p", this.#link(number), ` · ${country}`);
    const near = this.finder.near[number]
      .slice(0, MOST)
      .map((tie) => this.#tie(tie, tie[0] === number ? tie[1] : tie[0]));
    const count = ties ? this.says.sayTies.replace("{count}", ties) : this.says.sayAlone;
    this.#say(head, element("p", count), near);
  }

  ofTie(tie) {
    const head = element("p", this.#link(tie[0]), ` ${this.says.sayWorks} `, this.#link(tie[1]), ":");
    this.#say(head, tie[3] ? element("p", this.says.sayBridge) : "", [element("li", ...this.#works(tie))]);
  }

  #say(head, sentence, items) {
    const list = element("ul", ...items);
    list.className = "lines";
    this.said.replaceChildren(head, sentence, items.length ? list : "");
  }

  #tie(tie, other) {
    return element("li", this.#link(other), ": ", ...this.#works(tie));
  }

  #works(tie) {
    const more = tie[4] - tie[2].length;
    const works = tie[2].flatMap((at, place) => {
      const [title, lang, year, url] = this.data.works[at];
      const work = element(url ? "a" : "span", title || "–");
      if (url) work.href = url;
      if (lang) work.lang = lang;
      return [place ? "; " : "", work, year ? ` (${year})` : ""];
    });
    return more > 0 ? [...works, ` ${this.says.sayMore.replace("{count}", more)}`] : works;
  }

  #link(number) {
    const link = element("a", this.data.organisations[number].name);
    link.href = this.data.organisations[number].url;
    return link;
  }
}

function element(name, ...parts) {
  const made = document.createElement(name);
  made.append(...parts);
  return made;
}
