"""Reads the consortia of a funding programme from a folder of CSV files, and splits them by time."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from app.matching.graph import BadRecord
from app.matching.records import Brief, Profile, Project

UNKNOWN = "unknown"
"""The country, or the type, of those of whom a file does not say it: to each other they are of the same."""
FIRST = "0001-01-01"
RECENT_SHARE = 0.15
"""The last years that hold at least this share of all participations are what the years before should predict."""


@dataclass(frozen=True)
class Question:
    """An organisation, or a newcomer's brief, and the partners it found later, by name."""

    name: str
    asker: int | Brief
    truth: frozenset[str]


@dataclass(frozen=True)
class Consortia:
    """Organisations with their past, and what is asked about them; `names` gives a number's name in the files."""

    names: Sequence[str]
    profiles: Sequence[Profile]
    projects: Sequence[Project]
    warm: Sequence[Question]
    cold: Sequence[Question]


def read_consortia(folder: Path) -> Consortia:
    """Read orgs, participations, project_tags and, where they are, queries and truths, plain or gzipped.

    Organisations and projects are numbered in the order of their names. A country, a type, a day or a topic that is not
    said is not known. Raises BadRecord for a file that is missing, is no table of text or lacks a column, for an
    organisation that is listed twice or not at all, and for a day that is none.
    """
    organisations = sorted(_rows(folder, "orgs", "org", "country", "type"), key=lambda row: row["org"])
    names = [row["org"] for row in organisations]
    numbers = {name: number for number, name in enumerate(names)}
    if len(numbers) < len(names):
        twice = next(one for one, other in pairwise(names) if one == other)
        raise BadRecord(f"organisation {twice} is listed twice in orgs")
    profiles = [
        Profile(numbers[row["org"]], row["country"] or UNKNOWN, row["type"] or UNKNOWN)
        for row in organisations
    ]
    warm_truth, cold_truth = _truth(folder, "truth"), _truth(folder, "cold_truth")
    asked = [row["query"] for row in _rows(folder, "queries", "query", optional=True)]
    newcomers = _rows(folder, "cold_queries", "query", "country", "type", "brief_tags", optional=True)
    return Consortia(
        names=names,
        profiles=profiles,
        projects=_projects(folder, numbers),
        warm=[Question(name, _number(numbers, name), warm_truth.get(name, frozenset())) for name in asked],
        cold=[
            Question(row["query"], newcomer_brief(row), cold_truth.get(row["query"], frozenset()))
            for row in newcomers
        ],
    )


def newcomer_brief(row: Mapping[str, str]) -> Brief:
    """What a row of cold_queries says about a newcomer."""
    topics = frozenset(tag for tag in row["brief_tags"].split("|") if tag)
    return Brief(topics=topics, home_country=row["country"] or None, home_type=row["type"] or None)


def split_by_time(consortia: Consortia) -> Consortia:
    """The same consortia as they were some time ago, asked what is known by now.

    Warm questions are all organisations that worked before and found new partners abroad since; cold ones are
    those that came since, known by the topics of their first joint project.
    """
    cut = _cut(consortia.projects)
    past = [project for project in consortia.projects if project.started and project.started < cut]
    later = [project for project in consortia.projects if project.started and project.started >= cut]
    met = _partners(past)
    found = _partners(later)
    profiles = {profile.id: profile for profile in consortia.profiles}
    first = _first_topics(later)
    warm, cold = [], []
    for one in sorted(found):
        abroad = {
            other for other in found[one] & met.keys() if profiles[other].country != profiles[one].country
        }
        new = frozenset(consortia.names[other] for other in abroad - met.get(one, set()))
        if new and one in met:
            warm.append(Question(consortia.names[one], one, new))
        elif new:
            home = profiles[one]
            brief = Brief(topics=first[one], home_country=home.country, home_type=home.type)
            cold.append(Question(consortia.names[one], brief, new))
    kept = [profile for profile in consortia.profiles if profile.id in met]
    return replace(consortia, profiles=kept, projects=past, warm=warm, cold=cold)


