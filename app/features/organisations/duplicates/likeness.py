"""How likely two descriptions are of one organisation: points by what they share, each with a sentence."""

from __future__ import annotations

import enum
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString
from rapidfuzz.fuzz import token_set_ratio

from app.core.email_addresses import wire_domain
from app.core.text import name_key
from app.features.organisations.duplicates.names import StrippedName, Words, strip_name, town_words
from app.features.organisations.models import LONGEST_NAME

SAME_FROM = 85
PERHAPS_FROM = 60
MAX_SCORE = 100
MAX_SCORE_OTHER_NUMBER = 40
"""Of two organisations with two registry numbers of one register."""
MAX_SCORE_UNSURE = SAME_FROM - 1
"""Where something speaks against it: another legal form, another town, names that only resemble each other."""
NEAR_KILOMETRES = 15
ALIKE_FROM, SIMILAR_FROM = 92, 80
"""Of 100, by rapidfuzz's token_set_ratio: the measured best of its ratios for names of organisations."""
ACRONYM_LETTERS = range(2, 9)
MANY_MORE_WORDS = 2
EARTH_RADIUS_KILOMETRES = 6371.0

SHARED_HOSTS = frozenset(
    [
        "facebook.com",
        "instagram.com",
        "linkedin.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "google.com",
        "sites.google.com",
        "wixsite.com",
        "wordpress.com",
        "blogspot.com",
        "weebly.com",
        "jimdosite.com",
        "jimdofree.com",
        "webnode.com",
        "github.io",
        "altervista.org",
        "over-blog.com",
        "e-monsite.com",
        "helloasso.com",
        "linktr.ee",
        "bsky.app",
        "tiktok.com",
    ]
)
"""Hosts on which everybody can have a page: the same one says nothing."""
FREE_MAIL_DOMAINS = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "outlook.com",
        "hotmail.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "protonmail.com",
        "proton.me",
        "gmx.de",
        "gmx.net",
        "web.de",
        "t-online.de",
        "libero.it",
        "alice.it",
        "tiscali.it",
        "virgilio.it",
        "tin.it",
        "pec.it",
        "legalmail.it",
        "arubapec.it",
        "orange.fr",
        "free.fr",
        "laposte.net",
        "wanadoo.fr",
        "sfr.fr",
        "skynet.be",
        "telenet.be",
        "proximus.be",
        "ziggo.nl",
        "kpnmail.nl",
        "wp.pl",
        "o2.pl",
        "onet.pl",
        "interia.pl",
        "op.pl",
        "gazeta.pl",
        "net.hr",
        "siol.net",
        "t-2.net",
        "cytanet.com.cy",
        "otenet.gr",
        "yahoo.gr",
        "hotmail.gr",
        "yahoo.it",
        "yahoo.fr",
        "hotmail.it",
        "hotmail.fr",
    ]
)


@dataclass(frozen=True)
class Described:
    """What is known of an organisation; what is not known is empty or None.

    `registry_number` is compact and was checked when it was stored; numbers of two registers are not compared.
    """

    name: str
    country: str
    city: str = ""
    lat: float | None = None
    lon: float | None = None
    website: str = ""
    email: str = ""
    registry_scheme: str = ""
    registry_number: str = ""


class Verdict(enum.StrEnum):
    """What a score means."""

    SAME = "same"
    PERHAPS = "perhaps"
    NEW = "new"


class ReasonKind(enum.StrEnum):
    """What speaks for or against that two descriptions are of one organisation."""

    SAME_NUMBER = "same_number"
    OTHER_NUMBER = "other_number"
    SAME_WEBSITE = "same_website"
    SAME_NAME = "same_name"
    LOOK_ALIKE = "look_alike"
    ALIKE_NAME = "alike_name"
    SIMILAR_NAME = "similar_name"
    ACRONYM = "acronym"
    MORE_WORDS = "more_words"
    OTHER_FIGURES = "other_figures"
    SAME_TOWN = "same_town"
    OTHER_TOWN = "other_town"
    OTHER_COUNTRY = "other_country"
    SAME_MAIL = "same_mail"
    OTHER_FORM = "other_form"


POINTS: Mapping[ReasonKind, int] = {
    ReasonKind.SAME_NUMBER: 100,
    ReasonKind.OTHER_NUMBER: 0,
    ReasonKind.SAME_WEBSITE: 45,
    ReasonKind.SAME_NAME: 60,
    ReasonKind.LOOK_ALIKE: 60,
    ReasonKind.ALIKE_NAME: 40,
    ReasonKind.SIMILAR_NAME: 20,
    ReasonKind.ACRONYM: 10,
    ReasonKind.MORE_WORDS: -10,
    ReasonKind.OTHER_FIGURES: -20,
    ReasonKind.SAME_TOWN: 20,
    ReasonKind.OTHER_TOWN: -15,
    ReasonKind.OTHER_COUNTRY: -30,
    ReasonKind.SAME_MAIL: 15,
    ReasonKind.OTHER_FORM: -15,
}

