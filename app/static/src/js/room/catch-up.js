/** The stream by ordinary requests: for gaps, and for what was said before. */

/** The end of what one may read; `reason` as the socket's "closed" would give it. */
export class Ended extends Error {
  final = true;

  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const REASONS = { 401: "signed_out", 404: "removed" };

/** Read events of a stream; `where` is {after} or {before}, with {limit}. */
export async function read(stream, where) {
  const address = `/api/v1/streams/${encodeURIComponent(stream)}/events?${new URLSearchParams(where)}`;
  const answer = await fetch(address, {
    headers: { Accept: "application/json" },
    credentials: "same-origin",
  });
  if (REASONS[answer.status]) throw new Ended(REASONS[answer.status]);
  if (!answer.ok) throw new Error(`the stream answered ${answer.status}`);
  return answer.json();
}
