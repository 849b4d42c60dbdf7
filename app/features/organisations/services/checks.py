"""What a profile may say: each mistake a sentence at its field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l

from app.core.clock import now
from app.core.email_addresses import MAX_EMAIL_LENGTH, email_fault, normalise_email
from app.core.errors import Invalid, Text
from app.core.text import tidy
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
from app.features.taxonomy.queries import concepts_by_code

RELATIONS: Mapping[str, tuple[Relation, ConceptKind]] = {
    "sectors": (Relation.SECTOR, ConceptKind.SECTOR),
    "offers": (Relation.OFFERS, ConceptKind.SKILL),
    "seeks": (Relation.SEEKS, ConceptKind.SKILL),
    "languages": (Relation.LANGUAGE, ConceptKind.LANGUAGE),
    "goals": (Relation.GOAL, ConceptKind.GOAL),
}
OLDEST = 1000
MOST_PEOPLE = 10_000_000


class Mistake(Exception):
    """A value that cannot be taken, with the sentence that says how to mend it."""

    def __init__(self, sentence: Text) -> None:
        self.sentence = sentence
        super().__init__(sentence)


@dataclass
class Checked:
    """What was found good: columns, concepts by relation, the story."""

    columns: dict[str, Any] = field(default_factory=dict)
    concepts: dict[Relation, list[Concept]] = field(default_factory=dict)
    story: str = ""


def check(fields: Mapping[str, Any], *, new: bool) -> Checked:
    """The fields as they are kept; raises Invalid with all mistakes at once. A new profile needs its first fields."""
    checked, mistakes = Checked(), {}
    given = {**fields, **{name: fields.get(name, "") for name in NEEDED if new}}
    codes = _codes(given)
    known = concepts_by_code(code for several in codes.values() for code in several)
    for name, value in given.items():
        try:
            if name in RELATIONS:
                relation, kind = RELATIONS[name]
                checked.concepts[relation] = _concepts(codes[name], known, kind, MOST_CONCEPTS)
            elif name == "region":
                region = _concepts(codes[name], known, ConceptKind.REGION, 1)
                checked.columns["region_id"] = region[0].id if region else None
            elif name == "story":
                checked.story = _line(value, LONGEST_STORY)
            elif name == "story_lang":
                _language(value, told=bool(fields.get("story")))
            else:
                checked.columns[name] = CHECKS[name](value)
        except Mistake as mistake:
            mistakes[name] = [mistake.sentence]
    _fits(checked, known, codes, mistakes)
    if mistakes:
        raise Invalid(fields=mistakes)
    return checked


def _codes(given: Mapping[str, Any]) -> dict[str, list[str]]:
    """The concepts' codes of each field that holds some."""
    return {name: list(dict.fromkeys(given[name] or ())) for name in (*RELATIONS, "region") if name in given}


def _concepts(codes: list[str], known: Mapping[str, Concept], kind: ConceptKind, most: int) -> list[Concept]:
    found = [known[code] for code in codes if code in known and known[code].kind is kind]
    if len(found) < len(codes):
        raise Mistake(_l("One of the things you chose is not in this list. Choose again."))
    if len(found) > most:
        raise Mistake(_l("Choose at most %(most)s.", most=most))
    return found


def _fits(
    checked: Checked,
    known: Mapping[str, Concept],
    codes: Mapping[str, list[str]],
    mistakes: dict[str, list[Text]],
) -> None:
    """A region lies in the organisation's country."""
    country = checked.columns.get("country")
    for code in codes.get("region", ()):
        if country and code in known and known[code].country not in (None, country):
            mistakes.setdefault("region", []).append(_l("This region is in another country."))


def _language(code: Any, *, told: bool) -> None:
    if told and f"language:{code}" not in concepts_by_code([f"language:{code}"]):
        raise Mistake(_l("Choose the language that it is written in."))


def _line(value: Any, longest: int) -> str:
    text = tidy(value)
    if len(text) > longest:
        raise Mistake(_l("At most %(most)s characters.", most=longest))
    return text


def _name(value: Any) -> str:
    name = " ".join(_line(value, LONGEST_NAME).split())
    if not name:
        raise Mistake(_l("Write the organisation's name."))
    return name


def _type(value: Any) -> OrganisationType:
    try:
        return OrganisationType(value)
    except ValueError as error:
        raise Mistake(_l("Choose what kind of organisation it is.")) from error


def _country(value: Any) -> str:
    if f"country:{value}" not in concepts_by_code([f"country:{value}"]):
        raise Mistake(_l("Choose a country."))
    return str(value)


def _website(value: Any) -> str:
    text = _line(value, LONGEST_WEBSITE)
    if text and "://" not in text:
        text = f"https://{text}"
    parts = urlsplit(text) if _is_readable(text) else None
    if text and (parts is None or parts.scheme not in ("http", "https") or "." not in (parts.hostname or "")):
        raise Mistake(_l("Write the address of the website, such as https://example.org."))
    return _line(text, LONGEST_WEBSITE)


def _is_readable(address: str) -> bool:
    """Whether an address can be taken apart at all."""
    try:
        return bool(urlsplit(address)) and not any(character.isspace() for character in address)
    except ValueError:
        return False


def _contact(value: Any) -> str:
    text = _line(value, MAX_EMAIL_LENGTH)
    if text and (fault := email_fault(text)):
        raise Mistake(fault)
    return normalise_email(text)


def _year(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not OLDEST <= value <= now().year:
        raise Mistake(_l("Write the year with four digits, such as 2012."))
    return value


def _people(value: Any) -> int | None:
    if value is None:
        return None
    if not isinstance(value, int) or not 0 <= value <= MOST_PEOPLE:
        raise Mistake(_l("Write a number of people."))
    return value


NEEDED: Iterable[str] = ("name", "type", "country")
CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": _name,
    "type": _type,
    "country": _country,
    "city": lambda value: " ".join(_line(value, LONGEST_CITY).split()),
    "website": _website,
    "contact": _contact,
    "contact_public": bool,
    "founded": _year,
    "employed": _people,
    "disadvantaged": _people,
}
