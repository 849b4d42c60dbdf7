"""What somebody searches for, and the words under which something is found: both made here, so that they agree."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.lemmas import Lemmas
from app.core.text import fold, tidy

MAX_SEARCH_CHARS = 200
MAX_WORDS = 10
MAX_WORD_CHARS = 40
"""Of a longer word only the beginning counts, here and in the index."""
MIN_PREFIX_CHARS = 3
"""A shorter word is found whole only: too much begins with it."""
MAX_TEXT_CHARS = 100_000
QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
QUOTED = re.compile(r'"([^"]*)"')
SPACED = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
"""A word as it is written."""


@dataclass(frozen=True)
class Token:
    """A word of the index, or the beginning of one."""

    text: str
    is_prefix: bool = False

    def fits(self, word: str) -> bool:
        """Whether a folded word is this one, or begins with it."""
        return word.startswith(self.text) if self.is_prefix else word == self.text


@dataclass(frozen=True)
class Term:
    """One thing that must occur: in one of these ways, of which each is a few tokens that must all occur."""

    ways: tuple[tuple[Token, ...], ...]

    def tokens(self) -> Iterable[Token]:
        """All that one of its words could be."""
        return (token for way in self.ways for token in way)


@dataclass(frozen=True)
class Search:
    """What somebody typed: `terms` must all occur, and each of `phrases`, which are folded words, as it stands."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    phrases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)


def read_search(text: str, lemmas: Lemmas, languages: Sequence[str]) -> Search:
    """What a text asks for: words that begin so, in any form that one of the languages has, and phrases in quotes."""
    text = tidy(text)[:MAX_SEARCH_CHARS]
    plain = text.translate(QUOTES)
    phrases = [phrase for quoted in QUOTED.findall(plain) if (phrase := " ".join(words_of(quoted)))]
    words = [word for word in QUOTED.sub(" ", plain).split() if fold(word)]
    terms = [Term(((Token(word),),)) for phrase in phrases for word in phrase.split()]
    terms += [_term(word, lemmas, languages) for word in words]
    return Search(text, tuple(dict.fromkeys(terms))[:MAX_WORDS], tuple(dict.fromkeys(phrases)))


def _term(written: str, lemmas: Lemmas, languages: Sequence[str]) -> Term:
    """A word that may end otherwise, or stand there in another form of it."""
    folded = fold(written)
    ways = [tuple(_beginning(part) for part in words_of(folded))]
    if "-" in folded:
        ways.append((_beginning(folded.replace("-", "")),))
    bare = SPACED.findall(written)
    if len(bare) == 1:
        found = (fold(lemmas.lemma(form, lang)) for lang in languages for form in {bare[0], bare[0].lower()})
        ways += [(Token(lemma[:MAX_WORD_CHARS]),) for lemma in sorted(set(found)) if lemma.isalnum()]
    return Term(tuple(dict.fromkeys(ways)))


def _beginning(word: str) -> Token:
    return Token(word[:MAX_WORD_CHARS], len(word) >= MIN_PREFIX_CHARS)


def words_of(text: str) -> list[str]:
    """The words of a text, folded; of a joined word its parts."""
    return [word[:MAX_WORD_CHARS] for word in fold(text).replace("-", " ").split()]


def index_words(parts: Iterable[tuple[str, str]], scopes: Iterable[str], lemmas: Lemmas) -> str:
    """The words of a row of the index: those of `parts`, each a text with its language, their lemmas, and `scopes`."""
    found: list[str] = []
    forms: dict[str, None] = {}
    for text, lang in parts:
        text = text[:MAX_TEXT_CHARS]
        found += words_of(text)
        for written in dict.fromkeys(SPACED.findall(text)):
            folded = fold(written)
            forms.update(dict.fromkeys(_other_forms(written, folded, lemmas, lang)))
        found.append("|")
    known = set(found)
    return " ".join([*found, *(form for form in forms if form not in known), "|", *scopes])


def _other_forms(written: str, folded: str, lemmas: Lemmas, lang: str) -> Iterable[str]:
    """A joined word as one, and the lemma of a word, as it is written and without its capital."""
    if "-" in folded:
        yield folded.replace("-", "")[:MAX_WORD_CHARS]
    elif lang:
        for form in {written, written.lower()}:
            lemma = fold(lemmas.lemma(form, lang))
            if lemma.isalnum():
                yield lemma[:MAX_WORD_CHARS]


def has_all(search: Search, words: str) -> bool:
    """Whether the words of a row of the index have all that is searched for; the database asks the same."""
    listed = words.split()
    return all(
        any(all(any(token.fits(word) for word in listed) for token in way) for way in term.ways)
        for term in search.terms
    ) and all(f" {phrase} " in f" {words} " for phrase in search.phrases)
