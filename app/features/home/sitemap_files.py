"""The sitemaps as files (https://www.sitemaps.org/protocol.html): written once a day, so that no reader waits for them.

They lie in `sitemaps/` of the instance folder: gzipped lists of pages, then the index that names them. One process at
a time writes them, and each file takes the place of the earlier one at once.
"""

from __future__ import annotations

import fcntl
import gzip
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from flask import current_app

from app.core.database import db
from app.core.http.public_pages import X_DEFAULT, alternates_of, indexed_languages
from app.core.i18n import SOURCE, languages, public_url_for
from app.core.threadpool import offload
from app.features.home.queries import ListedPage, initiatives_after, organisations_after
from config import Settings

PROFILES_PER_FILE = 2_500
"""With nine languages each and ten links a language: 22,500 addresses and 45 MB; the protocol allows 50,000 and 50 MB."""
REWRITE_AFTER_SECONDS = 24 * 3600
INDEX = "index.xml"
SLUG = "SLUG"
Reader = Callable[[int, int], Sequence[ListedPage]]
KINDS: tuple[tuple[str, str, Reader], ...] = (
    ("organisations", "organisations.show", organisations_after),
    ("initiatives", "initiatives.show", initiatives_after),
)
URLSET = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
INDEX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)


def sitemap_path(name: str) -> Path:
    """Where a file of the sitemaps is, or will be."""
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / "sitemaps" / name


def file_name(kind: str, number: int) -> str:
    """The name of one list of pages, also in its address."""
    return f"{kind}-{number}.xml.gz"


def rewrite_when_due() -> None:
    """Write the sitemaps where they are a day old or missing and no other process writes them."""
    try:
        age = time.time() - sitemap_path(INDEX).stat().st_mtime
    except FileNotFoundError:
        age = REWRITE_AFTER_SECONDS
    if age >= REWRITE_AFTER_SECONDS:
        with _alone() as is_alone:
            if is_alone:
                write_sitemaps()


def write_sitemaps() -> None:
    """Write every list of pages, then the index."""
    sitemap_path(INDEX).parent.mkdir(parents=True, exist_ok=True)
    entries = [f"<sitemap><loc>{escape(public_url_for('engines.general'))}</loc></sitemap>\n"]
    for kind, endpoint, read in KINDS:
        addresses = alternates_of(endpoint, languages(), slug=SLUG)
        number, last_id = 0, 0
        while pages := read(last_id, PROFILES_PER_FILE):
            # No snapshot of the database is held while the file is made.
            db.session.rollback()
            last_id = pages[-1].id
            listed = [(page, indexed_languages(page.written_in)) for page in pages]
            offload(_write_list, sitemap_path(file_name(kind, number)), addresses, listed)
            entries.append(_index_entry(kind, number, max(page.changed for page in pages)))
            number += 1
        _remove_from(kind, number)
    _replace(sitemap_path(INDEX), "".join([INDEX_HEAD, *entries, "</sitemapindex>\n"]).encode())


def general_index() -> str:
    """The index as long as none was written: the pages that are always there."""
    return f"{INDEX_HEAD}<sitemap><loc>{escape(public_url_for('engines.general'))}</loc></sitemap>\n</sitemapindex>\n"


def url_entries(
    slug: str, changed: datetime, alternates: dict[str, str], in_languages: Iterable[str]
) -> Iterator[str]:
    """A page once for each of its languages, with links to all of them; `alternates` hold SLUG for its slug."""
    urls = {code: escape(alternates[code].replace(SLUG, slug)) for code in in_languages}
    default = urls.get(SOURCE) or next(iter(urls.values()))
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(url)}/>\n'
        for code, url in {**urls, X_DEFAULT: default}.items()
    )
    for url in urls.values():
        yield f"<url><loc>{url}</loc><lastmod>{changed.date().isoformat()}</lastmod>\n{links}</url>\n"


def _write_list(
    path: Path, addresses: dict[str, str], listed: Sequence[tuple[ListedPage, tuple[str, ...]]]
) -> None:
    parts = [URLSET]
    for page, in_languages in listed:
        parts.extend(url_entries(page.slug, page.changed, addresses, in_languages))
    parts.append("</urlset>\n")
    _replace(path, gzip.compress("".join(parts).encode(), compresslevel=5))


def _index_entry(kind: str, number: int, changed: datetime) -> str:
    url = escape(public_url_for(f"engines.{kind}", block=number))
    return f"<sitemap><loc>{url}</loc><lastmod>{changed.date().isoformat()}</lastmod></sitemap>\n"


def _remove_from(kind: str, number: int) -> None:
    """Delete the lists of an earlier, longer run."""
    while (path := sitemap_path(file_name(kind, number))).exists():
        path.unlink()
        number += 1


def _replace(path: Path, content: bytes) -> None:
    incoming = path.with_name(f".{path.name}")
    incoming.write_bytes(content)
    incoming.replace(path)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process is the one that writes now."""
    path = sitemap_path(".lock")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
