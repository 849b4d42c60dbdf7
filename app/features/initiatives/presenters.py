"""Initiatives as what templates and the home page show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.core.fair_scheduler import checkpoint
from app.core.i18n import country_name, current_language, path_for
from app.core.rendered import RenderedText
from app.features.initiatives.eligibility import SENTENCES, Obstacle
from app.features.initiatives.models import (
    Application,
    Initiative,
    InitiativeState,
    WantedRole,
    WantKind,
)
from app.features.initiatives.queries import active_partners, text_in
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import OrganisationState, OrganisationType
from app.features.organisations.presenters import OrganisationCard
from app.features.organisations.presenters import card as organisation_card
from app.features.taxonomy.models import Concept, ConceptKind

STATE_NAMES: Mapping[InitiativeState, LazyString] = {
    InitiativeState.DRAFT: _l("Draft"),
    InitiativeState.OPEN: _l("Open for applications"),
    InitiativeState.RUNNING: _l("Running"),
    InitiativeState.CLOSED: _l("Closed"),
}


@dataclass(frozen=True)
class Text:
    """An initiative's words for a reader; `lang` is "" where they are in her own language."""

    title: str
    summary: RenderedText
    challenge: RenderedText
    lang: str


@dataclass(frozen=True)
class InitiativeCard:
    """An initiative as lists show it; the names are those that templates/macros/initiative.html asks for."""

    id: int
    slug: str
    title: str
    lang: str
    url: str
    state: str
    summary: str
    filled: int
    wanted: int
    missing: Markup | None
    lead: OrganisationCard | None
    partners: tuple[OrganisationCard, ...]


@dataclass(frozen=True)
class Wanted:
    """A concept that a role asks for, by its code: goes through the filter `label`."""

    code: str


@dataclass(frozen=True)
class RoleSeat:
    """A wanted role as the initiative's page shows it; `obstacle` and `why_not` are empty where one can apply."""

    id: int
    role: WantedRole
    title: str
    lang: str
    seats: int
    filled: int
    skills: tuple[Wanted, ...]
    countries: tuple[str, ...]
    types: tuple[str, ...]
    partners: tuple[OrganisationCard, ...]
    obstacle: Obstacle | None
    why_not: LazyString | str

    @property
    def left(self) -> int:
        """How many of its seats are free."""
        return max(self.seats - self.filled, 0)


@dataclass(frozen=True)
class InitiativeMember:
    """An organisation that takes part, with the role that it took; "" for the lead."""

    id: int
    organisation: OrganisationCard
    role: str
    role_lang: str
    leads: bool


@dataclass(frozen=True)
class Asking:
    """An application as those who answer it see it."""

    id: int
    organisation: OrganisationCard
    role: str
    role_lang: str
    role_id: int
    free: int
    message: RenderedText
    lang: str
    sent: Any


def text_for(initiative: Initiative, lang: str | None = None) -> Text:
    """The initiative's words in the reader's language if it has them, else in its own."""
    lang = lang or current_language()
    found = text_in(initiative, lang)
    return Text(
        found.title,
        RenderedText(found.summary, found.summary_rendered),
        RenderedText(found.challenge, found.challenge_rendered),
        other_than(lang, found.lang),
    )


def other_than(reader: str, lang: str) -> str:
    """A language for a lang attribute: "" where the page is in it."""
    return "" if lang == reader else lang


def card(initiative: Initiative, lang: str | None = None) -> InitiativeCard:
    """An initiative for a list; it must have been loaded with `queries.LISTED`."""
    checkpoint()
    lang = lang or current_language()
    text = text_for(initiative, lang)
    filled, wanted = coverage(initiative)
    return InitiativeCard(
        id=initiative.id,
        slug=initiative.slug,
        title=text.title,
        lang=text.lang,
        url=path_for("initiatives.show", lang, slug=initiative.slug),
        state=str(STATE_NAMES[initiative.state]),
        summary=text.summary.excerpt(),
        filled=filled,
        wanted=wanted,
        missing=_missing(initiative, lang) if initiative.state is InitiativeState.OPEN else None,
        lead=lead_of(initiative, lang),
        partners=tuple(member.organisation for member in members(initiative, lang)),
    )


