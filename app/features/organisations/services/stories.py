"""Story pages: what was in the way, what helped, what changed."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.audit import record
from app.core.database import db
from app.core.errors import Conflict
from app.core.permissions import authorize
from app.core.validation import FieldErrors, known_language, required_line, required_text
from app.features.organisations.models import (
    LONGEST_STORY_PART,
    LONGEST_STORY_TITLE,
    MAX_STORY_PAGES,
    Organisation,
    StoryPage,
)
from app.features.organisations.queries import get_organisation
from app.features.organisations.queries.history import get_story_page, story_pages
from app.features.organisations.services.fields import year as checked_year
from app.features.taxonomy.queries import known_languages


def keep_story_page(actor: Actor, slug: str, story_id: int | None, **fields: Any) -> Organisation:
    """Write a new story, or change one; raises Conflict past MAX_STORY_PAGES, Invalid with a sentence for each field."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    errors, kept = FieldErrors(), dict[str, Any]()
    with errors.collect("lang"):
        kept["lang"] = known_language(fields["lang"], known_languages([fields["lang"]]))
    with errors.collect("title"):
        kept["title"] = required_line(fields["title"], LONGEST_STORY_TITLE)
    for part in ("problem", "tool", "effect"):
        with errors.collect(part):
            kept[part] = required_text(fields[part], LONGEST_STORY_PART)
    with errors.collect("year"):
        kept["year"] = checked_year(fields["year"])
    errors.raise_any()
    if story_id is None:
        if len(story_pages(organisation.id)) >= MAX_STORY_PAGES:
            raise Conflict(_l("You have ten stories. Delete one to tell another."))
        db.session.add(StoryPage(organisation_id=organisation.id, **kept))
    else:
        story = get_story_page(organisation.id, story_id)
        for name, value in kept.items():
            setattr(story, name, value)
    db.session.flush()
    record(actor, "organisation.edit", f"organisation:{organisation.id}", after={"story": kept["title"]})
    return organisation


def delete_story_page(actor: Actor, slug: str, story_id: int) -> None:
    """Take a story away."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    story = get_story_page(organisation.id, story_id)
    record(actor, "organisation.edit", f"organisation:{organisation.id}", before={"story": story.title})
    db.session.delete(story)
