"""Reading what can be found: the ids of rows that have the words, then the things themselves as the actor may see them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, cast, func, select, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.core.actors import Actor
from app.core.database import db, has_one_writer
from app.core.lemmas import lemmas
from app.core.streams.models import Stream
from app.features.accounts.models import Person
from app.features.design.models.board import Card
from app.features.design.models.outcomes import Commitment
from app.features.design.models.sessions import DesignSession
from app.features.design.queries.access import visible_to as visible_sessions
from app.features.files.models import Attachment
from app.features.initiatives.models import Initiative, InitiativeText
from app.features.initiatives.queries import visible_to as visible_initiatives
from app.features.organisations.models import Organisation, OrganisationText
from app.features.organisations.queries import visible_to as visible_organisations
from app.features.rooms.models import Message, Room, RoomKind, RoomText
from app.features.rooms.owners import visible_to as visible_rooms
from app.features.rooms.queries import PAGE_OF_MESSAGES
from app.features.search.models import (
    FTS_WORDS,
    OWNERS,
    WORD_LIST,
    FoundKind,
    SearchedRoom,
    SearchProgress,
    SearchText,
)
from app.features.search.terms import Search, Term, Token, has_all, index_words

PAGE_SIZE = 20
MAX_SCOPES = 300
"""Who may read no more rooms than this is searched for in them alone; the words of others' rooms cost her nothing."""
MAX_ROUNDS = 10
ROUND_SIZE = 100
"""So many rows at a time are looked at again, whether they may be seen."""
MAX_NEW_ROOMS = 100
MAX_NEW_MESSAGES = 1000
"""So many messages that are not in the index yet are looked through, the newest."""
KIND_SCOPES: Mapping[FoundKind, str] = {kind: f"#{kind}" for kind in FoundKind}


# What is in the index of a thing.


class IndexRow(NamedTuple):
    """What the index holds of a thing.

    Its id, the moment that readers may know, its texts with their languages, and words for where it belongs.
    """

    owner_id: int
    at: datetime
    parts: Sequence[tuple[str, str]]
    scopes: Sequence[str]

    def words(self, kind: FoundKind) -> str:
        """The words of its row."""
        return index_words(self.parts, (KIND_SCOPES[kind], *self.scopes), lemmas())


def organisation_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of organisations: name, town and story."""
    texts = _by_owner(
        select(OrganisationText.organisation_id, OrganisationText.body, OrganisationText.lang).where(
            OrganisationText.organisation_id.in_(ids)
        )
    )
    found = db.session.execute(
        select(Organisation.id, Organisation.created_at, Organisation.name, Organisation.city).where(
            Organisation.id.in_(ids)
        )
    )
    return [
        IndexRow(number, at, [*_in_all(name, texts.get(number, [])), (city, ""), *texts.get(number, [])], ())
        for number, at, name, city in found
    ]


def _in_all(name: str, texts: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """A name in the languages in which its organisation writes: nobody says in which one it is."""
    return [(name, lang) for lang in dict.fromkeys(lang for _text, lang in texts)] or [(name, "")]


def initiative_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of initiatives: title, summary and challenge in each language."""
    query = select(
        InitiativeText.initiative_id,
        InitiativeText.title,
        InitiativeText.summary,
        InitiativeText.challenge,
        InitiativeText.lang,
    ).where(InitiativeText.initiative_id.in_(ids))
    texts: dict[int, list[tuple[str, str]]] = {}
    for number, *written, lang in db.session.execute(query):
        texts.setdefault(number, []).extend((each, lang) for each in written)
    found = db.session.execute(select(Initiative.id, Initiative.created_at).where(Initiative.id.in_(ids)))
    return [IndexRow(number, at, texts.get(number, ()), ()) for number, at in found]


def theme_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of rooms with a theme: its title and what it is about, in each language."""
    query = select(RoomText.room_id, RoomText.title, RoomText.about, RoomText.lang)
    texts: dict[int, list[tuple[str, str]]] = {}
    for number, *written, lang in db.session.execute(query.where(RoomText.room_id.in_(ids))):
        texts.setdefault(number, []).extend((each, lang) for each in written)
    found = db.session.execute(select(Room.id, Room.created_at).where(Room.id.in_(texts)))
    return [IndexRow(number, at, texts[number], ()) for number, at in found]


def message_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of messages that stand: their words, and the names and descriptions of their files."""
    return [row for _seq, row in _message_rows(_MESSAGES.where(Message.id.in_(ids)))]


