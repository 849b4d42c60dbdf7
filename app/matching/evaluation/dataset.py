"""Reads real consortia from CSV files and splits them by time."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from app.matching.records import BadRecord, Brief, Profile, Project

UNKNOWN = "unknown"
"""Country or type where a file gives none."""
EARLIEST_DAY = "0001-01-01"
RECENT_SHARE = 0.15
"""Share of participations that the held-out last years contain at least."""


@dataclass(frozen=True)
class EvaluationQuestion:
    """An organisation or a newcomer's brief, and the names of the partners it found later."""

    name: str
    asker: int | Brief
    truth: frozenset[str]


@dataclass(frozen=True)
class ConsortiaDataset:
    """Organisations, projects and questions; `names[i]` is the name of organisation i in the files."""

    names: Sequence[str]
    profiles: Sequence[Profile]
    projects: Sequence[Project]
    warm: Sequence[EvaluationQuestion]
    cold: Sequence[EvaluationQuestion]


def read_consortia(folder: Path) -> ConsortiaDataset:
    """Read orgs, participations, project_tags and, where present, queries and truths; plain or gzipped CSV.

    Organisations and projects are numbered in the order of their names. Raises BadRecord for a missing file or column,
    an organisation that is listed twice or not at all, and an invalid day.
    """
    organisations = sorted(_read_rows(folder, "orgs", "org", "country", "type"), key=lambda row: row["org"])
    names = [row["org"] for row in organisations]
    numbers = {name: number for number, name in enumerate(names)}
    if len(numbers) < len(names):
        twice = next(one for one, other in pairwise(names) if one == other)
        raise BadRecord(f"organisation {twice} is listed twice in orgs")
    profiles = [
        Profile(numbers[row["org"]], row["country"] or UNKNOWN, row["type"] or UNKNOWN)
        for row in organisations
    ]
    warm_truth, cold_truth = _read_truth(folder, "truth"), _read_truth(folder, "cold_truth")
    asked = [row["query"] for row in _read_rows(folder, "queries", "query", optional=True)]
    newcomers = _read_rows(folder, "cold_queries", "query", "country", "type", "brief_tags", optional=True)
    return ConsortiaDataset(
        names=names,
        profiles=profiles,
        projects=_read_projects(folder, numbers),
        warm=[
            EvaluationQuestion(name, _number_of(numbers, name), warm_truth.get(name, frozenset()))
            for name in asked
        ],
        cold=[
            EvaluationQuestion(row["query"], newcomer_brief(row), cold_truth.get(row["query"], frozenset()))
            for row in newcomers
        ],
    )


def newcomer_brief(row: Mapping[str, str]) -> Brief:
    """The brief of a row of cold_queries."""
    topics = frozenset(tag for tag in row["brief_tags"].split("|") if tag)
    return Brief(topics=topics, home_country=row["country"] or None, home_type=row["type"] or None)


def split_by_time(consortia: ConsortiaDataset) -> ConsortiaDataset:
    """The dataset as of the split day, with questions whose truths came later.

    Warm questions: organisations with past projects that found new partners abroad. Cold questions: organisations that
    appeared later, described by the topics of their first joint project.
    """
    cut = split_day(consortia.projects)
    past = [project for project in consortia.projects if project.started and project.started < cut]
    later = [project for project in consortia.projects if project.started and project.started >= cut]
    met = _partners(past)
    found = _partners(later)
    profiles = {profile.id: profile for profile in consortia.profiles}
    first: dict[int, frozenset[str]] = {}  # organisation → topics of its first project with partners
    for project in sorted(later, key=lambda each: (each.started or date.max, each.id)):
        if len(project.partners) > 1:
            for one in project.partners:
                first.setdefault(one, project.concepts)
    warm, cold = [], []
    for one in sorted(found):
        abroad = {
            other for other in found[one] & met.keys() if profiles[other].country != profiles[one].country
        }
        new = frozenset(consortia.names[other] for other in abroad - met.get(one, set()))
        if new and one in met:
            warm.append(EvaluationQuestion(consortia.names[one], one, new))
        elif new:
            home = profiles[one]
            brief = Brief(topics=first[one], home_country=home.country, home_type=home.type)
            cold.append(EvaluationQuestion(consortia.names[one], brief, new))
    kept = [profile for profile in consortia.profiles if profile.id in met]
    return replace(consortia, profiles=kept, projects=past, warm=warm, cold=cold)


def split_day(projects: Sequence[Project]) -> date:
    """1 January of the newest year from which on RECENT_SHARE of all participations lie."""
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
    """Organisation → all partners in these projects."""
    met: dict[int, set[int]] = {}
    for project in projects:
        for one in project.partners:
            met.setdefault(one, set()).update(project.partners - {one})
    return met


def _read_projects(folder: Path, numbers: Mapping[str, int]) -> list[Project]:
    partners: dict[str, set[int]] = {}
    started: dict[str, date] = {}
    for row in _read_rows(folder, "participations", "project", "org", "start"):
        partners.setdefault(row["project"], set()).add(_number_of(numbers, row["org"]))
        if row["start"]:
            started[row["project"]] = parse_day(row["project"], row["start"])
    topics: dict[str, set[str]] = {}
    for row in _read_rows(folder, "project_tags", "project", "tag"):
        if row["tag"]:
            topics.setdefault(row["project"], set()).add(row["tag"])
    return [
        Project(number, frozenset(partners[name]), started.get(name), frozenset(topics.get(name, ())))
        for number, name in enumerate(sorted(partners))
    ]


def parse_day(project: str, text: str) -> date:
    """Parse YYYY-MM-DD with an optional time, YYYY-MM or YYYY (first day)."""
    whole = (
        text + EARLIEST_DAY[len(text) :]
        if len(text) in (len("2015"), len("2015-04"))
        else text[: len(EARLIEST_DAY)]
    )
    try:
        return date.fromisoformat(whole)
    except ValueError:
        raise BadRecord(f"project {project} began on {text!r}, which is not a day") from None


def _read_truth(folder: Path, name: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _read_rows(folder, name, "query", "partner", optional=True):
        found.setdefault(row["query"], set()).add(row["partner"])
    return {query: frozenset(partners) for query, partners in found.items()}


def _number_of(numbers: Mapping[str, int], name: str) -> int:
    if name not in numbers:
        raise BadRecord(f"organisation {name} is not listed in orgs")
    return numbers[name]


def _read_rows(folder: Path, name: str, *columns: str, optional: bool = False) -> Iterator[dict[str, str]]:
    """The rows of a file; values stay text, so that NA is Namibia."""
    found = [path for path in (folder / f"{name}.csv.gz", folder / f"{name}.csv") if path.exists()]
    if not found:
        if optional:
            return
        raise BadRecord(f"there is no {name}.csv or {name}.csv.gz in {folder}")
    try:
        with _open_text(found[0]) as file:
            rows = csv.DictReader(file)
            missing = set(columns) - set(rows.fieldnames or ())
            if missing:
                raise BadRecord(f"{found[0].name} has no column {sorted(missing)[0]}")
            yield from ({column: row[column] or "" for column in columns} for row in rows)
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, csv.Error) as error:
        raise BadRecord(f"{found[0].name} cannot be read as a table of text") from error


def _open_text(path: Path) -> TextIO:
    """Open as UTF-8 text, without a byte order mark."""
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig", newline="")
    return path.open(encoding="utf-8-sig", newline="")
