"""Uploaded pictures are re-encoded: rotated upright, scaled down, and without metadata such as the place."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import NamedTuple

from flask_babel import lazy_gettext as _l

from app.core.uploads.formats import BROKEN, Format, refused
from app.core.uploads.picture_worker import TOO_LARGE

WORKER = Path(__file__).with_name("picture_worker.py")
WORKERS = 2
"""How many pictures of one process are written at once."""
WORKER_SECONDS = 30
"""The worker bounds its own processor time; on a busy machine that takes longer."""
TOO_MANY_PIXELS = _l(
    "This picture has too many pixels: at most 40 million, and 12,000 on a side. Make it smaller."
)
_turn = threading.BoundedSemaphore(WORKERS)


class PictureSides(NamedTuple):
    """How long the longer side of a picture and of its thumbnail may be, in pixels."""

    shown: int = 2048
    thumbnail: int = 480


class PictureSize(NamedTuple):
    """How large a picture is that was written, in pixels."""

    width: int
    height: int


def write_picture(
    source: Path, file_format: Format, shown: Path, thumbnail: Path, sides: PictureSides
) -> PictureSize:
    """Write the picture as it is shown and its thumbnail, both WebP. Raises Invalid where it is none that can be read."""
    command = [
        sys.executable,
        "-I",
        str(WORKER),
        file_format.upper(),
        str(source),
        str(shown),
        str(thumbnail),
        *map(str, sides),
    ]
    with _turn:
        try:
            done = subprocess.run(command, capture_output=True, timeout=WORKER_SECONDS, check=False, env={})
        except subprocess.TimeoutExpired as error:
            raise refused(BROKEN) from error
    if done.returncode == TOO_LARGE:
        raise refused(TOO_MANY_PIXELS)
    if done.returncode:
        raise refused(BROKEN)
    (width, height), _thumbnail = json.loads(done.stdout)
    return PictureSize(width, height)
