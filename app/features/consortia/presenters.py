"""Consortia as their page compares them: who takes which seat and why, what is missing, who was invited."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.core.i18n import country_name, foreign_language
from app.features.consortia.queries import Composed
from app.features.initiatives.models import Initiative, OfferState, SeatOffer
from app.features.organisations.presenters import OrganisationCard, card
from app.features.suggestions.presenters.reason_formatting import ReasonContext, listed, said, strong
from app.features.suggestions.presenters.rows import DECIMALS, ScoreLine, points, rounded
from app.features.taxonomy.queries import term_of
from app.matching.consortia.records import (
    Alternative,
    Consortium,
    ConsortiumMember,
    Missing,
    ProgrammeRules,
    ScoreLineKind,
)
from app.matching.consortia.records import ScoreLine as Reason

PROGRAMMES: Mapping[str, tuple[LazyString, LazyString]] = {
    "free": (_l("No programme"), _l("Only what your roles ask for.")),
    "erasmus_cooperation": (
        _l("Erasmus+ cooperation partnership"),
        _l("At least three organisations from three programme countries."),
    ),
    "erasmus_small_scale": (
        _l("Erasmus+ small-scale partnership"),
        _l("At least two organisations from two programme countries."),
    ),
    "interreg_europe": (
        _l("Interreg Europe"),
        _l("At least three organisations from three countries, two of them from the European Union."),
    ),
    "interreg_central": (
        _l("Interreg Central Europe"),
        _l(
            "At least three organisations from three countries, two of them from the programme's own countries."
        ),
    ),
}
"""What each programme is called, and its rule in a sentence."""


DYES: Mapping[ScoreLineKind, str] = {
    ScoreLineKind.FITS: "madder",
    ScoreLineKind.SUGGESTED: "weld",
    ScoreLineKind.KNOWN: "indigo",
    ScoreLineKind.NEW_TIE: "lichen",
}


@dataclass(frozen=True)
class Programme:
    """A programme that can be chosen; `source` says where its rule is written, in English."""

    code: str
    name: str
    rule: str
    chosen: bool
    source: str
    url: str


@dataclass(frozen=True)
class SeatAlternative:
    """Who else could take a seat; `changes` says what that does to the score, `seat` is what the button sends."""

    organisation: OrganisationCard
    changes: str
    seat: str
    invited: bool
    here: bool


@dataclass(frozen=True)
class ConsortiumSeat:
    """A seat of a consortium: who takes it and why; `here` is whether there is anybody to be invited."""

    role: str
    role_lang: str
    organisation: OrganisationCard
    reasons: tuple[dict[str, str], ...]
    lacks: str
    others: tuple[SeatAlternative, ...]
    seat: str
    invited: bool
    here: bool


@dataclass(frozen=True)
class ShownConsortium:
    """A consortium, ready to be shown beside others; `all` is what the button sends that invites everybody.

    Where it is not `proven` to be the best, another as complete could have `at_most` so many points.
    """

    seats: tuple[ConsortiumSeat, ...]
    missing: tuple[str, ...]
    together: tuple[dict[str, str], ...]
    lines: tuple[ScoreLine, ...]
    total: float
    proven: bool
    at_most: float
    all: str
    count: int


def programme_choices(rules: Mapping[str, ProgrammeRules], chosen: str) -> list[Programme]:
    """The programmes in the order of the data, those that have a name."""
    return [
        Programme(
            code, str(PROGRAMMES[code][0]), str(PROGRAMMES[code][1]), code == chosen, one.source, one.url
        )
        for code, one in rules.items()
        if code in PROGRAMMES
    ]


def consortia(initiative: Initiative, composed: Composed) -> list[ShownConsortium]:
    """The consortia of an initiative."""
    return [_shown(initiative, composed, one) for one in composed.consortia]


def _shown(initiative: Initiative, composed: Composed, one: Consortium) -> ShownConsortium:
    words = ReasonContext(composed.names, {})
    seats = tuple(
        _seat(initiative, composed, one, place)
        for place in one.places
        if place.organisation in composed.organisations
    )
    parts = rounded([line.part for line in one.lines], one.score)
    lines = tuple(
        ScoreLine(_sentence(words, line), part) for line, part in zip(one.lines, parts, strict=True)
    )
    open_seats = [seat.seat for seat in seats if seat.here and not seat.invited]
    return ShownConsortium(
        seats,
        tuple(_missing(composed, one.missing)),
        tuple(
            {"dye": "woad", "text": _sentence(words, line)}
            for line in one.lines
            if line.kind in (ScoreLineKind.COUNTRIES, ScoreLineKind.LANGUAGE)
        ),
        lines,
        round(sum(parts), DECIMALS),
        one.exact,
        round(one.at_most, DECIMALS),
        " ".join(open_seats),
        len(open_seats),
    )


def _seat(
    initiative: Initiative, composed: Composed, one: Consortium, place: ConsortiumMember
) -> ConsortiumSeat:
    role = composed.roles[place.seats[0]]
    organisation = composed.organisations[place.organisation]
    words = ReasonContext(composed.names, {})
    return ConsortiumSeat(
        role.title,
        foreign_language(initiative.lang),
        card(organisation),
        tuple(
            {"dye": DYES[line.kind], "text": _sentence(words, line)}
            for line in one.lines
            if line.organisation == place.organisation
            and line.kind in DYES
            and line.kind is not ScoreLineKind.SUGGESTED
        ),
        ", ".join(term_of(code) for code in place.lacks),
        tuple(_others(composed, role.id, place)),
        f"{role.id}:{organisation.slug}",
        (role.id, organisation.id) in composed.invited,
        not organisation.unclaimed,
    )


def _others(composed: Composed, role_id: int, place: ConsortiumMember) -> Iterator[SeatAlternative]:
    for each in place.alternatives:
        other = composed.organisations.get(each.organisation)
        if other is not None:
            yield SeatAlternative(
                card(other),
                _changes(each),
                f"{role_id}:{other.slug}",
                (role_id, other.id) in composed.invited,
                not other.unclaimed,
            )


def _changes(each: Alternative) -> str:
    """What an alternative does to the consortium, in the points that its score is told in."""
    if not each.as_complete:
        return _("then something is missing")
    difference = round(each.difference, DECIMALS)
    if not difference:
        return _("as good")
    if difference > 0:
        return _("%(points)s points more", points=points(difference))
    return _("%(points)s points less", points=points(-difference))


def _missing(composed: Composed, missing: Missing) -> Iterator[str]:
    """What is still missing, a sentence for each."""
    for role_id in dict.fromkeys(missing.seats):
        count = missing.seats.count(role_id)
        title = composed.roles[role_id].title
        yield ngettext(
            "Nobody was found for “%(role)s”.",
            "Nobody was found for %(num)d seats of “%(role)s”.",
            count,
            role=title,
        )
    if missing.organisations:
        yield ngettext(
            "The programme asks for one organisation more.",
            "The programme asks for %(num)d organisations more.",
            missing.organisations,
        )
    if missing.countries:
        yield ngettext(
            "The programme asks for one country more.",
            "The programme asks for %(num)d countries more.",
            missing.countries,
        )
    if missing.core:
        yield ngettext(
            "The programme asks for one organisation more from its core countries.",
            "The programme asks for %(num)d organisations more from its core countries.",
            missing.core,
        )


def _sentence(words: ReasonContext, line: Reason) -> Markup:
    return SENTENCES[line.kind](words, line)


def _name(words: ReasonContext, line: Reason) -> Markup:
    return strong(words.names.get(line.organisation or 0, ""))


def _fits(words: ReasonContext, line: Reason) -> Markup:
    if not line.concepts:
        return said(_("%(name)s can take the seat", name=_name(words, line)))
    return said(
        _("%(name)s brings %(skills)s", name=_name(words, line), skills=listed(map(term_of, line.concepts)))
    )


SENTENCES: Mapping[ScoreLineKind, Callable[[ReasonContext, Reason], Markup]] = {
    ScoreLineKind.FITS: _fits,
    ScoreLineKind.SUGGESTED: lambda words, line: said(
        _("%(name)s is suggested for the seat", name=_name(words, line))
    ),
    ScoreLineKind.KNOWN: lambda words, line: said(
        _(
            "%(name)s has worked with %(partners)s",
            name=_name(words, line),
            partners=words.organisations(line.partners),
        )
    ),
    ScoreLineKind.NEW_TIE: lambda words, line: said(
        _("%(name)s has worked with none of you: a new tie", name=_name(words, line))
    ),
    ScoreLineKind.COUNTRIES: lambda words, line: said(
        _("Together you come from %(countries)s", countries=listed(map(country_name, line.concepts)))
    ),
    ScoreLineKind.LANGUAGE: lambda words, line: said(
        _("You all work in %(languages)s", languages=listed(map(term_of, line.concepts)))
    ),
}


@dataclass(frozen=True)
class Invited:
    """Who was invited a moment ago; `consortium` and `seat` say where the reader was, 0 and "" where that is gone."""

    names: Markup
    words: bool
    consortium: int
    seat: str


def just_invited(
    offers: Sequence[SeatOffer], found: Sequence[ShownConsortium], consortium: int
) -> Invited | None:
    """The offers among some that wait, at the first of their seats in the consortium of that number, else in another."""
    waiting = {
        f"{one.role_id}:{one.organisation.slug}": one for one in offers if one.state is OfferState.SENT
    }
    if not waiting:
        return None
    order = sorted(range(len(found)), key=lambda at: at + 1 != consortium)
    places = (
        (at + 1, seat.seat)
        for at in order
        for seat in found[at].seats
        if not waiting.keys().isdisjoint({seat.seat, *(other.seat for other in seat.others)})
    )
    at, seat = next(places, (0, ""))
    names = listed(one.organisation.name for one in waiting.values())
    return Invited(names, any(one.message for one in offers), at, seat)
