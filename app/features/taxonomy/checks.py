"""What is wrong with the vocabulary that ships: missing labels, words that lead to two concepts, leftovers of English."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from app.core.i18n import ALL_LANGUAGES, SOURCE
from app.core.text import fold
from app.features.taxonomy.models import MAX_LABEL_CHARS, ConceptKind
from app.features.taxonomy.vocabulary import DATA, FILES, read_entries, read_labels, read_links

MIN_SYNONYMS = 3
"""Of a sector and of a skill that can be chosen, in each language."""
WITH_SYNONYMS = (ConceptKind.SECTOR, ConceptKind.SKILL)
GREEK = re.compile("[\u0370-\u03ff\u1f00-\u1fff]")
IN_GREEK = {"el"}
SHARED_WORDS = {"limburg", "limburgo", "limbourg", "limburgia", "λιμβουργο"}
"""A Belgian and a Dutch province truly share their name; the picker shows both."""
CODES = {
    "nace": r"\d\d(\.\d\d?)?",
    "nuts": r"[A-Z]{2}[0-9A-Z]{1,3}",
    "sdg": r"[1-9]\d?",
    "iso": r"[A-Z]{2}-[A-Z0-9]{1,3}",
}
"""How the codes of other schemes are written: NACE Rev. 2, NUTS 2024, goals of the United Nations."""


def find_faults(folder: Path = DATA) -> list[str]:
    """A sentence for each fault of the files in a folder."""
    labels = read_labels(folder)
    faults = [f"{lang}: there is no file of labels" for lang in ALL_LANGUAGES if lang not in labels]
    codes: set[str] = set()
    for name, kind in FILES.items():
        entries = read_entries(name, folder)
        codes |= {entry["code"] for entry in entries}
        faults += _faults_of_codes(entries)
        for lang, names in labels.items():
            faults += _faults_of_labels(kind, lang, entries, names, labels.get(SOURCE, {}))
        if kind is ConceptKind.SKILL:
            faults += _faults_of_links(read_links(folder), {e["code"] for e in entries if not e.get("group")})
        related = {code for entry in entries for code in entry.get("related", ())}
        faults += [f"{code} is related and no concept of {name}" for code in related - codes]
    for lang, names in labels.items():
        faults += [f"{lang}: {code} is no concept" for code in names if code not in codes]
    return faults


def count_labelled(folder: Path = DATA) -> dict[str, tuple[int, int]]:
    """Of each of the nine languages how many of the concepts in the files have a label, and how many there are."""
    labels = read_labels(folder)
    codes = [entry["code"] for name in FILES for entry in read_entries(name, folder)]
    return {
        lang: (sum(bool(labels.get(lang, {}).get(code)) for code in codes), len(codes))
        for lang in ALL_LANGUAGES
    }


def is_in_alphabet(text: str, lang: str) -> bool:
    """Whether a text has Greek letters if its language is written with them, and none if it is not."""
    return bool(GREEK.search(text)) is (lang in IN_GREEK)


def _faults_of_codes(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    given = Counter(
        (scheme, code)
        for entry in entries
        for scheme, codes in entry.get("codes", {}).items()
        for code in codes
    )
    for (scheme, code), times in given.items():
        if not re.fullmatch(CODES.get(scheme, "(?!)"), code):
            yield f"{code} is no code of {scheme}"
        # Several sectors may be parts of one class of NACE.
        if times > 1 and scheme != "nace":
            yield f"{code} of {scheme} stands at {times} concepts"


def _faults_of_links(links: Sequence[tuple[str, str, float]], skills: set[str]) -> Iterator[str]:
    pairs = Counter(frozenset((one, other)) for one, other, _ in links)
    for one, other, strength in links:
        if not {one, other} <= skills or one == other:
            yield f"{one} and {other} are linked and no two skills"
        if pairs[frozenset((one, other))] > 1:
            yield f"{one} and {other} are linked twice"
        if not 0 < strength <= 1:
            yield f"the link of {one} and {other} is not in (0, 1]"


def _faults_of_labels(
    kind: ConceptKind,
    lang: str,
    entries: Sequence[Mapping[str, Any]],
    names: Mapping[str, Sequence[str]],
    english: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    owners: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        code, words = entry["code"], names.get(entry["code"], ())
        if not words:
            yield f"{lang}: {code} has no label"
            continue
        has_synonyms = kind in WITH_SYNONYMS and not entry.get("group")
        original = None if kind is ConceptKind.REGION or lang == SOURCE else english.get(code)
        for fault in _faults_of_words(lang, words, original, MIN_SYNONYMS if has_synonyms else 0):
            yield f"{lang}: {code}: {fault}"
        for word in words:
            owners[fold(word)].add(code)
    for word, codes in owners.items():
        if len(codes) > 1 and word not in SHARED_WORDS:
            yield f"{lang}: “{word}” leads to {' and to '.join(sorted(codes))}"


def _faults_of_words(
    lang: str, words: Sequence[str], english: Sequence[str] | None, min_synonyms: int
) -> Iterator[str]:
    label = words[0]
    if any(not word or word != " ".join(word.split()) for word in words):
        yield "a word is empty or has spaces too many"
    if len({fold(word) for word in words}) < len(words):
        yield "one word stands twice"
    if len(label) > MAX_LABEL_CHARS:
        yield f"the label is longer than {MAX_LABEL_CHARS} characters"
    if len(words) - 1 < min_synonyms:
        yield f"there are fewer than {min_synonyms} synonyms"
    if not is_in_alphabet(label, lang):
        yield "the label is in another alphabet"
    # A single word may be the same (Marketing, Catering).
    if english and label == english[0] and " " in label:
        yield "the label is the English one"
