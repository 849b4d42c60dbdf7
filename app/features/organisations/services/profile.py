"""Creating an organisation and saying what it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import select, update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid
from app.core.permissions import authorize
from app.core.text import fold, slugify, tidy
from app.features.accounts.models import Login, Person
from app.features.organisations.announcements import MembershipBegun, OrganisationChanged
from app.features.organisations.models import (
    LONGEST_FOLDED,
    LONGEST_STORY,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationText,
    OrganisationType,
    Relation,
    TextKind,
)
from app.features.organisations.queries import CARD, get_organisation
from app.features.organisations.services.admission import advance
from app.features.organisations.services.checks import Checked, check
from app.features.taxonomy.models import Concept
from app.features.taxonomy.queries import concepts_by_code

LONGEST_PAUSE = timedelta(days=730)
NOT_SLUGS = frozenset({"new", "acting", "invitations"})


class ProfileFields(TypedDict, total=False):
    """What a profile says; concepts are given by their codes."""

    name: str
    type: OrganisationType | str
    country: str
    region: Iterable[str]
    city: str
    sectors: Iterable[str]
    offers: Iterable[str]
    seeks: Iterable[str]
    languages: Iterable[str]
    goals: Iterable[str]
    website: str
    contact: str
    contact_public: bool
    founded: int | None
    employed: int | None
    disadvantaged: int | None


def create(
    actor: Actor, *, story: str = "", story_lang: str = "", **fields: Unpack[ProfileFields]
) -> Organisation:
    """Create an organisation; the actor becomes its editor and acts for it from now on.

    It is a draft until the actor's address is verified, then pending, and admitted at once where the cluster is
    open. Raises Invalid with a sentence for each field that cannot be taken.
    """
    authorize(actor, "organisation.create")
    checked = check({**fields, "story": story, "story_lang": story_lang}, new=True)
    _refuse_double(actor, checked.columns["name"])
    organisation = Organisation(**checked.columns, state=OrganisationState.DRAFT, concepts=[], texts=[])
    organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
    organisation.slug = _free_slug(organisation.name)
    _hold(organisation, checked.concepts)
    if checked.story:
        organisation.texts.append(OrganisationText(lang=story_lang, kind=TextKind.STORY, body=checked.story))
    db.session.add(organisation)
    db.session.flush()
    _begin(actor, organisation)
    record(actor, "organisation.create", f"organisation:{organisation.id}", after={"name": organisation.name})
    announce(OrganisationChanged(organisation.id))
    person = db.session.get_one(Person, actor.person_id)
    if person.verified_at is not None:
        advance(actor, organisation)
    return organisation


def edit(actor: Actor, slug: str, **fields: Unpack[ProfileFields]) -> Organisation:
    """Change what a profile says; what is not given stays as it is."""
    organisation = get_organisation(actor, slug, *CARD, lock=True)
    authorize(actor, "organisation.edit", organisation)
    checked = check(dict(fields), new=False)
    before = _said(organisation, checked)
    for name, value in checked.columns.items():
        setattr(organisation, name, value)
    if "name" in checked.columns:
        organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
    _hold(organisation, checked.concepts)
    _note(actor, organisation, before, _said(organisation, checked))
    return organisation


def tell_story(actor: Actor, slug: str, lang: str, body: str) -> Organisation:
    """Write the organisation's story in one language; an empty one takes it away."""
    organisation = get_organisation(actor, slug, *CARD, lock=True)
    authorize(actor, "organisation.edit", organisation)
    body = tidy(body)
    if len(body) > LONGEST_STORY:
        raise Invalid(fields={"body": [_l("At most %(most)s characters.", most=LONGEST_STORY)]})
    if f"language:{lang}" not in concepts_by_code([f"language:{lang}"]):
        raise Invalid(fields={"story_lang": [_l("Choose the language that it is written in.")]})
    kept = next((text for text in organisation.texts if text.lang == lang), None)
    if kept is None and body:
        organisation.texts.append(OrganisationText(lang=lang, kind=TextKind.STORY, body=body))
    elif kept is not None and body:
        kept.body = body
    elif kept is not None:
        organisation.texts.remove(kept)
    db.session.flush()
    record(actor, "organisation.tell", f"organisation:{organisation.id}", after={"story": lang})
    announce(OrganisationChanged(organisation.id))
    return organisation


def pause(actor: Actor, slug: str, until: date | None) -> Organisation:
    """Take no partners until the end of a day; None takes the pause back."""
    organisation = get_organisation(actor, slug, lock=True)
    authorize(actor, "organisation.edit", organisation)
    today = now().date()
    if until is not None and not today <= until <= today + LONGEST_PAUSE:
        raise Invalid(fields={"until": [_l("Choose a day from today on, at most two years ahead.")]})
    before = {"paused_until": _plain(organisation.paused_until)}
    organisation.paused_until = datetime.combine(until, time(23, 59, 59), UTC) if until else None
    _note(actor, organisation, before, {"paused_until": _plain(organisation.paused_until)})
    return organisation


def _refuse_double(actor: Actor, name: str) -> None:
    """The same name twice by the same person is a form that was sent twice."""
    if fold(name) in {fold(mine.name) for mine in actor.organisations}:
        raise Invalid(fields={"name": [_l("You already act for an organisation of this name.")]})


def _free_slug(name: str) -> str:
    """An address for the name that nobody has."""
    slug = slugify(name, "organisation")
    taken = set(db.session.scalars(select(Organisation.slug).where(Organisation.slug.startswith(slug))))
    taken |= NOT_SLUGS
    number = 2
    free = slug
    while free in taken:
        free, number = f"{slug}-{number}", number + 1
    return free


def _begin(actor: Actor, organisation: Organisation) -> None:
    """Make the creator an editor who acts for the new organisation."""
    assert actor.person_id is not None
    db.session.add(
        Membership(person_id=actor.person_id, organisation_id=organisation.id, role=MembershipRole.EDITOR)
    )
    if actor.login_id is not None:
        db.session.execute(
            update(Login).where(Login.id == actor.login_id).values(organisation_id=organisation.id)
        )
    db.session.flush()
    announce(MembershipBegun(actor.person_id, organisation.id))


def _hold(organisation: Organisation, concepts: Mapping[Relation, list[Concept]]) -> None:
    """Have the profile hold these concepts in these relations, and no others in them."""
    for relation, wanted in concepts.items():
        ids = {concept.id for concept in wanted}
        held = [link for link in organisation.concepts if link.relation is relation]
        for link in held:
            if link.concept_id not in ids and not link.concept.hidden:
                organisation.concepts.remove(link)
        known = {link.concept_id for link in held}
        for concept in wanted:
            if concept.id not in known:
                organisation.concepts.append(
                    OrganisationConcept(
                        concept=concept, concept_id=concept.id, relation=relation, since=now().date()
                    )
                )


def _said(organisation: Organisation, checked: Checked) -> dict[str, Any]:
    """What the profile says now in the places that an edit touches, as plain data for the audit."""
    columns = {name: _plain(getattr(organisation, name)) for name in checked.columns}
    concepts = {
        relation.value: sorted(
            link.concept.code for link in organisation.concepts if link.relation is relation
        )
        for relation in checked.concepts
    }
    return {**columns, **concepts}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _note(actor: Actor, organisation: Organisation, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Note what changed and tell; nothing where nothing did."""
    changed = [name for name, value in after.items() if before[name] != value]
    if not changed:
        return
    db.session.flush()
    record(
        actor,
        "organisation.edit",
        f"organisation:{organisation.id}",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    announce(OrganisationChanged(organisation.id))
