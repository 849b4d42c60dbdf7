// Made by ./dev types from the payload types of the server. Change those, not this file.

/** An organisation for which somebody acts. */
export interface ActingFor {
  key: string;
  name: string | null;
  slug: string | null;
}

/** Somebody who takes part; `hand` is her place among the raised ones. */
export interface Attendee {
  name: string;
  organisation?: string;
  organisation_id?: number;
  country?: string;
  lang: string;
  role: Role;
  muted?: boolean;
  hand?: number;
}

export interface AttendeePatch {
  name?: string | null;
  organisation?: string | null;
  organisation_id?: number | null;
  country?: string | null;
  lang?: string | null;
  role?: Role | null;
  muted?: boolean | null;
  hand?: number | null;
}

/** Open breakouts, change places, seat somebody, answer a call, close them. */
export interface BreakoutsCommand {
  design: number | string;
  act: "open" | "rotate" | "seat" | "answer" | "close";
  groups?: Array<WantedGroup>;
  group?: number | string | null;
  person?: number | string | null;
}

/** All breakout groups, by names such as "b5". */
export interface BreakoutsShown {
  round: number;
  open: boolean;
  effect?: EffectShown;
  groups: Record<string, GroupShown>;
}

export interface BreakoutsShownPatch {
  round?: number | null;
  open?: boolean | null;
  effect?: EffectShownPatch | null;
  groups?: Record<string, GroupShownPatch | null> | null;
}

/** Show a text to everybody. */
export interface BroadcastCommand {
  design: number | string;
  text: string;
  lang: string;
}

/** What the facilitator tells everybody. */
export interface BroadcastShown {
  id?: string;
  text?: string;
  lang?: string;
}

export interface BroadcastShownPatch {
  id?: string | null;
  text?: string | null;
  lang?: string | null;
}

/** Write a card. */
export interface CardAddCommand {
  design: number | string;
  text: string;
  lang: string;
  column: number | string;
}

/** Take back or open a card. */
export interface CardCommand {
  design: number | string;
  card: string;
}

/** Change one's own card. */
export interface CardEditCommand {
  design: number | string;
  text: string;
  lang: string;
  card: string;
}

/** A group of cards in a column. */
export interface CardGroupShown {
  name: string;
  column: string;
  rank: string;
}

export interface CardGroupShownPatch {
  name?: string | null;
  column?: string | null;
  rank?: string | null;
}

/** Move a card; what is not named stays as it is, `after` null is the top, `cluster` null is none. */
export interface CardMoveCommand {
  design: number | string;
  card: string;
  column?: number | string | null;
  after?: string | null;
  cluster?: number | string | null;
}

/** A revealed card: without its author where it is anonymous, without its text where it is veiled. */
export interface CardShown {
  column: string;
  rank: string;
  lang: string;
  text?: string;
  veiled?: boolean;
  phase?: string;
  anonymous?: boolean;
  author?: number;
  country?: string;
  cluster?: string;
  origin?: string;
  pinned?: boolean;
  parked?: boolean;
  edited?: boolean;
}

export interface CardShownPatch {
  column?: string | null;
  rank?: string | null;
  lang?: string | null;
  text?: string | null;
  veiled?: boolean | null;
  phase?: string | null;
  anonymous?: boolean | null;
  author?: number | null;
  country?: string | null;
  cluster?: string | null;
  origin?: string | null;
  pinned?: boolean | null;
  parked?: boolean | null;
  edited?: boolean | null;
}

/** The acknowledgement of a change or a removal: its own number and that of its message. */
export interface Changed {
  seq: number;
  room: number;
  target: number;
}

/** `closed`: nothing more comes of a stream (of none where the connection followed none), and why. */
export interface ClosedPush {
  stream: string | null;
  reason: "signed_out" | "removed" | "actor_changed";
}

/** Give a group of cards a name. */
export interface ClusterNameCommand {
  design: number | string;
  cluster: number | string;
  name: string;
}

/** Take a group of cards apart. */
export interface ClusterSplitCommand {
  design: number | string;
  cluster: number | string;
}

/** Put one group of cards into another. */
export interface ClustersMergeCommand {
  design: number | string;
  into: number | string;
  from: number | string;
}

/** The acknowledgement of a change of the columns: the column's id. */
export interface ColumnAnswer {
  column: number;
}

