"""Reads a table (CSV, XLSX or ODS) in a process of its own, with limits of memory and processor time.

It is run by its path and imports nothing of Trama. It gets the file and, for CSV, an encoding or "". It prints JSON
lines: first {"kind", "encoding"}, then {"line", "cells"} for each row that is not empty, the first being the header; a
line {"error", …} ends it. Line numbers are those that a spreadsheet or an editor shows.
"""

from __future__ import annotations

import csv
import itertools
import json
import resource
import sys
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

MAX_MEMORY_BYTES = 180 * 1024 * 1024
"""Of address space: about 50 MB of it are Python and its libraries before a file is read."""
MAX_CPU_SECONDS = 60
MAX_UNPACKED_BYTES = 200_000_000
MAX_RATIO = 100
MAX_ENTRIES = 200
MAX_ROWS = 100_000
MAX_COLUMNS = 100
MAX_CELL_CHARS = 10_000
MAX_LINE_BYTES = 1_000_000
SAMPLE_BYTES = 200_000
SEPARATORS = ",;\t|"
ENCODINGS = ("utf-8-sig", "cp1250", "cp1252", "iso-8859-7")

LETTERS = {
    "cp1250": "ąćęłńóśźżčšžđĄĆĘŁŃÓŚŹŻČŠŽĐ",
    "cp1252": "àèéìíòóùúçâêîôûëïœñÀÈÉÌÒÙÇÂÊÎÔÛ",
}
"""The letters of the languages of an encoding that are not in both."""
GREEK_SHARE = 0.6
"""Words in Greek have one letter beyond ASCII beside the other: this share of those of a text in Greek."""


class Refused(Exception):
    """The file cannot be taken; `values` say where and how much."""

    def __init__(self, error: str, **values: Any) -> None:
        self.answer = {"error": error, **values}


def main(path: str, encoding: str) -> int:
    """Print the rows of a file; returns the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open(path, "rb") as file:
            begins = file.read(8)
        if begins.startswith(b"PK\x03\x04"):
            rows = read_workbook(path)
        elif begins.startswith(b"\xd0\xcf\x11\xe0"):
            raise Refused("old_or_encrypted")
        elif begins.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"\x1f\x8b", b"{\\rtf", b"<")):
            raise Refused("no_table")
        else:
            rows = read_text(path, encoding)
        number = 0
        for row in rows:
            number += 1
            if number > MAX_ROWS + 2:  # what is said first, and the header
                raise Refused("too_many_rows", most=MAX_ROWS)
            write(row)
        if number < 2:
            raise Refused("empty")
    except Refused as refused:
        write(refused.answer)
    except MemoryError:
        write({"error": "too_large_inside"})
    return 0


def write(answer: dict[str, Any]) -> None:
    """Print one line."""
    print(json.dumps(answer, ensure_ascii=True))  # noqa: T201


def row_of(line: int, cells: list[str]) -> dict[str, Any] | None:
    """A row as it is printed, None where it is empty. Raises Refused where it is too wide or holds what no text has."""
    while cells and not cells[-1].strip():
        cells.pop()
    if not cells:
        return None
    if len(cells) > MAX_COLUMNS:
        raise Refused("too_wide", line=line, most=MAX_COLUMNS)
    for cell in cells:
        if len(cell) > MAX_CELL_CHARS:
            raise Refused("long_cell", line=line, most=MAX_CELL_CHARS)
        if "\0" in cell:
            raise Refused("nul", line=line)
    return {"line": line, "cells": cells}


# --- Text -----------------------------------------------------------------------------------------------------


def read_text(path: str, encoding: str) -> Iterator[dict[str, Any]]:
    """The rows of a CSV file, its separator being the one of SEPARATORS that its first line has most of."""
    encoding = encoding or guess_encoding(path)
    yield {"kind": "csv", "encoding": encoding}
    lines = decoded_lines(path, encoding)
    first = next((line for line in lines if line.strip()), "")
    if not first:
        return
    separator = max(SEPARATORS, key=first.count)
    csv.field_size_limit(MAX_LINE_BYTES)

    def all_lines() -> Iterator[str]:
        yield first
        yield from lines

    reader, begins = csv.reader(all_lines(), delimiter=separator), 1
    try:
        for cells in reader:
            if found := row_of(begins, cells):
                yield found
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused("no_csv", line=begins) from error


def decoded_lines(path: str, encoding: str) -> Iterator[str]:
    """The lines of a file as text. Raises Refused where one is too long, or is not in this encoding."""
    with open(path, "rb") as file:
        number = 0
        while raw := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if b"\0" in raw:
                raise Refused("nul", line=number)
            if len(raw) > MAX_LINE_BYTES:
                raise Refused("long_line", line=number)
            try:
                yield raw.decode(encoding if number == 1 else encoding.removesuffix("-sig"))
            except UnicodeDecodeError as error:
                raise Refused("encoding", line=number) from error


def guess_encoding(path: str) -> str:
    """UTF-8 where the whole file is; else the encoding by which the letters beyond ASCII make most sense."""
    sample = bytearray()
    try:
        with open(path, "rb") as file:
            while raw := file.readline(MAX_LINE_BYTES):
                if len(sample) < SAMPLE_BYTES:
                    sample += raw
                raw.decode("utf-8")
        return "utf-8-sig"
    except UnicodeDecodeError:
        sample += raw
    high = [byte > 0x7F for byte in sample]
    beside = sum(one and other for one, other in itertools.pairwise(high))
    if beside > GREEK_SHARE * sum(high):
        return "iso-8859-7"
    scores = {
        name: sum(letter in letters for letter in sample.decode(name, "replace"))
        for name, letters in LETTERS.items()
    }
    return max(scores, key=lambda name: (scores[name], name == "cp1252"))


# --- Workbooks ------------------------------------------------------------------------------------------------


def read_workbook(path: str) -> Iterator[dict[str, Any]]:
    """The rows of the first sheet of an XLSX or ODS file."""
    kind = check_archive(path)
    yield {"kind": kind, "encoding": ""}
    import python_calamine

    try:
        with python_calamine.load_workbook(path) as book:
            if not book.sheet_names:
                return
            sheet = book.get_sheet_by_index(0)
            start = sheet.start or (0, 0)
            for at, values in enumerate(sheet.iter_rows(), start[0] + 1):
                if found := row_of(at, [text_of(value) for value in values]):
                    yield found
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise Refused("broken") from error


def check_archive(path: str) -> str:
    """ "xlsx" or "ods". Raises Refused by what the archive's directory says, before anything is unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            size = sum(entry.file_size for entry in entries)
            packed = sum(entry.compress_size for entry in entries)
            if len(entries) > MAX_ENTRIES or size > MAX_UNPACKED_BYTES or size > MAX_RATIO * max(packed, 1):
                raise Refused("too_large_inside")
            if any(entry.flag_bits & 1 for entry in entries):
                raise Refused("old_or_encrypted")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise Refused("macros")
            if "xl/workbook.xml" in names:
                return "xlsx"
            if "content.xml" not in names:
                raise Refused("no_table")
            manifest = archive.read("META-INF/manifest.xml") if "META-INF/manifest.xml" in names else b""
            if b"encryption-data" in manifest:
                raise Refused("old_or_encrypted")
            return "ods"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Refused("broken") from error


def text_of(value: Any) -> str:
    """A cell as somebody would have written it."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
