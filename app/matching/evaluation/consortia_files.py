"""Reads and checks a folder of consortia files: the one set of rules for measuring the engine and for importing.

A table is NAME.csv or NAME.csv.gz in UTF-8, with commas and a first line of column names. Every refusal is a BadRecord
that names file and line.

    orgs            org, country, type; optionally name, region
    participations  project, org, start
    project_tags    project, tag
    queries         query (an org)                       optional
    truth           query, partner (both orgs)           optional
    cold_queries    query, country, type, brief_tags     optional; the tags are separated by |
    cold_truth      query, partner (an org)              optional
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import BinaryIO, cast

from babel import Locale

from app.matching.records import BadRecord

TYPES = ("PRC", "HES", "REC", "PUB", "OTH")
"""What CORDIS calls companies, universities, research organisations, public bodies and others."""
RENAMED_COUNTRIES = {"UK": "GB", "EL": "GR"}
"""What the European Union calls two countries otherwise than ISO 3166."""
PSEUDO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two-letter territories of CLDR that are unions, unknown or made up for tests."""
MAX_ID_LENGTH = 60
MAX_NAME_LENGTH = 160
MAX_TAG_LENGTH = 70
"""Of a tag that becomes a topic; where tags may be whole texts, MAX_TEXT_LENGTH."""
MAX_TEXT_LENGTH = 20_000
MAX_REGION_LENGTH = 20
MAX_LINE_BYTES = 100_000
MAX_FILE_BYTES = 500_000_000
"""Of one table, unpacked."""
DAY = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:[T ][0-9:.+Z-]*)?)?)?")


@dataclass(frozen=True, slots=True)
class ListedOrganisation:
    """A line of orgs: `name`, `type` and `region` are empty where the file gives none."""

    id: str
    country: str
    type: str
    name: str
    line: int
    region: str = ""


@dataclass(slots=True)
class ListedProject:
    """The lines of participations and project_tags about one project; `line` is where its day stands."""

    partners: set[str] = field(default_factory=set)
    started: date | None = None
    tags: set[str] = field(default_factory=set)
    line: int = 0


@dataclass(frozen=True, slots=True)
class ListedNewcomer:
    """A line of cold_queries."""

    id: str
    country: str
    type: str
    tags: frozenset[str]


