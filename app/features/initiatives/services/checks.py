"""What an initiative may say: each mistake a sentence at its field; those of the roles at "roles-<place>-<field>"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypedDict

from flask_babel import lazy_gettext as _l

from app.core.text import tidy
from app.core.validation import (
    FieldErrors,
    bounded_integer,
    known_language,
    limited_text,
    required_line,
    required_text,
)
from app.features.initiatives.models import (
    LONGEST_CHALLENGE,
    LONGEST_ROLE_TITLE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    MOST_ROLES,
    MOST_SEATS,
    WantKind,
)
from app.features.organisations.models import MOST_CONCEPTS, OrganisationType
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import concepts_by_code

NOT_THERE = _l("One of the things you chose is not in this list. Choose again.")
TOO_MANY = _l("Choose at most %(most)s.", most=MOST_CONCEPTS)


class RoleFields(TypedDict, total=False):
    """What a wanted role says; `id` names one that is there already, `countries` are ISO codes."""

    id: int | None
    title: str
    seats: int | None
    skills: Iterable[str]
    countries: Iterable[str]
    types: Iterable[OrganisationType | str]


class InitiativeFields(TypedDict, total=False):
    """What an initiative says, in the language `lang` and perhaps in an `other_lang`; concepts by their codes."""

    lang: str
    title: str
    summary: str
    challenge: str
    other_lang: str
    other_title: str
    other_summary: str
    other_challenge: str
    sectors: Iterable[str]
    goals: Iterable[str]
    starts: date | None
    ends: date | None
    roles: Iterable[RoleFields]


@dataclass(frozen=True)
class CheckedText:
    """The words of an initiative in one language."""

    title: str
    summary: str
    challenge: str


@dataclass(frozen=True)
class CheckedRole:
    """A role as it is kept; `place` is where it stood among those given, so that a mistake finds its way back."""

    place: int
    id: int | None
    title: str
    seats: int
    wants: frozenset[tuple[WantKind, str]]


@dataclass
class CheckedInitiative:
    """What was found good."""

    lang: str = ""
    texts: dict[str, CheckedText] = field(default_factory=dict)
    concepts: list[Concept] = field(default_factory=list)
    starts: date | None = None
    ends: date | None = None
    roles: list[CheckedRole] = field(default_factory=list)


def check(fields: InitiativeFields) -> CheckedInitiative:
    """An initiative's fields as they are kept; raises Invalid with all mistakes at once."""
    mistakes = FieldErrors()
    checked = CheckedInitiative(
        lang=str(fields.get("lang") or ""), starts=fields.get("starts"), ends=fields.get("ends")
    )
    roles = [(place, role) for place, role in enumerate(fields.get("roles") or ()) if not _is_blank(role)]
    codes = {*(fields.get("sectors") or ()), *(fields.get("goals") or ())}
    codes |= {f"language:{fields.get('lang')}", f"language:{fields.get('other_lang')}"}
    for _, role in roles:
        codes |= {*(role.get("skills") or ())}
        codes |= {f"country:{code}" for code in role.get("countries") or ()}
    known = concepts_by_code(codes)
    _check_texts(fields, checked, known, mistakes)
    checked.concepts = [
        *_concepts(fields.get("sectors"), known, ConceptKind.SECTOR, "sectors", mistakes),
        *_concepts(fields.get("goals"), known, ConceptKind.GOAL, "goals", mistakes),
    ]
    if checked.starts and checked.ends and checked.ends < checked.starts:
        mistakes.add("ends", _l("It cannot end before it starts."))
    if len(roles) > MOST_ROLES:
        mistakes.add("roles", _l("At most %(most)s roles. Put some together.", most=MOST_ROLES))
    checked.roles = [_role(place, role, known, mistakes) for place, role in roles]
    mistakes.raise_any()
    return checked


def _is_blank(role: RoleFields) -> bool:
    """Whether nothing was written in a row; its seats alone say nothing."""
    said = (
        tidy(role.get("title")),
        role.get("skills"),
        role.get("countries"),
        role.get("types"),
        role.get("id"),
    )
    return not any(said)


