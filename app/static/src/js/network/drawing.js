/** Draws the network: ties as threads, organisations as knots in the dye of their group. */
const DYES = ["indigo", "madder", "lichen", "weld", "woad"];
const MARGIN = 24;
const NAMED_FROM = 1.6;
const MOST_NAMES = 60;
const FEW = 80;

export class Drawing {
  constructor(canvas, data, finder) {
    this.canvas = canvas;
    this.data = data;
    this.finder = finder;
    this.pen = canvas.getContext("2d");
    this.scale = 1;
    this.left = this.top = 0;
    this.byDye = new Map([...DYES.keys(), -1].map((dye) => [dye, []]));
    data.organisations.forEach(({ group }, number) => {
      this.byDye.get(group ? (group - 1) % DYES.length : -1).push(number);
    });
  }

  scaled(number) {
    const { x, y } = this.data.organisations[number];
    return [this.left + x * this.scale, this.top + y * this.scale];
  }

  unscale(x, y) {
    return [(x - this.left) / this.scale, (y - this.top) / this.scale];
  }

  draw(place, chosen, tie) {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (!width) return;
    this.#fit(width, height);
    const style = getComputedStyle(this.canvas);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim() || style.color;
    this.colours = { ink: style.color, sheet: style.backgroundColor, dyes: DYES.map((dye) => this.#plain(colour(dye))) };
    this.pen.clearRect(0, 0, width, height);
    this.pen.font = `600 12px ${style.fontFamily}`;
    this.#threads(place, chosen, tie);
    this.#knots(place, chosen, tie);
    this.#names(place, chosen, tie, width, height);
  }

  #fit(width, height) {
    const sharp = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * sharp) || this.canvas.height !== Math.round(height * sharp)) {
      this.canvas.width = Math.round(width * sharp);
      this.canvas.height = Math.round(height * sharp);
    }
    this.pen.setTransform(sharp, 0, 0, sharp, 0, 0);
    this.scale = (Math.min(width, height) - 2 * MARGIN) / this.data.side;
    this.left = (width - this.data.side * this.scale) / 2;
    this.top = (height - this.data.side * this.scale) / 2;
  }

  /** A token as a colour that a canvas knows: light-dark() is resolved by an element. */
  #plain(value) {
    this.probe ??= this.canvas.parentElement.appendChild(Object.assign(document.createElement("i"), { hidden: true }));
    this.probe.style.color = value;
    return getComputedStyle(this.probe).color;
  }

  #threads(place, chosen, tie) {
    const own = new Set(chosen === undefined ? (tie ? [tie] : []) : this.finder.near[chosen]);
    const line = (each) => {
      this.pen.moveTo(...place.apply(this.scaled(each[0])));
      this.pen.lineTo(...place.apply(this.scaled(each[1])));
    };
    this.pen.strokeStyle = this.colours.ink;
    this.pen.globalAlpha = this.data.ties.length > 3000 ? 0.06 : 0.22;
    this.pen.lineWidth = 1;
    this.pen.beginPath();
    this.data.ties.forEach(line);
    this.pen.stroke();
    this.pen.globalAlpha = 1;
    this.pen.lineWidth = 2;
    this.pen.strokeStyle = this.colours.dyes[0];
    this.pen.beginPath();
    own.forEach(line);
    this.pen.stroke();
  }

  #knots(place, chosen, tie) {
    for (const [dye, numbers] of this.byDye) {
      this.pen.beginPath();
      for (const number of numbers) this.#knot(place, number);
      this.pen.fillStyle = dye < 0 ? this.colours.sheet : this.colours.dyes[dye];
      this.pen.fill();
      if (dye < 0) {
        this.pen.strokeStyle = this.colours.ink;
        this.pen.lineWidth = 1.25;
        this.pen.stroke();
      }
    }
    for (const number of chosen === undefined ? (tie?.slice(0, 2) ?? []) : [chosen]) {
      this.pen.beginPath();
      this.#knot(place, number, 4);
      this.pen.strokeStyle = this.colours.ink;
      this.pen.lineWidth = 2.5;
      this.pen.stroke();
    }
  }

  #knot(place, number, wider = 0) {
    const [x, y] = place.apply(this.scaled(number));
    const radius = this.#radius(number, place.k) + wider;
    this.pen.moveTo(x + radius, y);
    this.pen.arc(x, y, radius, 0, 2 * Math.PI);
  }

  #radius(number, size) {
    const few = this.data.organisations.length <= FEW ? 5 : 2;
    return Math.min(16, (few + Math.sqrt(this.data.organisations[number].ties)) * Math.sqrt(size));
  }

  #names(place, chosen, tie, width, height) {
    const pinned = chosen === undefined ? (tie?.slice(0, 2) ?? []) : [chosen];
    const all = this.data.organisations.length <= FEW || place.k >= NAMED_FROM ? this.data.organisations.keys() : [];
    const inside = [...all].filter((number) => {
      const [x, y] = place.apply(this.scaled(number));
      return x > 0 && y > 0 && x < width && y < height;
    });
    const few = inside.length <= MOST_NAMES && width > 600 ? inside : [];
    this.pen.textAlign = "center";
    const { organisations } = this.data;
    few.sort((one, other) => organisations[other].ties - organisations[one].ties);
    const written = [];
    for (const number of new Set([...pinned, ...few])) {
      const [x, y] = place.apply(this.scaled(number));
      const under = y + this.#radius(number, place.k) + 13;
      const half = this.pen.measureText(organisations[number].name).width / 2 + 3;
      if (written.some((box) => Math.abs(box.x - x) < box.half + half && Math.abs(box.under - under) < 15)) continue;
      written.push({ x, under, half });
      this.pen.lineWidth = 3;
      this.pen.strokeStyle = this.colours.sheet;
      this.pen.strokeText(this.data.organisations[number].name, x, under);
      this.pen.fillStyle = this.colours.ink;
      this.pen.fillText(this.data.organisations[number].name, x, under);
    }
  }
}
