"""Files that must not be taken, files that may be, and pictures that say where they were taken."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Mapping

from PIL import Image

CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
)
GPS_TAG = 0x8825
LATITUDE = {1: "N", 2: (45.0, 26.0, 17.0), 3: "E", 4: (10.0, 59.0, 33.0)}


def photo(size: tuple[int, int] = (1200, 800), *, turned: int = 6, file_format: str = "JPEG") -> bytes:
    """A picture with the place where it was taken, a camera's name and a side on which it lies."""
    picture = Image.new("RGB", size, (120, 150, 60))
    picture.paste((200, 40, 40), (0, 0, size[0] // 4, size[1] // 4))
    exif = Image.Exif()
    exif[0x010F] = "Spy Camera Works"
    exif[0x0112] = turned
    exif.get_ifd(GPS_TAG).update(LATITUDE)
    out = io.BytesIO()
    picture.save(out, file_format, exif=exif)
    return out.getvalue()


def png(width: int, height: int) -> bytes:
    """A one-bit PNG of any size: 20,000 pixels on each side are 48 KB."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    packer, line = zlib.compressobj(9), b"\0" * (1 + (width + 7) // 8)
    lines = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def archive(members: Mapping[str, bytes], *, stored: tuple[str, ...] = ()) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(**more: bytes) -> bytes:
    """A Word document; `more` are further members, "__" in a name standing for "/" and "_dot_" for "."."""
    named = {name.replace("__", "/").replace("_dot_", "."): content for name, content in more.items()}
    return archive({"[Content_Types].xml": CONTENT_TYPES, "word/document.xml": b"<document/>", **named})


def odt(media_type: str = "application/vnd.oasis.opendocument.text", **more: bytes) -> bytes:
    """An OpenDocument text."""
    named = {name.replace("__", "/"): content for name, content in more.items()}
    members = {"mimetype": media_type.encode(), "content.xml": b"<content/>", **named}
    return archive(members, stored=("mimetype",))


PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
GOOD: Mapping[str, tuple[bytes, str]] = {
    "holiday.jpg": (photo((300, 200)), "picture"),
    "drawing.png": (photo((300, 200), file_format="PNG"), "picture"),
    "photo.webp": (photo((300, 200), file_format="WEBP"), "picture"),
    "PHOTO WITHOUT ITS ENDING": (photo((300, 200)), "picture"),
    "programme.pdf": (PDF, "pdf"),
    "letter.docx": (docx(), "document"),
    "budget.xlsx": (
        archive({"[Content_Types].xml": CONTENT_TYPES, "xl/workbook.xml": b"<w/>"}),
        "spreadsheet",
    ),
    "talk.pptx": (
        archive({"[Content_Types].xml": CONTENT_TYPES, "ppt/presentation.xml": b"<p/>"}),
        "presentation",
    ),
    "letter.odt": (odt(), "document"),
    "budget.ods": (odt("application/vnd.oasis.opendocument.spreadsheet"), "spreadsheet"),
    "talk.odp": (odt("application/vnd.oasis.opendocument.presentation"), "presentation"),
    "note.txt": ("Cześć, Łódź".encode(), "text"),
    "old.txt": ("Perchè no".encode("cp1252"), "text"),
    "wide.txt": ("Γειά σου".encode("utf-16"), "text"),
    "plan.md": (b"# Plan\n\n- one\n", "text"),
    "seeds.csv": ("name;grams\nKürbis;30\n".encode("utf-8-sig"), "text"),
}
HTML = b"<!DOCTYPE html><script>alert(document.cookie)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_ODD_ZIP = archive({"a.txt": b"a"})
EVIL: Mapping[str, bytes] = {
    "empty.txt": b"",
    "bomb.png": png(20_000, 20_000),
    "long.png": png(12_001, 8),
    "svg.png": SVG,
    "drawing.svg": SVG,
    "xml.svg": b'<?xml version="1.0"?>' + SVG,
    "page.html": HTML,
    "page.txt": HTML,
    "page.md": b"\xef\xbb\xbf  \n" + HTML,
    "page.jpg": HTML,
    "moving.gif": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "script.txt": b"#!/bin/sh\nrm -rf /\n",
    "rich.txt": b"{\\rtf1 hello}",
    "binary.csv": b"a;b\n\0\1\2",
    "half.txt": b"\xff\xfea",
    "program.exe": b"MZ\x90\0" + b"\0" * 100,
    "program.pdf": b"MZ\x90\0" + b"\0" * 100,
    "cut.pdf": b"%PDF-1.7\nnothing more",
    "both.pdf": PDF + _ODD_ZIP + b"\n%%EOF\n",
    "both-short.pdf": b"%PDF-1.7 %%EOF " + _ODD_ZIP,
    "archive.zip": _ODD_ZIP,
    "archive.docx": _ODD_ZIP,
    "jar.docx": archive({"META-INF/MANIFEST.MF": b"x", "Main.class": b"x"}),
    "two.docx": docx(xl__workbook_dot_xml=b"<w/>"),
    "macro.docm": docx(word__vbaProject_dot_bin=b"x"),
    "macro.docx": docx(word__vbaProject_dot_bin=b"x"),
    "typed.xlsx": archive(
        {
            "[Content_Types].xml": b"application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "xl/workbook.xml": b"<w/>",
        }
    ),
    "activex.docx": docx(word__activeX__activeX1_dot_xml=b"x"),
    "macro.odt": odt(Basic__script=b"x"),
    "renamed.odt": odt("text/html"),
    "bomb.docx": docx(word__media__zeros=b"\0" * 60_000_000),
    "before.docx": b"#!/bin/sh\n" + docx(),
    "inside.docx": b"PK\x03\x04junk" + docx(),
    "after.docx": docx() + HTML,
    "cut.docx": docx()[:-30],
    "cut.jpg": photo()[:400],
    "header.webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "broken.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
}
NAMES: Mapping[str, str] = {
    "../../etc/passwd.txt": "passwd.txt",
    "..\\..\\windows\\system32\\evil.txt": "evil.txt",
    "/absolute.txt": "absolute.txt",
    "gnp\u202etxt.exe.txt": "gnptxt.exe.txt",
    "zero\u200bwidth\u2066.txt": "zerowidth.txt",
    "line\r\nSet-Cookie: a=b.txt": "line Set-Cookie_ a=b.txt",
    "nul\0inside.txt": "nulinside.txt",
    "  .hidden.txt": "hidden.txt",
    "con.txt": "_con.txt",
    'a<b>"c|d?.txt': "a_b__c_d_.txt",
    "Zażółć gęślą.TXT": "Zażółć gęślą.txt",
    "x" * 300 + ".txt": "x" * 116 + ".txt",
    "...txt": "txt.txt",
}


def workbook(rows: bytes, **more: bytes) -> bytes:
    """An XLSX workbook whose only sheet has these rows, as XML."""
    office = "http://schemas.openxmlformats.org"
    sheet = b'<worksheet xmlns="%s/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
    named = {
        "[Content_Types].xml": CONTENT_TYPES,
        "xl/workbook.xml": (
            f'<workbook xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{office}/officeDocument/2006/relationships">'
            '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
        ).encode(),
        "xl/worksheets/sheet1.xml": sheet % (office.encode(), rows),
    }
    return archive({**named, **more})


def xml_rows(count: int, text: str = "A") -> bytes:
    """Rows of a workbook with two cells each."""
    cell = f'<c t="inlineStr"><is><t>{text}</t></is></c>'
    return f"<row>{cell * 2}</row>".encode() * count


_HEAD = b"name;country\n"
EVIL_TABLES: Mapping[str, Callable[[], bytes]] = {
    "empty.csv": lambda: b"",
    "nul.csv": lambda: _HEAD + b"A\0;IT\n",
    "too-many-rows.csv": lambda: _HEAD + b"A;IT\n" * 100_001,
    "long-line.csv": lambda: _HEAD + b"A" * 15_000_000,
    "long-cell.csv": lambda: _HEAD + b"A" * 10_001 + b";IT\n",
    "open-quote.csv": lambda: _HEAD + b'"A;IT\n' + b"x;y\n" * 300_000,
    "too-wide.csv": lambda: _HEAD + b"A;" * 5_000 + b"A\n",
    "too-large.csv": lambda: _HEAD + b"A;IT\n" * 4_100_000,
    "picture.csv": lambda: png(100, 100),
    "svg.csv": lambda: SVG,
    "cut.xlsx": lambda: workbook(xml_rows(3))[:-30],
    "bomb.xlsx": lambda: workbook(b" " * 150_000_000),
    "bomb-beside.xlsx": lambda: workbook(xml_rows(3), xl__sharedStrings=b"\0" * 60_000_000),
    "wide-bomb.xlsx": lambda: workbook(b"<row>" + b"<c/>" * 2_000_000 + b"</row>"),
    "many-parts.xlsx": lambda: workbook(xml_rows(3), **{f"part{at}": b"x" for at in range(300)}),
    "macros.xlsx": lambda: workbook(xml_rows(3), **{"xl/vbaProject.bin": b"x"}),
}
"""Tables that an import must refuse; they are made when they are asked for, because some are large."""
ODD_TABLES: Mapping[str, Callable[[], bytes]] = {
    "most-rows.csv": lambda: _HEAD + b"A;IT\n" * 100_000,
    "formulas.csv": lambda: _HEAD + b'=1+1;IT\n@SUM(A1);IT\n"=HYPERLINK(""http://x"")";IT\n',
    "mixed-encodings.csv": lambda: (
        _HEAD + "Ogród;PL\n".encode() + "Łódź;PL\n".encode("cp1250") + b"\xff\xfe\x81;IT\n"
    ),
    "surrogates.csv": lambda: _HEAD + b"\xed\xa0\x80;IT\n",
    "rows.xlsx": lambda: workbook(xml_rows(5_000)),
}
"""Tables that may be taken, or refused in a sentence."""
EVIL_LOGOS: Mapping[str, Callable[[], bytes]] = {
    "wide.png": lambda: png(50_000, 8),
    "high.png": lambda: png(8, 50_000),
    "bomb.png": lambda: png(20_000, 20_000),
    "svg.png": lambda: SVG,
    "page.jpg": lambda: HTML,
    "cut.jpg": lambda: photo()[:400],
    "header.webp": lambda: b"RIFF\x10\0\0\0WEBPVP8 ",
    "moving.gif": lambda: b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "empty.png": lambda: b"",
    "too-large.png": lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 9_000_000,
}
