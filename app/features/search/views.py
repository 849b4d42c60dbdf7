"""The page of search."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_timezone

from app.core.http.pages import page
from app.core.numbers import parse_integer
from app.core.permissions import PUBLIC
from app.features.search.models import FoundKind
from app.features.search.presenters import search_page
from app.features.search.queries import Filters

blueprint = Blueprint("search", __name__, url_prefix="/<lang:lang>/search")
MAX_ROW_ID = 2**63 - 1
"""Of the index of search, on both databases."""


@page(blueprint, "", permission=PUBLIC)
def index() -> ResponseReturnValue:
    """What the reader may see that has the words of `q`."""
    filters = _filters()
    shown = search_page(
        g.actor,
        request.args.get("q", ""),
        filters,
        parse_integer(request.args.get("after", ""), 0, MAX_ROW_ID),
    )
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return render_template("search/index.html", kept=kept, **shown)


def _filters() -> Filters:
    """What the address narrows the search to; what is no value of a filter is left out."""
    kind = request.args.get("kind", "")
    until = _day(request.args.get("until", ""))
    return Filters(
        kind=FoundKind(kind) if kind in list(FoundKind) else None,
        room_id=parse_integer(request.args.get("room", ""), 1),
        person_id=parse_integer(request.args.get("person", ""), 1),
        since=_begin_of(_day(request.args.get("since", ""))),
        until=_begin_of(until + timedelta(days=1)) if until and until < date.max else None,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _begin_of(day: date | None) -> datetime | None:
    """The moment at which a day begins for the reader."""
    if day is None or not 1 < day.year < date.max.year:
        return None
    zone = get_timezone()
    return datetime.combine(day, time(), ZoneInfo(str(zone)))
