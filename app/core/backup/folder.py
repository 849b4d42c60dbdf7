"""The files of the instance folder that belong to an installation: what people uploaded, weights that were learnt."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from app.core.backup.archive import CHUNK_BYTES

EXCLUDED_NAMES = ("secret-key", "backups")
"""The secret is the operator's to keep; earlier backups need no backup."""


def kept_files(folder: Path, *besides: Path) -> list[Path]:
    """The files that a backup holds, in order: all but hidden ones, those left out and those named."""
    apart = {path.resolve() for path in besides}

    def belongs(path: Path) -> bool:
        parts = path.relative_to(folder).parts
        hidden = parts[0] in EXCLUDED_NAMES or any(part.startswith(".") for part in parts)
        return path.is_file() and not path.is_symlink() and not hidden and path.resolve() not in apart

    return sorted(path for path in folder.rglob("*") if belongs(path)) if folder.is_dir() else []


def chunks(file: IO[bytes]) -> Iterator[bytes]:
    """A file, piece by piece."""
    while chunk := file.read(CHUNK_BYTES):
        yield chunk


def put(folder: Path, name: str, content: Iterator[bytes]) -> None:
    """Write a file into the folder."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for chunk in content:
            file.write(chunk)


def take_away(folder: Path, names: list[str]) -> None:
    """Delete the files that were put into the folder, with the folders that they were in."""
    for name in names:
        (folder / name).unlink(missing_ok=True)
        top = Path(name).parts[0]
        if top != name:
            shutil.rmtree(folder / top, ignore_errors=True)
