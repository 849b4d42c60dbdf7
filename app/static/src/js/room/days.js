/**
 * Days and hours as the server writes them: in the reader's time zone, and with the customs of her language (an English day
 * is written as in Britain). What is today is looked at again at midnight and when the page is seen again.
 */
const HOUR_MILLISECONDS = 60 * 60 * 1000;
const DAY_SECONDS = 24 * 60 * 60;

export class Days {
  /**
   * @param {string} locale a tag such as "en-GB"
   * @param {string} zone the name of a time zone
   * @param {{today: string, yesterday: string}} names
   * @param {() => Date} [now] gives the present moment
   */
  constructor(locale, zone, { today, yesterday }, now = () => new Date()) {
    this.timeZone = isKnown(zone) ? zone : undefined;
    this.locale = locale;
    this.now = now;
    this.names = { today, yesterday };
    /** @param {Intl.DateTimeFormatOptions} options */
    const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: this.timeZone, ...options });
    this.hours = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.keys = new Intl.DateTimeFormat("en-US", {
      timeZone: this.timeZone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
    });
    this.clock = new Intl.DateTimeFormat("en-US", {
      timeZone: this.timeZone,
      timeStyle: "medium",
      hourCycle: "h23",
    });
  }

  /**
   * The day of a moment in the reader's time zone, such as 2026-05-04.
   * @param {Date} moment
   */
  key(moment) {
    const { year, month, day } = partsOf(this.keys, moment);
    return `${year}-${month}-${day}`;
  }

  /**
   * The hour of today, else the day.
   * @param {Date} moment
   */
  short(moment) {
    return this.key(moment) === this.key(this.now())
      ? this.hours.format(moment)
      : this.#write(this.key(moment), { day: "numeric", month: "short" });
  }

  /**
   * How one speaks of the day of a moment.
   * @param {Date} moment
   */
  name(moment) {
    return this.nameOf(this.key(moment));
  }

  /**
   * How one speaks of a day, given by its key: by the difference of dates, however long a day was.
   * @param {string} key
   */
  nameOf(key) {
    const today = this.key(this.now());
    if (key === today) return this.names.today;
    if (noonOf(key) === noonOf(today) - DAY_SECONDS * 1000) return this.names.yesterday;
    const year = key.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
    return this.#write(key, { weekday: "long", day: "numeric", month: "long", ...(year ? { year } : {}) });
  }

  /**
   * Call back when another day begins.
   * @param {() => void} callback
   */
  onNewDay(callback) {
    let known = this.key(this.now());
    const look = () => {
      const key = this.key(this.now());
      if (key !== known) {
        known = key;
        callback();
      }
    };
    const wait = () =>
      setTimeout(() => {
        look();
        wait();
      }, this.#untilMidnight());
    wait();
    document.addEventListener("visibilitychange", look);
  }

  /** Milliseconds until midnight, at most an hour: on the way a clock may change. */
  #untilMidnight() {
    const { hour, minute, second } = partsOf(this.clock, this.now());
    const left = DAY_SECONDS - (Number(hour) * 60 + Number(minute)) * 60 - Number(second);
    return Math.min(left * 1000 + 100, HOUR_MILLISECONDS);
  }

  /**
   * A day in the order of the server's patterns ("EEEE d MMMM y", "d MMM"), in the words of the reader's language.
   * @param {string} key
   * @param {Intl.DateTimeFormatOptions} options
   */
  #write(key, options) {
    const parts = partsOf(new Intl.DateTimeFormat(this.locale, { timeZone: "UTC", ...options }), noonOf(key));
    return ["weekday", "day", "month", "year"]
      .filter((name) => name in options)
      .map((name) => parts[name])
      .join(" ");
  }
}

/**
 * Noon of a day in UTC, in milliseconds.
 * @param {string} key
 */
function noonOf(key) {
  return Date.parse(`${key}T12:00Z`);
}

/**
 * @param {Intl.DateTimeFormat} format
 * @param {Date | number} moment
 */
function partsOf(format, moment) {
  return Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
}

/**
 * Whether this browser knows a time zone; the server may have heard of newer ones.
 * @param {string} zone
 */
function isKnown(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
