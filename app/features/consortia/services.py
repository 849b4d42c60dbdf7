"""Bringing in a track record of real consortia: organisations that are not here yet, what they did together, about what."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Table, insert, select

from app.core.database import Model, db
from app.core.errors import Invalid
from app.core.hints import hint
from app.core.i18n import SOURCE
from app.core.text import fold
from app.features.organisations.models import (
    Collaboration,
    CollaborationConcept,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationType,
    Relation,
)
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import LABELS_CHANGED

FILES = ("orgs.csv.gz", "participations.csv.gz", "project_tags.csv.gz")
SOURCE_NAME = "consortia"
TYPES = {
    "PRC": OrganisationType.COMPANY,
    "HES": OrganisationType.UNIVERSITY,
    "REC": OrganisationType.RESEARCH,
    "PUB": OrganisationType.PUBLIC_AUTHORITY,
    "OTH": OrganisationType.OTHER,
}
COUNTRIES = {"UK": "GB", "EL": "GR"}
"""What the European Union calls two countries otherwise than ISO 3166."""
PORTION = 5000

Say = Callable[[str], None]
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Imported:
    """What an import added; nothing where all of it was here before."""

    organisations: int
    collaborations: int
    partners: int
    topics: int


def import_consortia(folder: Path, say: Say) -> Imported:
    """Bring in the consortia of a folder, inside the caller's transaction; what is here already stays as it is.

    `say` is told how far it is. Raises Invalid where files are missing or cannot be read as what they should be.
    """
    missing = [name for name in FILES if not (folder / name).is_file()]
    if missing:
        raise Invalid(_l("%(folder)s lacks %(files)s.", folder=str(folder), files=", ".join(missing)))
    people = _read(folder / FILES[0], ("org", "country", "type"))
    taking_part = _read(folder / FILES[1], ("project", "org", "start"))
    tags = _read(folder / FILES[2], ("project", "tag"))
    say(f"Read {len(people)} organisations, {len(taking_part)} participations and {len(tags)} tags.")
    topics = _topics({row["tag"] for row in tags})
    known = _organisation_ids()
    new = {row["org"]: row for row in people if row["org"] not in known}
    _write(Organisation, (_organisation(row) for row in new.values()))
    organisations, fresh = _organisation_ids(), len(new)
    say(f"Organisations: {fresh} new, {len(organisations)} in all.")
    known = _collaboration_ids()
    started = {row["project"]: row["start"] for row in taking_part if row["project"] not in known}
    _write(
        Collaboration,
        (
            {"source": SOURCE_NAME, "external_id": project, "started": _day(start)}
            for project, start in started.items()
        ),
    )
    collaborations, begun = _collaboration_ids(), len(started)
    say(f"Collaborations: {begun} new, {len(collaborations)} in all.")
    wanted = {
        (collaborations[row["project"]], organisations[row["org"]])
        for row in taking_part
        if row["org"] in organisations
    }
    joined = _link(CollaborationPartner, ("collaboration_id", "organisation_id"), wanted)
    say(f"Partners in them: {joined} new.")
    held = _concepts(taking_part, tags, collaborations, organisations, topics)
    say(f"Topics of organisations: {held} new.")
    hint(LABELS_CHANGED)
    return Imported(fresh, begun, joined, held)


def _read(path: Path, columns: Sequence[str]) -> Rows:
    """The rows of a packed table; raises Invalid where it is none or has other columns."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if set(columns) - set(reader.fieldnames or ()):
                raise Invalid(
                    _l("%(file)s needs the columns %(columns)s.", file=path.name, columns=", ".join(columns))
                )
            return list(reader)
    except (OSError, EOFError, UnicodeDecodeError, csv.Error) as error:
        raise Invalid(_l("%(file)s cannot be read as a packed table.", file=path.name)) from error


