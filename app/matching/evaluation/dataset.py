"""Real consortia as records of the engine, and their split by time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import inf, log1p
from pathlib import Path

from app.matching.evaluation.consortia_files import MAX_TEXT_LENGTH, read_consortia_files
from app.matching.evaluation.facets import codes_of, facet_codes, region_codes
from app.matching.records import BadRecord, Brief, Profile, Project

UNKNOWN = "unknown"
"""Type where a file gives none."""
MIN_LATER_SHARE, MIN_PAST_SHARE = 0.05, 0.2
"""Share of participations that the held-out last years contain at least, and the years before."""
MAX_CUTS = 4
"""Cuts that are compared."""
MIN_QUESTIONS = 30
"""Questions that a cut must leave, if others leave so many."""


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
    files = read_consortia_files(folder, max_tag_length=MAX_TEXT_LENGTH)
    codes = facet_codes([project.tags for project in files.projects.values()])
    regions = {name: region_codes(one.region) for name, one in files.organisations.items() if one.region}
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
                codes_of(project.tags, codes).union(*(regions.get(one, ()) for one in project.partners)),
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
                Brief(
                    topics=codes_of(one.tags, codes),
                    home_country=one.country or None,
                    home_type=one.type or None,
                ),
                files.newcomer_truth.get(one.id, frozenset()),
            )
            for one in files.newcomers
        ],
    )


def split_by_time(consortia: ConsortiaDataset, cut: date | None = None) -> ConsortiaDataset:
    """The dataset as of a day (default: `choose_cut`), with questions whose truths came later.

    Warm questions: organisations with past projects that found new partners abroad. Cold questions: organisations that
    appeared later, described by the topics of their first joint project.
    """
    cut = cut or choose_cut(consortia)
    past = [project for project in consortia.projects if project.started and project.started < cut]
    later = [project for project in consortia.projects if project.started and project.started >= cut]
    met = partners_by_organisation(past)
    found = partners_by_organisation(later)
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


def choose_cut(consortia: ConsortiaDataset) -> date:
    """The 1 January from which on the questions are most like those of the dataset; the newest of equals.

    Candidates are the newest years with at least MIN_LATER_SHARE of all participations after and MIN_PAST_SHARE before, of
    which at most MAX_CUTS are compared: by the means and shares of `_describe`, of all organisations where the dataset
    asks nothing. Raises BadRecord where no project has a date.
    """
    years: dict[int, int] = {}
    for project in consortia.projects:
        if project.started:
            years[project.started.year] = years.get(project.started.year, 0) + len(project.partners)
    if not years:
        raise BadRecord("no project has a date, so the past cannot be told from the present")
    whole, later = sum(years.values()), 0
    cuts = []
    for year in sorted(years, reverse=True):
        later += years[year]
        if later >= MIN_LATER_SHARE * whole and whole - later >= MIN_PAST_SHARE * whole:
            cuts.append(date(year, 1, 1))
    if len(cuts) < 2:
        return cuts[0] if cuts else date(min(years), 1, 1)
    asked = {question.asker for question in consortia.warm if isinstance(question.asker, int)}
    wanted = _describe(consortia.projects, asked, len(consortia.cold))
    distances = []
    for cut in cuts[:MAX_CUTS]:
        past = split_by_time(consortia, cut)
        askers = {question.asker for question in past.warm if isinstance(question.asker, int)}
        enough = len(past.warm) + len(past.cold) >= MIN_QUESTIONS
        described = _describe(past.projects, askers, len(past.cold))
        distances.append(sum(abs(a - b) for a, b in zip(wanted, described, strict=True)) if enough else inf)
    return cuts[distances.index(min(distances))]


def _describe(projects: Sequence[Project], asked: Collection[int], cold: int) -> tuple[float, ...]:
    """Of the organisations asked about (all, if none are): share without partners, means of ln(1 + n) of their partners,
    projects and concepts; and the share of newcomers among all questions."""
    met = partners_by_organisation(projects)
    asked = sorted(one for one in asked if one in met) or sorted(met)
    worked, held = Counter[int](), dict[int, set[str]]()
    for project in projects:
        for one in project.partners:
            worked[one] += 1
            held.setdefault(one, set()).update(project.concepts)
    count = max(len(asked), 1)
    return (
        sum(not met[one] for one in asked) / count,
        sum(log1p(len(met[one])) for one in asked) / count,
        sum(log1p(worked[one]) for one in asked) / count,
        sum(log1p(len(held[one])) for one in asked) / count,
        cold / max(cold + len(asked), 1),
    )


def partners_by_organisation(projects: Sequence[Project]) -> dict[int, set[int]]:
    """Organisation → all partners in these projects."""
    met: dict[int, set[int]] = {}
    for project in projects:
        for one in project.partners:
            met.setdefault(one, set()).update(project.partners - {one})
    return met
