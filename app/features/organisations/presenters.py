"""Organisations as what templates and the API show of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel.speaklater import LazyString

from app.core.clock import now
from app.core.fair_scheduler import checkpoint
from app.core.i18n import SOURCE, country_name, current_language, path_for
from app.core.rendered import RenderedText
from app.features.organisations.labels import FIGURES, ROLE_NAMES, TYPE_NAMES
from app.features.organisations.models import (
    Membership,
    MembershipRole,
    Organisation,
    OrganisationState,
    OrganisationText,
    Relation,
    ReviewReason,
    TextKind,
)
from app.features.organisations.weave import Weave, weave_of
from app.features.taxonomy.models import Concept


@dataclass(frozen=True)
class Story:
    """A text and the language that it is written in; `lang` is "" where that is the reader's own."""

    body: RenderedText
    lang: str
    code: str


@dataclass(frozen=True)
class OrganisationCard:
    """An organisation as lists show it; the names are those that templates/macros/organisation.html asks for."""

    id: int
    slug: str
    name: str
    url: str
    type: str
    country: str
    city: str
    weave: Weave
    logo: str
    summary: str
    summary_lang: str
    sectors: tuple[Concept, ...]
    offers: tuple[Concept, ...]
    seeks: tuple[Concept, ...]
    state: OrganisationState
    unclaimed: bool
    review: ReviewReason | None


def figures(organisation: Organisation) -> list[tuple[LazyString, int | None]]:
    """The numbers of a profile, each with what it is called; None where it is not given."""
    return [(words.label, getattr(organisation, name)) for name, words in FIGURES.items()]


@dataclass(frozen=True)
class OrganisationMember:
    """Somebody who acts for an organisation, as its members see her; the last editor `stays`."""

    person_id: int
    name: str
    email: str
    role: MembershipRole
    role_name: LazyString
    stays: bool


def members(memberships: Sequence[Membership]) -> list[OrganisationMember]:
    """The members of one organisation, whose persons are loaded."""
    editors = [each for each in memberships if each.role is MembershipRole.EDITOR]
    return [
        OrganisationMember(
            each.person.id,
            each.person.name,
            each.person.email,
            each.role,
            ROLE_NAMES[each.role],
            stays=editors == [each],
        )
        for each in memberships
    ]


def card(organisation: Organisation, lang: str | None = None) -> OrganisationCard:
    """An organisation for a list; it must have been loaded with `queries.CARD`."""
    checkpoint()
    lang = lang or current_language()
    story = story_for(organisation, lang)
    return OrganisationCard(
        id=organisation.id,
        slug=organisation.slug,
        name=organisation.name,
        url=path_for("organisations.show", lang, slug=organisation.slug),
        type=str(TYPE_NAMES[organisation.type]),
        country=organisation.country,
        city=organisation.city,
        weave=weave_of(organisation),
        logo=logo_url(organisation),
        summary=story.body.excerpt(200) if story else "",
        summary_lang=story.lang if story else "",
        sectors=related(organisation, Relation.SECTOR),
        offers=related(organisation, Relation.OFFERS),
        seeks=related(organisation, Relation.SEEKS),
        state=organisation.state,
        unclaimed=organisation.unclaimed,
        review=organisation.review,
    )


def logo_url(organisation: Organisation) -> str:
    """The address of the logo, which changes with the picture; "" where there is none."""
    return f"/pictures/{organisation.logo_file_id}.webp" if organisation.logo_file_id else ""


def related(organisation: Organisation, relation: Relation) -> tuple[Concept, ...]:
    """The concepts of a profile that people see, by code."""
    found = [link.concept for link in organisation.concepts if link.relation is relation]
    return tuple(sorted((each for each in found if not each.hidden), key=lambda each: each.code))


def story_for(organisation: Organisation, lang: str | None = None) -> Story | None:
    """The organisation's story in the reader's language, else in English, else in the one it was written in first."""
    lang = lang or current_language()
    texts = sorted(
        (text for text in organisation.texts if text.kind is TextKind.STORY),
        key=lambda text: (text.lang != lang, text.lang != SOURCE, text.id),
    )
    return _story(texts[0], lang) if texts else None


def all_stories(organisation: Organisation) -> list[Story]:
    """The organisation's story in every language in which it is told, the reader's first."""
    lang = current_language()
    texts = [text for text in organisation.texts if text.kind is TextKind.STORY]
    return [_story(text, lang) for text in sorted(texts, key=lambda text: (text.lang != lang, text.lang))]


def other_stories(organisation: Organisation) -> list[Story]:
    """Those that are not the one `story_for` chooses."""
    shown = story_for(organisation)
    return [story for story in all_stories(organisation) if shown is None or story.code != shown.code]


def paused_until(organisation: Organisation) -> datetime | None:
    """Until when it takes no partners, if that is still to come."""
    until = organisation.paused_until
    return until if until is not None and until > now() else None


CONFIRMED_LATELY = timedelta(days=548)


def is_confirmed_lately(organisation: Organisation) -> bool:
    """Whether its editors said within eighteen months that the profile is right."""
    return organisation.confirmed_at is not None and organisation.confirmed_at > now() - CONFIRMED_LATELY


def place_of(organisation: Organisation) -> str:
    """An organisation in a line: "Il Filo Verde, Torino, Italy"."""
    parts = (organisation.name, organisation.city, country_name(organisation.country))
    return ", ".join(part for part in parts if part)


def _story(text: OrganisationText, lang: str) -> Story:
    return Story(
        RenderedText(text.body, text.body_rendered), "" if text.lang == lang else text.lang, text.lang
    )