def _topics(tags: set[str]) -> dict[str, int]:
    """The hidden concepts of the tags, by tag."""
    codes = {tag: f"topic:{'-'.join(tag.lower().split())}" for tag in sorted(tags)}
    known = set(db.session.scalars(select(Concept.code).where(Concept.kind == ConceptKind.TOPIC)))
    new = {code for code in codes.values() if code not in known}
    _write(
        Concept,
        (
            {"code": code, "kind": ConceptKind.TOPIC, "hidden": True, "pickable": False}
            for code in sorted(new)
        ),
    )
    ids = dict(db.session.execute(select(Concept.code, Concept.id)).all())
    names = {tag: tag.partition(":")[2] or tag for tag in codes}
    _write(
        ConceptLabel,
        (
            {
                "concept_id": ids[code],
                "lang": SOURCE,
                "text": names[tag],
                "folded": fold(names[tag]),
                "synonym": False,
            }
            for tag, code in codes.items()
            if code in new
        ),
    )
    return {tag: ids[code] for tag, code in codes.items()}


def _organisation_ids() -> dict[str, int]:
    query = select(Organisation.source_id, Organisation.id).where(Organisation.source_id.is_not(None))
    return {str(source_id): number for source_id, number in db.session.execute(query)}


def _organisation(row: Mapping[str, str]) -> dict[str, Any]:
    """An organisation that is in the cluster but not here yet; its name says that it is only a number to us."""
    country = COUNTRIES.get(row["country"], row["country"])
    if not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise Invalid(_l("“%(text)s” is not a country such as PT.", text=country))
    name = f"Organisation {row['org'][:6]} ({country})"
    return {
        "slug": f"organisation-{row['org']}",
        "name": name,
        "folded_name": fold(name),
        "type": TYPES.get(row["type"], OrganisationType.OTHER),
        "country": country,
        "state": OrganisationState.ADMITTED,
        "unclaimed": True,
        "source_id": row["org"],
    }


def _collaboration_ids() -> dict[str, int]:
    query = select(Collaboration.external_id, Collaboration.id).where(Collaboration.source == SOURCE_NAME)
    return dict(db.session.execute(query).all())


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid(_l("“%(text)s” is not a day such as 2017-01-31.", text=text)) from error


def _concepts(
    rows: Rows,
    tags: Rows,
    collaborations: Mapping[str, int],
    organisations: Mapping[str, int],
    topics: Mapping[str, int],
) -> int:
    """What the projects are about, and so what their partners know of, since when; returns how many of these are new."""
    about = defaultdict(set)
    for row in tags:
        if row["project"] in collaborations:
            about[row["project"]].add(topics[row["tag"]])
    pairs = {(collaborations[project], topic) for project, found in about.items() for topic in found}
    _link(CollaborationConcept, ("collaboration_id", "concept_id"), pairs)
    since: dict[tuple[int, int], str] = {}
    for row in rows:
        for topic in about.get(row["project"], ()) if row["org"] in organisations else ():
            key = organisations[row["org"]], topic
            since[key] = min(since.get(key, row["start"]), row["start"])
    known = select(OrganisationConcept.organisation_id, OrganisationConcept.concept_id)
    known = known.where(OrganisationConcept.relation == Relation.TOPIC)
    new = since.keys() - set(db.session.execute(known))
    _write(
        OrganisationConcept,
        (
            {
                "organisation_id": organisation_id,
                "concept_id": topic,
                "relation": Relation.TOPIC,
                "since": _day(since[organisation_id, topic]),
            }
            for organisation_id, topic in sorted(new)
        ),
    )
    return len(new)


def _link(model: type[Model], names: tuple[str, str], wanted: Iterable[tuple[int, int]]) -> int:
    """Write the pairs of a linking table that are not there; returns how many."""
    table = model.__table__
    known = set(db.session.execute(select(*(table.c[name] for name in names))))
    new = sorted(set(wanted) - known)
    _write(model, (dict(zip(names, pair, strict=True)) for pair in new))
    return len(new)


def _write(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows in portions, past the objects of the session: it is a matter of tens of thousands."""
    table, left = model.__table__, iter(rows)
    assert isinstance(table, Table)
    while portion := list(islice(left, PORTION)):
        db.session.execute(insert(table), portion)
