"""What files are called for people: their kinds, and how large they are."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import format_decimal
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.core.uploads.formats import Kind

KIND_NAMES: Mapping[str, LazyString] = {
    Kind.PICTURE: _l("Picture"),
    Kind.PDF: _l("PDF"),
    Kind.DOCUMENT: _l("Text document"),
    Kind.SPREADSHEET: _l("Spreadsheet"),
    Kind.PRESENTATION: _l("Slides"),
    Kind.TEXT: _l("Text"),
}
BYTES_PER_KILOBYTE = 1000
BYTES_PER_MEGABYTE = 1_000_000


def file_size(count: int) -> str:
    """A number of bytes in words: "1.2 MB"; room/message-files.js says the same."""
    if count < BYTES_PER_MEGABYTE:
        return _("%(number)s kB", number=format_decimal(max(1, round(count / BYTES_PER_KILOBYTE))))
    return _("%(number)s MB", number=format_decimal(round(count / BYTES_PER_MEGABYTE, 1)))


def kind_name(kind: str) -> LazyString:
    """What a kind of files is called."""
    return KIND_NAMES[kind]


def kind_names() -> dict[str, str]:
    """What all kinds are called, for the client."""
    return {str(kind): str(name) for kind, name in KIND_NAMES.items()}
