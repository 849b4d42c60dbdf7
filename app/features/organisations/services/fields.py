"""The fields of a profile, one check each: what is sent becomes what is kept, or a sentence beside the field."""

from __future__ import annotations

import string
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from stdnum.exceptions import ValidationError

from app.core.clock import now
from app.core.email_addresses import MAX_EMAIL_LENGTH, email_fault, normalise_email
from app.core.validation import InvalidValue, bounded_integer, limited_line, limited_text, required_line
from app.features.organisations.labels import REGISTERS
from app.features.organisations.models import (
    LONGEST_ACCESS_NOTES,
    LONGEST_CITY,
    LONGEST_LATIN_NAME,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_REGISTRY_NUMBER,
    LONGEST_WEBSITE,
    MAX_SOCIAL_LINKS,
    OrganisationType,
)
from app.features.taxonomy.queries import concepts_by_code

MIN_YEAR = 1000
MAX_PEOPLE = 10_000_000
MAX_DAYS_AHEAD = timedelta(days=730)
SOCIAL_HOSTS = [
    "facebook.com",
    "instagram.com",
    "linkedin.com",
    "youtube.com",
    "x.com",
    "twitter.com",
    "tiktok.com",
    "vimeo.com",
    "bsky.app",
    "threads.net",
    "mastodon.social",
    "mastodon.online",
    "pixelfed.social",
    "t.me",
    "github.com",
    "flickr.com",
]
PHONE_SIGNS = frozenset(f"{string.digits}+ ()/.-")
MIN_PHONE_DIGITS = 5


def organisation_type(value: Any) -> OrganisationType:
    """The kind of an organisation."""
    try:
        return OrganisationType(value)
    except ValueError as error:
        raise InvalidValue(_l("Choose what kind of organisation it is.")) from error


def country(value: Any) -> str:
    """The code of a country of the vocabulary."""
    if f"country:{value}" not in concepts_by_code([f"country:{value}"]):
        raise InvalidValue(_l("Choose a country."))
    return str(value)


def web_address(value: Any) -> str:
    """An address of a page, with https where no scheme is given: no other scheme, no name before an @, one alphabet."""
    text = limited_text(value, LONGEST_WEBSITE)
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        is_known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
        is_plain = "@" not in parts.netloc and not any(character.isspace() for character in text)
        is_plain = is_plain and all(_is_one_alphabet(label) for label in (parts.hostname or "").split("."))
    except ValueError:
        is_known = is_plain = False
    if text and not (is_known and is_plain):
        raise InvalidValue(_l("Write the address of the website, such as https://example.org."))
    return limited_text(text, LONGEST_WEBSITE)


def _is_one_alphabet(label: str) -> bool:
    """Whether a part of a host has letters of one alphabet: others look like what they are not."""
    names = {unicodedata.name(letter, "").split(" ")[0] for letter in label if letter.isalpha()}
    return len(names) <= 1


def social_links(value: Any) -> list[str]:
    """Addresses of profiles on social networks, from a list or one a line."""
    lines = value.split("\n") if isinstance(value, str) else value or []
    links = list(dict.fromkeys(link for link in map(web_address, lines) if link))
    if len(links) > MAX_SOCIAL_LINKS:
        raise InvalidValue(_l("At most %(most)s addresses.", most=MAX_SOCIAL_LINKS))
    for link in links:
        host = (urlsplit(link).hostname or "").removeprefix("www.")
        if not any(host == known or host.endswith(f".{known}") for known in SOCIAL_HOSTS):
            raise InvalidValue(
                _l("“%(link)s” is not an address of a social network that we know.", link=link)
            )
    return links


def contact(value: Any) -> str:
    """An email address."""
    text = limited_text(value, MAX_EMAIL_LENGTH)
    if text and (fault := email_fault(text)):
        raise InvalidValue(fault)
    return normalise_email(text)


def phone(value: Any) -> str:
    """A telephone number as it is written."""
    text = limited_line(value, LONGEST_PHONE)
    digits = sum(sign in string.digits for sign in text)
    if text and (not set(text) <= PHONE_SIGNS or digits < MIN_PHONE_DIGITS):
        raise InvalidValue(_l("Write the number with its country, such as +39 011 123456."))
    return text


def year(value: Any) -> int | None:
    """A year that has been, or none."""
    if value is None:
        return None
    return bounded_integer(value, MIN_YEAR, now().year, _l("Write the year with four digits, such as 2012."))


def people(value: Any) -> int | None:
    """A number of people, or none."""
    if value is None:
        return None
    return bounded_integer(value, 0, MAX_PEOPLE, _l("Write a number of people."))


def coming_day(value: Any) -> date | None:
    """A day from today on, at most MAX_DAYS_AHEAD away, or none."""
    if value is None:
        return None
    today = now().date()
    if not isinstance(value, date) or not today <= value <= today + MAX_DAYS_AHEAD:
        raise InvalidValue(_l("Choose a day from today on, at most two years ahead."))
    return value


def registry_scheme(value: Any) -> str:
    """The key of a register in REGISTERS, or none."""
    if value and value not in REGISTERS:
        raise InvalidValue(_l("Choose one of the registers in the list."))
    return value or ""


def registry_number(value: Any, scheme: str) -> str:
    """A number as its register writes it, its check digits verified; raises InvalidValue."""
    text = limited_line(value, LONGEST_REGISTRY_NUMBER)
    if not text:
        return ""
    if not scheme:
        raise InvalidValue(_l("Choose the register that this number is from."))
    try:
        return str(REGISTERS[scheme].module.validate(text))[:LONGEST_REGISTRY_NUMBER]
    except (ValidationError, ValueError) as error:
        raise InvalidValue(
            _l("This is not a number of this register. Look for a digit that is missing or wrong.")
        ) from error


NEEDED: Iterable[str] = ("name", "type", "country")

CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda value: required_line(value, LONGEST_NAME, _l("Write the organisation's name.")),
    "legal_name": lambda value: limited_line(value, LONGEST_NAME),
    "latin_name": lambda value: limited_line(value, LONGEST_LATIN_NAME),
    "registry_scheme": registry_scheme,
    "registry_number": lambda value: limited_line(value, LONGEST_REGISTRY_NUMBER),
    "type": organisation_type,
    "country": country,
    "city": lambda value: limited_line(value, LONGEST_CITY),
    "website": web_address,
    "social_links": social_links,
    "contact": contact,
    "contact_public": bool,
    "phone": phone,
    "phone_public": bool,
    "founded": year,
    "employed": people,
    "disadvantaged": people,
    "volunteers": people,
    "cooperation_until": coming_day,
    "access_notes": lambda value: limited_text(value, LONGEST_ACCESS_NOTES),
}
