"""Lemmas: the forms of a word as one ("vrtovima" and "vrtu" as "vrt"), from the dictionaries of simplemma.

As simplemma reads them they take 700 MB and half a minute in each process. So they are written once as MARISA tries into
the instance folder, by a process of its own, and every process maps the files. Without them a word has no lemma.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import marisa_trie  # type: ignore[import-not-found]
from flask import current_app
from simplemma import Lemmatizer, __version__
from simplemma.strategies import DefaultStrategy
from simplemma.strategies.dictionaries import DictionaryFactory, StreamDictionaryFactory
from simplemma.strategies.dictionaries.dictionary_factory import DecodedStrMapping

from config import ROOT, Settings

CODES: Mapping[str, str] = {"hr": "hbs"}
"""What simplemma calls a language where it has another name for it than we."""
BUILD_NICENESS = 10
MAX_CACHED_LEMMAS = 20_000


class TrieMapping(DecodedStrMapping):
    """A dictionary of a language: the lemma of each form, read from a mapped file."""

    def __init__(self, path: Path) -> None:
        self._trie = marisa_trie.BytesTrie().mmap(str(path))

    def _lookup(self, key: str) -> str | None:
        found = self._trie.get(key)
        return found[0].decode() if found else None

    def __iter__(self) -> Iterator[str]:
        yield from self._trie.iterkeys()

    def __len__(self) -> int:
        return len(self._trie)


class TrieDictionaries(DictionaryFactory):
    """The dictionaries that stand in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, TrieMapping] = {}

    def has(self, code: str) -> bool:
        """Whether the dictionary of a language was written."""
        return code in self._read or _file_of(self._folder, code).exists()

    def get_dictionary(self, lang: str) -> Mapping[str, str]:
        """The dictionary of a language that `has` says is there."""
        if lang not in self._read:
            self._read[lang] = TrieMapping(_file_of(self._folder, lang))
        return self._read[lang]


class Lemmas:
    """Finds the lemmas of words."""

    def __init__(self, dictionaries: TrieDictionaries) -> None:
        self._dictionaries = dictionaries
        strategy = DefaultStrategy(dictionary_factory=dictionaries)
        self._lemmatizer = Lemmatizer(MAX_CACHED_LEMMAS, lemmatization_strategy=strategy)

    def lemma(self, word: str, lang: str) -> str:
        """The lemma of a word in one of our languages; the word itself where none is known."""
        code = CODES.get(lang, lang)
        if not word or not self._dictionaries.has(code):
            return word
        return self._lemmatizer.lemmatize(word, code)


@lru_cache(maxsize=4)
def lemmas_in(folder: Path) -> Lemmas:
    """The lemmas of the dictionaries in a folder, made once for the process."""
    return Lemmas(TrieDictionaries(folder))


def lemma_folder() -> Path:
    """Where the dictionaries of this installation stand."""
    settings: Settings = current_app.extensions["trama.settings"]
    return settings.instance / "lemmas"


def lemmas() -> Lemmas:
    """The lemmas of this installation."""
    return lemmas_in(lemma_folder())


def lacks_dictionaries(folder: Path, languages: Iterable[str]) -> bool:
    """Whether the dictionary of one of these languages is still to be written."""
    return any(not _file_of(folder, CODES.get(lang, lang)).exists() for lang in languages)


def start_writing_dictionaries(folder: Path, languages: Iterable[str]) -> subprocess.Popen[bytes]:
    """Begin to write the dictionaries that are missing, in a process of its own: this takes half a minute and 600 MB.

    The process ends with 0 where all of them are there.
    """
    codes = [CODES.get(lang, lang) for lang in languages]
    return subprocess.Popen([sys.executable, "-m", "app.core.lemmas", str(folder), *codes], cwd=ROOT)


def save_dictionary(folder: Path, lang: str, lemmas: Mapping[str, str]) -> None:
    """Write the dictionary of a language, the lemma of each form; a file that is there is whole."""
    path = _file_of(folder, CODES.get(lang, lang))
    trie = marisa_trie.BytesTrie((form, lemma.encode()) for form, lemma in lemmas.items())
    unfinished = path.with_suffix(f".{secrets.token_hex(4)}.part")
    trie.save(str(unfinished))
    unfinished.replace(path)


def _file_of(folder: Path, code: str) -> Path:
    return folder / f"{code}-{__version__}.trie"


def main(folder: Path, codes: Iterable[str]) -> None:
    """Write dictionaries, one process at a time."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for code in codes:
            if not _file_of(folder, code).exists():
                save_dictionary(folder, code, StreamDictionaryFactory().get_dictionary(code))


if __name__ == "__main__":
    os.nice(BUILD_NICENESS)
    main(Path(sys.argv[1]), sys.argv[2:])
