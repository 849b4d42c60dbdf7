/** @import { Seen } from "./shapes.js" */

/** @type {Seen} What a part of a board sees before there is anything to see. */
export const UNSEEN = {
  state: { design: {} },
  mine: {},
  lang: "",
  phase: undefined,
  runs: false,
  board: "main",
  may: new Set(),
  ownKeys: new Set(),
  ownHidden: [],
  pending: [],
  isOpen: false,
  picked: new Set(),
};
