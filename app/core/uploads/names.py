"""Names of files, as they are kept, shown and given to those who fetch the file."""

from __future__ import annotations

import unicodedata

from app.core.uploads.formats import FORMATS, Format

MAX_NAME_LENGTH = 120
FORBIDDEN = set('<>:"|?*')
"""What some system does not let stand in a name."""
RESERVED = {
    "con",
    "prn",
    "aux",
    "nul",
    *(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)),
}
"""Names of devices, which are no files on Windows."""


def tidy_file_name(name: str, file_format: Format) -> str:
    """The name as one may keep it: without folders, marks that turn the direction, control characters, and with the
    ending of its format. It is never empty.
    """
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    letters = [
        " " if letter.isspace() else "_" if letter in FORBIDDEN else letter
        for letter in unicodedata.normalize("NFC", last)
        if letter.isspace() or not unicodedata.category(letter).startswith(("C", "Z"))
    ]
    plain = " ".join("".join(letters).split()).strip(". ")
    endings = FORMATS[file_format].endings
    stem = next((plain[: -len(each)] for each in endings if plain.lower().endswith(each)), plain)
    ending = next((each for each in endings if plain.lower().endswith(each)), endings[0])
    stem = stem[: MAX_NAME_LENGTH - len(ending)].strip(". ") or "file"
    if stem.split(".")[0].strip().lower() in RESERVED:
        stem = f"_{stem}"
    return f"{stem}{ending}"


def picture_name(name: str) -> str:
    """The name of a picture after it is re-encoded as WebP."""
    stem, dot, ending = name.rpartition(".")
    is_ending = any(
        f".{ending.lower()}" in FORMATS[each].endings for each in (Format.JPEG, Format.PNG, Format.WEBP)
    )
    return tidy_file_name(f"{stem if dot and is_ending else name}.webp", Format.WEBP)
