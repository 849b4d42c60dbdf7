"""Files that people send, on the disk: counted while they come, checked, and kept under ids that tell nothing.

They lie in `files/` of the instance folder, in 256 folders by the first letters of their id's SHA-256. What is not
checked yet is in a hidden folder, which no backup holds.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from flask import current_app
from flask_babel import lazy_gettext as _l

from app.core.threadpool import run_disk_io
from app.core.uploads.formats import FORMATS, Format, Kind, recognise, refused
from app.core.uploads.names import picture_name, tidy_file_name
from app.core.uploads.pictures import PictureSides, write_picture
from config import Settings

MEGABYTE = 1024 * 1024
CHUNK_BYTES = 64 * 1024
INCOMING = ".incoming"
MAX_INCOMING_SECONDS = 3600
"""What is older in the hidden folder was left there by a process that died."""
SHARDS = 256
THUMBNAIL = ".small"
EMPTY = _l("This file is empty.")
NO_PICTURE = _l("Send a picture in PNG, JPEG or WebP.")


@dataclass(frozen=True)
class StoredFile:
    """A file that was checked and stands in its place, with what is kept of it in a row.

    `byte_count` counts the thumbnail, too. `width` and `height` are those of a picture in pixels.
    """

    id: str
    name: str
    format: Format
    byte_count: int
    sha256: str
    width: int | None = None
    height: int | None = None


def max_file_bytes() -> int:
    """How large one file may be."""
    return _settings().file_megabytes * MEGABYTE


def path_of(file_id: str, *, thumbnail: bool = False) -> Path:
    """Where a stored file, or the thumbnail of a picture, is."""
    return _folder() / _shard_name(file_id) / f"{file_id}{THUMBNAIL if thumbnail else ''}"


@contextmanager
def received(
    source: IO[bytes], name: str, *, sides: PictureSides | None = None, max_bytes: int | None = None
) -> Iterator[StoredFile]:
    """Take a file in, check it and put it in its place; it is deleted again where the block raises.

    With `sides` it must be a picture. `max_bytes` is that of the settings unless given. Nothing of it is held in memory.
    It must not run inside a transaction, because writing a picture takes a while.
    Raises Invalid with a sentence for a file that may not be sent.
    """
    file_id = secrets.token_urlsafe(16)
    incoming = _folder() / INCOMING
    incoming.mkdir(parents=True, exist_ok=True)
    arrived, shown, small = (incoming / f"{file_id}{suffix}" for suffix in ("", ".shown", THUMBNAIL))
    try:
        digest = _copy(source, arrived, max_bytes or max_file_bytes())
        file_format = recognise(arrived, name)
        if FORMATS[file_format].kind == Kind.PICTURE:
            stored = _store_picture(
                file_id, name, file_format, (arrived, shown, small), sides or PictureSides()
            )
        elif sides:
            raise refused(NO_PICTURE)
        else:
            count = arrived.stat().st_size
            stored = StoredFile(file_id, tidy_file_name(name, file_format), file_format, count, digest)
            _place(arrived, path_of(file_id))
        yield stored
    except BaseException:
        delete_files([file_id])
        raise
    finally:
        for each in (arrived, shown, small):
            each.unlink(missing_ok=True)


def delete_files(file_ids: Iterable[str]) -> None:
    """Delete the bytes of files; those that are not there are deleted already."""
    for file_id in file_ids:
        path_of(file_id).unlink(missing_ok=True)
        path_of(file_id, thumbnail=True).unlink(missing_ok=True)


def delete_incoming() -> None:
    """Delete what processes that died left in the hidden folder."""
    folder = _folder() / INCOMING
    for path in folder.iterdir() if folder.is_dir() else ():
        if _is_older(path, MAX_INCOMING_SECONDS):
            path.unlink(missing_ok=True)


def stored_ids(shard: int, older_than_seconds: float) -> set[str]:
    """The ids of the files in one of the SHARDS folders that have not changed for so long."""
    folder = _folder() / f"{shard:02x}"
    paths = folder.iterdir() if folder.is_dir() else ()
    return {path.name.removesuffix(THUMBNAIL) for path in paths if _is_older(path, older_than_seconds)}


def _is_older(path: Path, seconds: float) -> bool:
    try:
        return path.stat().st_mtime < time.time() - seconds
    except FileNotFoundError:
        return False


def _copy(source: IO[bytes], target: Path, limit: int) -> str:
    """Write what comes to the disk, counting; returns its SHA-256. Raises Invalid past the limit."""
    count, digest = 0, hashlib.sha256()
    with os.fdopen(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        while chunk := source.read(CHUNK_BYTES):
            count += len(chunk)
            if count > limit:
                raise refused(_l("This file is too large: at most %(limit)s MB.", limit=limit // MEGABYTE))
            digest.update(chunk)
            file.write(chunk)
        if not count:
            raise refused(EMPTY)
        file.flush()
        run_disk_io(lambda: os.fsync(file.fileno()))
    return digest.hexdigest()


def _store_picture(
    file_id: str, name: str, file_format: Format, paths: tuple[Path, Path, Path], sides: PictureSides
) -> StoredFile:
    """Re-encode a picture, store it with its thumbnail, and delete the original."""
    arrived, shown, small = paths
    size = write_picture(arrived, file_format, shown, small, sides)
    digest = hashlib.sha256(shown.read_bytes()).hexdigest()
    count = shown.stat().st_size + small.stat().st_size
    _place(shown, path_of(file_id))
    _place(small, path_of(file_id, thumbnail=True))
    return StoredFile(file_id, picture_name(name), Format.WEBP, count, digest, size.width, size.height)


def _place(path: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    path.chmod(0o600)
    path.rename(target)


def _shard_name(file_id: str) -> str:
    return hashlib.sha256(file_id.encode()).hexdigest()[:2]


def _folder() -> Path:
    return _settings().instance / "files"


def _settings() -> Settings:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings
