"""Random small clusters, as plain records."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from app.matching.records import Brief, DismissalReason, Feedback, Profile, Project

SECTORS = ["food", "catering", "bakery", "garden", "care"]
BROADER = {"catering": "food", "bakery": "food"}
DEEPER = {
    **BROADER,
    "food": "living",
    "garden": "living",
    "cooking": "handwork",
    "welding": "handwork",
    "handwork": "work",
    "digital": "work",
}
SKILLS = ["cooking", "digital", "sales", "welding"]
LINKS = [("cooking", "sales", 0.5), ("digital", "sales", 0.8)]
COUNTRIES = ["BE", "CY", "FR", "IT", "PL"]
TYPES = ["cooperative", "association", "technology_provider"]
KINDS = ["cooperation:technology", "cooperation:exchange", "cooperation:supply"]
LANGUAGES = ["en", "fr", "it", "pl"]


def concepts(codes: list[str]) -> st.SearchStrategy[frozenset[str]]:
    """Some of these codes."""
    return st.frozensets(st.sampled_from(codes), max_size=3)


def profiles_of(number: int, countries: list[str] = COUNTRIES) -> st.SearchStrategy[Profile]:
    """A random profile of one organisation."""
    return st.builds(
        Profile,
        id=st.just(number),
        country=st.sampled_from(countries),
        type=st.sampled_from(TYPES),
        sectors=concepts(SECTORS),
        offers=concepts(SKILLS),
        seeks=concepts(SKILLS),
        languages=concepts(LANGUAGES),
        topics=concepts(["soil", "sea"]),
        goals=concepts(["sdg-1", "sdg-8"]),
        cooperation=concepts(KINDS),
        marks=concepts(["near", "small"]),
        paused=st.sampled_from([False, False, False, True]),
        open_introductions=st.sampled_from([0, 0, 1, 12]),
        joined=st.none() | st.dates(date(2020, 1, 1), date(2021, 3, 31)),
    )


@st.composite
def clusters(
    draw: st.DrawFn, least: int = 3, most: int = 8, countries: list[str] = COUNTRIES
) -> tuple[list[Profile], list[Project]]:
    """Some organisations and up to seven projects among them."""
    numbers = range(1, draw(st.integers(least, most)) + 1)
    profiles = [draw(profiles_of(number, countries)) for number in numbers]
    partners = st.frozensets(st.sampled_from(list(numbers)), min_size=1, max_size=5)
    days = st.none() | st.dates(date(2014, 1, 1), date(2020, 12, 31))
    project_concepts = concepts([*SECTORS, "soil", "sea", "region:ITC4", "region:AT33", "programme:Alps"])
    projects = [
        Project(number, draw(partners), draw(days), draw(project_concepts))
        for number in range(1, draw(st.integers(0, 7)) + 1)
    ]
    return profiles, projects


def feedbacks() -> st.SearchStrategy[list[Feedback]]:
    """What the first three organisations set aside, some of it twice, some of it gone since."""
    one = st.builds(Feedback, st.integers(1, 3), st.integers(1, 9), st.sampled_from(list(DismissalReason)))
    return st.lists(one, min_size=2, max_size=9)


def briefs() -> st.SearchStrategy[Brief]:
    """A seat that asks for something or for nothing, at a table where some may sit already."""
    return st.builds(
        Brief,
        skills=concepts(SKILLS),
        sectors=concepts(SECTORS),
        countries=concepts(COUNTRIES),
        types=concepts(TYPES),
        languages=concepts(LANGUAGES),
        exclude=st.frozensets(st.integers(1, 9), max_size=1),
        home_country=st.none() | st.sampled_from(COUNTRIES),
        home_type=st.none() | st.sampled_from(TYPES),
        topics=concepts(["soil", "sea", "new"]),
        partners=st.frozensets(st.integers(1, 3), max_size=2),
    )


def introductions() -> st.SearchStrategy[dict[int, int]]:
    """Who has how many introductions to answer now, whatever their profiles said."""
    return st.dictionaries(st.integers(1, 9), st.sampled_from([0, 3, 9, 10]), min_size=2, max_size=5)
