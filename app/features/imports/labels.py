"""What states and fates of imports are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.imports.models import BatchState, RowFate, UndoFate

FATE_NAMES: Mapping[RowFate, LazyString] = {
    RowFate.CREATE: _l("New"),
    RowFate.UPDATE: _l("Changed"),
    RowFate.UNCHANGED: _l("Same as here"),
    RowFate.DECIDE: _l("To decide"),
    RowFate.SKIP: _l("Left out"),
    RowFate.REFUSE: _l("Cannot be taken"),
}
"""In the order in which they are counted."""

STATE_NAMES: Mapping[BatchState, LazyString] = {
    BatchState.UPLOADED: _l("waits for its columns"),
    BatchState.CHECKING: _l("is being checked"),
    BatchState.CHECKED: _l("checked, not imported"),
    BatchState.IMPORTING: _l("is being imported"),
    BatchState.DONE: _l("imported"),
    BatchState.UNDOING: _l("is being taken back"),
    BatchState.UNDONE: _l("taken back"),
}

UNDO_NAMES: Mapping[UndoFate, LazyString] = {
    UndoFate.UNDONE: _l("Taken back."),
    UndoFate.KEPT_EDITED: _l("Stays: somebody edited it since."),
    UndoFate.KEPT_USED: _l("Stays: it has members, introductions, partners or claims by now."),
    UndoFate.PARTLY: _l("Some fields stay: they were changed since."),
    UndoFate.GONE: _l("It was no longer there."),
}

ENCODING_NAMES: Mapping[str, LazyString] = {
    "": _l("Find out"),
    "utf-8-sig": _l("Unicode (UTF-8)"),
    "cp1250": _l("Central European (Windows 1250)"),
    "cp1252": _l("Western European (Windows 1252)"),
    "iso-8859-7": _l("Greek (ISO 8859-7)"),
}