def new_message_rows(room_id: int, after: int, limit: int) -> list[tuple[int, IndexRow]]:
    """The messages of a room after an event, the oldest first: number of the event, and what the index holds of it."""
    query = _MESSAGES.where(Message.room_id == room_id, Message.event_seq > after)
    return _message_rows(query.order_by(Message.event_seq).limit(limit))


_MESSAGES = (
    select(
        *(Message.id, Message.created_at, Message.body, Message.lang, Message.room_id, Message.person_id),
        *(Room.stream_id, Message.event_seq),
    )
    .join(Room, Room.id == Message.room_id)
    .where(Message.removed_at.is_(None))
)


def _message_rows(query: Any) -> list[tuple[int, IndexRow]]:
    """What the index holds of the messages of a query like _MESSAGES, each with the number of its event, in its order."""
    found = db.session.execute(query).all()
    files = files_of({(row.stream_id, row.event_seq) for row in found})
    rows = []
    for number, at, body, lang, room_id, person_id, stream_id, seq in found:
        texts = [text for attachment in files.get((stream_id, seq), ()) for text in attachment]
        parts = [(body, lang), *((text, lang) for text in texts)]
        rows.append((seq, IndexRow(number, at, parts, [room_scope(room_id), *_author(person_id)])))
    return rows


def files_of(places: Collection[tuple[str, int]]) -> Mapping[tuple[str, int | None], list[tuple[str, str]]]:
    """Name and description of the files that were posted with some events, by stream and number of the event."""
    found: dict[tuple[str, int | None], list[tuple[str, str]]] = {}
    rows = db.session.execute(
        select(Attachment.stream_id, Attachment.event_seq, Attachment.name, Attachment.alt)
        .where(tuple_(Attachment.stream_id, Attachment.event_seq).in_(places))
        .order_by(Attachment.created_at, Attachment.id)
    )
    for stream_id, seq, name, alt in rows:
        found.setdefault((stream_id, seq), []).append((name, alt))
    return found


def messages_at(places: Collection[tuple[str, int]]) -> Sequence[int]:
    """The ids of the messages that were said with some events."""
    query = select(Message.id).join(Room, Room.id == Message.room_id)
    return db.session.scalars(query.where(tuple_(Room.stream_id, Message.event_seq).in_(places))).all()


IS_SHOWN = and_(Card.unrevealed.is_(False), Card.veiled.is_(False))
"""The condition on Card that all who may read its design session see its text."""