/** Change the columns of the main board. */
export interface ColumnCommand {
  design: number | string;
  act: "add" | "rename" | "remove";
  column?: number | string | null;
  title?: string;
}

/** A column; `board` is "main" or a breakout group, `written` how many unrevealed cards it holds. */
export interface ColumnShown {
  title: string;
  rank: string;
  board: string;
  locked?: boolean;
  written?: number;
}

export interface ColumnShownPatch {
  title?: string | null;
  rank?: string | null;
  board?: string | null;
  locked?: boolean | null;
  written?: number | null;
}

/** Change a commitment; what is not named stays. */
export interface CommitChangeCommand {
  design: number | string;
  commitment: number | string;
  owner?: number | string | null;
  what?: string | null;
  if_then?: string | null;
  by_when?: string | null;
  state?: "open" | "done" | "dropped" | null;
  cards?: Array<string> | null;
}

/** Promise something for an organisation. */
export interface CommitCommand {
  design: number | string;
  organisation: number | string;
  owner: number | string;
  what: string;
  if_then?: string | null;
  by_when: string;
  lang: string;
  cards?: Array<string>;
}

/** What an organisation promised; `owner` is a person's id or a name. */
export interface CommitmentShown {
  organisation_id?: number;
  organisation: string;
  owner: number | string;
  owner_name: string;
  what: string;
  if_then?: string;
  by_when: string;
  lang: string;
  state: CommitmentState;
  carried_from?: number;
  cards?: Array<string>;
}

export interface CommitmentShownPatch {
  organisation_id?: number | null;
  organisation?: string | null;
  owner?: number | string | null;
  owner_name?: string | null;
  what?: string | null;
  if_then?: string | null;
  by_when?: string | null;
  lang?: string | null;
  state?: CommitmentState | null;
  carried_from?: number | null;
  cards?: Array<string> | null;
}

/** What became of a commitment. */
export type CommitmentState = "open" | "done" | "carried" | "dropped";

/** The base of all: which design session it is about. */
export interface DesignCommand {
  design: number | string;
}

/** What changed in the public state; of a sealed event nobody learns when and by whom. */
export interface DesignEvent {
  seq: number;
  kind: "prepared" | "edited" | "state_draft" | "state_scheduled" | "state_open" | "state_archived" | "started" | "closed" | "joined" | "invited" | "hand" | "ready" | "called" | "effect" | "carried_over" | "time_up" | "card_added" | "card_edited" | "card_removed" | "card_moved" | "card_opened" | "card_veiled" | "card_unveiled" | "card_pinned" | "card_parked" | "grouped" | "cluster_named" | "cluster_split" | "clusters_merged" | "undone" | "frozen" | "unfrozen" | "locked" | "unlocked" | "broadcast" | "round" | "revealed" | "voted" | "stance" | "objected" | "objection_withdraw" | "objection_accept" | "committed" | "commitment_changed" | "proposal_new" | "proposal_wording" | "proposal_stage" | "proposal_withdraw" | "phase_next" | "phase_previous" | "phase_skip" | "phase_repeat" | "timer_pause" | "timer_resume" | "timer_add" | "plan_add" | "plan_change" | "plan_remove" | "plan_move" | "plan_repeat" | "column_add" | "column_rename" | "column_remove" | "person_mute" | "person_unmute" | "person_remove" | "person_lower_hand" | "person_spoken" | "desk_take" | "desk_hand_over" | "desk_share" | "desk_unshare" | "desk_kept" | "desk_left" | "breakouts_open" | "breakouts_rotate" | "breakouts_seat" | "breakouts_answer" | "breakouts_close" | "merged_back";
  at: string | null;
  actor: number | null;
  patch: PublicStatePatch;
}

/** The design session itself. */
export interface DesignHead {
  id: number;
  title: string;
  lang: string;
  question: string;
  state: DesignState;
  frozen: boolean;
  locked: boolean;
  starts_at?: string;
  minutes: number;
  initiative?: InitiativeLink;
}

export interface DesignHeadPatch {
  id?: number | null;
  title?: string | null;
  lang?: string | null;
  question?: string | null;
  state?: DesignState | null;
  frozen?: boolean | null;
  locked?: boolean | null;
  starts_at?: string | null;
  minutes?: number | null;
  initiative?: InitiativeLinkPatch | null;
}

