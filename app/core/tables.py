"""Tables that one takes away: CSV and XLSX files in which no spreadsheet finds a formula."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import IO

import xlsxwriter
from flask import Response, send_file

from app.core.fair_scheduler import checkpoint
from app.core.threadpool import offload_long

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MEDIA_TYPES = {"csv": "text/csv", "xlsx": XLSX, "jsonld": "application/ld+json"}
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MAX_XLSX_CELL_CHARS = 32_767
"""Of a cell in a workbook; spreadsheets refuse a file with a longer one."""
MAX_BYTES_IN_MEMORY = 1_000_000
"""A file that grows larger is kept on the disk until it is sent."""


def safe_cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe comes before one that begins like it."""
    return f"'{text}" if text.lstrip("\"' \u00a0").startswith(FORMULA_STARTS) else text


def write_csv(file: IO[bytes], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV file in UTF-8 with a byte order mark, by which spreadsheets know it."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    for row in rows:
        checkpoint()
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    text.detach()


def write_xlsx(file: IO[bytes], rows: Iterable[Sequence[Cell]], sheet_name: str) -> None:
    """Write a workbook of one sheet, whose first row stays in sight; a row at a time goes to the disk."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, options)
    sheet = book.add_worksheet(sheet_name[:31])
    sheet.freeze_panes(1, 1)
    for at, row in enumerate(rows):
        checkpoint()
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, safe_cell(cell)[:MAX_XLSX_CELL_CHARS])
            elif cell is not None:
                sheet.write_number(at, column, cell)
    offload_long(book.close)


def table_response(rows: Iterable[Sequence[Cell]], kind: str, name: str, sheet_name: str) -> Response:
    """A table as a CSV or XLSX file called `name`, written whole before a byte of it is sent.

    So a slow reader holds no connection to the database.
    """
    with ExitStack() as stack:
        file = stack.enter_context(tempfile.SpooledTemporaryFile(MAX_BYTES_IN_MEMORY))
        if kind == "xlsx":
            write_xlsx(file, rows, sheet_name)
        else:
            write_csv(file, rows)
        stack.pop_all()
    return file_response(file, kind, name)


def file_response(file: IO[bytes], kind: str, name: str) -> Response:
    """A file that was just written, to be saved under `name` with the ending of its kind; it is closed when it is sent."""
    file.seek(0)
    return send_file(
        file, mimetype=MEDIA_TYPES[kind], as_attachment=True, download_name=f"{name}.{kind}", max_age=0
    )