def card_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of cards whose text all readers see: that text. Of an anonymous one the table knows no author."""
    query = select(
        Card.id, Card.created_at, Card.text, Card.lang, Card.design_id, Card.person_id, Card.anonymous
    ).where(Card.id.in_(ids), IS_SHOWN)
    return [
        IndexRow(
            number, at, [(words, lang)], [session_scope(design_id), *(() if sealed else _author(person_id))]
        )
        for number, at, words, lang, design_id, person_id, sealed in db.session.execute(query)
    ]


def commitment_rows(ids: Collection[int]) -> list[IndexRow]:
    """Of commitments: what, the condition, and who answers for it."""
    query = select(Commitment).where(Commitment.id.in_(ids))
    return [
        IndexRow(
            each.id,
            each.created_at,
            [
                (each.what, each.lang),
                (each.if_then, each.lang),
                (each.owner_name, ""),
                (each.organisation_name, ""),
            ],
            [session_scope(each.design_id), *_author(each.owner_id)],
        )
        for each in db.session.scalars(query)
    ]


ROWS_OF: Mapping[FoundKind, Callable[[Collection[int]], list[IndexRow]]] = {
    FoundKind.ORGANISATION: organisation_rows,
    FoundKind.INITIATIVE: initiative_rows,
    FoundKind.MESSAGE: message_rows,
    FoundKind.CARD: card_rows,
    FoundKind.COMMITMENT: commitment_rows,
    FoundKind.ROOM: theme_rows,
}
IDS: Mapping[FoundKind, InstrumentedAttribute[int]] = {
    FoundKind.ORGANISATION: Organisation.id,
    FoundKind.INITIATIVE: Initiative.id,
    FoundKind.CARD: Card.id,
    FoundKind.COMMITMENT: Commitment.id,
    FoundKind.ROOM: Room.id,
}
"""The kinds that are indexed by their ids; messages are by their rooms."""


def _by_owner(query: Any) -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for number, body, lang in db.session.execute(query):
        found.setdefault(number, []).append((body, lang))
    return found


def room_scope(room_id: int) -> str:
    """The word of the index for what belongs to a room."""
    return f"#r{room_id}"


def session_scope(design_id: int) -> str:
    """The word of the index for what belongs to a design session."""
    return f"#d{design_id}"


def person_scope(person_id: int) -> str:
    """The word of the index for what a person wrote."""
    return f"#p{person_id}"


def _author(person_id: int | None) -> tuple[str, ...]:
    return () if person_id is None else (person_scope(person_id),)


def ids_after(kind: FoundKind, last_id: int, limit: int) -> Sequence[int]:
    """The next ids of things of a kind that is indexed by ids."""
    column = IDS[kind]
    return db.session.scalars(select(column).where(column > last_id).order_by(column).limit(limit)).all()


def indexed_ids(kind: FoundKind, ids: Collection[int]) -> set[int]:
    """Those of some things that have a row in the index."""
    return set(db.session.scalars(select(OWNERS[kind]).where(OWNERS[kind].in_(ids))))


def progress_of(kind: FoundKind) -> SearchProgress | None:
    """How far a kind was brought into the index."""
    return db.session.get(SearchProgress, kind.value, populate_existing=True)


def is_filled() -> bool:
    """Whether all that was there when the index was made or emptied has been brought into it, but for messages."""
    done = db.session.scalar(select(func.count()).where(SearchProgress.done))
    return done == len(IDS)


def count_rows() -> int:
    """How many rows the index has."""
    return db.session.scalar(select(func.count()).select_from(SearchText)) or 0


def head_of(stream_id: str) -> int:
    """The number of a stream's last event."""
    return db.session.scalar(select(Stream.head).where(Stream.id == stream_id)) or 0


def searched_room(room_id: int) -> SearchedRoom | None:
    """How far a room was indexed."""
    return db.session.get(SearchedRoom, room_id, populate_existing=True)


_HAS_NEWER = Stream.head > func.coalesce(SearchedRoom.seq, 0)


def rooms_to_index(limit: int) -> Sequence[tuple[int, str]]:
    """Rooms in which something happened since they were indexed, as `(room id, stream id)`."""
    query = (
        select(Room.id, Room.stream_id)
        .join(Stream, Stream.id == Room.stream_id)
        .outerjoin(SearchedRoom, SearchedRoom.room_id == Room.id)
        .where(_HAS_NEWER)
    )
    return [(number, stream_id) for number, stream_id in db.session.execute(query.limit(limit))]


# Finding.


@dataclass(frozen=True)
class Filters:
    """What the reader narrows a search to."""

    kind: FoundKind | None = None
    room_id: int | None = None
    person_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __bool__(self) -> bool:
        return any((self.kind, self.room_id, self.person_id, self.since, self.until))

    @property
    def count(self) -> int:
        """How many are set, beside the kind."""
        return sum(each is not None for each in (self.room_id, self.person_id, self.since, self.until))

    def allows(self, kind: FoundKind) -> bool:
        """Whether things of a kind can be found."""
        if self.room_id is not None and kind is not FoundKind.MESSAGE:
            return False
        if self.person_id is not None and kind in (
            FoundKind.ORGANISATION,
            FoundKind.INITIATIVE,
            FoundKind.ROOM,
        ):
            return False
        return self.kind in (None, kind)


@dataclass(frozen=True)
class Found:
    """Things of a kind, the latest first, and the id of the index after which the next ones stand; None at the end."""

    things: Sequence[Any]
    next: int | None = None

    def __bool__(self) -> bool:
        return bool(self.things)


def find(
    actor: Actor, kind: FoundKind, search: Search, filters: Filters, limit: int, before: int | None = None
) -> Found:
    """The things of a kind that have what is searched for and that the actor may see now, the latest first.

    `before` is the `next` of the page before.
    """
    if not search or not filters.allows(kind):
        return Found(())
    scopes = _scopes(actor, kind, filters)
    if scopes is not None and not scopes:
        return Found(())
    found: list[Any] = []
    if kind is FoundKind.MESSAGE and before is None:
        found = _new_messages(actor, search, filters)
    new = {each.id for each in found}
    size = min(limit + 1, ROUND_SIZE)
    for _ in range(MAX_ROUNDS):
        ids = _matching(kind, search, filters, scopes, size, before)
        shown = _visible(actor, kind, [owner for _id, owner in ids])
        for number, owner in ids:
            if owner in shown and owner not in new:
                if len(found) >= limit:
                    return Found(found, before)
                found.append(shown[owner])
            before = number
        if len(ids) < size:
            return Found(found[:limit])
        size = ROUND_SIZE
    return Found(found[:limit], before)