/** The states of a design session. */
export type DesignState = "draft" | "scheduled" | "open" | "live" | "closed" | "archived";

/** Who holds the desk (a person's id), and whether she is away. */
export interface Desk {
  holder?: string;
  away: boolean;
}

/** The acknowledgement of a change at the desk; `kept` answers the holder's sign of life. */
export interface DeskAnswer {
  kept?: boolean;
}

/** Take the desk, hand it over, share it, be there. */
export interface DeskCommand {
  design: number | string;
  act: "take" | "hand_over" | "share" | "unshare" | "keep";
  person?: number | string | null;
}

export interface DeskPatch {
  holder?: string | null;
  away?: boolean | null;
}

/** What only facilitators see: `undo` names the step that can be undone, `undo_step` is its number. `silent` has, by proposal, the ids of the people who said nothing of it. */
export interface DeskView {
  not_heard?: NotHeard;
  merge_into?: number;
  calls: Array<string>;
  silent: Record<string, Array<number>>;
  undo: string | null;
  undo_step: number | null;
}

/** The acknowledgement of what was done and has nothing more to tell. */
export interface Done {
}

/** Put other words in place of those of one's own message numbered `seq`; `person` as for saying it. */
export interface EditCommand {
  room: number;
  seq: number;
  body: string;
  lang: string;
  person?: number | null;
}

/** New words of the message numbered `target`; none where a later change or the removal has them. */
export interface EditedEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "edited";
  target: number;
}

/** What the breakouts did to the network; `rounds` has the new pairs across a border, by round. */
export interface EffectShown {
  ties: number;
  abroad: number;
  parts_joined: number;
  before: TieCounts;
  after: TieCounts;
  rounds: Record<string, Array<Array<number>>>;
  organisations: Record<string, NamedOrganisation>;
  share_before?: number;
  share_after?: number;
}

export interface EffectShownPatch {
  ties?: number | null;
  abroad?: number | null;
  parts_joined?: number | null;
  before?: TieCountsPatch | null;
  after?: TieCountsPatch | null;
  rounds?: Record<string, Array<Array<number>> | null> | null;
  organisations?: Record<string, NamedOrganisationPatch | null> | null;
  share_before?: number | null;
  share_after?: number | null;
}

/** `events`: what is new in a stream. */
export interface EventsPush {
  stream: string;
  epoch: string;
  events: Array<StreamEvent>;
}

/** A file that was posted; `alt` describes a picture for those who do not see it, `width` and `height` are pixels. */
export interface FilePayload {
  id: string;
  url: string;
  name: string;
  kind: "picture" | "pdf" | "document" | "spreadsheet" | "presentation" | "text";
  bytes: number;
  width: number | null;
  height: number | null;
  alt: string;
}

/** Pin a card, or put it aside for later. */
export interface FlagCardCommand {
  design: number | string;
  card: string;
  mark: "pinned" | "parked";
  on: boolean;
}

/** Go through the phases. */
export interface GoCommand {
  design: number | string;
  from: number | string | null;
  run: number;
  to: "next" | "previous" | "skip" | "repeat";
}

/** Put cards together. */
export interface GroupCommand {
  design: number | string;
  cards: Array<string>;
  name?: string | null;
}

/** A breakout group; `members` has the ids of its people. */
export interface GroupShown {
  name: string;
  host?: number;
  members: Record<string, boolean>;
  open?: boolean;
  called?: boolean;
}

export interface GroupShownPatch {
  name?: string | null;
  host?: number | null;
  members?: Record<string, boolean | null> | null;
  open?: boolean | null;
  called?: boolean | null;
}

/** The language that a text is plainly written in, one of those of Trama; None where none is plain. */
export interface GuessedLanguage {
  lang: string | null;
}

/** Raise a hand or take it down. */
export interface HandCommand {
  design: number | string;
  up: boolean;
}

/** `head`: how far a stream goes. */
export interface HeadPush {
  stream: string;
  head: number;
  epoch: string;
}

/** What must be as it should, and whether it is. */
export interface HealthState {
  process: string;
  database: string;
  migrations: string;
  proxies: string;
}

/** Hide a card's text, or show it again. */
export interface HideCardCommand {
  design: number | string;
  card: string;
  on: boolean;
}

/** The initiative that a design session belongs to. */
export interface InitiativeLink {
  slug: string;
  title: string;
}

