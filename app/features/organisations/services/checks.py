"""What a profile may say: each mistake a sentence at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.email_addresses import MAX_EMAIL_LENGTH, email_fault, normalise_email
from app.core.validation import (
    FieldErrors,
    InvalidValue,
    bounded_integer,
    known_language,
    limited_line,
    limited_text,
    required_line,
)
from app.features.organisations.models import (
    LONGEST_CITY,
    LONGEST_NAME,
    LONGEST_STORY,
    LONGEST_WEBSITE,
    MOST_CONCEPTS,
    OrganisationType,
    Relation,
)
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import concepts_by_code, known_languages

RELATIONS: Mapping[str, tuple[Relation, ConceptKind]] = {
    "sectors": (Relation.SECTOR, ConceptKind.SECTOR),
    "offers": (Relation.OFFERS, ConceptKind.SKILL),
    "seeks": (Relation.SEEKS, ConceptKind.SKILL),
    "languages": (Relation.LANGUAGE, ConceptKind.LANGUAGE),
    "goals": (Relation.GOAL, ConceptKind.GOAL),
}
MIN_YEAR = 1000
MAX_PEOPLE = 10_000_000


@dataclass
class Checked:
    """What was found good: columns, concepts by relation, the story."""

    columns: dict[str, Any] = field(default_factory=dict)
    concepts: dict[Relation, list[Concept]] = field(default_factory=dict)
    story: str = ""


def check(fields: Mapping[str, Any], *, new: bool) -> Checked:
    """The fields as they are kept; raises Invalid with all mistakes at once. A new profile needs its first fields."""
    checked, errors = Checked(), FieldErrors()
    given = {**fields, **{name: fields.get(name, "") for name in NEEDED if new}}
    codes = _codes(given)
    known = concepts_by_code(code for several in codes.values() for code in several)
    for name, value in given.items():
        with errors.collect(name):
            if name in RELATIONS:
                relation, kind = RELATIONS[name]
                checked.concepts[relation] = _concepts(codes[name], known, kind, MOST_CONCEPTS)
            elif name == "region":
                region = _concepts(codes[name], known, ConceptKind.REGION, 1)
                checked.columns["region_id"] = region[0].id if region else None
            elif name == "story":
                checked.story = limited_text(value, LONGEST_STORY)
            elif name == "story_lang":
                if fields.get("story"):
                    known_language(value, known_languages([value]))
            else:
                checked.columns[name] = CHECKS[name](value)
    _check_region(checked, known, codes, errors)
    errors.raise_any()
    return checked


def _codes(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The concepts' codes of each field that holds some."""
    return {name: list(dict.fromkeys(given[name] or ())) for name in (*RELATIONS, "region") if name in given}


def _concepts(codes: list[str], known: Mapping[str, Concept], kind: ConceptKind, most: int) -> list[Concept]:
    found = [known[code] for code in codes if code in known and known[code].kind is kind]
    if len(found) < len(codes):
        raise InvalidValue(_l("One of the things you chose is not in this list. Choose again."))
    if len(found) > most:
        raise InvalidValue(_l("Choose at most %(most)s.", most=most))
    return found


def _check_region(
    checked: Checked,
    known: Mapping[str, Concept],
    codes: Mapping[str, list[str]],
    errors: FieldErrors,
) -> None:
    """A region lies in the organisation's country."""
    country = checked.columns.get("country")
    for code in codes.get("region", ()):
        if country and code in known and known[code].country not in (None, country):
            errors.add("region", _l("This region is in another country."))


def _type(value: Any) -> OrganisationType:
    try:
        return OrganisationType(value)
    except ValueError as error:
        raise InvalidValue(_l("Choose what kind of organisation it is.")) from error


def _country(value: Any) -> str:
    if f"country:{value}" not in concepts_by_code([f"country:{value}"]):
        raise InvalidValue(_l("Choose a country."))
    return str(value)


def _website(value: Any) -> str:
    text = limited_text(value, LONGEST_WEBSITE)
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text) if _is_readable(text) else None
    if text and (parts is None or parts.scheme not in ("http", "https") or "." not in (parts.hostname or "")):
        raise InvalidValue(_l("Write the address of the website, such as https://example.org."))
    return limited_text(text, LONGEST_WEBSITE)


def _is_readable(address: str) -> bool:
    """Whether an address can be taken apart at all."""
    try:
        return bool(urlsplit(address)) and not any(character.isspace() for character in address)
    except ValueError:
        return False


def _contact(value: Any) -> str:
    text = limited_text(value, MAX_EMAIL_LENGTH)
    if text and (fault := email_fault(text)):
        raise InvalidValue(fault)
    return normalise_email(text)


def _year(value: Any) -> int | None:
    if value is None:
        return None
    return bounded_integer(value, MIN_YEAR, now().year, _l("Write the year with four digits, such as 2012."))


def _people(value: Any) -> int | None:
    if value is None:
        return None
    return bounded_integer(value, 0, MAX_PEOPLE, _l("Write a number of people."))


NEEDED: Iterable[str] = ("name", "type", "country")
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda value: required_line(value, LONGEST_NAME, _l("Write the organisation's name.")),
    "type": _type,
    "country": _country,
    "city": lambda value: limited_line(value, LONGEST_CITY),
    "website": _website,
    "contact": _contact,
    "contact_public": bool,
    "founded": _year,
    "employed": _people,
    "disadvantaged": _people,
}