def _scopes(actor: Actor, kind: FoundKind, filters: Filters) -> list[str] | None:
    """The words for where the actor may find things of a kind; None where so many places are hers that all are searched."""
    if kind is FoundKind.MESSAGE:
        query = select(Room.id).where(visible_rooms(actor))
        if filters.room_id is not None:
            query = query.where(Room.id == filters.room_id)
        scope: Callable[[int], str] = room_scope
    elif kind in (FoundKind.CARD, FoundKind.COMMITMENT):
        query, scope = select(DesignSession.id).where(visible_sessions(actor)), session_scope
    else:
        return None
    ids = db.session.scalars(query.limit(MAX_SCOPES + 1)).all()
    return None if len(ids) > MAX_SCOPES else [scope(each) for each in ids]


def _matching(
    kind: FoundKind,
    search: Search,
    filters: Filters,
    scopes: list[str] | None,
    limit: int,
    before: int | None,
) -> list[tuple[int, int]]:
    """The latest rows of the index with all the words: `(id of the row, id of the thing)`."""
    terms = [*search.terms, _any_of(KIND_SCOPES[kind])]
    if scopes is not None:
        terms.append(_any_of(*scopes))
    if filters.person_id is not None:
        terms.append(_any_of(person_scope(filters.person_id)))
    padded = " " + SearchText.words + " "
    conditions: list[ColumnElement[bool]] = [
        padded.like(f"% {phrase} %") for phrase in search.phrases if " " in phrase
    ]
    if filters.since is not None:
        conditions.append(SearchText.at >= filters.since)
    if filters.until is not None:
        conditions.append(SearchText.at < filters.until)
    query = select(SearchText.id, OWNERS[kind]).where(OWNERS[kind].is_not(None), *conditions)
    place: ColumnElement[int] = SearchText.__table__.c.id
    if has_one_writer():
        place = FTS_WORDS.c.rowid
        query = query.join(FTS_WORDS, FTS_WORDS.c.rowid == SearchText.id)
        query = query.where(FTS_WORDS.c.search_words.op("MATCH")(_fts_question(terms)))
    else:
        query = query.where(WORD_LIST.op("@@")(cast(_ts_question(terms), TSQUERY)))
    if before is not None:
        query = query.where(place < before)
    return [
        (number, owner) for number, owner in db.session.execute(query.order_by(place.desc()).limit(limit))
    ]


def _any_of(*words: str) -> Term:
    return Term(tuple((Token(word),) for word in words))


def _fts_question(terms: Sequence[Term]) -> str:
    """The terms in the language of FTS5; words hold letters, digits and "#" only."""

    def token(each: Token) -> str:
        return f'"{each.text}"' + (" *" if each.is_prefix else "")

    return _question(terms, token, " AND ", " OR ")


def _ts_question(terms: Sequence[Term]) -> str:
    """The terms in the language of PostgreSQL's tsquery."""

    def token(each: Token) -> str:
        return f"'{each.text}'" + (":*" if each.is_prefix else "")

    return _question(terms, token, " & ", " | ")


def _question(terms: Sequence[Term], token: Callable[[Token], str], both: str, either: str) -> str:
    def group(parts: Iterator[str], joint: str) -> str:
        return "(" + joint.join(parts) + ")"

    return both.join(
        group((group((token(each) for each in way), both) for way in term.ways), either) for term in terms
    )


# The things themselves, as far as the actor may see them.


