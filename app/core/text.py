"""What people write: folded for search, checked for emptiness, made into addresses."""

from __future__ import annotations

import re
import unicodedata

from anyascii import anyascii

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b\u2028\u2029\u2060\ufeff\ud800-\udfff"
    r"\u202a-\u202e\u2066-\u2069]"  # these turn the direction of what stands around them
)
_JOINTS = re.compile("-+")
_BESIDE_NAMES = "™℠"
_UNSEEN = ("Cc", "Cf", "Cs", "Me")
_KEPT_BELOW = 0x2E80
"""Where the blocks of Chinese, Japanese and Korean begin."""
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters that look like nothing."""


def fold(text: str) -> str:
    """The text as search, sorting and duplicates compare it: lower-case words between single spaces.

    Latin letters become ASCII (by NFKD, else by anyascii), other scripts lose case and diacritics only. A run of marks
    inside a word, be it an apostrophe, a hyphen or a full stop, is one "-"; marks around words are left out, so a text
    without letters and digits is empty. The result holds no character that LIKE or a regular expression reads as a sign.
    Stored columns hold its result: a change needs a migration that folds them again (tests/core/test_folding.py).
    """
    words = (_JOINTS.sub("-", word).strip("-") for word in text.translate(_FOLDS).split())
    return " ".join(word for word in words if word)


def name_key(text: str) -> str:
    """What names have in common that people read as one; empty where there are no letters.

    It is `fold` without "-" and spaces, with Greek and Cyrillic letters that look like Latin ones as those (Unicode
    UTS 39, letters of one shape in capitals or in small letters).
    """
    return fold(text).replace("-", "").replace(" ", "").translate(_LOOK_ALIKES)


_LOOK_ALIKES = str.maketrans(
    "αβεζικμνορτυχ" + "авеѕіјкмнорԛстуԝхһӏԁ", "abezikmnoptyx" + "abesijkmhopqctywxhld"
)


def _fold_letter(letter: str) -> str:
    """What `fold` makes of one character: letters and digits, a space, nothing, or "-" for a mark."""
    if letter.isspace():
        return " "
    parts = unicodedata.normalize("NFKD", letter)
    if unicodedata.category(letter) in _UNSEEN or "VARIATION SELECTOR" in unicodedata.name(letter, ""):
        return ""
    if parts[0] == " " or letter in _BESIDE_NAMES:
        return "-"  # the first is an accent that stands by itself, as in L´Orto
    bare = "".join(part for part in parts if not unicodedata.combining(part))
    lower = unicodedata.normalize("NFKD", bare.casefold())
    return "".join(_fold_part(part) for part in lower if not unicodedata.combining(part))


def _fold_part(part: str) -> str:
    """The same of a lower-case character that NFKD leaves whole."""
    if part.isspace():
        return " "
    category, name = unicodedata.category(part), unicodedata.name(part, "")
    if category == "Nd":
        return str(unicodedata.decimal(part))
    if "LATIN" in name or name.startswith("MODIFIER LETTER"):
        return "".join(sign for sign in anyascii(part).lower() if sign.isalnum()) or "-"
    return part if category[0] in "LMN" else "-"


class _Folds(dict[int, str]):
    """What `fold` makes of each character, by its number; kept for the alphabets of Europe once it was worked out."""

    def __missing__(self, number: int) -> str:
        folded = _fold_letter(chr(number))
        if number < _KEPT_BELOW:
            self[number] = folded
        return folded


_FOLDS = _Folds()


def tidy(text: str | None) -> str:
    """The text as it is kept: NFC, without invisible control characters, trimmed, line ends as \\n; empty if it looks so."""
    plain = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    kept = _INVISIBLE.sub("", plain).strip()
    seen = (
        letter not in _BLANK and unicodedata.category(letter) not in ("Cf", "Cc", "Zs", "Zl", "Zp")
        for letter in kept
    )
    return kept if any(seen) else ""


def one_line(text: str | None) -> str:
    """The text with single spaces instead of line ends and several spaces: one line stays one in a mail, too."""
    return " ".join((text or "").split())


def slugify(text: str, fallback: str) -> str:
    """A short address for a name, in plain letters; `fallback` where none remain (a name in Greek, say)."""
    slug = re.sub(r"[^a-z0-9]+", "-", latin_letters(fold(text))).strip("-")[:60].strip("-")
    return slug or fallback


def latin_letters(folded: str) -> str:
    """A folded text with Greek letters as Latin ones (ELOT 743, letter by letter); other scripts stay."""
    return folded.replace("ου", "ou").translate(_GREEK)


_GREEK = {
    ord(greek): latin for greek, latin in zip("αβγδεζηικλμνξοπρσςτυφω", "avgdeziiklmnxoprsstyfo", strict=True)
}
_GREEK |= {ord("θ"): "th", ord("χ"): "ch", ord("ψ"): "ps"}


_UPSILON = {"ο": "u", "α": "v", "ε": "v", "η": "v"}
"""What υ becomes behind another vowel."""


def is_latin(text: str) -> bool:
    """Whether all letters of a text are Latin ones."""
    return all("LATIN" in unicodedata.name(letter, "") for letter in text if letter.isalpha())


def transliterate(text: str) -> str:
    """The text in Latin letters: Greek ones by ELOT 743, letter by letter, others by anyascii."""
    bare = "".join(part for part in unicodedata.normalize("NFD", text) if not unicodedata.combining(part))
    latin = []
    for before, letter in zip(f" {bare}", bare, strict=False):
        low = letter.lower()
        found = _UPSILON.get(before.lower(), "y") if low == "υ" else _GREEK.get(ord(low), anyascii(letter))
        latin.append(found.capitalize() if letter.isupper() else found)
    return "".join(latin)
