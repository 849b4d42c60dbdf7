/** The stream by ordinary requests: for gaps, and for what was said before. */

/** @import { StreamPage } from "./payloads.js" */
/** @typedef {{after?: number, before?: number, limit?: number}} Where which events to read: numbers beyond which they are */

/** The end of what one may read; `reason` as the socket's "closed" would give it. */
export class Ended extends Error {
  final = true;

  /** @param {string} reason */
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

/** @type {Record<number, string>} */
const REASONS = { 401: "signed_out", 404: "removed" };

/**
 * Read events of a stream, a page of them.
 * @param {string} stream
 * @param {Where} where
 * @returns {Promise<StreamPage>}
 * @throws {Ended} when the person may not read it any more
 */
export async function read(stream, where) {
  const query = new URLSearchParams(Object.entries(where).map(([name, value]) => [name, String(value)]));
  const address = `/api/v1/streams/${encodeURIComponent(stream)}/events?${query}`;
  const answer = await fetch(address, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  if (REASONS[answer.status]) throw new Ended(REASONS[answer.status]);
  if (!answer.ok) throw new Error(`the stream answered ${answer.status}`);
  return answer.json();
}
