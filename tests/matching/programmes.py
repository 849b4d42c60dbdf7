"""Generates the consortia of an invented programme with regions, in the files that `flask matching evaluate` reads.

Regions with NUTS-like codes lie on a plane and programme areas cover the near ones, across borders. Organisations have a
region, themes and an activity; projects have an area, a theme and a text of some dozens of words, and are joined by
organisations of the area with the theme, by partners of before and by who is active. Years have no days. Each area begins
in another year to record all partners, before which most of its projects name the leading organisation alone, so that many
have a past without partners; before `texts_since` texts are short. The last year is not in the files: it is asked about.

    python -m tests.matching.programmes DIR --organisations 6000 --seed 1
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

COUNTRIES = ("AT", "BG", "CZ", "DE", "ES", "FR", "GR", "HR", "HU", "IT", "PL", "PT", "RO", "SI", "SK")
TYPES, TYPE_SHARES = ("PUB", "HES", "REC", "PRC", "OTH"), (0.4, 0.15, 0.1, 0.15, 0.2)
THEMES, WORDS_PER_THEME, COMMON_WORDS = 24, 150, 400


@dataclass(frozen=True)
class Programme:
    """What is generated; `region_column` says regions in orgs, else they are tags of projects."""

    organisations: int = 1_500
    seed: int = 1
    regions_per_country: int = 6
    areas: int = 14
    first_year: int = 2008
    last_year: int = 2016
    texts_since: int = 2011
    alone_before: float = 0.95
    alone_after: float = 0.3
    words: tuple[int, int] = (30, 90)
    region_column: bool = False
    prefixes: bool = True
    popularity: float = 0.6
    loyalty: float = 0.35


@dataclass(frozen=True)
class _Project:
    name: str
    year: int
    partners: tuple[int, ...]
    tags: tuple[str, ...]


class _World:
    """Places, organisations and projects of a programme."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        self.chance = chance = np.random.default_rng(programme.seed)
        count, span = programme.organisations, programme.regions_per_country
        homes = np.repeat(chance.random((len(COUNTRIES), 2)) * 10, span, axis=0)
        self.positions = homes + chance.normal(0, 0.9, homes.shape)
        self.codes = [
            f"{country}{'CDEF'[at // 9 % 4]}{1 + at % 9}" for country in COUNTRIES for at in range(span)
        ]
        centres = self.positions[chance.integers(0, len(self.codes), programme.areas)]
        distance = np.linalg.norm(self.positions[None] - centres[:, None], axis=2)
        self.area_regions = np.exp(-((distance / 1.6) ** 2))
        weight = chance.pareto(1.5, len(self.codes)) + 0.5
        self.regions = chance.choice(len(self.codes), count, p=weight / weight.sum())
        self.countries = [self.codes[at][:2] for at in self.regions]
        self.types = chance.choice(len(TYPES), count, p=TYPE_SHARES)
        self.activity = chance.pareto(1.4, count) + 0.3
        self.themes = chance.dirichlet(np.full(THEMES, 0.12), count)
        self.begins = chance.integers(programme.first_year - 6, programme.last_year + 2, count)
        self.shared_since = chance.integers(
            programme.first_year + 2, programme.last_year + 2, programme.areas
        )
        self.partners: list[set[int]] = [set() for _ in range(count)]
        self.theme_words = chance.integers(0, 4_000, (THEMES, WORDS_PER_THEME))
        falling = 1 / np.arange(1, WORDS_PER_THEME + 1) ** 0.7
        self.word_shares = falling / falling.sum()
        self.projects = [
            self._project(f"{year}-{at:04d}", year)
            for year in range(programme.first_year, programme.last_year + 2)
            for at in range(max(count // 7, 20))
        ]

    def _project(self, name: str, year: int) -> _Project:
        programme, chance = self.programme, self.chance
        area, theme = int(chance.integers(programme.areas)), int(chance.integers(THEMES))
        near = self.area_regions[area][self.regions]
        keen = (
            (self.begins <= year)
            * near
            * (self.themes[:, theme] + 0.01)
            * self.activity**programme.popularity
        )
        lead = int(chance.choice(len(keen), p=keen / keen.sum()))
        worth = keen.copy()
        near_by = {two for one in self.partners[lead] for two in self.partners[one]}
        worth[sorted(near_by)] *= 1 + 4 * programme.loyalty
        worth[sorted(self.partners[lead])] *= 1 + 12 * programme.loyalty
        worth *= np.where(self.types == self.types[lead], 1.6, 1.0)
        worth *= np.where(np.array(self.countries) == self.countries[lead], 0.5, 1.0)
        worth[lead] = 0.0
        size = min(int(2 + chance.poisson(3)), int((worth > 0).sum()))
        likely = np.argsort(-worth * chance.random(len(worth)))[:size] if chance.random() < 0.2 else None
        team = likely if likely is not None else chance.choice(len(worth), size, False, p=worth / worth.sum())
        alone = programme.alone_before if year < self.shared_since[area] else programme.alone_after
        partners = (lead,) if chance.random() < alone else (lead, *sorted(int(one) for one in team))
        for one in partners:
            self.partners[one].update(set(partners) - {one})
        return _Project(name, year, partners, self._tags(year, area, theme, (lead, *partners)))

    def _tags(self, year: int, area: int, theme: int, partners: Iterable[int]) -> tuple[str, ...]:
        programme, chance = self.programme, self.chance
        mark = (
            (lambda letter, text: f"{letter}:{text}") if programme.prefixes else (lambda letter, text: text)
        )
        found = {mark("P", f"Area {area}")}
        if not programme.region_column:
            found |= {mark("N", self.codes[self.regions[one]]) for one in partners}
        count = int(chance.integers(*programme.words)) if year >= programme.texts_since else 6
        own = self.theme_words[theme][chance.choice(WORDS_PER_THEME, count, p=self.word_shares)]
        found |= {mark("T", f"word{one:04d}") for one in own[chance.random(count) < 0.6]}
        found |= {mark("T", f"common{one:03d}") for one in chance.integers(0, COMMON_WORDS, count // 2)}
        return tuple(sorted(found))


def write_programme(programme: Programme, folder: Path) -> None:
    """Write the files of a programme."""
    world = _World(programme)
    names = [f"o{at:05d}" for at in range(programme.organisations)]
    past = [one for one in world.projects if one.year <= programme.last_year]
    later = [one for one in world.projects if one.year > programme.last_year]
    met: dict[int, set[int]] = {}
    for project in past:
        for one in project.partners:
            met.setdefault(one, set()).update(set(project.partners) - {one})
    found: dict[int, set[int]] = {}
    first: dict[int, _Project] = {}
    for project in later:
        for one in project.partners if len(project.partners) > 1 else ():
            first.setdefault(one, project)
            abroad = {
                other
                for other in project.partners
                if world.countries[other] != world.countries[one] and other in met
            }
            found.setdefault(one, set()).update(abroad - met.get(one, set()))
    asked = [one for one in sorted(found) if found[one]]
    region = ["region"] if programme.region_column else []
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "orgs.csv", ["org", "country", "type", *region], (
        [names[one], world.countries[one], TYPES[world.types[one]],
         *([world.codes[world.regions[one]]] if region else [])]
        for one in sorted(met)
    ))  # fmt: skip
    _write(folder / "participations.csv", ["project", "org", "start"], (
        [project.name, names[one], project.year] for project in past for one in project.partners
    ))  # fmt: skip
    _write(
        folder / "project_tags.csv",
        ["project", "tag"],
        ([project.name, tag] for project in past for tag in project.tags),
    )
    warm, cold = [one for one in asked if one in met], [one for one in asked if one not in met]
    _write(
        folder / "queries.csv", ["query", "has_partner"], ([names[one], int(bool(met[one]))] for one in warm)
    )
    _write(
        folder / "truth.csv",
        ["query", "partner"],
        ([names[one], names[other]] for one in warm for other in sorted(found[one])),
    )
    _write(folder / "cold_queries.csv", ["query", "country", "type", "brief_tags"], (
        [names[one], world.countries[one], TYPES[world.types[one]], "|".join(first[one].tags)] for one in cold
    ))  # fmt: skip
    _write(
        folder / "cold_truth.csv",
        ["query", "partner"],
        ([names[one], names[other]] for one in cold for other in sorted(found[one])),
    )


def _write(path: Path, head: list[str], rows: Iterable[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])


def main() -> None:
    """Write the files that the arguments ask for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--organisations", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--region-column", action="store_true")
    asked = parser.parse_args()
    write_programme(
        Programme(asked.organisations, asked.seed, region_column=asked.region_column), asked.folder
    )


if __name__ == "__main__":
    main()