export interface InitiativeLinkPatch {
  slug?: string | null;
  title?: string | null;
}

/** Enter the session; as often as one likes, so that no repeat needs to be recognised. */
export interface JoinCommand {
  design: number | string;
}

/** The number and the moment of a message's last change. */
export interface LastEdit {
  seq: number;
  at: string;
}

/** Lock the board, a column or a person. */
export interface LockCommand {
  design: number | string;
  what: "board" | "column" | "person";
  id?: number | string | null;
  on: boolean;
}

/** Bring the breakouts' cards back to the main board, into a column of it. */
export interface MergeCommand {
  design: number | string;
  column?: number | string | null;
}

/** A message, as it stands now; of one that was removed the words are gone. */
export interface MessageEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "message";
  target: null;
}

/** What is one person's own: her cards, the points she gave, what she may do now. `stances` are those on the proposals, by proposal, while she may take any; `decide` names what she may do with each proposal: "consent", "concern", "object", "answer_" and the number of her objection, and where she runs the session "wording", "withdraw", "to_" and a stage. */
export interface Mine {
  joined: boolean;
  cards: Record<string, OwnCard>;
  votes: Record<string, number>;
  budget: number;
  left: number;
  ready: boolean;
  breakout?: string;
  stances: Record<string, StanceKind>;
  may: Array<string>;
  decide: Record<string, Array<string>>;
}

/** That it was changed who writes in the room; `settings` say how it is now. */
export interface ModeEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "mode";
  target: null;
  settings: RoomSettings;
}

/** An organisation by its name. */
export interface NamedOrganisation {
  name: string;
  country: string | null;
}

export interface NamedOrganisationPatch {
  name?: string | null;
  country?: string | null;
}

/** Who has neither written under her name nor spoken, and which countries. */
export interface NotHeard {
  people: Array<number>;
  countries: Array<string>;
}

/** The phase that is going on and its timer; `left` are the seconds of a paused one. */
export interface Now {
  phase: string;
  started_at?: string;
  ends_at?: string;
  left?: number;
  revealed: boolean;
  writing_closed?: boolean;
}

export interface NowPatch {
  phase?: string | null;
  started_at?: string | null;
  ends_at?: string | null;
  left?: number | null;
  revealed?: boolean | null;
  writing_closed?: boolean | null;
}

/** Raise an objection. */
export interface ObjectCommand {
  design: number | string;
  proposal: number | string;
  text: string;
  lang: string;
}

/** Say what becomes of one's own objection. */
export interface ObjectionCommand {
  design: number | string;
  objection: number | string;
  act: "withdraw" | "accept";
}

/** An objection to a proposal. */
export interface ObjectionShown {
  by?: number;
  organisation?: string;
  text: string;
  lang: string;
  state: ObjectionState;
}

export interface ObjectionShownPatch {
  by?: number | null;
  organisation?: string | null;
  text?: string | null;
  lang?: string | null;
  state?: ObjectionState | null;
}

/** What became of an objection. */
export type ObjectionState = "open" | "integrated" | "withdrawn" | "stands";

/** The acknowledgement of what a participant did: what is her own from now on. */
export interface OwnAnswer {
  mine: Mine;
}

/** One's own card, unrevealed or anonymous ones too. */
export interface OwnCard {
  key: string;
  column: string;
  rank: string;
  text: string;
  lang: string;
  hidden: boolean;
  anonymous: boolean;
  cluster?: string;
}

/** Do something to somebody who takes part. */
export interface PersonCommand {
  design: number | string;
  person: number | string;
  act: "mute" | "unmute" | "remove" | "lower_hand" | "spoken";
}

/** The acknowledgement of a change of the plan: the phase's id. */
export interface PhaseAnswer {
  phase: number;
}

/** Change the plan. */
export interface PhaseCommand {
  design: number | string;
  act: "add" | "change" | "remove" | "move" | "repeat";
  phase?: number | string | null;
  to?: number | null;
  kind?: PhaseKind | null;
  title?: string | null;
  prompt?: string | null;
  minutes?: number | null;
  policy?: PolicyChange | null;
}

/** What is done in a phase. */
export type PhaseKind = "welcome" | "silent_writing" | "pairs_fours" | "breakout" | "reveal" | "cluster" | "how_might_we" | "dot_vote" | "impact_effort" | "rounds" | "consent" | "commitments" | "check_out";

