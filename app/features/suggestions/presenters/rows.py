"""A suggestion as a row: the organisation, what the two share, why they fit, and how the score adds up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import floor, fsum

from babel.numbers import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.core.i18n import current_language
from app.features.organisations.presenters import OrganisationCard, card
from app.features.suggestions.presenters.reason_formatting import ReasonContext, ReasonFormatter, said
from app.features.suggestions.presenters.reason_sentences import PAIR, SEAT
from app.features.suggestions.queries.list_query import ReaderReach, SuggestionList
from app.features.suggestions.queries.proposals import PartnerProposal, PartnerProposals
from app.features.taxonomy.queries import label_of, term_of
from app.matching.records import Reason, ReasonKind, Suggestion, WarningKind

MOST_REASONS = 3
MOST_CHIPS = 5
LEAST_POINTS = 0.1
"""A reason of fewer points is not said by itself."""
MOST_SOUGHT = 3
DECIMALS = 2
VERY_GOOD_SCORE, GOOD_SCORE = 9.0, 5.0
"""From these scores on an organisation is said to fit very well, and well."""
MOST_WRITTEN = 4_096
"""So many numbers are kept as they are written: a list shows some hundred, and many of them again and again."""
MINUS = "\N{MINUS SIGN}"
"""A hyphen before a number is not spoken by most screen readers."""

DYES: Mapping[ReasonKind, str] = {
    ReasonKind.SHARED_SECTOR: "weld",
    ReasonKind.RELATED_SECTOR: "weld",
    ReasonKind.SIMILAR_PROFILE: "weld",
    ReasonKind.THEY_OFFER: "madder",
    ReasonKind.THEY_OFFER_RELATED: "madder",
    ReasonKind.THEY_SEEK: "madder",
    ReasonKind.THEY_SEEK_RELATED: "madder",
    ReasonKind.PARTNERS_IN_COMMON: "indigo",
    ReasonKind.NEAR_IN_NETWORK: "indigo",
    ReasonKind.SHARED_GOAL: "lichen",
    ReasonKind.COOPERATION: "madder",
    ReasonKind.TECHNOLOGY_SOUGHT: "madder",
    ReasonKind.TYPE_WANTED: "madder",
    ReasonKind.TRACK_RECORD: "lichen",
    ReasonKind.ACTIVE_IN_TOPIC: "lichen",
}
"""The thread of each kind of reason; what concerns languages and countries has the fifth."""

ONLY_COUNTED = frozenset(
    {
        ReasonKind.MEETS_NEED,
        ReasonKind.NEEDS_YOU,
        ReasonKind.FIRST_TO_MEET,
        ReasonKind.NEWCOMER,
        ReasonKind.WELL_CONNECTED,
        ReasonKind.SAME_PARTNERS,
        ReasonKind.KNOWS_COUNTRY,
        ReasonKind.COUNTRY_PAIR,
        ReasonKind.TYPE_PAIR,
    }
)
"""What says something of one side, or of many: it counts, but nobody would write to somebody because of it."""


NEARLY: Mapping[ReasonKind, tuple[ReasonKind, int]] = {
    ReasonKind.THEY_OFFER_RELATED: (ReasonKind.THEY_OFFER, 0),
    ReasonKind.THEY_SEEK_RELATED: (ReasonKind.THEY_SEEK, 1),
}
"""Who nearly meets a need says nothing new where somebody meets it: the kind that does, and which concept is the need."""


WARNINGS: Mapping[WarningKind, LazyString] = {
    WarningKind.NO_COMMON_LANGUAGE: _l("You name no language in common"),
    WarningKind.LITTLE_TO_GO_BY: _l("Their page says little yet"),
    WarningKind.NOT_ANSWERED_LATELY: _l("They have not answered lately"),
}
"""What one should know before one asks."""


@dataclass(frozen=True)
class Chip:
    """A concept beside an organisation, and how it stands between the two."""

    label: str
    kind: str


@dataclass(frozen=True)
class ScoreLine:
    """One line of how a score adds up; the parts of all lines are the total to the last digit."""

    text: Markup
    part: float


@dataclass(frozen=True)
class SuggestionRow:
    """A suggestion, ready to be shown."""

    organisation: OrganisationCard
    chips: tuple[Chip, ...]
    reasons: tuple[dict[str, str], ...]
    lines: tuple[ScoreLine, ...]
    total: float
    warnings: tuple[LazyString, ...] = ()


def rows(listed: SuggestionList) -> list[SuggestionRow]:
    """A list of suggestions for an organisation."""
    return [_row(listed.proposals, proposal, PAIR, listed.reach) for proposal in listed.proposals.items]


def why(listed: SuggestionList | None) -> SuggestionRow | None:
    """The only suggestion of a list, if there is one."""
    return next(iter(rows(listed)), None) if listed else None


def seat_rows(proposals: PartnerProposals) -> list[SuggestionRow]:
    """The suggestions for a seat of an initiative."""
    return [_row(proposals, proposal, SEAT, None) for proposal in proposals.items]


def _row(
    proposals: PartnerProposals,
    proposal: PartnerProposal,
    tellers: Mapping[ReasonKind, ReasonFormatter],
    reach: ReaderReach | None,
) -> SuggestionRow:
    words = ReasonContext(proposals.names or {}, proposals.works or {})
    shown = card(proposal.organisation)
    lines, total = _lines(proposal.suggestion, tellers, words)
    reasons = _reasons(proposal.suggestion.reasons, tellers, words)
    # First what both hold, then what they offer, then what they seek.
    held = reach.codes if reach else frozenset()
    sought = reach.seeks if reach else frozenset()
    codes = dict.fromkeys(concept.code for concept in (*shown.sectors, *shown.offers))
    kinds = {code: "shared" if code in held else "offers" if code in sought else "" for code in codes}
    own = [code for code in kinds if kinds[code] or any(code == offer.code for offer in shown.offers)]
    first = sorted(own, key=lambda code: ("shared", "offers", "").index(kinds[code]))[:MOST_CHIPS]
    seeks = [
        Chip(_("seeks %(skill)s", skill=term_of(concept)), "seeks") for concept in shown.seeks[:MOST_SOUGHT]
    ]
    chips = (*(Chip(label_of(code), kinds[code]) for code in first), *seeks)
    warnings = tuple(WARNINGS[kind] for kind in proposal.suggestion.warnings)
    return SuggestionRow(shown, chips, reasons, lines, total, warnings)


def _reasons(
    reasons: Sequence[Reason], tellers: Mapping[ReasonKind, ReasonFormatter], words: ReasonContext
) -> tuple[dict[str, str], ...]:
    """The weightiest kinds of reasons that speak for the two, a sentence each; the table tells them all."""
    kinds: dict[ReasonKind, list[Reason]] = defaultdict(list)
    met = {(reason.kind, code) for reason in reasons for code in reason.concepts}
    for reason in reasons:
        exact, need = NEARLY.get(reason.kind, (None, 0))
        is_news = not any((exact, code) in met for code in reason.concepts[need : need + 1])
        if reason.part >= LEAST_POINTS and reason.kind not in ONLY_COUNTED and is_news:
            kinds[reason.kind].append(reason)
    ranked = sorted(kinds, key=lambda kind: (-sum(reason.part for reason in kinds[kind]), kind))
    return tuple(
        {"dye": DYES.get(kind, "woad"), "text": tellers[kind](words, kinds[kind])}
        for kind in ranked[:MOST_REASONS]
    )


def _lines(
    suggestion: Suggestion, tellers: Mapping[ReasonKind, ReasonFormatter], words: ReasonContext
) -> tuple[tuple[ScoreLine, ...], float]:
    """Every reason with its share, rounded so that the shown parts add up to the shown total."""
    told = [reason for reason in suggestion.reasons if abs(reason.part) >= LEAST_POINTS]
    rest = [reason.part for reason in suggestion.reasons if abs(reason.part) < LEAST_POINTS]
    parts = rounded([*(reason.part for reason in told), *([fsum(rest)] if rest else [])], suggestion.score)
    texts = [tellers[reason.kind](words, [reason]) for reason in told]
    if rest:
        texts.append(said(ngettext("One smaller reason", "%(num)d smaller reasons together", len(rest))))
    lines = [ScoreLine(text, part) for text, part in zip(texts, parts, strict=True)]
    return tuple(lines), round(sum(parts), DECIMALS)


def rounded(parts: Sequence[float], total: float) -> list[float]:
    """The parts with two decimals, the largest remainders rounded up, so that they add up to the rounded total."""
    unit = 10**DECIMALS
    floors = [floor(part * unit) for part in parts]
    missing = round(total * unit) - sum(floors)
    order = sorted(range(len(parts)), key=lambda at: (floors[at] - parts[at] * unit, at))
    raised = set(order[:missing])
    return [(floors[at] + (at in raised)) / unit for at in range(len(parts))]


def fit_sentence(total: float) -> str:
    """A score in words, for readers of easy words."""
    if total >= VERY_GOOD_SCORE:
        return _("This organisation fits you very well.")
    return (
        _("This organisation fits you well.") if total >= GOOD_SCORE else _("This organisation may fit you.")
    )


def points(part: float) -> str:
    """A share of a score as the reader writes numbers, with its sign where it is taken off."""
    return _written(part, current_language())


@lru_cache(MOST_WRITTEN)
def _written(part: float, language: str) -> str:
    return str(format_decimal(part, "0.00", locale=language)).replace("-", MINUS)
