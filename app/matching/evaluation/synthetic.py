"""A synthetic cluster of any size, as columns, modelled on the social economy of Europe.

Three of 100 sectors, eight offered and three sought of 1,500 skills with Zipf popularity, countries in proportion to
their population, and projects with a skewed participation.
"""

from __future__ import annotations

import numpy as np

from app.matching.index.arrays import Ints, Numbers
from app.matching.index.columns import ClusterColumns
from app.matching.index.history import ProjectColumns

POPULATIONS = {
    "AT": 9.1, "BE": 11.8, "BG": 6.4, "CY": 0.9, "CZ": 10.9, "DE": 83.5, "DK": 6.0, "EE": 1.4, "EL": 10.4,
    "ES": 48.6, "FI": 5.6, "FR": 68.4, "HR": 3.9, "HU": 9.6, "IE": 5.3, "IT": 59.0, "LT": 2.9, "LU": 0.7,
    "LV": 1.9, "MT": 0.6, "NL": 17.9, "PL": 36.6, "PT": 10.6, "RO": 19.1, "SE": 10.6, "SI": 2.1, "SK": 5.4,
}  # fmt: skip
TYPES = ("association", "cooperative", "foundation", "funder", "public_authority", "university", "wise")
SECTORS, SKILLS, LANGUAGES, COOPERATIONS = 100, 1_500, 24, 6
OFFERS_EACH, SEEKS_EACH, SECTORS_EACH = 8, 3, 3
PARTICIPATION_POWER = 3
"""Participants are drawn as n · u^PARTICIPATION_POWER with u uniform."""
YEARS = (2018.0, 2026.0)


def generate_cluster(organisations: int, seed: int = 7) -> ClusterColumns:
    """Columns of so many organisations and half as many projects; deterministic for a seed."""
    chance = np.random.default_rng(seed)
    share = np.array(list(POPULATIONS.values()))
    countries = chance.choice(len(share), organisations, p=share / share.sum()).astype(np.int16)
    skills = 1 / np.arange(1, SKILLS + 1)
    codes = (
        *(f"sector:{at:03d}" for at in range(SECTORS)),
        *(f"skill:{at:04d}" for at in range(SKILLS)),
        *(f"language:{at:02d}" for at in range(LANGUAGES)),
        *(f"cooperation:{at}" for at in range(COOPERATIONS)),
    )
    cooperation = _draw_concepts(
        np.random.default_rng(seed + 1), organisations, 2, np.ones(COOPERATIONS), len(codes) - COOPERATIONS
    )
    nothing = np.zeros(0, dtype=np.int32)
    return ClusterColumns(
        ids=np.arange(1, organisations + 1),
        country_codes=tuple(POPULATIONS),
        countries=countries,
        type_codes=TYPES,
        types=chance.integers(0, len(TYPES), organisations).astype(np.int16),
        paused=chance.random(organisations) < 0.01,
        open_introductions=np.zeros(organisations, dtype=np.int16),
        codes=codes,
        held={
            "sectors": _draw_concepts(chance, organisations, SECTORS_EACH, np.ones(SECTORS), 0),
            "offers": _draw_concepts(chance, organisations, OFFERS_EACH, skills, SECTORS),
            "seeks": _draw_concepts(chance, organisations, SEEKS_EACH, skills, SECTORS),
            "goals": (nothing, nothing),
            "topics": (nothing, nothing),
            "cooperation": cooperation,
            "marks": cooperation,
            "languages": _draw_languages(chance, countries),
        },
        projects=np.arange(1, organisations // 2 + 1),
        work=_draw_projects(chance, organisations, organisations // 2),
    )


def _draw_concepts(
    chance: np.random.Generator, count: int, each: int, popularity: Numbers, begin: int
) -> tuple[Numbers, Numbers]:
    """`each` concepts per organisation, drawn by popularity."""
    edges = np.cumsum(popularity / popularity.sum())
    drawn = np.searchsorted(edges, chance.random(count * each), side="right")
    codes = (np.minimum(drawn, len(popularity) - 1) + begin).astype(np.int16)
    return np.repeat(np.arange(count, dtype=np.int32), each), codes


def _draw_languages(chance: np.random.Generator, countries: Numbers) -> tuple[Numbers, Numbers]:
    """The language of the country, and a common one for half of the organisations."""
    begin, everybody = SECTORS + SKILLS, np.arange(len(countries), dtype=np.int32)
    some = everybody[chance.random(len(countries)) < 0.5]
    codes = np.concatenate([countries % (LANGUAGES - 1) + 1, np.zeros(len(some), dtype=np.int16)]) + begin
    return np.concatenate([everybody, some]), codes.astype(np.int16)


def _draw_projects(chance: np.random.Generator, organisations: int, projects: int) -> ProjectColumns:
    """Projects of three to nine organisations."""
    sizes = chance.integers(3, 10, projects)
    who: Ints = (organisations * chance.random(int(sizes.sum())) ** PARTICIPATION_POWER).astype(np.int32)
    nothing = np.zeros(0, dtype=np.int32)
    start_years = chance.integers(int(YEARS[0] * 4), int(YEARS[1] * 4), projects) / 4
    participations = who, np.repeat(np.arange(projects, dtype=np.int32), sizes)
    return ProjectColumns(participations, (nothing, nothing), start_years, (nothing, nothing))
