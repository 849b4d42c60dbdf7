"""Logos: the row keeps the id of a stored picture, and the bytes of the one before go by a job after the commit."""

from __future__ import annotations

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.jobs import enqueue
from app.core.permissions import authorize
from app.core.uploads.pictures import PictureSides
from app.core.uploads.storage import StoredFile, delete_files
from app.features.organisations.models import Organisation
from app.features.organisations.queries import get_organisation

DELETE_JOB = "organisations.delete_pictures"
MAX_PICTURE_BYTES = 8 * 1024 * 1024
LOGO_SIDES = PictureSides(shown=512, thumbnail=128)


def set_logo(actor: Actor, slug: str, stored: StoredFile | None) -> Organisation:
    """Have the organisation show this picture, or none, as its logo."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    if organisation.logo_file_id:
        enqueue(DELETE_JOB, file_ids=[organisation.logo_file_id])
    organisation.logo_file_id = stored.id if stored else None
    organisation.version += 1
    db.session.flush()
    record(actor, "organisation.edit", f"organisation:{organisation.id}", after={"logo": bool(stored)})
    return organisation


def delete_pictures(file_ids: list[str]) -> None:
    """The job that deletes the bytes of pictures which no row has any more."""
    delete_files(file_ids)
