/** Days and hours as the reader writes them, in her language and time zone. */
const A_DAY = 24 * 60 * 60 * 1000;

export class Days {
  constructor(lang, zone, { today, yesterday }) {
    const timeZone = isKnown(zone) ? zone : undefined;
    const format = (options) => new Intl.DateTimeFormat(lang, { timeZone, ...options });
    this.names = { today, yesterday };
    this.hours = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    this.whole = format({ dateStyle: "full", timeStyle: "short" });
    this.long = format({ weekday: "long", day: "numeric", month: "long" });
    this.withYear = format({ dateStyle: "full" });
    this.days = format({ day: "numeric", month: "short" });
    this.keys = new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" });
  }

  /** The day of a moment in the reader's time zone, such as 2026-05-04. */
  key(moment) {
    return this.keys.format(moment);
  }

  /** The hour of today, else the day. */
  short(moment) {
    return (this.key(moment) === this.key(new Date()) ? this.hours : this.days).format(moment);
  }

  /** How one speaks of that day. */
  name(moment) {
    const [key, now] = [this.key(moment), new Date()];
    if (key === this.key(now)) return this.names.today;
    if (key === this.key(new Date(now - A_DAY))) return this.names.yesterday;
    return (key.slice(0, 4) === this.key(now).slice(0, 4) ? this.long : this.withYear).format(moment);
  }
}

/** Whether this browser knows a time zone; the server may have heard of newer ones. */
function isKnown(zone) {
  try {
    return Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