/** A phase of the plan; `run` counts how often it began. */
export interface PhaseShown {
  position: number;
  kind: PhaseKind;
  title: string;
  prompt: string;
  minutes: number;
  status: PhaseStatus;
  run: number;
  policy: PolicyShown;
  columns?: Array<string>;
}

export interface PhaseShownPatch {
  position?: number | null;
  kind?: PhaseKind | null;
  title?: string | null;
  prompt?: string | null;
  minutes?: number | null;
  status?: PhaseStatus | null;
  run?: number | null;
  policy?: PolicyShownPatch | null;
  columns?: Array<string> | null;
}

/** The states of a phase. */
export type PhaseStatus = "pending" | "running" | "done" | "skipped";

/** Put the message numbered `seq` above the talk, or take it from there. */
export interface PinCommand {
  room: number;
  seq: number;
  on: boolean;
}

/** That the message numbered `target` was pinned or is not any more; `pins` are all that are pinned now. */
export interface PinEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "pin";
  target: number;
  pins: Array<PinnedMessage>;
}

/** The first words of a message that is pinned. */
export interface PinnedMessage {
  seq: number;
  name: string | null;
  text: string;
  lang: string | null;
}

export interface PolicyChange {
  write?: boolean;
  see_own_only?: boolean;
  anonymous?: boolean;
  group?: boolean;
  move?: boolean;
  vote?: number;
  totals_hidden?: boolean;
  timer?: string;
  breakouts?: boolean;
}

/** What a phase allows. */
export interface PolicyShown {
  write: boolean;
  see_own_only: boolean;
  anonymous: boolean;
  group: boolean;
  move: boolean;
  vote: number;
  totals_hidden: boolean;
  timer: "advisory" | "hard";
  breakouts: boolean;
}

export interface PolicyShownPatch {
  write?: boolean | null;
  see_own_only?: boolean | null;
  anonymous?: boolean | null;
  group?: boolean | null;
  move?: boolean | null;
  vote?: number | null;
  totals_hidden?: boolean | null;
  timer?: "advisory" | "hard" | null;
  breakouts?: boolean | null;
}

/** Say something in a room, perhaps in answer to the message numbered `reply_to`, or post files there. `waited_seconds` is for how long it waited to be sent since it was written. `person` is whom the page was made for: should somebody else be signed in by now, it is not said in her name. */
export interface PostCommand {
  room: number;
  body: string;
  lang: string;
  reply_to?: number | null;
  files?: Array<PostedFile>;
  waited_seconds?: number;
  person?: number | null;
}

/** The acknowledgement of a message: its number. */
export interface Posted {
  seq: number;
  room: number;
}

/** A file that was sent to the room before, with what describes a picture to those who do not see it. */
export interface PostedFile {
  id: string;
  alt?: string;
}

/** Somebody who looks at a stream. */
export interface Presence {
  id: number;
  name: string;
  organisation: string | null;
  country: string | null;
}

/** Those who look at a stream at this moment. */
export interface PresentPeople {
  people: Array<Presence>;
}

/** A refusal of the API (RFC 9457): `code` for programs, `title` and the sentences at each field for people. `now` and `before` are as in `Refusal`. */
export interface Problem {
  status: number;
  code: string;
  title: string;
  fields: Record<string, Array<string>>;
  now?: ActingFor | null;
  before?: ActingFor | null;
}

/** The acknowledgement of a change of a proposal: its id. */
export interface ProposalAnswer {
  proposal: number;
}

/** Make a proposal, give it another wording, take it further, withdraw it. */
export interface ProposalCommand {
  design: number | string;
  act: "new" | "wording" | "stage" | "withdraw";
  proposal?: number | string | null;
  text?: string;
  lang?: string;
  stage?: ProposalStage | null;
  cards?: Array<string>;
}

/** A proposal with all its wordings and objections; of the stances only how many there are of each. */
export interface ProposalShown {
  text: string;
  lang: string;
  stage: ProposalStage;
  wording: Record<string, WordingShown>;
  objections: Record<string, ObjectionShown>;
  stances?: Record<string, number>;
  cards?: Array<string>;
}

export interface ProposalShownPatch {
  text?: string | null;
  lang?: string | null;
  stage?: ProposalStage | null;
  wording?: Record<string, WordingShownPatch | null> | null;
  objections?: Record<string, ObjectionShownPatch | null> | null;
  stances?: Record<string, number | null> | null;
  cards?: Array<string> | null;
}

