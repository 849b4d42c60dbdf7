"""How the invented cluster came to be: its people, their organisations, what these did together before."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any, cast

from app.core.announcements import announce
from app.core.clock import now
from app.core.database import db
from app.core.text import fold, slugify
from app.features.accounts.announcements import PersonJoined
from app.features.accounts.models import ClusterRole, Person
from app.features.accounts.queries import DEMO_ADDRESS
from app.features.accounts.services import account_status
from app.features.demo.services.timeline import Timeline
from app.features.demo.services.world import Record, World, read
from app.features.organisations.announcements import MembershipBegun, OrganisationAdmitted
from app.features.organisations.models import (
    Collaboration,
    CollaborationConcept,
    CollaborationPartner,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationText,
    StoryPage,
    TextKind,
)
from app.features.organisations.services import admission, profile
from app.features.taxonomy.queries import concepts_by_code

CAST = ("facilitator", "member-it", "member-pl", "manager")
"""Those whom one can sign in as."""
FOUNDED_DAYS = 1100
DAYS_BETWEEN = 2
SOURCE = "demo"
STORIES_DAYS = 30
"""So many days ago story pages were written."""
PAUSED_DAYS = 20
"""So many days ago those who take no partners at present said so."""


def found(world: World, timeline: Timeline) -> None:
    """Put the beginnings into the timeline: the people first, for one of them admits the organisations."""
    people, organisations = read("people"), read("organisations")
    later = {each["key"]: each["joined_days_ago"] for each in organisations if "joined_days_ago" in each}
    days = {
        each["key"]: later.get(each["key"], FOUNDED_DAYS - DAYS_BETWEEN * place)
        for place, each in enumerate(organisations)
    }
    for person in people:
        joined = later.get(person["organisation"], FOUNDED_DAYS)
        timeline.at(partial(_join, world, person), days=joined + 1)
    editors = {person["organisation"]: person["key"] for person in people if person["role"] == "editor"}
    for organisation in organisations:
        key = organisation["key"]
        if organisation.get("unclaimed"):
            timeline.at(partial(_list, world, organisation), days=days[key])
            continue
        timeline.at(partial(_create, world, organisation, editors[key]), days=days[key])
        for person in people:
            if person["organisation"] == key and person["key"] != editors[key]:
                timeline.at(partial(_belong, world, person), days=days[key] - 1)
        if "paused_for_days" in organisation:
            timeline.at(partial(_pause, world, organisation, editors[key]), days=PAUSED_DAYS)
        if "cooperation_for_days" in organisation:
            timeline.at(partial(_seek_until, world, organisation, editors[key]), days=PAUSED_DAYS)
    for story in read("stories"):
        timeline.at(partial(_add_story, world, story), days=STORIES_DAYS)
    for collaboration in read("collaborations"):
        last = min(days[key] for key in collaboration["partners"])
        timeline.at(partial(_remember, world, collaboration), days=last - 1)


def _join(world: World, record: Record) -> None:
    """An account that nobody can open with a password; only the demo's sign-in leads into those of the cast."""
    key = record["key"]
    person = Person(
        name=record["name"],
        email=DEMO_ADDRESS.format(key=key) if key in CAST else record["email"],
        locale=record["locale"],
        timezone=record["timezone"],
        verified_at=now(),
        is_demo=True,
    )
    db.session.add(person)
    db.session.flush()
    announce(PersonJoined(person.id))
    role = ClusterRole(record["cluster_role"])
    if role is not ClusterRole.MEMBER:
        account_status.appoint(person.email, role)
    world.people[key] = person


def _create(world: World, record: Record, editor: str) -> None:
    """An organisation with its stories, as its editor would create it; where the cluster reviews, the manager admits."""
    actor = world.actor(editor)
    lang, *others = record["stories"]
    created = profile.create(actor, **_profile_fields(record), story=record["stories"][lang], story_lang=lang)
    for name, value in _location(record).items():
        setattr(created, name, value)
    world.organisations[record["key"]] = created
    if created.state is OrganisationState.PENDING:
        admission.admit(world.actor("manager"), created.slug)
    for other in others:
        profile.tell_story(world.actor(editor), created.slug, other, record["stories"][other])


def _profile_fields(record: Record) -> profile.ProfileFields:
    fields = {name: record[name] for name in profile.ProfileFields.__annotations__ if name in record}
    fields["region"] = [record["region"]]
    fields["languages"] = [f"language:{code}" for code in record["languages"]]
    return cast(profile.ProfileFields, fields)


def _location(record: Record) -> dict[str, Any]:
    """The coordinates of the record: a gazetteer does not know every town."""
    return {"lat": record["lat"], "lon": record["lon"]}


def _list(world: World, record: Record) -> None:
    """A listing that nobody has claimed yet, as an import would bring it in."""
    checked = profile.check(_profile_fields(record), new=True)
    origin = {"source": SOURCE, "batch_id": None, "at": now().isoformat()}
    listed = Organisation(
        **{**checked.columns, **_location(record)},
        slug=slugify(record["name"], "organisation"),
        folded_name=fold(record["name"]),
        state=OrganisationState.ADMITTED,
        unclaimed=True,
        source=SOURCE,
        source_id=record["key"],
        provenance=dict.fromkeys(checked.columns, origin),
        concepts=[
            OrganisationConcept(concept_id=concept.id, relation=relation, since=now().date())
            for relation, concepts in checked.concepts.items()
            for concept in concepts
        ],
        texts=[
            OrganisationText(lang=lang, kind=TextKind.STORY, body=story)
            for lang, story in record["stories"].items()
        ],
    )
    db.session.add(listed)
    db.session.flush()
    announce(OrganisationAdmitted(listed.id))
    world.organisations[record["key"]] = listed


def _add_story(world: World, record: Record) -> None:
    """A story page: what was in the way, what helped, what changed."""
    texts = {name: record[name] for name in ("lang", "title", "problem", "tool", "effect", "year")}
    db.session.add(StoryPage(organisation_id=world.organisations[record["organisation"]].id, **texts))


def _seek_until(world: World, record: Record, editor: str) -> None:
    until = now().date() + timedelta(days=PAUSED_DAYS + record["cooperation_for_days"])
    profile.edit(world.actor(editor), world.organisations[record["key"]].slug, cooperation_until=until)


def _pause(world: World, record: Record, editor: str) -> None:
    until = now().date() + timedelta(days=PAUSED_DAYS + record["paused_for_days"])
    profile.pause(world.actor(editor), world.organisations[record["key"]].slug, until)


def _belong(world: World, record: Record) -> None:
    """A further member: invitations go by mail, and nobody here reads any."""
    person, organisation = world.people[record["key"]], world.organisations[record["organisation"]]
    role = MembershipRole(record["role"])
    db.session.add(Membership(person_id=person.id, organisation_id=organisation.id, role=role))
    db.session.flush()
    announce(MembershipBegun(person.id, organisation.id))


def _remember(world: World, record: Record) -> None:
    """A joint project from before the cluster, as an import would bring it in."""
    collaboration = Collaboration(
        title=record["title"],
        source=record["source"],
        external_id=record["key"],
        started=date.fromisoformat(record["started"]),
        ended=date.fromisoformat(record["ended"]),
    )
    db.session.add(collaboration)
    db.session.flush()
    for key in record["partners"]:
        partner = world.organisations[key]
        db.session.add(CollaborationPartner(collaboration_id=collaboration.id, organisation_id=partner.id))
    for concept in concepts_by_code(record["concepts"]).values():
        db.session.add(CollaborationConcept(collaboration_id=collaboration.id, concept_id=concept.id))
    db.session.flush()
