"""Organisations as rows of a table, and as a file of JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

from flask_babel import gettext as _

from app.core.clock import now
from app.core.fair_scheduler import checkpoint
from app.core.http.structured_data import SCHEMA, cluster_data
from app.core.i18n import country_name, current_language, public_url_for
from app.core.tables import Cell
from app.features.organisations.labels import FIELD_LABELS, STATE_NAMES, TYPE_NAMES
from app.features.organisations.models import Organisation, Relation
from app.features.organisations.presenters import related, story_for
from app.features.organisations.structured_data import COORDINATE_DECIMALS, organisation_data
from app.features.taxonomy.queries import label_of

RELATIONS = {
    "sectors": Relation.SECTOR,
    "offers": Relation.OFFERS,
    "seeks": Relation.SEEKS,
    "languages": Relation.LANGUAGE,
    "goals": Relation.GOAL,
    "cooperation": Relation.COOPERATION,
}
COLUMNS = [name for name in FIELD_LABELS if name not in ("source_id", "contact")]
"""What everybody gets, under the headers that an import knows. Addresses for mail are left to the pages: a list of them
serves those who send what nobody asked for."""


def table_rows(organisations: Iterable[Organisation], *, whole: bool) -> Iterator[Sequence[Cell]]:
    """A header and a row for each organisation in the reader's language; `whole` is for managers and says all."""
    yield [
        *(str(FIELD_LABELS[name]) for name in COLUMNS),
        _("Page"),
        _("Changed on"),
        *(_whole_header() if whole else ()),
    ]
    for organisation in organisations:
        yield [
            *(_value(organisation, name) for name in COLUMNS),
            public_url_for("organisations.show", slug=organisation.slug),
            organisation.updated_at.date().isoformat(),
            *(_whole_values(organisation) if whole else ()),
        ]


def write_jsonld(file: IO[bytes], organisations: Iterable[Organisation]) -> None:
    """One JSON-LD document: the data set, then each organisation as its page describes it."""
    dataset = {
        "@type": "Dataset",
        "name": _("Organisations of %(cluster)s", cluster=cluster_data()["name"]),
        "creator": cluster_data(),
        "dateModified": now().date().isoformat(),
        "inLanguage": current_language(),
    }
    file.write(f'{{"@context": "{SCHEMA}", "@graph": [\n{_json(dataset)}'.encode())
    for organisation in organisations:
        checkpoint()
        data = organisation_data(organisation)
        del data["@context"]
        file.write(f",\n{_json(data)}".encode())
    file.write(b"\n]}\n")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _value(organisation: Organisation, name: str) -> Cell:
    if name in RELATIONS:
        if name == "cooperation" and not organisation.counts_cooperation(now().date()):
            return ""
        return "; ".join(label_of(concept) for concept in related(organisation, RELATIONS[name]))
    if name == "type":
        return str(TYPE_NAMES[organisation.type])
    if name == "country":
        return country_name(organisation.country)
    if name == "region":
        return label_of(organisation.region) if organisation.region else ""
    if name == "story":
        story = story_for(organisation)
        return story.body.body if story else ""
    value: Cell = getattr(organisation, name)
    return round(value, COORDINATE_DECIMALS) if isinstance(value, float) else value


def _whole_header() -> Sequence[str]:
    return (
        _("Number"),
        _("State"),
        _("Nobody acts for it yet"),
        _("Email"),
        _("Phone"),
        _("Came from"),
        _("Id"),
        _("Version"),
        _("Confirmed on"),
        _("Where each field came from"),
    )


def _whole_values(organisation: Organisation) -> Sequence[Cell]:
    origins = sorted((organisation.provenance or {}).items())
    return (
        organisation.id,
        str(STATE_NAMES[organisation.state]),
        _("Yes") if organisation.unclaimed else _("No"),
        organisation.contact,
        organisation.phone,
        organisation.source or "",
        organisation.source_id or "",
        organisation.version,
        organisation.confirmed_at.date().isoformat() if organisation.confirmed_at else "",
        "; ".join(
            f"{FIELD_LABELS.get(name, name)}: {origin.get('source', '')}, {origin.get('at', '')}"
            for name, origin in origins
        ),
    )