/** The stages of a proposal on its way to consent. */
export type ProposalStage = "clarify" | "react" | "object" | "integrate" | "agreed" | "withdrawn";

/** Groups for everybody, and what they would do. `new_ties` and `old_ties` count pairs of organisations, `at_most` bounds the new ones; `together` are colleagues in one group, `met_again` people who were in one group before, `speechless` the numbers of groups without a common language. */
export interface ProposedBreakouts {
  groups: Array<ProposedGroup>;
  new_ties: number;
  at_most: number;
  old_ties: number;
  together: Array<Array<number>>;
  met_again: Array<Array<number>>;
  speechless: Array<number>;
  exact: boolean;
}

/** A group that is proposed; `group` and `host` where it is one at work whose people change. */
export interface ProposedGroup {
  members: Array<number>;
  languages: Array<string>;
  group?: string;
  host?: number;
}

/** Everything that everybody who may read a design session is told; keys of objects are ids as texts. */
export interface PublicState {
  design: DesignHead;
  desk: Desk;
  phases: Record<string, PhaseShown>;
  now?: Now;
  people: Record<string, Attendee>;
  ready: ReadyCount;
  round?: SpeakingRound;
  columns: Record<string, ColumnShown>;
  cards: Record<string, CardShown>;
  clusters: Record<string, CardGroupShown>;
  votes?: VoteShown;
  breakouts?: BreakoutsShown;
  broadcast?: BroadcastShown;
  proposals: Record<string, ProposalShown>;
  commitments: Record<string, CommitmentShown>;
}

export interface PublicStatePatch {
  design?: DesignHeadPatch | null;
  desk?: DeskPatch | null;
  phases?: Record<string, PhaseShownPatch | null> | null;
  now?: NowPatch | null;
  people?: Record<string, AttendeePatch | null> | null;
  ready?: ReadyCountPatch | null;
  round?: SpeakingRoundPatch | null;
  columns?: Record<string, ColumnShownPatch | null> | null;
  cards?: Record<string, CardShownPatch | null> | null;
  clusters?: Record<string, CardGroupShownPatch | null> | null;
  votes?: VoteShownPatch | null;
  breakouts?: BreakoutsShownPatch | null;
  broadcast?: BroadcastShownPatch | null;
  proposals?: Record<string, ProposalShownPatch | null> | null;
  commitments?: Record<string, CommitmentShownPatch | null> | null;
}

/** The first words of a message that is answered, or that is changed or removed. */
export interface Quote {
  seq: number;
  name: string | null;
  text: string;
  lang: string | null;
}

/** Say one of the four words to the message numbered `seq`, or take it back. */
export interface ReactCommand {
  room: number;
  seq: number;
  word: "agree" | "thanks" | "question" | "concern";
  on: boolean;
}

/** The reactions to the message numbered `target`, all that there are now. */
export interface ReactionEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "reaction";
  target: number;
}

/** Who said a word to a message, the first to say it first. */
export interface ReactionsOfWord {
  word: "agree" | "thanks" | "question" | "concern";
  people: Array<Reactor>;
}

/** Somebody who said a word to a message. */
export interface Reactor {
  id: number;
  name: string;
}

/** Everything in a room up to `seq` was read. */
export interface ReadCommand {
  room: number;
  seq: number;
}

/** How far somebody has read a room, and how many messages wait for her in all her rooms. */
export interface ReadUpTo {
  room: number;
  seq: number;
  unread: number;
}

/** Say whether one is ready. */
export interface ReadyCommand {
  design: number | string;
  ready: boolean;
}

/** How many of the participants are ready. */
export interface ReadyCount {
  count: number;
  of: number;
}

export interface ReadyCountPatch {
  count?: number | null;
  of?: number | null;
}

/** The acknowledgement of a command that was refused: a code for programs, sentences for people. `now` and `before` are the organisations for which the sender acts now and for which the command was made (`actor_changed`). `retry_after` is in how many seconds it may be sent again (`too_many`), `muted_until` until when the sender is muted (`forbidden`). */
export interface Refusal {
  ok: boolean;
  code: string;
  message: string;
  fields: Record<string, Array<string>>;
  now?: ActingFor | null;
  before?: ActingFor | null;
  retry_after?: number;
  muted_until?: string;
}