@dataclass(frozen=True)
class ConsortiaFiles:
    """The content of a folder, in the order of its lines."""

    organisations: Mapping[str, ListedOrganisation]
    projects: Mapping[str, ListedProject]
    queries: tuple[str, ...]
    truth: Mapping[str, frozenset[str]]
    newcomers: tuple[ListedNewcomer, ...]
    newcomer_truth: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a table: its cells by column, without space around them."""

    file: str
    number: int
    cells: Mapping[str, str]

    def fault(self, sentence: str) -> BadRecord:
        """The refusal of this line."""
        return BadRecord(f"{self.file}, line {self.number}: {sentence}")

    def identifier(self, column: str) -> str:
        """A cell that must name something; raises BadRecord where it is empty or too long."""
        text = self.cells[column]
        if not text or len(text) > MAX_ID_LENGTH:
            raise self.fault(f"{column} must have 1 to {MAX_ID_LENGTH} characters, and has {len(text)}")
        return text

    def known(self, column: str, known: Collection[str]) -> str:
        """A cell that must name an organisation of `known`."""
        text = self.identifier(column)
        if text not in known:
            raise self.fault(f"organisation {text} is not listed in orgs")
        return text

    def country(self, *, needed: bool) -> str:
        """The country by ISO 3166-1 alpha-2, in capital letters."""
        text = self.cells["country"].upper()
        code = RENAMED_COUNTRIES.get(text, text)
        if (code or needed) and code not in COUNTRIES:
            raise self.fault(f"“{self.cells['country']}” is not a country such as PT")
        return code

    def type(self) -> str:
        """One of TYPES, or empty where the file gives none."""
        text = self.cells["type"].upper()
        if text and text not in TYPES:
            raise self.fault(f"“{self.cells['type']}” is not a type of organisation: {', '.join(TYPES)}")
        return text

    def limited(self, column: str, max_length: int) -> str:
        """A cell of at most `max_length` characters, with single spaces."""
        text = " ".join(self.cells[column].split())
        if len(text) > max_length:
            raise self.fault(f"{column} may have {max_length} characters, and has {len(text)}")
        return text

    def day(self) -> date | None:
        """The start: YYYY-MM-DD with an optional time, YYYY-MM or YYYY (first day), or None where there is none."""
        text = self.cells["start"]
        if not text:
            return None
        try:
            year, month, day = DAY.fullmatch(text).groups(default="1")  # type: ignore[union-attr]  # caught below
            return date(int(year), int(month), int(day))
        except (AttributeError, ValueError):
            raise self.fault(f"“{text}” is not a day such as 2017-01-31") from None


COUNTRIES = frozenset(
    code
    for code in Locale.parse("en").territories
    if isinstance(code, str) and len(code) == 2 and code not in PSEUDO_COUNTRIES
)


def read_consortia_files(
    folder: Path, known: Collection[str] = frozenset(), max_tag_length: int = MAX_TAG_LENGTH
) -> ConsortiaFiles:
    """Read a folder; participations may also name the organisations `known`, which stand in the database already.

    Raises BadRecord for the first fault.
    """
    organisations = _read_organisations(folder)
    named = organisations.keys() | set(known)
    projects = _read_projects(folder, named, max_tag_length)
    queries = {
        line.known("query", named): line for line in _read_lines(folder, "queries", "query", optional=True)
    }
    newcomers = {
        newcomer.id: newcomer
        for newcomer in (
            ListedNewcomer(
                line.identifier("query"),
                line.country(needed=False),
                line.type(),
                frozenset(tag for tag in map(str.strip, line.cells["brief_tags"].split("|")) if tag),
            )
            for line in _read_lines(
                folder, "cold_queries", "query", "country", "type", "brief_tags", optional=True
            )
        )
    }
    return ConsortiaFiles(
        organisations,
        projects,
        tuple(queries),
        _read_truth(folder, "truth", named),
        tuple(newcomers.values()),
        _read_truth(folder, "cold_truth", named),
    )


def _read_organisations(folder: Path) -> dict[str, ListedOrganisation]:
    found: dict[str, ListedOrganisation] = {}
    for line in _read_lines(folder, "orgs", "org", "country", "type", extra=("name", "region")):
        name = line.limited("name", MAX_NAME_LENGTH)
        organisation = ListedOrganisation(
            line.identifier("org"),
            line.country(needed=True),
            line.type(),
            name,
            line.number,
            line.limited("region", MAX_REGION_LENGTH),
        )
        twin = found.setdefault(organisation.id, organisation)
        if twin is not organisation:
            raise line.fault(f"organisation {organisation.id} is listed twice, before in line {twin.line}")
    return found


def _read_projects(
    folder: Path, organisations: Collection[str], max_tag_length: int
) -> dict[str, ListedProject]:
    projects: dict[str, ListedProject] = {}
    for line in _read_lines(folder, "participations", "project", "org", "start"):
        project = projects.setdefault(line.identifier("project"), ListedProject())
        project.partners.add(line.known("org", organisations))
        started = line.day()
        if started and project.started not in (None, started):
            raise line.fault(
                f"project {line.cells['project']} began on {started}, and on {project.started} in line {project.line}"
            )
        if started and project.started is None:
            project.started, project.line = started, line.number
    for line in _read_lines(folder, "project_tags", "project", "tag"):
        name, tag = line.identifier("project"), line.limited("tag", max_tag_length)
        if name not in projects:
            raise line.fault(f"project {name} is not listed in participations")
        if tag:
            projects[name].tags.add(tag)
    return projects


def _read_truth(folder: Path, name: str, organisations: Collection[str]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in _read_lines(folder, name, "query", "partner", optional=True):
        found.setdefault(line.identifier("query"), set()).add(line.known("partner", organisations))
    return {query: frozenset(partners) for query, partners in found.items()}


# --- Tables ---------------------------------------------------------------------------------------------------


def _read_lines(
    folder: Path, name: str, *columns: str, optional: bool = False, extra: tuple[str, ...] = ()
) -> Iterator[FileLine]:
    """The lines of a table with at least `columns`; those of `extra` are empty where the table lacks them.

    Values stay text, so that NA is Namibia.
    """
    found = [path for path in (folder / f"{name}.csv", folder / f"{name}.csv.gz") if path.is_file()]
    if not found and optional:
        return
    if not found:
        raise BadRecord(f"there is no {name}.csv or {name}.csv.gz in {folder}")
    if len(found) > 1:
        raise BadRecord(f"there are both {found[0].name} and {found[1].name} in {folder}; take one away")
    path = found[0]
    reader = csv.reader(_decode(path), strict=True)
    begins = 1
    try:
        header = [cell.strip().lower() for cell in next(reader, [])]
        _check_header(path.name, header, columns)
        begins = reader.line_num + 1
        for row in reader:
            if row:
                yield _line(path.name, begins, header, row, (*columns, *extra))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadRecord(
            f"{path.name}, line {begins}: cannot be read as a line of a table ({error})"
        ) from None


def _check_header(file: str, header: list[str], columns: tuple[str, ...]) -> None:
    for column in columns:
        if header.count(column) != 1:
            problem = "has no column" if column not in header else "has more than one column"
            raise BadRecord(f"{file}, line 1: {problem} {column}; it needs {', '.join(columns)}")


def _line(file: str, number: int, header: list[str], row: list[str], columns: tuple[str, ...]) -> FileLine:
    line = FileLine(file, number, {name: cell.strip() for name, cell in zip(header, row, strict=False)})
    if len(row) != len(header):
        raise line.fault(f"has {len(row)} cells, and the first line has {len(header)}")
    for column in columns:
        if not line.cells.get(column, "").isprintable():
            raise line.fault(f"{column} has a line break or another character that cannot be printed")
    return FileLine(file, number, {column: line.cells.get(column, "") for column in columns})


def _decode(path: Path) -> Iterator[str]:
    """The lines of a file as text, without a byte order mark; its size is bounded before memory is used."""
    number, size = 0, 0
    unpack = gzip.open if path.suffix == ".gz" else open
    try:
        with cast(BinaryIO, unpack(path, "rb")) as file:
            while raw := file.readline(MAX_LINE_BYTES + 1):
                number, size = number + 1, size + len(raw)
                if len(raw) > MAX_LINE_BYTES or size > MAX_FILE_BYTES:
                    raise BadRecord(f"{path.name}, line {number}: is too long to be read")
                text = raw.decode("utf-8-sig" if number == 1 else "utf-8")
                if "\0" in text:
                    raise BadRecord(
                        f"{path.name}, line {number}: holds a NUL character, so it is not a table"
                    )
                yield text
    except UnicodeDecodeError:
        raise BadRecord(f"{path.name}, line {number}: is not text in UTF-8") from None
    except (EOFError, zlib.error, OSError) as error:
        raise BadRecord(f"{path.name}, line {number + 1}: cannot be read ({error})") from None
