"""The archive of a backup: a ZIP file with a part for each table and each file, and at its end a manifest.

A table's part holds a line of JSON for each row. The manifest has the columns, the number of rows and the SHA-256 of
every part. It is written last, so an archive that was cut off has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any

FORMAT, VERSION = "trama-backup", 1
MANIFEST = "manifest.json"
CHUNK_BYTES = 64 * 1024
READ_ERRORS = (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError, KeyError)
"""What comes of reading a ZIP file whose bytes are not what they were."""


class BackupError(Exception):
    """Why a backup cannot be made or restored, in a sentence for the operator."""


class Writer:
    """Writes an archive part by part, holding none of them in memory.

    It bears its name only once it is whole. Raises BackupError where there is a file of that name already.
    """

    def __init__(self, path: Path) -> None:
        if path.exists():
            raise BackupError(f"{path} exists already; it was left as it is.")
        self._path = path
        self._partial = path.with_name(f".{path.name}.{os.getpid()}")
        # It holds what people wrote to each other: nobody else may read it.
        self._file = os.fdopen(os.open(self._partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def add(self, name: str, chunks: Iterable[bytes]) -> dict[str, Any]:
        """Write a part; returns what the manifest tells of it: its name, its size and its SHA-256."""
        total, size = hashlib.sha256(), 0
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                part.write(chunk)
                total.update(chunk)
                size += len(chunk)
        return {"part": name, "bytes": size, "sha256": total.hexdigest()}

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest, bring everything to the disk and give the archive its name."""
        content = {"format": FORMAT, "version": VERSION, **manifest}
        self._zip.writestr(MANIFEST, json.dumps(content, indent=1))
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.rename(self._path)

    def __enter__(self) -> Writer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError, ValueError):
            self._zip.close()
        self._file.close()
        self._partial.unlink(missing_ok=True)


class Reader:
    """Reads an archive; raises BackupError for one that is no archive of ours, or not whole."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as error:
            raise BackupError(f"There is no file {path}.") from error
        except READ_ERRORS as error:
            raise BackupError(f"{path} is no backup of Trama, or not all of one.") from error
        try:
            self.manifest = self._read_manifest()
        except BackupError:
            self._zip.close()
            raise
        self.tables: list[dict[str, Any]] = self.manifest["tables"]
        self.files: list[dict[str, Any]] = self.manifest["files"]

    def _read_manifest(self) -> dict[str, Any]:
        try:
            manifest: dict[str, Any] = json.loads(self._zip.read(MANIFEST))
        except READ_ERRORS as error:
            raise BackupError(f"{self._path} is no backup of Trama: it has no manifest.") from error
        if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
            raise BackupError(f"{self._path} is no backup of Trama.")
        if manifest.get("version") != VERSION:
            raise BackupError(f"{self._path} was made by another Trama, whose format is not known here.")
        return manifest

    def verify(self) -> None:
        """Read everything once; raises BackupError unless every part is there and exactly as it was written."""
        parts = [*self.tables, *self.files]
        if {MANIFEST, *(each["part"] for each in parts)} != set(self._zip.namelist()):
            raise BackupError(f"{self._path} is damaged: not all of its parts are there.")
        for each in parts:
            total = hashlib.sha256()
            for chunk in self.chunks(each["part"]):
                total.update(chunk)
            if total.hexdigest() != each["sha256"]:
                raise BackupError(f"{self._path} is damaged: {each['part']} is not what was written.")
        for each in self.files:
            if not _stays_inside(each["name"]):
                raise BackupError(f"{self._path} is no backup of Trama: it holds a file “{each['name']}”.")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, piece by piece."""
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(CHUNK_BYTES):
                    yield chunk
        except READ_ERRORS as error:
            raise BackupError(f"{self._path} is damaged: {name} cannot be read.") from error

    def rows(self, name: str) -> Iterator[list[Any]]:
        """The rows of a table's part."""
        with self._zip.open(name) as part:
            for line in part:
                yield json.loads(line)

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()


def _stays_inside(name: str) -> bool:
    """Whether a file of this name stands in the folder that it is put into."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and bool(path.parts)
