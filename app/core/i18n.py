"""Languages: those of this installation, the one that a reader gets, and addresses that carry it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any, cast
from urllib.parse import quote

from babel import Locale, UnknownLocaleError, negotiate_locale
from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel, force_locale, format_date, get_locale, gettext, lazy_gettext, to_user_timezone
from werkzeug.routing import BaseConverter, ValidationError

from app.core.clock import now
from app.core.text import fold
from config import ALL_LANGUAGES as ALL_LANGUAGES
from config import SOURCE as SOURCE
from config import Settings

LANGUAGE_COOKIE = "language"


def languages() -> tuple[str, ...]:
    """The languages that have addresses, as TRAMA_LANGUAGES names them.

    A sentence that a catalogue lacks is shown in the source language; the language keeps its addresses.
    """
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.languages


def available_language(code: str) -> str:
    """`code` where it has addresses in this installation, else the first of TRAMA_LANGUAGES."""
    return code if code in languages() else languages()[0]


class LanguageConverter(BaseConverter):
    """The first part of an address, one of our languages; any other is not an address."""

    part_isolating = True
    regex = "[a-z]{2}"

    def to_python(self, value: str) -> str:
        """The language, or no match."""
        if value not in languages():
            raise ValidationError
        return value


def init_i18n(app: Flask) -> None:
    """Give every address of a page its language and every reader hers."""
    app.url_map.converters["lang"] = LanguageConverter
    # One for each application: it keeps the catalogues that it has read.
    Babel(app, locale_selector=choose_locale, timezone_selector=choose_timezone)

    @app.url_value_preprocessor
    def take_language(endpoint: str | None, values: dict[str, Any] | None) -> None:
        if values:
            g.lang = values.pop("lang", None)

    @app.url_defaults
    def give_language(endpoint: str, values: dict[str, Any]) -> None:
        if "lang" not in values and app.url_map.is_endpoint_expecting(endpoint, "lang"):
            values["lang"] = current_language()


def choose_locale() -> str:
    """The reader's language with the customs that go with it."""
    return with_customs(choose_language())


def with_customs(code: str) -> str:
    """The locale of a language: an English day is written as in Britain."""
    return "en_GB" if code == SOURCE else code


def speaking(code: str) -> AbstractContextManager[None]:
    """Set the language of all texts inside: in a mail, on a socket."""
    return force_locale(with_customs(code))


def choose_language() -> str:
    """The reader's language: the address's, else hers, else her choice, else the nearest her browser asks for."""
    if g.get("lang"):
        return str(g.lang)
    if has_request_context() and (named := request.path.split("/", 2)[1]) in languages():
        return named
    actor = g.get("actor")
    if actor is not None and actor.person is not None and actor.person.locale in languages():
        return str(actor.person.locale)
    if not has_request_context():
        return SOURCE
    return preferred_language()


def preferred_language() -> str:
    """The language that a browser's earlier choice or its settings ask for."""
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    if chosen in languages():
        return chosen
    wanted = [code.replace("-", "_") for code in request.accept_languages.values()]
    found = negotiate_locale(wanted, languages())
    return found.split("_")[0] if found else languages()[0]


def choose_timezone() -> str | None:
    """The reader's time zone, UTC for visitors."""
    actor = g.get("actor")
    return actor.person.timezone if actor is not None and actor.person is not None else None


def current_language() -> str:
    """The language that texts are rendered in now."""
    locale = get_locale()
    return locale.language if locale else SOURCE


def lazy_text(text: str, /, **values: Any) -> str:
    """`lazy_gettext` for fields of forms, imported as `_l`: WTForms declares labels and messages as str.

    The result is a LazyString, which is translated when a page renders it; only its type says str.
    """
    return cast("str", lazy_gettext(text, **values))


def foreign_language(code: str) -> str:
    """The language of a text as its markup names it: "" where it is the reader's own."""
    return "" if code == current_language() else code


def language_name(code: str, reader: str | None = None) -> str:
    """The name of a language in the reader's, or in itself when `reader` is the same code; the code if unknown."""
    try:
        return Locale.parse(code).get_display_name(reader or current_language()) or code
    except (UnknownLocaleError, ValueError):
        return code


def country_name(code: str, reader: str | None = None) -> str:
    """The name of a country (ISO 3166-1 alpha-2) in the reader's language; the code if unknown."""
    return str(Locale.parse(reader or current_language()).territories.get(code, code))


def country_order(code: str) -> tuple[bool, str, str]:
    """Where a country stands in a list of countries: those of the cluster first, then the others, each by name."""
    settings: Settings = current_app.extensions["trama.settings"]
    return code not in settings.countries, fold(country_name(code)), code


def day_name(day: date) -> str:
    """The heading of a day in the reader's time zone: today, yesterday, else its date, with the year where it is another."""
    today = to_user_timezone(now()).date()
    if day == today:
        return gettext("Today")
    if day == today - timedelta(days=1):
        return gettext("Yesterday")
    return str(format_date(day, "EEEE d MMMM y" if day.year != today.year else "EEEE d MMMM"))


def path_for(endpoint: str, lang: str | None = None, *, _anchor: str = "", **values: Any) -> str:
    """An address within Trama, also where there is no request (a job, a socket); `_anchor` names a place on the page."""
    if current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = lang or current_language()
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{path}#{quote(_anchor)}" if _anchor else path


def public_url_for(endpoint: str, lang: str | None = None, **values: Any) -> str:
    """An address for outside, as in a mail: always under TRAMA_PUBLIC_URL, independent of the host of a request."""
    return str(current_app.extensions["trama.settings"].public_url) + path_for(endpoint, lang, **values)
