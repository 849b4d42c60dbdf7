"""Random small clusters, as plain records."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from app.matching.records import Profile, Project

SECTORS = ["food", "catering", "bakery", "garden", "care"]
BROADER = {"catering": "food", "bakery": "food"}
SKILLS = ["cooking", "digital", "sales", "welding"]
COUNTRIES = ["BE", "CY", "FR", "IT", "PL"]


def concepts(codes: list[str]) -> st.SearchStrategy[frozenset[str]]:
    """Some of these codes."""
    return st.frozensets(st.sampled_from(codes), max_size=3)


def profiles_of(number: int) -> st.SearchStrategy[Profile]:
    """A random profile of one organisation."""
    return st.builds(
        Profile,
        id=st.just(number),
        country=st.sampled_from(COUNTRIES),
        type=st.sampled_from(["cooperative", "association", "funder"]),
        sectors=concepts(SECTORS),
        offers=concepts(SKILLS),
        seeks=concepts(SKILLS),
        languages=concepts(["en", "fr", "it", "pl"]),
        topics=concepts(["soil", "sea"]),
        goals=concepts(["sdg-1", "sdg-8"]),
        paused=st.sampled_from([False, False, False, True]),
        open_introductions=st.sampled_from([0, 0, 1, 12]),
    )


@st.composite
def clusters(draw: st.DrawFn) -> tuple[list[Profile], list[Project]]:
    """Up to eight organisations and up to seven projects among them."""
    numbers = range(1, draw(st.integers(3, 8)) + 1)
    profiles = [draw(profiles_of(number)) for number in numbers]
    partners = st.frozensets(st.sampled_from(list(numbers)), min_size=1, max_size=5)
    days = st.none() | st.dates(date(2014, 1, 1), date(2020, 12, 31))
    about = concepts([*SECTORS, "soil", "sea"])
    projects = [
        Project(number, draw(partners), draw(days), draw(about))
        for number in range(1, draw(st.integers(0, 7)) + 1)
    ]
    return profiles, projects
