"""Tables that people send: read by a process of its own with limits, a row at a time."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid, Text
from app.features.imports.table_worker import ENCODINGS

WORKER = Path(__file__).with_name("table_worker.py")
WORKERS = 2
"""How many files of one process are read at once."""
MAX_FILE_MEGABYTES = 20
MAX_FILE_BYTES = MAX_FILE_MEGABYTES * 1_000_000
CHUNK_BYTES = 64 * 1024
_turn = threading.BoundedSemaphore(WORKERS)

SENTENCES: Mapping[str, Text] = {
    "empty": _l("There is no row in this file."),
    "no_table": _l("This is no table. Send a CSV, XLSX or ODS file."),
    "old_or_encrypted": _l(
        "This workbook is of an old kind or protected by a password. Save it as XLSX without a password."
    ),
    "macros": _l("This workbook holds macros. Save it as XLSX without macros."),
    "broken": _l("This workbook is damaged and cannot be read. Save it anew, or as CSV."),
    "too_large_inside": _l("What is packed in this workbook is too large. Save its first sheet as CSV."),
    "too_many_rows": _l("A file may have %(most)s rows. Divide it."),
    "too_wide": _l("Line %(line)s has more than %(most)s columns."),
    "long_cell": _l("A cell of line %(line)s has more than %(most)s characters."),
    "long_line": _l("Line %(line)s is too long. Is this a table?"),
    "nul": _l(
        "Line %(line)s holds a NUL character, so this is no table of text. Save it anew as CSV or XLSX."
    ),
    "no_csv": _l("Line %(line)s cannot be read: perhaps a quotation mark is not closed."),
    "encoding": _l(
        "The letters of line %(line)s are not in the encoding that you chose. Save the file as UTF-8."
    ),
}
"""What is said of the worker's errors."""


def refused(sentence: Text) -> Invalid:
    """The refusal of a file, at its field."""
    return Invalid(fields={"file": [sentence]})


@dataclass
class TableFile:
    """A file that arrived: where it lies for now, and its SHA-256."""

    path: Path
    digest: str


@dataclass
class TableReader:
    """The rows of a file; `encoding` is known once the first one is read."""

    path: Path
    encoding: str = ""
    lines: dict[str, Any] = field(default_factory=dict)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Line number and cells of each row that is not empty; the first is the header.

        Raises Invalid with a sentence for a file that cannot be taken.
        """
        assert self.encoding in ("", *ENCODINGS)
        command = [sys.executable, "-I", str(WORKER), str(self.path), self.encoding]
        with (
            _turn,
            subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={}, encoding="ascii"
            ) as process,
        ):
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    answer = json.loads(line)
                    if error := answer.pop("error", None):
                        raise refused(str(SENTENCES[error]) % answer)
                    if "kind" in answer:
                        self.encoding = answer["encoding"]
                    else:
                        yield answer["line"], answer["cells"]
            finally:
                process.kill()
        if process.returncode not in (0, -9):
            raise refused(SENTENCES["too_large_inside"])


@contextmanager
def received(source: IO[bytes]) -> Iterator[TableFile]:
    """Keep what comes on the disk for the block, counting; raises Invalid past MAX_FILE_BYTES."""
    with tempfile.NamedTemporaryFile(prefix="import-") as file:
        count, digest = 0, hashlib.sha256()
        while chunk := source.read(CHUNK_BYTES):
            count += len(chunk)
            if count > MAX_FILE_BYTES:
                raise refused(_l("This file is too large: at most %(limit)s MB.", limit=MAX_FILE_MEGABYTES))
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        if not count:
            raise refused(SENTENCES["empty"])
        yield TableFile(Path(file.name), digest.hexdigest())
