/** What the picture of the network is drawn from, as features/network/presenters.py makes it. */

/** An organisation with its place in the picture; `group` is 0 where it belongs to none. */
export interface Spot {
  name: string;
  country: string;
  url: string;
  x: number;
  y: number;
  ties: number;
  group: number;
}

/** The places of its two organisations in their list, those of the works that are named, whether it alone joins two groups. */
export type Tie = [one: number, other: number, works: number[], bridges: boolean, count: number];

export type Work = [title: string, lang: string, year: number | "", url: string];

export interface Picture {
  side: number;
  organisations: Spot[];
  ties: Tie[];
  works: Work[];
}

/** What the picture says, as templates/network/index.html writes it. */
export interface NetworkWords {
  you: string;
  ties: string;
  alone: string;
  works: string;
  more: string;
  bridge: string;
}

/** The picture with what the page knows: the address of the reader's own organisation, and the words. */
export type OwnPicture = Picture & { own: string | undefined; words: NetworkWords };

export type Point = [x: number, y: number];
