"""Every page that a person can reach by following links, some of each kind."""

from __future__ import annotations

from collections import defaultdict, deque
from urllib.parse import urldefrag, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.support.door import Door

MOST_OF_A_KIND = 3
KEPT = ("before=", "after=", "reply=")
"""Queries of pages that are one more window on the same talk or list."""


def kind_of(app: Flask, path: str) -> str | None:
    """The endpoint behind an address, None where it is no page."""
    address = urlsplit(path)
    try:
        endpoint, _ = app.url_map.bind("localhost").match(address.path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def follow(app: Flask, door: Door, lang: str, unlinked: tuple[str, ...] = ()) -> dict[str, list[str]]:
    """The addresses one finds from the home page on, by their endpoints; `unlinked` are those that no link leads to."""
    found: dict[str, list[str]] = defaultdict(list)
    seen: set[str] = set()
    waiting = deque(f"/{lang}{path}" for path in (*unlinked, "/"))
    while waiting:
        path = waiting.popleft()
        kind = kind_of(app, path)
        if path in seen or kind is None or len(found[kind]) >= MOST_OF_A_KIND:
            continue
        seen.add(path)
        answer = door.get(path)
        if answer.status != 200 or "text/html" not in answer.response.headers["Content-Type"]:
            continue
        found[kind].append(path)
        for link in answer.soup.select("a[href]"):
            target = urldefrag(str(link["href"])).url
            if target.startswith(f"/{lang}/") and not any(query in target for query in KEPT):
                waiting.append(target)
    return {kind: paths for kind, paths in found.items() if paths}