/** Take the message numbered `seq` away; `person` as for saying it. */
export interface RemoveCommand {
  room: number;
  seq: number;
  person?: number | null;
}

/** The removal of the message numbered `target`. */
export interface RemovedEvent {
  seq: number;
  at: string;
  actor: RoomPerson | null;
  organisation: RoomOrganisation | null;
  body: string;
  html: string;
  lang: string | null;
  reply_to: number | null;
  cid: string | null;
  quote: Quote | null;
  files: Array<FilePayload>;
  written_at: string | null;
  edited: LastEdit | null;
  reactions: Array<ReactionsOfWord>;
  removed_by: "author" | "facilitator" | null;
  redacted: boolean;
  kind: "removed";
  target: number;
}

/** What somebody is in a design session. */
export type Role = "participant" | "facilitator" | "co_facilitator";

/** An organisation beside what it said. */
export interface RoomOrganisation {
  slug: string;
  name: string;
  country: string | null;
  weave: RoomWeave;
}

/** Who did something; `role` is there only where it tells something. */
export interface RoomPerson {
  id: number;
  name: string;
  role: string | null;
}

/** Who writes in a room: everybody, everybody once in so many seconds, or those who moderate; nobody in a closed one. */
export interface RoomSettings {
  mode: "open" | "slow" | "announce";
  slow_seconds: number;
  is_closed: boolean;
}

/** The threads of an organisation's weave, as `core.weave` names them. */
export interface RoomWeave {
  warp: Array<string>;
  weft: Array<string>;
}

/** A file that was sent and is to be posted with a message. */
export interface SentFile {
  id: string;
  name: string;
}

/** `signal`: what may be lost. `people` comes with `presence`, `seq` with `read`, `person` with what other readers sent, which goes on as it came. `notices` is of no stream: what waits for the reader's attention changed. */
export interface SignalPush {
  stream: string;
  kind: string;
  people?: Array<Presence>;
  seq?: number;
  person?: Presence;
  [key: string]: unknown;
}

/** What a reader begins with: the public state, which holds everything up to the event `seq`. */
export interface Snapshot {
  seq: number;
  epoch: string;
  stream: string;
  state: PublicState;
}

/** A round in which everybody speaks; `spoken` has the ids of the people who did. */
export interface SpeakingRound {
  asked: boolean;
  spoken: Record<string, boolean>;
}

export interface SpeakingRoundPatch {
  asked?: boolean | null;
  spoken?: Record<string, boolean | null> | null;
}

/** Set one's stance on a proposal. */
export interface StanceCommand {
  design: number | string;
  proposal: number | string;
  stance: StanceKind;
}

/** The stances that somebody can take on a proposal; who objects writes an `Objection`, which has its reason. */
export type StanceKind = "consent" | "concern";

export type StreamEvent = MessageEvent | EditedEvent | RemovedEvent | ReactionEvent | PinEvent | ModeEvent | DesignEvent;

/** Events of a stream in their order, with the stream's head and epoch; `more` says whether others follow. */
export interface StreamPage {
  ok: boolean;
  stream: string;
  head: number;
  epoch: string;
  events: Array<StreamEvent>;
  more: boolean;
}

/** The acknowledgement of `subscribe`: what was missed, and the protocol's version. */
export interface Subscribed {
  ok: boolean;
  stream: string;
  head: number;
  epoch: string;
  events: Array<StreamEvent>;
  more: boolean;
  v: number;
}

/** Freeze everything, or ask for a round. */
export interface SwitchCommand {
  design: number | string;
  on: boolean;
}

/** Pairs that have worked together, those of them across a border, and the parts that nothing joins. */
export interface TieCounts {
  ties: number;
  abroad: number;
  parts: number;
}

export interface TieCountsPatch {
  ties?: number | null;
  abroad?: number | null;
  parts?: number | null;
}

/** Pause, resume or change the timer. */
export interface TimerCommand {
  design: number | string;
  from: number | string | null;
  run: number;
  act: "pause" | "resume" | "add";
  seconds?: number;
}

/** Undo the step that the desk was told of. */
export interface UndoCommand {
  design: number | string;
  step: number;
}

/** Give a card or a group of cards points. */
export interface VoteCommand {
  design: number | string;
  target: string;
  points: number;
}

