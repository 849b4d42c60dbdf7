"""Sorts the tags of consortia files into the facets that the engine scores apart.

A tag may begin with a mark such as `P:`; tags of one mark belong together. Tags like NUTS codes are regions. Of the other
marks one is the programme's areas if most projects have exactly one tag of it, while another mark has many a project;
files with a single mark have topics only. A tag of more than MAX_TAG_WORDS words is a text, of which each word is a topic.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from app.matching.index.index import FACET_PREFIXES

REGION, PROGRAMME = FACET_PREFIXES
MARK = re.compile(r"([A-Za-z_]{1,12}):\s*(.+)", re.DOTALL)
NUTS = re.compile(
    r"(AL|AT|BA|BE|BG|CH|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GR|HR|HU|IE|IS|IT|LI|LT|LU|LV|MD|ME|MK|MT|NL|NO|PL|PT|RO|RS|SE|SI|SK"
    r"|TR|UA|UK|XK)[0-9A-Z]{1,3}"
)
NUTS_2_LENGTH = 4
MIN_REGION_SHARE = 0.9
"""Of the tags of a mark that must look like NUTS codes for the mark to be that of regions."""
MANY_TAGS, MIN_COVERED = 4.0, 0.5
"""Mean tags a project of the mark of topics, and share of projects that a mark of areas must cover."""
MAX_TAG_WORDS = 6
HAS_DIGIT = re.compile(r"\d")
WORD = re.compile(r"[^\W\d_]{4,}")


def facet_codes(tags: Iterable[Collection[str]]) -> dict[str, frozenset[str]]:
    """Tag → codes of concepts, given the tags of each project."""
    counts = Counter(tag for some in tags for tag in some)
    per_project = [Counter(_mark(tag) for tag in some) for some in tags]
    by_mark: dict[str, list[str]] = defaultdict(list)
    for tag in counts:
        by_mark[_mark(tag)].append(tag)
    regions = {mark for mark, some in by_mark.items() if _are_regions(some)}
    areas = _mark_of_areas(per_project, by_mark.keys() - regions)
    return {
        tag: _codes(tag, mark in regions, mark == areas) for mark, some in by_mark.items() for tag in some
    }


def codes_of(tags: Collection[str], known: dict[str, frozenset[str]]) -> frozenset[str]:
    """The codes of some tags; one that no project has is a topic."""
    return frozenset(code for tag in tags for code in known.get(tag) or _codes(tag, False, False))


def region_codes(region: str) -> frozenset[str]:
    """The code of a region, and the one of its NUTS 2 region if it is smaller."""
    code = region.upper()
    return frozenset(
        {REGION + code, REGION + code[:NUTS_2_LENGTH]} if NUTS.fullmatch(code) else {REGION + code}
    )


def _mark(tag: str) -> str:
    found = MARK.fullmatch(tag)
    return found[1] if found else ""


def _text(tag: str) -> str:
    found = MARK.fullmatch(tag)
    return found[2] if found else tag


def _are_regions(tags: Collection[str]) -> bool:
    return sum(bool(NUTS.fullmatch(_text(tag))) for tag in tags) >= MIN_REGION_SHARE * len(tags)


def _mark_of_areas(per_project: Collection[Counter[str]], marks: Collection[str]) -> str | None:
    """The mark with one tag a project where another has many; None where there is none."""
    covered = {mark: [some[mark] for some in per_project if some[mark]] for mark in marks}
    means = {mark: sum(some) / len(some) for mark, some in covered.items()}
    if max(means.values(), default=0.0) < MANY_TAGS:
        return None
    wide = [mark for mark in marks if len(covered[mark]) >= MIN_COVERED * len(per_project)]
    nearly_one = sorted((means[mark], mark) for mark in wide if means[mark] <= MANY_TAGS / 2)
    return nearly_one[0][1] if nearly_one else None


def _codes(tag: str, is_region: bool, is_area: bool) -> frozenset[str]:
    if is_region or (not _mark(tag) and NUTS.fullmatch(tag) and HAS_DIGIT.search(tag)):
        return region_codes(_text(tag))
    if is_area:
        return frozenset({PROGRAMME + _text(tag)})
    if len(tag.split()) > MAX_TAG_WORDS:
        return frozenset(f"word {word}" for word in WORD.findall(tag.lower()))
    return frozenset({tag})
