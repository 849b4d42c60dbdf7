"""Bringing in a track record of real consortia: organisations that are not here yet, what they did together, about what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, select

from app.core.database import Model, db
from app.core.hints import hint
from app.core.i18n import SOURCE
from app.core.text import fold, slugify
from app.core.validation import unused_slug
from app.features.organisations.models import (
    LONGEST_FOLDED,
    Collaboration,
    CollaborationConcept,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationType,
    Relation,
)
from app.features.organisations.queries import slugs_like
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.queries import LABELS_CHANGED
from app.matching.evaluation.consortia_files import ListedOrganisation, ListedProject, read_consortia_files

SOURCE_NAME = "consortia"
TYPES = {
    "PRC": OrganisationType.COMPANY,
    "HES": OrganisationType.UNIVERSITY,
    "REC": OrganisationType.RESEARCH,
    "PUB": OrganisationType.PUBLIC_AUTHORITY,
    "OTH": OrganisationType.OTHER,
    "": OrganisationType.OTHER,
}
PORTION = 5000
MAX_FOLDED_LABEL, MAX_CODE_LENGTH = 160, 80
SLUG_ROOM = 20
"""How much of a slug that is taken stays before the id."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Imported:
    """What an import added; nothing where all of it was here before."""

    organisations: int
    collaborations: int
    partners: int
    topics: int


def import_consortia(folder: Path, say: Say) -> Imported:
    """Bring in the consortia of a folder, inside the caller's transaction; what is here already stays as it is.

    `say` is told how far it is. Raises BadRecord for the first fault of a file.
    """
    known = _organisation_ids()
    files = read_consortia_files(folder, known)
    projects = files.projects
    say(f"Read {len(files.organisations)} organisations and {len(projects)} projects.")
    topics = _topics({tag for project in projects.values() for tag in project.tags})
    new = [one for one in files.organisations.values() if one.id not in known]
    _write(Organisation, _organisations(new))
    organisations = _organisation_ids()
    say(f"Organisations: {len(new)} new, {len(organisations)} in all.")
    known_projects = _collaboration_ids()
    begun = {name: project for name, project in projects.items() if name not in known_projects}
    _write(
        Collaboration,
        (
            {"source": SOURCE_NAME, "external_id": name, "started": project.started}
            for name, project in begun.items()
        ),
    )
    collaborations = _collaboration_ids()
    say(f"Collaborations: {len(begun)} new, {len(collaborations)} in all.")
    wanted = {
        (collaborations[name], organisations[partner])
        for name, project in projects.items()
        for partner in project.partners
    }
    joined = _link(CollaborationPartner, ("collaboration_id", "organisation_id"), wanted)
    say(f"Partners in them: {joined} new.")
    pairs = {
        (collaborations[name], topics[tag]) for name, project in projects.items() for tag in project.tags
    }
    _link(CollaborationConcept, ("collaboration_id", "concept_id"), pairs)
    held = _hold_topics(projects.values(), organisations, topics)
    say(f"Topics of organisations: {held} new.")
    hint(LABELS_CHANGED)
    return Imported(len(new), len(begun), joined, held)


def _topics(tags: set[str]) -> dict[str, int]:
    """The hidden concepts of the tags, by tag; tags that differ in capitals alone share one."""
    codes = {tag: f"topic:{'-'.join(tag.lower().split())}"[:MAX_CODE_LENGTH] for tag in sorted(tags)}
    known = set(db.session.scalars(select(Concept.code).where(Concept.kind == ConceptKind.TOPIC)))
    labels = {code: tag.partition(":")[2].strip() or tag for tag, code in codes.items() if code not in known}
    _write(
        Concept,
        (
            {"code": code, "kind": ConceptKind.TOPIC, "hidden": True, "pickable": False}
            for code in sorted(labels)
        ),
    )
    ids = dict(db.session.execute(select(Concept.code, Concept.id)).all())
    _write(
        ConceptLabel,
        (
            {
                "concept_id": ids[code],
                "lang": SOURCE,
                "text": label,
                "folded": fold(label)[:MAX_FOLDED_LABEL],
                "synonym": False,
            }
            for code, label in labels.items()
        ),
    )
    return {tag: ids[code] for tag, code in codes.items()}


def _organisation_ids() -> dict[str, int]:
    query = select(Organisation.source_id, Organisation.id).where(Organisation.source == SOURCE_NAME)
    return {str(source_id): number for source_id, number in db.session.execute(query)}


def _organisations(listed: Iterable[ListedOrganisation]) -> Iterator[dict[str, Any]]:
    """Organisations that are in the cluster but not here yet; without a name, its id stands for one."""
    taken = slugs_like("")
    for one in listed:
        name = one.name or f"Organisation {one.id} ({one.country})"
        slug = slugify(one.name or f"organisation {one.id}", "organisation")
        if slug in taken:
            slug = unused_slug(f"{slug[:SLUG_ROOM]} {one.id}", "organisation", taken)
        taken.add(slug)
        yield {
            "slug": slug,
            "name": name,
            "folded_name": fold(name)[:LONGEST_FOLDED],
            "type": TYPES[one.type],
            "country": one.country,
            "state": OrganisationState.ADMITTED,
            "unclaimed": True,
            "source": SOURCE_NAME,
            "source_id": one.id,
        }


def _collaboration_ids() -> dict[str, int]:
    query = select(Collaboration.external_id, Collaboration.id).where(Collaboration.source == SOURCE_NAME)
    return dict(db.session.execute(query).all())


def _hold_topics(
    projects: Iterable[ListedProject], organisations: Mapping[str, int], topics: Mapping[str, int]
) -> int:
    """What organisations know of by what their projects are about, since when; returns how many of these are new."""
    since: dict[tuple[int, int], date | None] = {}
    for project in projects:
        for partner, tag in product(project.partners, project.tags):
            key = organisations[partner], topics[tag]
            days = [day for day in (since.get(key), project.started) if day]
            since[key] = min(days, default=None)
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
                "since": since[organisation_id, topic],
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
