"""A cluster of any size to measure on, as columns: the social economy of Europe as nobody could type it in.

Three sectors of a hundred, eight skills offered and three sought of 1,500 with a popularity by Zipf, countries in
proportion to their population, and joint projects in which a few organisations take part again and again.
"""

from __future__ import annotations

import numpy as np

from app.matching.arrays import Ints, Numbers
from app.matching.history import Work
from app.matching.table import Table

POPULATIONS = {
    "AT": 9.1, "BE": 11.8, "BG": 6.4, "CY": 0.9, "CZ": 10.9, "DE": 83.5, "DK": 6.0, "EE": 1.4, "EL": 10.4,
    "ES": 48.6, "FI": 5.6, "FR": 68.4, "HR": 3.9, "HU": 9.6, "IE": 5.3, "IT": 59.0, "LT": 2.9, "LU": 0.7,
    "LV": 1.9, "MT": 0.6, "NL": 17.9, "PL": 36.6, "PT": 10.6, "RO": 19.1, "SE": 10.6, "SI": 2.1, "SK": 5.4,
}  # fmt: skip
TYPES = ("association", "cooperative", "foundation", "funder", "public_authority", "university", "wise")
SECTORS, SKILLS, LANGUAGES = 100, 1_500, 24
OFFERED, SOUGHT, DONE = 8, 3, 3
HUBS = 3
"""How unequal joint work is: places are drawn as the power of an even draw."""
YEARS = (2018.0, 2026.0)


def generate(organisations: int, seed: int = 7) -> Table:
    """The columns of so many organisations and half as many joint projects; the same ones for the same seed."""
    chance = np.random.default_rng(seed)
    share = np.array(list(POPULATIONS.values()))
    countries = chance.choice(len(share), organisations, p=share / share.sum()).astype(np.int16)
    skills = 1 / np.arange(1, SKILLS + 1)
    codes = (
        *(f"sector:{at:03d}" for at in range(SECTORS)),
        *(f"skill:{at:04d}" for at in range(SKILLS)),
        *(f"language:{at:02d}" for at in range(LANGUAGES)),
    )
    nothing = np.zeros(0, dtype=np.int32)
    return Table(
        ids=np.arange(1, organisations + 1),
        country_codes=tuple(POPULATIONS),
        countries=countries,
        type_codes=TYPES,
        types=chance.integers(0, len(TYPES), organisations).astype(np.int16),
        paused=chance.random(organisations) < 0.01,
        open_introductions=np.zeros(organisations, dtype=np.int16),
        codes=codes,
        held={
            "sectors": _drawn(chance, organisations, DONE, np.ones(SECTORS), 0),
            "offers": _drawn(chance, organisations, OFFERED, skills, SECTORS),
            "seeks": _drawn(chance, organisations, SOUGHT, skills, SECTORS),
            "goals": (nothing, nothing),
            "topics": (nothing, nothing),
            "languages": _spoken(chance, countries),
        },
        projects=np.arange(1, organisations // 2 + 1),
        work=_worked(chance, organisations, organisations // 2),
    )


def _drawn(
    chance: np.random.Generator, count: int, each: int, popularity: Numbers, begin: int
) -> tuple[Numbers, Numbers]:
    """So many draws for each organisation, the popular ones more often."""
    edges = np.cumsum(popularity / popularity.sum())
    drawn = np.searchsorted(edges, chance.random(count * each), side="right")
    codes = (np.minimum(drawn, len(popularity) - 1) + begin).astype(np.int16)
    return np.repeat(np.arange(count, dtype=np.int32), each), codes


def _spoken(chance: np.random.Generator, countries: Numbers) -> tuple[Numbers, Numbers]:
    """The language of the country, and for half of them one that many speak."""
    begin, everybody = SECTORS + SKILLS, np.arange(len(countries), dtype=np.int32)
    some = everybody[chance.random(len(countries)) < 0.5]
    codes = np.concatenate([countries % (LANGUAGES - 1) + 1, np.zeros(len(some), dtype=np.int16)]) + begin
    return np.concatenate([everybody, some]), codes.astype(np.int16)


def _worked(chance: np.random.Generator, organisations: int, projects: int) -> Work:
    """Consortia of three to nine, some of the organisations being in very many."""
    sizes = chance.integers(3, 10, projects)
    who: Ints = (organisations * chance.random(int(sizes.sum())) ** HUBS).astype(np.int32)
    nothing = np.zeros(0, dtype=np.int32)
    began = chance.integers(int(YEARS[0] * 4), int(YEARS[1] * 4), projects) / 4
    seats = who, np.repeat(np.arange(projects, dtype=np.int32), sizes)
    return Work(seats, (nothing, nothing), began, (nothing, nothing))
