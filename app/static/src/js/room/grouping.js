/** Which messages stand together under one head, by what the list says of each. */

/** @typedef {{dataset: {at?: string, author?: string, from?: string}}} Message when it was written, by whom and for which organisation */

/**
 * When a message was written.
 * @param {Message} message
 */
export function writtenAt({ dataset }) {
  return new Date(dataset.at ?? "");
}

/**
 * Whether a message goes on from the one before: the same speaker for the same organisation, soon after.
 * @param {Message} message
 * @param {Message} before
 * @param {number} seconds less than so many lie between them
 */
export function goesOn(message, before, seconds) {
  const isSameSpeaker =
    message.dataset.author === before.dataset.author && message.dataset.from === before.dataset.from;
  return isSameSpeaker && writtenAt(message).getTime() - writtenAt(before).getTime() < seconds * 1000;
}