def _cut(projects: Sequence[Project]) -> date:
    """The first day of the newest year from which on enough has happened to learn from."""
    years: dict[int, int] = {}
    for project in projects:
        if project.started:
            years[project.started.year] = years.get(project.started.year, 0) + len(project.partners)
    whole, counted = sum(years.values()), 0
    for year in sorted(years, reverse=True):
        counted += years[year]
        if counted >= RECENT_SHARE * whole:
            return date(year, 1, 1)
    raise BadRecord("no project has a date, so the past cannot be told from the present")


def _partners(projects: Sequence[Project]) -> dict[int, set[int]]:
    """Organisation → all it worked with in these projects; one that worked alone has nobody."""
    met: dict[int, set[int]] = {}
    for project in projects:
        for one in project.partners:
            met.setdefault(one, set()).update(project.partners - {one})
    return met


def _first_topics(projects: Sequence[Project]) -> dict[int, frozenset[str]]:
    """Organisation → the topics of its first project among these in which it was not alone."""
    first: dict[int, frozenset[str]] = {}
    for project in sorted(projects, key=lambda one: (one.started or date.max, one.id)):
        if len(project.partners) > 1:
            for one in project.partners:
                first.setdefault(one, project.concepts)
    return first


def _projects(folder: Path, numbers: Mapping[str, int]) -> list[Project]:
    partners: dict[str, set[int]] = {}
    started: dict[str, date] = {}
    for row in _rows(folder, "participations", "project", "org", "start"):
        partners.setdefault(row["project"], set()).add(_number(numbers, row["org"]))
        if row["start"]:
            started[row["project"]] = _day(row["project"], row["start"])
    topics: dict[str, set[str]] = {}
    for row in _rows(folder, "project_tags", "project", "tag"):
        if row["tag"]:
            topics.setdefault(row["project"], set()).add(row["tag"])
    return [
        Project(number, frozenset(partners[name]), started.get(name), frozenset(topics.get(name, ())))
        for number, name in enumerate(sorted(partners))
    ]


def _day(project: str, text: str) -> date:
    """The day of 2015-04-01 or 2015-04-01T00:00:00; of 2015-04 and of 2015 the first."""
    whole = text + FIRST[len(text) :] if len(text) in (len("2015"), len("2015-04")) else text[: len(FIRST)]
    try:
        return date.fromisoformat(whole)
    except ValueError:
        raise BadRecord(f"project {project} began on {text!r}, which is not a day") from None


def _truth(folder: Path, name: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _rows(folder, name, "query", "partner", optional=True):
        found.setdefault(row["query"], set()).add(row["partner"])
    return {query: frozenset(partners) for query, partners in found.items()}


def _number(numbers: Mapping[str, int], name: str) -> int:
    if name not in numbers:
        raise BadRecord(f"organisation {name} is not listed in orgs")
    return numbers[name]


def _rows(folder: Path, name: str, *columns: str, optional: bool = False) -> Iterator[dict[str, str]]:
    """The rows of a file; text stays as it is, so that NA is Namibia."""
    found = [path for path in (folder / f"{name}.csv.gz", folder / f"{name}.csv") if path.exists()]
    if not found:
        if optional:
            return
        raise BadRecord(f"there is no {name}.csv or {name}.csv.gz in {folder}")
    try:
        with _opened(found[0]) as file:
            rows = csv.DictReader(file)
            missing = set(columns) - set(rows.fieldnames or ())
            if missing:
                raise BadRecord(f"{found[0].name} has no column {sorted(missing)[0]}")
            yield from ({column: row[column] or "" for column in columns} for row in rows)
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, csv.Error) as error:
        raise BadRecord(f"{found[0].name} cannot be read as a table of text") from error


def _opened(path: Path) -> TextIO:
    """A file of text; what some programs write before it to say that it is Unicode is left out."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
