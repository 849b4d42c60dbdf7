/** Questions that the parts of a board ask of its state: what stands where, and in which order. */
const MAIN = "main";

/** @import { CardShown, CardGroupShown, Mine } from "../live/payloads.js" */
/** @import { Command, Item, PhaseNow, State } from "./shapes.js" */

/**
 * The entries of a collection by rank: [id, value]. Ranks are compared letter by letter, as the server does.
 * @template {{rank: string}} Value
 * @param {Record<string, Value>} [collection]
 */
export function ranked(collection = {}) {
  return Object.entries(collection).sort(([oneId, one], [otherId, other]) => {
    if (one.rank !== other.rank) return one.rank < other.rank ? -1 : 1;
    return oneId < otherId ? -1 : 1;
  });
}

/**
 * The state with the names and questions of phases, and the columns, in the reader's language where they are Trama's own.
 * @param {State} state
 * @param {Record<string, string>} texts those texts, by how they stand in the session's language
 * @returns {State}
 */
export function inReadersLanguage(state, texts) {
  if (!Object.keys(texts).length) return state;
  const phases = Object.entries(state.phases ?? {}).map(([id, phase]) => [
    id,
    { ...phase, title: texts[phase.title] ?? phase.title, prompt: texts[phase.prompt] ?? phase.prompt },
  ]);
  const columns = Object.entries(state.columns ?? {}).map(([id, column]) => [
    id,
    { ...column, title: texts[column.title] ?? column.title },
  ]);
  return { ...state, phases: Object.fromEntries(phases), columns: Object.fromEntries(columns) };
}

/**
 * The phases in their order: [id, phase].
 * @param {State} state
 */
export function phasesOf(state) {
  return Object.entries(state.phases ?? {}).sort(([, one], [, other]) => one.position - other.position);
}

/**
 * The phase that runs now, with its id; undefined before the first.
 * @param {State} state
 * @returns {PhaseNow | undefined}
 */
export function phaseNow(state) {
  const id = state.now?.phase;
  return id === undefined ? undefined : { id, ...state.phases?.[id] };
}

/**
 * The columns of one board in their order: [id, column].
 * @param {State} state
 * @param {string} board
 */
export function columnsOn(state, board) {
  return ranked(state.columns).filter(([, column]) => (column.board ?? MAIN) === board);
}

/**
 * What stands in a column: cards by themselves and clusters with their cards, by rank.
 * @param {State} state
 * @param {string} column
 * @returns {Item[]}
 */
export function itemsIn(state, column) {
  const cards = ranked(state.cards).filter(([, card]) => card.column === column && !card.parked);
  const alone = cards.filter(([, card]) => !card.cluster || !state.clusters?.[card.cluster]);
  const clusters = ranked(state.clusters).filter(([, cluster]) => cluster.column === column);
  /** @type {Item[]} */
  const items = [];
  for (const [id, card] of alone)
    items.push({ kind: "card", id, rank: card.rank, pinned: Boolean(card.pinned), card });
  for (const [id, cluster] of clusters) {
    const inside = cards.filter(([, card]) => card.cluster === id);
    items.push({ kind: "cluster", id, rank: cluster.rank, pinned: false, cluster, cards: inside });
  }
  return items.sort((one, other) => {
    if (one.pinned !== other.pinned) return one.pinned ? -1 : 1;
    return one.rank === other.rank ? (one.id < other.id ? -1 : 1) : one.rank < other.rank ? -1 : 1;
  });
}

/**
 * Where a card goes by an arrow key: the column, and the card that it comes after there, null for the first place.
 * Null where it cannot go.
 * @param {State} state
 * @param {string} key
 * @param {string} arrow the name of the key that was pressed, such as "ArrowUp"
 * @param {string[]} columns the keys of the columns that are shown, from left to right
 */
export function neighbourOf(state, key, arrow, columns) {
  const card = state.cards?.[key];
  if (!card) return null;
  /** @param {string} each */
  const cardsIn = (each) =>
    itemsIn(state, each)
      .filter((item) => item.kind === "card")
      .map((item) => item.id);
  const { column } = card;
  const cards = cardsIn(column);
  const at = cards.indexOf(key);
  if (arrow === "ArrowUp" && at > 0) return { column, after: cards[at - 2] ?? null };
  if (arrow === "ArrowDown" && at >= 0 && at < cards.length - 1) return { column, after: cards[at + 1] };
  const step = arrow === "ArrowLeft" ? -1 : arrow === "ArrowRight" ? 1 : NaN;
  const to = columns[columns.indexOf(column) + step];
  return to === undefined ? null : { column: to, after: cardsIn(to).at(-1) ?? null };
}

/**
 * The cards that were put aside: [key, card].
 * @param {State} state
 */
export function parkedCards(state) {
  return ranked(state.cards).filter(([, card]) => card.parked);
}

/**
 * The small groups that are open: [id, group].
 * @param {State} state
 */
export function openGroups(state) {
  return Object.entries(state.breakouts?.groups ?? {}).filter(([, group]) => group.open);
}

/**
 * The names of those who take part and sit in none of the groups that are open.
 * @param {State} state
 */
export function unseatedIn(state) {
  const groups = openGroups(state);
  if (!groups.length) return [];
  return Object.entries(state.people ?? {})
    .filter(([id, { role }]) => role === "participant" && !groups.some(([, { members }]) => members?.[id]))
    .map(([, { name }]) => name);
}

/**
 * The boards there are: the one of all, and one for each open group.
 * @param {State} state
 */
export function boardsOf(state) {
  return [MAIN, ...openGroups(state).map(([id]) => id)];
}

/**
 * The board that somebody works on: her group's while the groups are open, else that of all.
 * @param {State} state
 * @param {string} me
 */
export function boardOf(state, me) {
  return openGroups(state).find(([, group]) => group.members?.[me])?.[0] ?? MAIN;
}

/**
 * What a target of a vote is called: the card's text, or the name of the cluster "c9".
 * @param {string} target
 * @param {Record<string, CardShown> | undefined} cards
 * @param {Record<string, CardGroupShown> | undefined} clusters
 */
export function titleOf(target, cards, clusters) {
  return cards?.[target]?.text ?? clusters?.[target.slice(1)]?.name ?? "";
}

/**
 * Those who raised a hand, the first one first: [id, person].
 * @param {State} state
 */
export function handsUp(state) {
  return Object.entries(state.people ?? {})
    .filter(([, person]) => person.hand)
    .sort(([, one], [, other]) => (one.hand ?? 0) - (other.hand ?? 0));
}

/**
 * One's own view with the votes in it that the server has not confirmed yet, so that quick presses count one by one.
 * @param {Partial<Mine>} mine
 * @param {Pick<Command<"design_vote">, "payload">[]} pending
 * @returns {Partial<Mine>}
 */
export function withVotes(mine, pending) {
  /** @type {Record<string, number>} */
  const votes = { ...mine.votes };
  let { left } = mine;
  for (const {
    payload: { target, points },
  } of pending) {
    if (left !== undefined) left -= points - (votes[target] ?? 0);
    votes[target] = points;
  }
  return { ...mine, votes, left };
}

/**
 * A participant by her id.
 * @param {State} state
 * @param {number | string | null | undefined} id
 */
export function personIn(state, id) {
  return id === null || id === undefined ? undefined : state.people?.[id];
}