def coverage(initiative: Initiative) -> tuple[int, int]:
    """How many seats are filled, and how many are wanted in all."""
    return sum(min(role.filled, role.seats) for role in initiative.roles), sum(
        role.seats for role in initiative.roles
    )


def _missing(initiative: Initiative, lang: str) -> Markup | None:
    """Which roles still have a free seat, as a sentence; their titles are in the initiative's own language."""
    titles = [role.title for role in initiative.roles if role.filled < role.seats]
    if not titles:
        return None
    other = other_than(lang, initiative.lang)
    words = Markup('<span lang="{}">{}</span>') if other else Markup("{1}")
    return Markup(_("Still wanted: %(roles)s")) % {"roles": words.format(other, ", ".join(titles))}


def lead_of(initiative: Initiative, lang: str | None = None) -> OrganisationCard | None:
    """The organisation that leads, while it is part of the cluster."""
    if initiative.lead.state is not OrganisationState.ADMITTED:
        return None
    return organisation_card(initiative.lead, lang)


def members(initiative: Initiative, lang: str | None = None) -> tuple[InitiativeMember, ...]:
    """Who takes part now and is part of the cluster, the lead first."""
    titles = {role.id: role.title for role in initiative.roles}
    reader = lang or current_language()
    return tuple(
        InitiativeMember(
            id=partner.id,
            organisation=organisation_card(partner.organisation, lang),
            role=titles.get(partner.role_id or 0, ""),
            role_lang=other_than(reader, initiative.lang),
            leads=partner.organisation_id == initiative.lead_id,
        )
        for partner in active_partners(initiative)
        if partner.organisation.state is OrganisationState.ADMITTED
    )


def seat(initiative: Initiative, role: WantedRole, obstacle: Obstacle | None) -> RoleSeat:
    """A wanted role with what it asks for, who holds its seats and what keeps the reader from applying."""
    wants: dict[WantKind, list[str]] = {kind: [] for kind in WantKind}
    for want in sorted(role.wants, key=lambda each: (each.kind, each.value)):
        wants[want.kind].append(want.value)
    return RoleSeat(
        id=role.id,
        role=role,
        title=role.title,
        lang=other_than(current_language(), initiative.lang),
        seats=role.seats,
        filled=role.filled,
        skills=tuple(Wanted(code) for code in wants[WantKind.CONCEPT]),
        countries=tuple(country_name(code) for code in wants[WantKind.COUNTRY]),
        types=tuple(str(TYPE_NAMES[OrganisationType(kind)]) for kind in wants[WantKind.TYPE]),
        partners=tuple(
            organisation_card(partner.organisation)
            for partner in initiative.partners
            if partner.role_id == role.id
            and partner.left_at is None
            and partner.organisation.state is OrganisationState.ADMITTED
        ),
        obstacle=obstacle,
        why_not=SENTENCES[obstacle] if obstacle else "",
    )


def asking(initiative: Initiative, application: Application) -> Asking:
    """An application that waits for the lead's answer."""
    reader = current_language()
    role = application.role
    return Asking(
        id=application.id,
        organisation=organisation_card(application.organisation),
        role=role.title,
        role_lang=other_than(reader, initiative.lang),
        role_id=role.id,
        free=max(role.seats - role.filled, 0),
        message=RenderedText(application.message, application.message_rendered),
        lang=other_than(reader, application.lang),
        sent=application.created_at,
    )


def concepts(initiative: Initiative, kind: ConceptKind) -> tuple[Concept, ...]:
    """What it is about, of one kind, by code; what the vocabulary hides is not shown."""
    found = [link.concept for link in initiative.concepts]
    shown = [each for each in found if each.kind is kind and not each.hidden]
    return tuple(sorted(shown, key=lambda each: each.code))
