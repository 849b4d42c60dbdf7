"""Refuses a record that makes no sense by its name, before anything is counted from it."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date
from math import isfinite

from app.matching.graph import BadRecord
from app.matching.records import Profile, Project
from app.matching.weights import Weights

CODED = ("sectors", "offers", "seeks", "goals", "topics", "languages")


def check_profile(profile: Profile, known: Collection[str] | None = None) -> None:
    """Raise BadRecord unless an organisation has a number, a country, a type and concepts that exist."""
    name = f"organisation {profile.id!r}"
    if not _is_number(profile.id):
        raise BadRecord(f"{name} is not a whole number")
    for field in ("country", "type"):
        value = getattr(profile, field)
        if not isinstance(value, str) or not value:
            raise BadRecord(f"{name} has no {field}, but {value!r}")
    if not _is_number(profile.open_introductions) or profile.open_introductions < 0:
        raise BadRecord(f"{name} has {profile.open_introductions!r} open introductions")
    for field in CODED:
        _check_codes(name, getattr(profile, field), known if field != "languages" else None)


def check_project(
    project: Project, organisations: Container[int], known: Collection[str] | None = None
) -> None:
    """Raise BadRecord unless a project's partners are given, its date is one and its concepts exist."""
    name = f"project {project.id!r}"
    if not _is_number(project.id):
        raise BadRecord(f"{name} is not a whole number")
    for partner in sorted(project.partners):
        if partner not in organisations:
            raise BadRecord(f"{name} names organisation {partner}, which is not given")
    if project.started is not None and not isinstance(project.started, date):
        raise BadRecord(f"{name} began on {project.started!r}, which is not a date")
    _check_codes(name, project.concepts, known)


def check_weights(weights: Weights) -> Weights:
    """The same weights; raises BadRecord for one that is not a finite number."""
    dials = {"repeat_country": weights.repeat_country, "capacity": weights.capacity}
    for some in (weights.judged, weights.warm, weights.cold, dials):
        for name, value in some.items():
            if not isfinite(value):
                raise BadRecord(f"the weight {name} is {value!r}, which is not a number")
    return weights


def _check_codes(name: str, codes: Collection[str], known: Collection[str] | None) -> None:
    for code in codes:
        if not isinstance(code, str) or not code:
            raise BadRecord(f"{name} holds {code!r}, which is not a concept")
        if known is not None and code not in known:
            raise BadRecord(f"{name} holds {code!r}, a concept that the taxonomy does not know")


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
