"""The picture that other sites show with a link to an organisation, set by typst and kept as a file.

Files lie in `share/` of the instance folder under a digest of all that is drawn, so that a changed name is another
file. The least recently made ones go when there are too many; each can be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from pathlib import Path

from flask import current_app

from app.core.assets import DIST
from app.core.errors import TooMany
from app.core.i18n import country_name, current_language
from app.core.threadpool import offload_long
from app.core.typesetting import typeset
from app.features.organisations.models import Organisation
from app.features.organisations.weave import weave_of
from config import Settings

TEMPLATE = "visibility/share.typ"
FONTS = DIST / "print"
MAX_KEPT_PICTURES = 4_000
"""About 30 KB each."""
MAX_WAITING_PICTURES = 6
"""A picture takes a tenth of a second: who comes seventh is asked to come again."""
_waiting: set[object] = set()


def share_picture(organisation: Organisation) -> Path:
    """The PNG of an organisation loaded with `queries.CARD`, in the reader's language; made where it is not kept.

    Raises TooMany where several are being made already.
    """
    data = json.dumps(_data(organisation), sort_keys=True)
    digest = hashlib.sha256(_template() + data.encode()).hexdigest()[:32]
    path = _folder() / f"{digest}.png"
    if path.exists():
        return path
    if len(_waiting) >= MAX_WAITING_PICTURES:
        raise TooMany
    turn = object()
    _waiting.add(turn)
    try:
        offload_long(_write, _template(), data, path)
    finally:
        _waiting.remove(turn)
    return path


def remove_oldest_pictures() -> None:
    """Keep the number of pictures within its limit."""
    if not _folder().is_dir():
        return
    files = sorted(_folder().glob("*.png"), key=lambda path: path.stat().st_mtime)
    for path in files[:-MAX_KEPT_PICTURES]:
        path.unlink(missing_ok=True)


def set_picture(template: bytes, data: str) -> bytes:
    """The PNG of a picture; `data` is JSON with its words and threads."""
    return typeset(template, data, format="png", ppi=72, ignore_system_fonts=True, font_paths=[str(FONTS)])


def _data(organisation: Organisation) -> dict[str, object]:
    weave = weave_of(organisation)
    parts = (organisation.city, country_name(organisation.country))
    settings: Settings = current_app.extensions["trama.settings"]
    return {
        "name": organisation.name,
        "place": ", ".join(part for part in parts if part),
        "cluster": settings.cluster_name,
        "lang": current_language(),
        "warp": weave.warp,
        "weft": weave.weft,
    }


def _write(template: bytes, data: str, path: Path) -> None:
    content = set_picture(template, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    incoming = path.with_name(f".{path.name}.{os.getpid()}")
    incoming.write_bytes(content)
    incoming.replace(path)


def _folder() -> Path:
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / "share"


@cache
def _template() -> bytes:
    return Path(current_app.root_path, "templates", TEMPLATE).read_bytes()
