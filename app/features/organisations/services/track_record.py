"""An organisation's own track record: projects of the past, with partners in the cluster and outside of it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict
from app.core.permissions import authorize
from app.core.text import fold
from app.core.validation import FieldErrors, limited_line, required_line
from app.features.organisations.models import (
    LONGEST_FOLDED,
    LONGEST_TRACK_PARTNERS,
    LONGEST_TRACK_ROLE,
    LONGEST_TRACK_TITLE,
    MAX_TRACK_ENTRIES,
    Organisation,
    TrackEntry,
    TrackPartner,
)
from app.features.organisations.queries import get_organisation
from app.features.organisations.queries.history import get_track_entry, ids_by_name, track_entries
from app.features.organisations.services.fields import web_address
from app.features.organisations.services.fields import year as checked_year


def keep_track_entry(actor: Actor, slug: str, entry_id: int | None, **fields: Any) -> Organisation:
    """Add a project of the past, or change one.

    `partners` is a line of names with commas between them: a name that exactly one organisation of the cluster has
    becomes a link to it, the others stay as they are written.

    Raises Conflict past MAX_TRACK_ENTRIES, Invalid with a sentence for each field.
    """
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    errors, kept = FieldErrors(), dict[str, Any]()
    with errors.collect("title"):
        kept["title"] = required_line(fields["title"], LONGEST_TRACK_TITLE)
    with errors.collect("year"):
        kept["year"] = checked_year(fields["year"])
    with errors.collect("role"):
        kept["role"] = limited_line(fields["role"], LONGEST_TRACK_ROLE)
    with errors.collect("link"):
        kept["link"] = web_address(fields["link"])
    with errors.collect("partners"):
        written = limited_line(fields["partners"], LONGEST_TRACK_PARTNERS)
    errors.raise_any()
    partner_ids, kept["partners"] = _split_partners(written, organisation.id)
    entry = (
        TrackEntry(organisation_id=organisation.id)
        if entry_id is None
        else get_track_entry(organisation.id, entry_id)
    )
    if entry_id is None and len(track_entries(organisation.id)) >= MAX_TRACK_ENTRIES:
        raise Conflict(
            _l("You have told of %(most)s projects. Delete one to add another.", most=MAX_TRACK_ENTRIES)
        )
    for name, value in kept.items():
        setattr(entry, name, value)
    db.session.add(entry)
    db.session.flush()
    db.session.execute(delete(TrackPartner).where(TrackPartner.track_id == entry.id))
    db.session.add_all(
        TrackPartner(track_id=entry.id, organisation_id=partner_id) for partner_id in partner_ids
    )
    db.session.flush()
    record(actor, "organisation.edit", f"organisation:{organisation.id}", after={"track": kept["title"]})
    return organisation


def _split_partners(written: str, own_id: int) -> tuple[list[int], str]:
    """The ids of the partners in the cluster, and the names of the others with commas between them."""
    names = [name.strip() for name in written.split(",") if name.strip()]
    known, partner_ids, others = ids_by_name(names), dict[int, None](), list[str]()
    for name in names:
        found = known.get(fold(name)[:LONGEST_FOLDED], [])
        if len(found) == 1 and found[0] != own_id:
            partner_ids[found[0]] = None
        else:
            others.append(name)
    return list(partner_ids), ", ".join(others)


def delete_track_entry(actor: Actor, slug: str, entry_id: int) -> None:
    """Take a project away."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    entry = get_track_entry(organisation.id, entry_id)
    record(actor, "organisation.edit", f"organisation:{organisation.id}", before={"track": entry.title})
    db.session.delete(entry)
