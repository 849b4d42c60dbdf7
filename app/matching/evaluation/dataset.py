"""Real consortia as records of the engine, and their split by time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from app.matching.evaluation.consortia_files import read_consortia_files
from app.matching.records import BadRecord, Brief, Profile, Project

UNKNOWN = "unknown"
"""Type where a file gives none."""
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
    """Read a folder of consortia files, as consortia_files says; raises BadRecord for the first fault.

    Organisations and projects are numbered in the order of their names.
    """
    files = read_consortia_files(folder)
    names = sorted(files.organisations)
    numbers = {name: number for number, name in enumerate(names)}
    listed = [files.organisations[name] for name in names]
    return ConsortiaDataset(
        names=names,
        profiles=[Profile(numbers[one.id], one.country, one.type or UNKNOWN) for one in listed],
        projects=[
            Project(
                number,
                frozenset(numbers[partner] for partner in project.partners),
                project.started,
                frozenset(project.tags),
            )
            for number, (_, project) in enumerate(sorted(files.projects.items()))
        ],
        warm=[
            EvaluationQuestion(name, numbers[name], files.truth.get(name, frozenset()))
            for name in files.queries
        ],
        cold=[
            EvaluationQuestion(
                one.id,
                Brief(topics=one.tags, home_country=one.country or None, home_type=one.type or None),
                files.newcomer_truth.get(one.id, frozenset()),
            )
            for one in files.newcomers
        ],
    )


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