def _check_texts(
    fields: InitiativeFields, checked: CheckedInitiative, known: Mapping[str, Concept], mistakes: FieldErrors
) -> None:
    checked.texts[checked.lang] = _words(fields, "", mistakes)
    _check_language(checked.lang, "lang", known, mistakes)
    other = str(fields.get("other_lang") or "")
    if not other and not any(
        tidy(str(fields.get(f"other_{name}") or "")) for name in CheckedText.__annotations__
    ):
        return
    words = _words(fields, "other_", mistakes)
    _check_language(other, "other_lang", known, mistakes)
    if other == checked.lang:
        mistakes.add("other_lang", _l("This is the language above. Choose another one."))
    else:
        checked.texts[other] = words


def _check_language(code: str, name: str, known: Mapping[str, Concept], mistakes: FieldErrors) -> None:
    with mistakes.collect(name):
        known_language(code, [code] if f"language:{code}" in known else [])


def _words(fields: InitiativeFields, prefix: str, mistakes: FieldErrors) -> CheckedText:
    """The words in one language, in fields whose names begin with `prefix`; the challenge may wait."""
    given: Mapping[str, Any] = fields
    title, summary, challenge = (given.get(f"{prefix}{name}") for name in CheckedText.__annotations__)
    words = {"title": "", "summary": "", "challenge": ""}
    with mistakes.collect(f"{prefix}title"):
        words["title"] = required_line(title, LONGEST_TITLE, _l("Give it a title."))
    with mistakes.collect(f"{prefix}summary"):
        missing = _l("Say in a sentence or two what it is about.")
        words["summary"] = required_text(summary, LONGEST_SUMMARY, missing)
    with mistakes.collect(f"{prefix}challenge"):
        words["challenge"] = limited_text(challenge, LONGEST_CHALLENGE)
    return CheckedText(**words)


def _concepts(
    given: Iterable[str] | None,
    known: Mapping[str, Concept],
    kind: ConceptKind,
    name: str,
    mistakes: FieldErrors,
) -> list[Concept]:
    """The concepts of one field; what is unknown, of another kind or too much is a mistake."""
    codes = list(dict.fromkeys(given or ()))
    found = [known[code] for code in codes if code in known and known[code].kind is kind]
    if len(found) < len(codes):
        mistakes.add(name, NOT_THERE)
    if len(found) > MOST_CONCEPTS:
        mistakes.add(name, TOO_MANY)
    return found


def _role(place: int, role: RoleFields, known: Mapping[str, Concept], mistakes: FieldErrors) -> CheckedRole:
    at = f"roles-{place}-"
    title, seats = "", 1
    with mistakes.collect(f"{at}title"):
        title = required_line(
            role.get("title"), LONGEST_ROLE_TITLE, _l("Say in a few words what this role does.")
        )
    with mistakes.collect(f"{at}seats"):
        sentence = _l("Write a number of seats from 1 to %(most)s.", most=MOST_SEATS)
        seats = bounded_integer(role.get("seats"), 1, MOST_SEATS, sentence)
    skills = _concepts(role.get("skills"), known, ConceptKind.SKILL, f"{at}skills", mistakes)
    named = [f"country:{code}" for code in role.get("countries") or ()]
    countries = _concepts(named, known, ConceptKind.COUNTRY, f"{at}countries", mistakes)
    wants = {(WantKind.CONCEPT, skill.code) for skill in skills}
    wants |= {(WantKind.COUNTRY, country.code.removeprefix("country:")) for country in countries}
    wants |= {(WantKind.TYPE, kind.value) for kind in _types(role.get("types"), f"{at}types", mistakes)}
    return CheckedRole(place, role.get("id"), title, seats, frozenset(wants))


def _types(
    given: Iterable[OrganisationType | str] | None, name: str, mistakes: FieldErrors
) -> list[OrganisationType]:
    try:
        return [OrganisationType(each) for each in given or ()]
    except ValueError:
        mistakes.add(name, NOT_THERE)
        return []