def _new_messages(actor: Actor, search: Search, filters: Filters) -> list[Message]:
    """The messages that were written since their rooms were indexed and have what is searched for, the latest first."""
    rooms = (
        select(Room.id)
        .join(Stream, Stream.id == Room.stream_id)
        .outerjoin(SearchedRoom, SearchedRoom.room_id == Room.id)
        .where(_HAS_NEWER, visible_rooms(actor))
    )
    if filters.room_id is not None:
        rooms = rooms.where(Room.id == filters.room_id)
    room_ids = db.session.scalars(rooms.order_by(Room.id.desc()).limit(MAX_NEW_ROOMS)).all()
    if not room_ids:
        return []
    query = (
        _MESSAGES.outerjoin(SearchedRoom, SearchedRoom.room_id == Message.room_id)
        .where(Message.room_id.in_(room_ids), Message.event_seq > func.coalesce(SearchedRoom.seq, 0))
        .order_by(Message.id.desc())
        .limit(MAX_NEW_MESSAGES)
    )
    if filters.person_id is not None:
        query = query.where(Message.person_id == filters.person_id)
    if filters.since is not None:
        query = query.where(Message.created_at >= filters.since)
    if filters.until is not None:
        query = query.where(Message.created_at < filters.until)
    rows = [row for _seq, row in _message_rows(query)]
    ids = [row.owner_id for row in rows if has_all(search, row.words(FoundKind.MESSAGE))]
    shown = _visible(actor, FoundKind.MESSAGE, ids)
    return [shown[each] for each in ids if each in shown]


def _visible(actor: Actor, kind: FoundKind, ids: Collection[int]) -> dict[int, Any]:
    """Those of some things that the actor may see at this moment, with all that a list shows of them."""
    if not ids:
        return {}
    return {each.id: each for each in db.session.scalars(_VISIBLE[kind](actor).where(IDS_OF[kind].in_(ids)))}


def _organisations(actor: Actor) -> Any:
    return select(Organisation).where(visible_organisations(actor)).options(selectinload(Organisation.texts))


def _initiatives(actor: Actor) -> Any:
    loads = (selectinload(Initiative.texts), joinedload(Initiative.lead))
    return select(Initiative).where(visible_initiatives(actor)).options(*loads)


def _messages(actor: Actor) -> Any:
    return (
        select(Message)
        .join(Room, Room.id == Message.room_id)
        .where(Message.removed_at.is_(None), visible_rooms(actor))
        .options(joinedload(Message.room), joinedload(Message.person), joinedload(Message.organisation))
    )


def _cards(actor: Actor) -> Any:
    readable = select(DesignSession.id).where(visible_sessions(actor))
    return select(Card).where(IS_SHOWN, Card.design_id.in_(readable))


def _commitments(actor: Actor) -> Any:
    readable = select(DesignSession.id).where(visible_sessions(actor))
    return select(Commitment).where(Commitment.design_id.in_(readable))


def _themes(actor: Actor) -> Any:
    shown = (Room.kind == RoomKind.THEME, visible_rooms(actor))
    return select(Room).where(*shown).options(selectinload(Room.texts))


_VISIBLE: Mapping[FoundKind, Callable[[Actor], Any]] = {
    FoundKind.ORGANISATION: _organisations,
    FoundKind.INITIATIVE: _initiatives,
    FoundKind.MESSAGE: _messages,
    FoundKind.CARD: _cards,
    FoundKind.COMMITMENT: _commitments,
    FoundKind.ROOM: _themes,
}
IDS_OF: Mapping[FoundKind, InstrumentedAttribute[int]] = {**IDS, FoundKind.MESSAGE: Message.id}


def sessions_by_id(ids: Collection[int]) -> dict[int, DesignSession]:
    """Design sessions of things that were found, without a check of who asks."""
    return {
        each.id: each for each in db.session.scalars(select(DesignSession).where(DesignSession.id.in_(ids)))
    }


def person_names(ids: Collection[int]) -> dict[int, str]:
    """Names of people who wrote what was found."""
    return dict(db.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids))).all())


def room_shown_to(actor: Actor, room_id: int) -> Room | None:
    """A room, if the actor may read it."""
    return db.session.scalar(select(Room).where(Room.id == room_id, visible_rooms(actor)))


def past_messages(messages: Collection[Message]) -> set[int]:
    """The ids of those messages that may be so far back that the page of their room no longer shows them at once."""
    heads = dict(
        db.session.execute(
            select(Room.id, Stream.head)
            .join(Stream, Stream.id == Room.stream_id)
            .where(Room.id.in_({each.room_id for each in messages}))
        ).all()
    )
    return {each.id for each in messages if heads[each.room_id] - each.event_seq >= PAGE_OF_MESSAGES}
