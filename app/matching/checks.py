"""Refuses a record that makes no sense by its name, before anything is counted from it."""

from __future__ import annotations

from collections.abc import Collection, Container
from datetime import date
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from app.matching.arrays import Ints, Numbers
from app.matching.graph import BadRecord
from app.matching.records import Profile, Project
from app.matching.weights import Weights

if TYPE_CHECKING:
    from app.matching.table import Table

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


def check_table(table: Table) -> Table:
    """The same columns; raises BadRecord for a number given twice, or a row that points to what is not given."""
    ids, count = table.ids, len(table.ids)
    ordered = np.sort(ids)
    if len(twice := ordered[1:][np.diff(ordered) == 0]):
        raise BadRecord(f"organisation {twice[0]} is given twice")
    for name, places, codes in (
        ("country", table.countries, table.country_codes),
        ("type", table.types, table.type_codes),
    ):
        if len(bad := _outside(places, len(codes))):
            raise BadRecord(f"organisation {ids[bad[0]]} has no {name} that is given")
    for name, (owners, held) in table.held.items():
        if len(bad := _outside(owners, count)):
            raise BadRecord(f"row {bad[0]} of {name} names an organisation that is not given")
        if len(bad := _outside(held, len(table.codes))):
            raise BadRecord(f"organisation {ids[owners[bad[0]]]} holds one of {name} that is not given")
    _check_work(table)
    return table


def _check_work(table: Table) -> None:
    """Raise BadRecord for joint work of which a row points to what is not given, or that has no beginning."""
    count = len(table.ids)
    for (places, works), span, what in (
        (table.work.seats, count, "names an organisation"),
        (table.work.marks[::-1], len(table.codes), "holds a concept"),
    ):
        if len(bad := _outside(works, len(table.projects))):
            raise BadRecord(f"row {bad[0]} of joint work names a project that is not given")
        if len(bad := _outside(places, span)):
            raise BadRecord(f"project {table.projects[works[bad[0]]]} {what} that is not given")
    if len(bad := np.flatnonzero(np.isinf(table.work.began))):
        raise BadRecord(f"project {table.projects[bad[0]]} began at no time")


def _outside(places: Numbers, span: int) -> Ints:
    """Which rows point outside of what is given."""
    if not len(places) or (places.min() >= 0 and places.max() < span):
        return np.zeros(0, dtype=np.int64)
    return np.flatnonzero((places < 0) | (places >= span))


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
