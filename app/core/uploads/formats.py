"""Which files people may send, recognised by what is in them and never by their names."""

from __future__ import annotations

import codecs
import enum
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from flask_babel import lazy_gettext as _l

from app.core.errors import Invalid, Text

TEXT_CHUNK_BYTES = 64 * 1024
MAX_ZIP_MEMBERS = 5_000
MAX_UNPACKED_BYTES = 300 * 1024 * 1024
MAX_UNPACKED_RATIO = 200
"""Unpacked bytes for each packed one of a whole document; Office's own XML reaches some dozens."""
SMALL_UNPACKED_BYTES = 5 * 1024 * 1024
"""Up to so many bytes no ratio is asked for: an empty sheet is nearly all repetition."""
MAX_TYPES_BYTES = 1024 * 1024
END_RECORD_BYTES = 22
PDF_TAIL_BYTES = 1024
UNKNOWN = _l(
    "This kind of file cannot be sent. Send a picture (JPEG, PNG, WebP), a PDF, a document of an office program, "
    "or a text (TXT, MD, CSV)."
)
BROKEN = _l("This file is damaged, or not what its name says.")
MACROS = _l("This document holds a program (macros). Save it without macros and send it again.")
UNPACKS = _l("This document unpacks to far more than a document holds. It cannot be sent.")
LOCKED = _l("This document is locked with a password. Save it without one and send it again.")


class Kind(enum.StrEnum):
    """What a file is for people."""

    PICTURE = "picture"
    PDF = "pdf"
    DOCUMENT = "document"
    SPREADSHEET = "spreadsheet"
    PRESENTATION = "presentation"
    TEXT = "text"


class Format(enum.StrEnum):
    """The formats of the files that are kept; pictures are all kept as WebP."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    PPTX = "pptx"
    ODT = "odt"
    ODS = "ods"
    ODP = "odp"
    TXT = "txt"
    MD = "md"
    CSV = "csv"


@dataclass(frozen=True)
class FormatTraits:
    """What belongs to a format: what it is for people, its media type, and the endings of its names, its own first."""

    kind: Kind
    media_type: str
    endings: tuple[str, ...]


_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument"
FORMATS: Mapping[Format, FormatTraits] = {
    Format.JPEG: FormatTraits(Kind.PICTURE, "image/jpeg", (".jpg", ".jpeg")),
    Format.PNG: FormatTraits(Kind.PICTURE, "image/png", (".png",)),
    Format.WEBP: FormatTraits(Kind.PICTURE, "image/webp", (".webp",)),
    Format.PDF: FormatTraits(Kind.PDF, "application/pdf", (".pdf",)),
    Format.DOCX: FormatTraits(Kind.DOCUMENT, f"{_OPEN_XML}.wordprocessingml.document", (".docx",)),
    Format.XLSX: FormatTraits(Kind.SPREADSHEET, f"{_OPEN_XML}.spreadsheetml.sheet", (".xlsx",)),
    Format.PPTX: FormatTraits(Kind.PRESENTATION, f"{_OPEN_XML}.presentationml.presentation", (".pptx",)),
    Format.ODT: FormatTraits(Kind.DOCUMENT, f"{_OPEN_DOCUMENT}.text", (".odt",)),
    Format.ODS: FormatTraits(Kind.SPREADSHEET, f"{_OPEN_DOCUMENT}.spreadsheet", (".ods",)),
    Format.ODP: FormatTraits(Kind.PRESENTATION, f"{_OPEN_DOCUMENT}.presentation", (".odp",)),
    Format.TXT: FormatTraits(Kind.TEXT, "text/plain", (".txt",)),
    Format.MD: FormatTraits(Kind.TEXT, "text/markdown", (".md",)),
    Format.CSV: FormatTraits(Kind.TEXT, "text/csv", (".csv",)),
}
ACCEPTED = ",".join(
    ["image/jpeg", "image/png", "image/webp"]
    + [traits.endings[0] for traits in FORMATS.values() if traits.kind != Kind.PICTURE]
)
"""What a browser lets people choose (the `accept` of a file field); phones turn their own pictures into JPEG for it."""
MAIN_PARTS = {
    "word/document.xml": Format.DOCX,
    "xl/workbook.xml": Format.XLSX,
    "ppt/presentation.xml": Format.PPTX,
}
PROGRAM_NAMES = ("vbaproject.bin", "vbadata.xml", "macrosheets/", "basic/", "scripts/", "activex/")
CODE_BEGINNINGS = (b"<", b"#!", b"{\\rtf", b"%!", b"mz", b"\x7felf")
"""How files begin that are text and yet read by a program: markup, scripts, RTF, PostScript, programs."""


def recognise(path: Path, name: str) -> Format:
    """The format of a stored file, from its content; only for texts the extension of `name` decides which one.

    Raises Invalid with a sentence for anything that is not in the table, for what is two things at once and for
    documents that hold programs or unpack to far too much.
    """
    with path.open("rb") as file:
        head = file.read(16)
    if head.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Format.WEBP
    if head.startswith(b"%PDF-"):
        _check_pdf(path)
        return Format.PDF
    if head.startswith(b"PK\x03\x04"):
        return _document(path)
    return _text(path, name)


def refused(sentence: Text) -> Invalid:
    """The refusal of a file."""
    return Invalid(sentence, fields={"files": [sentence]})


def _check_pdf(path: Path) -> None:
    """Raise Invalid for a PDF without an end, and for one that a program would open as an archive as well."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - PDF_TAIL_BYTES))
        tail = file.read()
    if b"%%EOF" not in tail or zipfile.is_zipfile(path):
        raise refused(BROKEN)


