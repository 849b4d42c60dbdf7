"""What was found, as the page of search shows it: in groups by kind, each with the place where it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.core.actors import Actor
from app.core.i18n import ALL_LANGUAGES, country_name, current_language, path_for
from app.core.lemmas import lemmas
from app.core.rendered import RenderedText
from app.core.weave import WeaveLike
from app.features.design.models.board import Card
from app.features.design.models.outcomes import Commitment
from app.features.design.models.sessions import DesignSession
from app.features.initiatives.models import Initiative
from app.features.initiatives.queries import text_in
from app.features.organisations.models import Organisation
from app.features.rooms.models import Message, Room
from app.features.rooms.owners import room_headers
from app.features.rooms.queries import OrganisationSummary, organisation_summaries
from app.features.rooms.queries.mentions import names_in
from app.features.rooms.queries.themes import text_in as text_of_theme
from app.features.search.excerpts import excerpt, has_found
from app.features.search.models import FoundKind
from app.features.search.queries import (
    PAGE_SIZE,
    Filters,
    files_of,
    find,
    past_messages,
    person_names,
    room_shown_to,
    sessions_by_id,
)
from app.features.search.terms import Search, read_search
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.queries import label_of, nearest_concepts, search_concepts

FEW = 4
"""So many of each kind are shown where all kinds are."""
FIELDS = (ConceptKind.SECTOR, ConceptKind.SKILL)
MAX_FIELDS = 5
MAX_NEAR = 2
KIND_NAMES: Mapping[FoundKind, LazyString] = {
    FoundKind.ORGANISATION: _l("Organisations"),
    FoundKind.INITIATIVE: _l("Initiatives"),
    FoundKind.MESSAGE: _l("Messages"),
    FoundKind.CARD: _l("Cards of design sessions"),
    FoundKind.COMMITMENT: _l("Commitments"),
    FoundKind.ROOM: _l("Themes"),
}


@dataclass(frozen=True)
class Hit:
    """Something that was found: what leads to it, in which language its title is, the words around, and who and when.

    `where` says in what it stands and `readers` who reads it, as whole sentences.
    """

    title: str | Markup
    url: str
    lang: str = ""
    text: str | Markup = ""
    text_lang: str = ""
    where: str = ""
    at: datetime | None = None
    readers: str = ""
    weave: WeaveLike | None = None


@dataclass(frozen=True)
class HitGroup:
    """What was found of a kind; `next` is where the following ones stand."""

    kind: FoundKind
    name: str
    hits: Sequence[Hit]
    next: int | None


@dataclass(frozen=True)
class Choice:
    """A value that a filter offers."""

    value: int
    label: str


def search_page(actor: Actor, text: str, filters: Filters, before: int | None) -> dict[str, Any]:
    """The page of a search: a few of each kind, or a page of the kind that is chosen."""
    search = read_search(text, lemmas(), ALL_LANGUAGES)
    limit = PAGE_SIZE if filters.kind else FEW
    found = {kind: find(actor, kind, search, filters, limit, before) for kind in FoundKind}
    groups = [
        HitGroup(kind, str(KIND_NAMES[kind]), _PRESENT[kind](search, each.things), each.next)
        for kind, each in found.items()
        if each
    ]
    return {
        "search": search,
        "filters": filters,
        "groups": groups,
        "kinds": [(kind.value, str(name)) for kind, name in KIND_NAMES.items()],
        "further": next((each.next for each in found.values() if each.next is not None and not each), None),
        "is_later": before is not None,
        "fields": _fields(search, not groups) if before is None and not filters else [],
        **_choices(actor, filters, found[FoundKind.MESSAGE].things),
    }


def _fields(search: Search, is_lost: bool) -> list[dict[str, str]]:
    """The fields and skills that the text may name; where nothing was found also those that are called much like it."""
    if not search:
        return []
    concepts = [each.concept for each in search_concepts(FIELDS, search.text, limit=MAX_FIELDS)]
    if not concepts and is_lost:
        concepts = [each for kind in FIELDS for each in nearest_concepts(kind, search.text, MAX_NEAR)]
    return [{"code": each.code, "label": label_of(each)} for each in concepts]


def _choices(actor: Actor, filters: Filters, messages: Sequence[Message]) -> dict[str, Any]:
    """The rooms and people to which a search can be narrowed: those of what was found, and those that are chosen."""
    rooms: dict[int, Any] = {each.room_id: each.room for each in messages}
    if filters.room_id is not None and filters.room_id not in rooms:
        room = room_shown_to(actor, filters.room_id)
        if room is not None:
            rooms[room.id] = room
    headers = room_headers(list(rooms.values()))
    people = {each.person.id: each.person.name for each in messages if each.person}
    if filters.person_id is not None and messages and filters.person_id not in people:
        people |= person_names({filters.person_id})
    return {
        "rooms": sorted(
            (Choice(key, each.title) for key, each in headers.items()), key=lambda each: each.label
        ),
        "people": sorted((Choice(key, name) for key, name in people.items()), key=lambda each: each.label),
    }


def _organisations(search: Search, found: Sequence[Organisation]) -> list[Hit]:
    shown = organisation_summaries({each.id for each in found})
    hits = []
    for each in found:
        text = next((one for one in each.texts if has_found(one.body, one.lang, search, lemmas())), None)
        text = text or next((one for one in each.texts if one.lang == current_language()), None)
        text = text or next(iter(each.texts), None)
        hits.append(
            Hit(
                excerpt(each.name, text.lang if text else "", search, lemmas()),
                path_for("organisations.show", slug=each.slug),
                text=excerpt(text.body, text.lang, search, lemmas()) if text else "",
                text_lang=text.lang if text else "",
                where=", ".join(filter(None, (each.city, country_name(each.country)))),
                weave=shown[each.id].weave if each.id in shown else None,
            )
        )
    return hits


def _initiatives(search: Search, found: Sequence[Initiative]) -> list[Hit]:
    leads = organisation_summaries({each.lead_id for each in found})
    hits = []
    for each in found:
        own = text_in(each)
        texts = [own, *(text for text in each.texts if text is not own)]
        bodies = [(body, text.lang) for text in texts for body in (text.summary, text.challenge)]
        body, lang = next(
            (one for one in bodies if has_found(*one, search, lemmas())), (own.summary, own.lang)
        )
        title = next((one for one in texts if has_found(one.title, one.lang, search, lemmas())), own)
        hits.append(
            Hit(
                excerpt(title.title, title.lang, search, lemmas()),
                path_for("initiatives.show", slug=each.slug),
                lang=title.lang,
                text=excerpt(body, lang, search, lemmas()),
                text_lang=lang,
                where=_("Led by %(organisation)s", organisation=each.lead.name),
                weave=leads[each.lead_id].weave if each.lead_id in leads else None,
            )
        )
    return hits


def _messages(search: Search, found: Sequence[Message]) -> list[Hit]:
    headers = room_headers(list({each.room_id: each.room for each in found}.values()))
    summaries = organisation_summaries({each.organisation_id for each in found if each.organisation_id})
    past = past_messages(found) if found else set()
    names = names_in(each.body for each in found)
    files = files_of({(each.room.stream_id, each.event_seq) for each in found})
    texts = {
        each.id: [
            RenderedText(each.body, None, names).text,
            *(
                text
                for attachment in files.get((each.room.stream_id, each.event_seq), ())
                for text in attachment
            ),
        ]
        for each in found
    }
    return [
        Hit(
            each.person.name if each.person else _("Somebody"),
            message_url(each, each.id in past),
            text=excerpt(_first_found(texts[each.id], each.lang, search), each.lang, search, lemmas()),
            text_lang=each.lang,
            where=headers[each.room_id].title,
            at=each.created_at,
            readers=headers[each.room_id].readers,
            weave=_weave_of(summaries.get(each.organisation_id or 0)),
        )
        for each in found
    ]


def _weave_of(organisation: OrganisationSummary | None) -> WeaveLike | None:
    return organisation.weave if organisation else None


def _first_found(texts: Sequence[str], lang: str, search: Search) -> str:
    """The first of some texts that has one of the words that are searched for, else the first."""
    return next((text for text in texts if has_found(text, lang, search, lemmas())), texts[0])


def message_url(message: Message, is_past: bool) -> str:
    """Where a message stands in its room."""
    past: dict[str, Any] = {"before": message.event_seq + 1} if is_past else {}
    return f"{path_for('rooms.show', room_id=message.room_id, **past)}#message-{message.event_seq}"


def _cards(search: Search, found: Sequence[Card]) -> list[Hit]:
    sessions = sessions_by_id({each.design_id for each in found})
    return [
        Hit(
            excerpt(each.text, each.lang, search, lemmas()),
            f"{path_for('design.report', design_id=each.design_id)}#card-{each.key}",
            lang=each.lang,
            where=_of_session(sessions[each.design_id]),
        )
        for each in found
    ]


def _commitments(search: Search, found: Sequence[Commitment]) -> list[Hit]:
    sessions = sessions_by_id({each.design_id for each in found})
    return [
        Hit(
            excerpt(each.what, each.lang, search, lemmas()),
            f"{path_for('design.report', design_id=each.design_id)}#commitments",
            lang=each.lang,
            text=excerpt(f"{each.organisation_name}, {each.owner_name}", "", search, lemmas()),
            where=_of_session(sessions[each.design_id]),
        )
        for each in found
    ]


def _themes(search: Search, found: Sequence[Room]) -> list[Hit]:
    hits = []
    for each in found:
        own = text_of_theme(each)
        texts = [own, *(text for text in each.texts if text is not own)]
        title = next((one for one in texts if has_found(one.title, one.lang, search, lemmas())), own)
        about = next((one for one in texts if has_found(one.about, one.lang, search, lemmas())), own)
        hits.append(
            Hit(
                excerpt(title.title, title.lang, search, lemmas()),
                path_for("rooms.show", room_id=each.id),
                lang=title.lang,
                text=excerpt(about.about, about.lang, search, lemmas()),
                text_lang=about.lang,
                readers=_("Read by everybody who is signed in"),
            )
        )
    return hits


def _of_session(design_session: DesignSession) -> str:
    return _("Design session “%(title)s”", title=design_session.title)


_PRESENT: Mapping[FoundKind, Callable[[Search, Sequence[Any]], list[Hit]]] = {
    FoundKind.ORGANISATION: _organisations,
    FoundKind.INITIATIVE: _initiatives,
    FoundKind.MESSAGE: _messages,
    FoundKind.CARD: _cards,
    FoundKind.COMMITMENT: _commitments,
    FoundKind.ROOM: _themes,
}