/** The newest vote; totals are points by card key or "c" and a cluster's id. */
export interface VoteShown {
  phase: string;
  open: boolean;
  voters: number;
  totals?: Record<string, number>;
  winners?: Array<string>;
  ties?: Array<Array<string>>;
}

export interface VoteShownPatch {
  phase?: string | null;
  open?: boolean | null;
  voters?: number | null;
  totals?: Record<string, number | null> | null;
  winners?: Array<string> | null;
  ties?: Array<Array<string>> | null;
}

/** A breakout group that is wanted: its people; in another round `group` says at which board. */
export interface WantedGroup {
  members: Array<number | string>;
  name?: string | null;
  host?: number | string | null;
  group?: number | string | null;
}

/** One wording of a proposal. */
export interface WordingShown {
  text: string;
}

export interface WordingShownPatch {
  text?: string | null;
}

export interface Commands {
  design_breakouts: BreakoutsCommand;
  design_broadcast: BroadcastCommand;
  design_call: DesignCommand;
  design_card_add: CardAddCommand;
  design_card_edit: CardEditCommand;
  design_card_mark: FlagCardCommand;
  design_card_move: CardMoveCommand;
  design_card_open: CardCommand;
  design_card_remove: CardCommand;
  design_card_veil: HideCardCommand;
  design_close: DesignCommand;
  design_cluster_name: ClusterNameCommand;
  design_cluster_split: ClusterSplitCommand;
  design_clusters_merge: ClustersMergeCommand;
  design_column: ColumnCommand;
  design_commit: CommitCommand;
  design_commit_change: CommitChangeCommand;
  design_desk: DeskCommand;
  design_freeze: SwitchCommand;
  design_go: GoCommand;
  design_group: GroupCommand;
  design_hand: HandCommand;
  design_join: JoinCommand;
  design_lock: LockCommand;
  design_merge: MergeCommand;
  design_object: ObjectCommand;
  design_objection: ObjectionCommand;
  design_person: PersonCommand;
  design_phase: PhaseCommand;
  design_proposal: ProposalCommand;
  design_ready: ReadyCommand;
  design_reveal: DesignCommand;
  design_round: SwitchCommand;
  design_stance: StanceCommand;
  design_start: DesignCommand;
  design_timer: TimerCommand;
  design_undo: UndoCommand;
  design_vote: VoteCommand;
  room_edit: EditCommand;
  room_pin: PinCommand;
  room_post: PostCommand;
  room_react: ReactCommand;
  room_read: ReadCommand;
  room_remove: RemoveCommand;
}

export interface Answers {
  design_breakouts: Done;
  design_broadcast: Done;
  design_call: OwnAnswer;
  design_card_add: OwnAnswer;
  design_card_edit: OwnAnswer;
  design_card_mark: Done;
  design_card_move: OwnAnswer;
  design_card_open: OwnAnswer;
  design_card_remove: OwnAnswer;
  design_card_veil: Done;
  design_close: Done;
  design_cluster_name: OwnAnswer;
  design_cluster_split: Done;
  design_clusters_merge: Done;
  design_column: ColumnAnswer;
  design_commit: OwnAnswer;
  design_commit_change: OwnAnswer;
  design_desk: DeskAnswer;
  design_freeze: Done;
  design_go: Done;
  design_group: OwnAnswer;
  design_hand: OwnAnswer;
  design_join: OwnAnswer;
  design_lock: Done;
  design_merge: Done;
  design_object: OwnAnswer;
  design_objection: OwnAnswer;
  design_person: Done;
  design_phase: PhaseAnswer;
  design_proposal: ProposalAnswer;
  design_ready: OwnAnswer;
  design_reveal: Done;
  design_round: Done;
  design_stance: OwnAnswer;
  design_start: Done;
  design_timer: Done;
  design_undo: Done;
  design_vote: OwnAnswer;
  room_edit: Changed;
  room_pin: Changed;
  room_post: Posted;
  room_react: Changed;
  room_read: ReadUpTo;
  room_remove: Changed;
  signal: Done;
  subscribe: Subscribed;
  unsubscribe: Done;
}

export interface Pushes {
  closed: ClosedPush;
  events: EventsPush;
  head: HeadPush;
  signal: SignalPush;
}

/** The acknowledgement of a socket's event. */
export type Acknowledgement<Event extends keyof Answers> = ({ ok: true } & Answers[Event]) | (Refusal & { ok: false });