SENTENCES: Mapping[ReasonKind, LazyString] = {
    ReasonKind.SAME_NUMBER: _l("Both have the registry number %(value)s."),
    ReasonKind.OTHER_NUMBER: _l("They have different registry numbers."),
    ReasonKind.SAME_WEBSITE: _l("Both have the website %(value)s."),
    ReasonKind.SAME_NAME: _l("The names are the same, leaving the legal form aside."),
    ReasonKind.LOOK_ALIKE: _l("The names look the same, but one of them has letters of another alphabet."),
    ReasonKind.ALIKE_NAME: _l("The names have the same words, or differ by a letter or two."),
    ReasonKind.SIMILAR_NAME: _l("The names are similar."),
    ReasonKind.ACRONYM: _l("“%(value)s” are the initials of the other name."),
    ReasonKind.MORE_WORDS: _l("One name has several words more: %(value)s."),
    ReasonKind.OTHER_FIGURES: _l("The names have different numbers in them."),
    ReasonKind.SAME_TOWN: _l("Both are in or near %(value)s."),
    ReasonKind.OTHER_TOWN: _l("They are in different towns."),
    ReasonKind.OTHER_COUNTRY: _l("They are in different countries."),
    ReasonKind.SAME_MAIL: _l("Both get their mail at %(value)s."),
    ReasonKind.OTHER_FORM: _l("Their legal forms differ."),
}

SAME_NAMES = frozenset({ReasonKind.SAME_NAME, ReasonKind.LOOK_ALIKE})
NAME_AGREES = frozenset({ReasonKind.SAME_NAME, ReasonKind.ALIKE_NAME})
"""One of these must hold for "the same", unless the registry number does."""
DOUBTS = frozenset(
    {
        *(ReasonKind.OTHER_FORM, ReasonKind.OTHER_TOWN, ReasonKind.OTHER_COUNTRY, ReasonKind.MORE_WORDS),
        *(ReasonKind.OTHER_FIGURES, ReasonKind.LOOK_ALIKE),
    }
)
"""With one of these a person has to say whether it is the same."""


@dataclass(frozen=True)
class Reason:
    """One thing that speaks for (points above 0) or against it; `value` is what the sentence names."""

    kind: ReasonKind
    value: str = ""

    @property
    def points(self) -> int:
        """What it adds to the score."""
        return POINTS[self.kind]

    @property
    def sentence(self) -> str:
        """The reason in the reader's language."""
        return str(SENTENCES[self.kind]) % {"value": self.value}


@dataclass(frozen=True)
class Likeness:
    """A score from 0 to 100 and what it comes from, the weightiest first."""

    score: int
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """What the score means."""
        if self.score >= SAME_FROM:
            return Verdict.SAME
        return Verdict.PERHAPS if self.score >= PERHAPS_FROM else Verdict.NEW

    @property
    def has_same_name(self) -> bool:
        """Whether the names are one but for legal form, spelling and script, in one country."""
        kinds = {reason.kind for reason in self.reasons}
        return bool(kinds & SAME_NAMES) and ReasonKind.OTHER_COUNTRY not in kinds


def likeness(a: Described, b: Described) -> Likeness:
    """How likely `a` and `b` are one organisation: score = Σ points of the reasons, within 0 and 100.

    The same registry number is enough alone; two different ones of the same register, or DOUBTS, bound the score.
    """
    reasons = tuple(sorted(_reasons(a, b), key=lambda reason: -abs(reason.points)))
    kinds = {reason.kind for reason in reasons}
    if ReasonKind.SAME_NUMBER in kinds:
        return Likeness(MAX_SCORE, reasons)
    most = MAX_SCORE
    if ReasonKind.OTHER_NUMBER in kinds:
        most = MAX_SCORE_OTHER_NUMBER
    elif kinds & DOUBTS or not kinds & NAME_AGREES:
        most = MAX_SCORE_UNSURE
    return Likeness(max(0, min(sum(reason.points for reason in reasons), most)), reasons)


def _reasons(a: Described, b: Described) -> Iterator[Reason]:
    if a.registry_number and b.registry_number and a.registry_scheme == b.registry_scheme:
        same = a.registry_number == b.registry_number
        yield Reason(
            ReasonKind.SAME_NUMBER if same else ReasonKind.OTHER_NUMBER, a.registry_number if same else ""
        )
    same_town = _same_town(a, b)
    yield from _name_reasons(a, b, bool(same_town))
    host = website_host(a.website)
    if host and host == website_host(b.website):
        yield Reason(ReasonKind.SAME_WEBSITE, host)
    if domain := _shared_mail(a, b):
        yield Reason(ReasonKind.SAME_MAIL, domain)
    if a.country != b.country:
        yield Reason(ReasonKind.OTHER_COUNTRY)
    elif same_town is not None:
        yield Reason(ReasonKind.SAME_TOWN, a.city) if same_town else Reason(ReasonKind.OTHER_TOWN)


