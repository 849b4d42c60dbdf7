"""The pages of the navigation's groups: what is there, and what waits in each place."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.http.pages import page
from app.core.permissions import PUBLIC, SIGNED_IN
from app.core.templating import Navigation

blueprint = Blueprint("places", __name__, url_prefix="/<lang:lang>")


@page(blueprint, "/find", permission=PUBLIC)
def find() -> ResponseReturnValue:
    """Whom one can find, and how."""
    return _group("find")


@page(blueprint, "/work", permission=PUBLIC)
def work() -> ResponseReturnValue:
    """What one does with others."""
    return _group("work")


@page(blueprint, "/cluster", permission=SIGNED_IN)
def cluster() -> ResponseReturnValue:
    """What those do who look after the cluster; NotFound for others."""
    return _group("cluster")


def _group(name: str) -> ResponseReturnValue:
    navigation = Navigation()
    group = next((each for each in navigation.groups if each.name == name), None)
    if group is None:
        raise NotFound
    return render_template("home/place.html", group=group, navigation=navigation)
