"""Files that one takes away: the template, and the rows that were not imported."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

import xlsxwriter
from flask_babel import gettext as _

from app.core.tables import safe_cell
from app.features.imports.cell_values import SEVERAL
from app.features.imports.models import ImportRow
from app.features.organisations.labels import FIELD_LABELS, TYPE_NAMES
from app.features.taxonomy.queries import label_of

EXAMPLE_ROWS = 1000
"""Rows of the template that offer the values to choose from."""


def rejected_rows(header: Sequence[str], rows: Iterable[ImportRow]) -> Iterator[list[str]]:
    """The header of a file and those rows, each with its line and the reasons why it was not taken."""
    yield [*header, _("Line"), _("Reason")]
    for row in rows:
        cells = [*row.cells, *[""] * len(header)][: len(header)]
        sentences = [each["text"] for each in row.reasons]
        sentences += [each["name"] for each in row.candidates]
        yield [*cells, str(row.line), " ".join(sentences)]


def write_template(codes: Iterable[tuple[str, str]]) -> bytes:
    """An XLSX workbook: a sheet to fill in, and one with the codes (code, kind) that it may hold."""
    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        bold = book.add_format({"bold": True})
        sheet = book.add_worksheet(_("Organisations"))
        sheet.freeze_panes(1, 1)
        for at, (_field, label) in enumerate(FIELD_LABELS.items()):
            sheet.write_string(0, at, str(label), bold)
        sheet.set_column(0, len(FIELD_LABELS) - 1, 18)
        column = list(FIELD_LABELS).index("type")
        types = [kind.value for kind in TYPE_NAMES]
        sheet.data_validation(1, column, EXAMPLE_ROWS, column, {"validate": "list", "source": types})
        known = book.add_worksheet(_("Codes"))
        known.set_column(0, 2, 36)
        lines = [(_("Column"), _("Code"), _("Label"))]
        lines += [(str(FIELD_LABELS["type"]), kind.value, str(name)) for kind, name in TYPE_NAMES.items()]
        fields = {kind.value: str(FIELD_LABELS[field]) for field, kind in reversed([*SEVERAL.items()])}
        fields |= {"country": str(FIELD_LABELS["country"])}
        lines += [(fields.get(kind, kind), code, label_of(code)) for code, kind in codes]
        for at, line in enumerate(lines):
            for column, text in enumerate(line):
                known.write_string(at, column, safe_cell(text))
    return file.getvalue()