def _document(path: Path) -> Format:
    """The format of a ZIP file that is an office document."""
    _check_end(path)
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, path.stat().st_size)
            found = _open_document(archive, members) or _open_xml(archive, members)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as error:
        raise refused(BROKEN) from error
    if found is None:
        raise refused(UNKNOWN)
    return found


def _check_end(path: Path) -> None:
    """Raise Invalid unless the archive's list of members is short and ends where the file ends."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - END_RECORD_BYTES))
        record = file.read()
    if len(record) < END_RECORD_BYTES or not record.startswith(b"PK\x05\x06"):
        raise refused(BROKEN)
    count, length, start = struct.unpack("<HII", record[10:20])
    if count > MAX_ZIP_MEMBERS or start + length != size - END_RECORD_BYTES:
        raise refused(BROKEN)


def _check_members(members: list[zipfile.ZipInfo], size: int) -> None:
    """Raise Invalid for programs, passwords, members that share their bytes, and too much behind few bytes."""
    names = [each.filename.lower() for each in members]
    if any(part in f"/{name}" for name in names for part in (f"/{each}" for each in PROGRAM_NAMES)):
        raise refused(MACROS)
    if any(each.flag_bits & 1 for each in members) or "encryptedpackage" in names:
        raise refused(LOCKED)
    if len(set(names)) != len(names) or len({each.header_offset for each in members}) != len(members):
        raise refused(BROKEN)
    unpacked = sum(each.file_size for each in members)
    packed = sum(each.compress_size for each in members)
    if packed > size:
        raise refused(BROKEN)
    is_dense = unpacked > SMALL_UNPACKED_BYTES and unpacked > MAX_UNPACKED_RATIO * size
    if unpacked > MAX_UNPACKED_BYTES or is_dense:
        raise refused(UNPACKS)


def _open_document(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Format | None:
    """An OpenDocument file says what it is in its first member, which is stored as it is (ODF 1.2, part 3, 3.3)."""
    first = members[0] if members else None
    if first is None or first.filename != "mimetype" or first.compress_type != zipfile.ZIP_STORED:
        return None
    if first.file_size > 100 or "content.xml" not in archive.namelist():
        return None
    said = archive.read(first).decode("ascii", "replace").strip()
    return next((each for each, traits in FORMATS.items() if traits.media_type == said), None)


def _open_xml(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> Format | None:
    """An Office Open XML file has a list of types and one main part."""
    by_name = {each.filename: each for each in members}
    types = by_name.get("[Content_Types].xml")
    found = [each for part, each in MAIN_PARTS.items() if part in by_name]
    if types is None or len(found) != 1:
        return None
    if types.file_size > MAX_TYPES_BYTES:
        raise refused(BROKEN)
    with archive.open(types) as part:
        content = part.read(MAX_TYPES_BYTES + 1).lower()
    if b"macroenabled" in content or b"vbaproject" in content:
        raise refused(MACROS)
    return found[0]


def _text(path: Path, name: str) -> Format:
    """A text: nothing but text from its beginning to its end, with the ending of one of ours."""
    ending = Path(name).suffix.lower()
    found = next(
        (each for each, traits in FORMATS.items() if traits.kind == Kind.TEXT and ending in traits.endings),
        None,
    )
    if found is None:
        raise refused(UNKNOWN)
    with path.open("rb") as file:
        encoding = _encoding(file.read(4))
        file.seek(0)
        decoder, is_first = codecs.getincrementaldecoder(encoding)(), True
        while True:
            chunk = file.read(TEXT_CHUNK_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                raise refused(BROKEN) from error
            start = text.lstrip("\ufeff \t\r\n").encode("utf-8", "replace")[:8].lower()
            if is_first and start.startswith(CODE_BEGINNINGS):
                raise refused(UNKNOWN)
            if any(ord(letter) < 32 and letter not in "\t\n\r\f" for letter in set(text)):
                raise refused(BROKEN)
            is_first = False
            if not chunk:
                return found


def _encoding(head: bytes) -> str:
    """UTF-8, or UTF-16 where the file says so; older programs write neither, and every byte of theirs is a letter."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return "utf-8-sig" if head.startswith(codecs.BOM_UTF8) else "latin-1"