def _name_reasons(a: Described, b: Described, same_town: bool) -> Iterator[Reason]:
    """What the names say; the name of a town that both share is not part of them."""
    one, other = strip_name(a.name, a.country), strip_name(b.name, b.country)
    town = {*town_words(a.city, a.country), *town_words(b.city, b.country)} if same_town else set()
    words, others = _without(one.words, town), _without(other.words, town)
    ratio = token_set_ratio(" ".join(words), " ".join(others))
    if _is_same_name(a.name, b.name, words, others):
        yield Reason(
            ReasonKind.LOOK_ALIKE if one.mixed_script != other.mixed_script else ReasonKind.SAME_NAME
        )
    elif ratio >= SIMILAR_FROM:
        yield Reason(ReasonKind.ALIKE_NAME if ratio >= ALIKE_FROM else ReasonKind.SIMILAR_NAME)
        yield from _more_words(words, others)
    for short, long in ((one, other), (other, one)):
        if _is_acronym(short, long):
            yield Reason(ReasonKind.ACRONYM, short.compact.upper())
    figures, other_figures = _figures(words), _figures(others)
    if figures and other_figures and figures != other_figures:
        yield Reason(ReasonKind.OTHER_FIGURES)
    if one.families and other.families and not one.families & other.families:
        yield Reason(ReasonKind.OTHER_FORM)


def _is_same_name(name: str, other_name: str, words: Words, others: Words) -> bool:
    """Whether the names have the same words in any order and division, or read as one."""
    return (
        sorted(words) == sorted(others)
        or "".join(words) == "".join(others)
        or (name_key(name[:LONGEST_NAME]) == name_key(other_name[:LONGEST_NAME]) != "")
    )


def _without(words: Words, town: set[str]) -> Words:
    """The words but those of the town, unless nothing remains."""
    return tuple(word for word in words if word not in town) or words


def _more_words(words: Words, others: Words) -> Iterator[Reason]:
    """The reason that one name holds all words of the other and several more."""
    more = set(words) ^ set(others)
    if len(more) >= MANY_MORE_WORDS and (set(words) <= set(others) or set(others) <= set(words)):
        yield Reason(ReasonKind.MORE_WORDS, ", ".join(sorted(more)))


def _is_acronym(short: StrippedName, long: StrippedName) -> bool:
    return (
        len(short.words) == 1
        and len(short.compact) in ACRONYM_LETTERS
        and short.compact == "".join(word[0] for word in long.words)
    )


def _figures(words: Words) -> frozenset[str]:
    return frozenset(figure for word in words for figure in re.findall(r"\d+", word))


def _same_town(a: Described, b: Described) -> bool | None:
    """Whether both are in one town or near each other; None where that is not known."""
    words, others = town_words(a.city, a.country), town_words(b.city, b.country)
    if words and words == others:
        return True
    distance = _kilometres(a, b)
    if distance is not None:
        return distance <= NEAR_KILOMETRES
    return False if words and others else None


def _kilometres(a: Described, b: Described) -> float | None:
    """The great-circle distance (haversine formula); None where a place is not known."""
    if a.lat is None or a.lon is None or b.lat is None or b.lon is None:
        return None
    lat, other_lat = math.radians(a.lat), math.radians(b.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    half += math.cos(lat) * math.cos(other_lat) * math.sin(math.radians(b.lon - a.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KILOMETRES * math.asin(math.sqrt(min(1.0, half)))


def website_host(website: str) -> str:
    """The host of a website as servers call it, without "www."; empty for none and for one that everybody can use."""
    try:
        host = urlsplit(website if "://" in website else f"https://{website}").hostname or ""
    except ValueError:
        return ""
    host = wire_domain(host.strip(".")).removeprefix("www.")
    if "." not in host or any(host == shared or host.endswith(f".{shared}") for shared in SHARED_HOSTS):
        return ""
    return host


def _shared_mail(a: Described, b: Described) -> str:
    """The domain at which both get their mail, or at which one gets it while it is the website of the other."""
    domain, other = _mail_domain(a.email), _mail_domain(b.email)
    if domain and domain in (other, website_host(b.website)):
        return domain
    return other if other and other == website_host(a.website) else ""


def _mail_domain(email: str) -> str:
    domain = wire_domain(email.rpartition("@")[2]).lower()
    return "" if domain in FREE_MAIL_DOMAINS else domain
