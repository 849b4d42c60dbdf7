"""The manifest of the search feature."""

from __future__ import annotations

from flask import Flask

from app.core.feature import Feature
from app.features.search.cli import search
from app.features.search.services import (
    FILL_JOB,
    fill_job,
    index_new_messages,
    listen_to_writing,
    start_filling,
)
from app.features.search.views import blueprint


def prepare(_app: Flask) -> None:
    """See from now on what is written."""
    listen_to_writing()


FEATURE = Feature(
    name="search",
    blueprints=(blueprint,),
    jobs={FILL_JOB: fill_job},
    chores=(index_new_messages, start_filling),
    cli=(search,),
    prepare=prepare,
)
