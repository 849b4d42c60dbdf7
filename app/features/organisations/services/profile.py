"""Creating an organisation and saying what it is: each mistake in a field is a sentence beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid
from app.core.i18n import country_name
from app.core.permissions import authorize, can
from app.core.text import fold, is_latin, name_key, slugify, transliterate
from app.core.validation import (
    FieldErrors,
    InvalidValue,
    known_language,
    limit_text_field,
    limited_text,
    require_language_field,
    unused_slug,
)
from app.features.accounts.models import Login, Person
from app.features.accounts.queries import lock_person
from app.features.organisations.announcements import MembershipBegun, OrganisationChanged
from app.features.organisations.duplicates.likeness import Described
from app.features.organisations.models import (
    LONGEST_FOLDED,
    LONGEST_LATIN_NAME,
    LONGEST_STORY,
    MAX_WAITING_PER_PERSON,
    MOST_CONCEPTS,
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationText,
    OrganisationType,
    Relation,
    ReviewReason,
    TextKind,
)
from app.features.organisations.queries import (
    CARD,
    count_waiting_of,
    get_organisation,
    has_created_lately,
    lock_country,
    namesakes,
    organisations_by_id,
    slugs_like,
)
from app.features.organisations.queries.candidates import describe, find_alike
from app.features.organisations.services.admission import advance
from app.features.organisations.services.fields import CHECKS, MAX_PEOPLE, NEEDED, registry_number
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.places.gazetteer import places_named
from app.features.taxonomy.queries import concepts_by_code, hold_off_merges, known_languages


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
    cooperation: Iterable[str]
    cooperation_until: date | None
    place: str
    legal_name: str
    latin_name: str
    registry_scheme: str
    registry_number: str
    website: str
    social_links: str | Iterable[str]
    contact: str
    contact_public: bool
    phone: str
    phone_public: bool
    founded: int | None
    employed: int | None
    disadvantaged: int | None
    volunteers: int | None
    access_notes: str


LONGEST_PAUSE = timedelta(days=730)


NOT_SLUGS = frozenset({"new", "acting", "invitations"})


RELATIONS: Mapping[str, tuple[Relation, ConceptKind]] = {
    "sectors": (Relation.SECTOR, ConceptKind.SECTOR),
    "offers": (Relation.OFFERS, ConceptKind.SKILL),
    "seeks": (Relation.SEEKS, ConceptKind.SKILL),
    "languages": (Relation.LANGUAGE, ConceptKind.LANGUAGE),
    "goals": (Relation.GOAL, ConceptKind.GOAL),
    "cooperation": (Relation.COOPERATION, ConceptKind.COOPERATION),
}


@dataclass
class CheckedProfile:
    """What was found good: columns, concepts by relation, the story."""

    columns: dict[str, Any] = field(default_factory=dict)
    concepts: dict[Relation, list[Concept]] = field(default_factory=dict)
    story: str = ""


def check(fields: Mapping[str, Any], *, new: bool) -> CheckedProfile:
    """The fields as they are kept; raises Invalid with all mistakes at once. A new profile needs its first fields."""
    checked, errors = CheckedProfile(), FieldErrors()
    given = {**fields, **{name: fields.get(name, "") for name in NEEDED if new}}
    with_codes = [name for name in (*RELATIONS, "region") if name in given]
    codes = {name: list(dict.fromkeys(given[name] or ())) for name in with_codes}
    known = concepts_by_code(code for several in codes.values() for code in several)
    for name, value in given.items():
        with errors.collect(name):
            if name in RELATIONS:
                relation, kind = RELATIONS[name]
                checked.concepts[relation] = _concepts(codes[name], known, kind, MOST_CONCEPTS)
            elif name == "region":
                region = _concepts(codes[name], known, ConceptKind.REGION, 1)
                checked.columns["region_id"] = region[0].id if region else None
            elif name == "story":
                checked.story = limited_text(value, LONGEST_STORY)
            elif name == "story_lang":
                if fields.get("story"):
                    known_language(value, known_languages([value]))
            elif name != "place":
                checked.columns[name] = CHECKS[name](value)
    _settle(checked, given, errors)
    errors.raise_any()
    return checked


def _settle(checked: CheckedProfile, given: Mapping[str, Any], errors: FieldErrors) -> None:
    """Check the fields that depend on each other."""
    columns = checked.columns
    if (columns.get("disadvantaged") or 0) > (columns.get("employed") or MAX_PEOPLE):
        errors.add("disadvantaged", _l("These are more people than you employ."))
    region_id, country = columns.get("region_id"), columns.get("country")
    region = db.session.get(Concept, region_id) if region_id else None
    if region is not None and country and region.country not in (None, country):
        errors.add("region", _l("This region is in another country."))
    _settle_register(checked, errors)
    _settle_latin_name(checked)
    _settle_place(checked, region, given.get("place"), errors)


def _concepts(codes: list[str], known: Mapping[str, Concept], kind: ConceptKind, most: int) -> list[Concept]:
    found = [known[code] for code in codes if code in known and known[code].kind is kind]
    if len(found) < len(codes):
        raise InvalidValue(_l("One of the things you chose is not in this list. Choose again."))
    if len(found) > most:
        raise InvalidValue(_l("Choose at most %(most)s.", most=most))
    return found


def _settle_register(checked: CheckedProfile, errors: FieldErrors) -> None:
    """Have the registry number be one of its register."""
    if "registry_number" in checked.columns:
        with errors.collect("registry_number"):
            scheme = checked.columns.get("registry_scheme", "")
            number = registry_number(checked.columns["registry_number"], scheme)
            checked.columns |= {"registry_number": number, "registry_scheme": scheme if number else ""}


def _settle_place(
    checked: CheckedProfile, given_region: Concept | None, chosen: str | None, errors: FieldErrors
) -> None:
    """Set the coordinates and the region of the town, where the country has a town of this name.

    Where it has several, `chosen` is the id of one; None takes the largest. A given region that is narrower than the
    town's, such as a province of Belgium, is kept: the gazetteer knows the wider ones alone.
    """
    columns = checked.columns
    if not {"city", "country"} <= columns.keys():
        return
    columns |= {"place_id": None, "lat": None, "lon": None}
    towns = places_named(columns["city"], columns["country"])
    if not towns:
        return
    town = next((each for each in towns if str(each.id) == chosen), None)
    if town is None and chosen is not None and len(towns) > 1:
        errors.add("place", _l("Several towns have this name. Choose yours."))
    town = town or towns[0]
    columns |= {"place_id": town.id, "lat": town.lat, "lon": town.lon}
    region = concepts_by_code([town.region]).get(town.region)
    if region and not (given_region and given_region.broader_id == region.id):
        columns["region_id"] = region.id


def _settle_latin_name(checked: CheckedProfile) -> None:
    """Have a name in other letters than Latin ones have a Latin form: the given one, else a transliteration."""
    if "name" in checked.columns:
        name = checked.columns["name"]
        given = checked.columns.get("latin_name", "")
        checked.columns["latin_name"] = (
            "" if is_latin(name) else given or transliterate(name)[:LONGEST_LATIN_NAME]
        )


def create(
    actor: Actor,
    *,
    story: str = "",
    story_lang: str = "",
    another_one: bool = False,
    **fields: Unpack[ProfileFields],
) -> Organisation:
    """Create an organisation; the actor becomes its editor and acts for it from now on.

    It is a draft until the actor's address is verified, then pending, and admitted at once where the cluster is
    open and nothing asks for a manager's review: the second organisation of a person within REVIEW_WITHIN_DAYS, and a
    name that another organisation of the country has, which the actor says is `another_one`.

    Raises Invalid with a sentence for each field that cannot be taken, among them the name of another organisation;
    Conflict where MAX_WAITING_PER_PERSON organisations of the actor wait.
    """
    authorize(actor, "organisation.create")
    assert actor.person_id is not None
    hold_off_merges()
    checked = check({**fields, "story": story, "story_lang": story_lang}, new=True)
    if fold(checked.columns["name"]) in {fold(mine.name) for mine in actor.organisations}:
        # It is a form that was sent twice.
        raise Invalid(fields={"name": [_l("You already act for an organisation of this name.")]})
    lock_person(actor.person_id)
    if count_waiting_of(actor.person_id) >= MAX_WAITING_PER_PERSON:
        raise Conflict(
            _l(
                "Three organisations that you created wait for a manager. Create another one once they are admitted."
            )
        )
    review = ReviewReason.SECOND if has_created_lately(actor.person_id) else None
    described = Described(
        checked.columns["name"], checked.columns["country"], checked.columns.get("city", "")
    )
    if _is_alike(actor, described, another_one):
        review = ReviewReason.NAMESAKE
    organisation = Organisation(
        **checked.columns,
        state=OrganisationState.DRAFT,
        review=review,
        created_by=actor.person_id,
        concepts=[],
        texts=[],
    )
    organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
    taken = slugs_like(slugify(organisation.name, "organisation")) | NOT_SLUGS
    organisation.slug = unused_slug(organisation.name, "organisation", taken)
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


def edit(
    actor: Actor,
    slug: str,
    *,
    another_one: bool = False,
    version: str | None = None,
    **fields: Unpack[ProfileFields],
) -> Organisation:
    """Change what a profile says; what is not given stays as it is. The place of a town follows its name.

    A name that another organisation of the country has is asked about as `create` does; one that is public already
    gets it from a manager only. `version` is that of the profile which the editor saw: raises Conflict where it was
    edited since.
    """
    hold_off_merges()
    organisation = get_organisation(actor, slug, *CARD, lock=True)
    authorize(actor, "organisation.edit", organisation)
    if version is not None and str(version) != str(organisation.version):
        raise Conflict(
            _l(
                "Somebody else changed the profile while this page was open. Nothing is lost: compare what it says now "
                "with what you wrote, and save again."
            )
        )
    if "city" in fields:
        fields.setdefault("country", organisation.country)
    checked = check(dict(fields), new=False)
    _check_new_name(actor, organisation, checked, another_one)
    before = _said(organisation, checked)
    for name, value in checked.columns.items():
        setattr(organisation, name, value)
    changed = {name for name in checked.columns if before[name] != _plain(getattr(organisation, name))}
    if changed & organisation.provenance.keys():
        organisation.provenance = {
            name: each for name, each in organisation.provenance.items() if name not in changed
        }
    if "name" in checked.columns:
        organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
    _hold(organisation, checked.concepts)
    _note(actor, organisation, before, _said(organisation, checked))
    return organisation


def tell_story(actor: Actor, slug: str, lang: str, body: str) -> Organisation:
    """Write the organisation's story in one language; an empty one takes it away."""
    organisation = get_organisation(actor, slug, *CARD, lock=True)
    authorize(actor, "organisation.edit", organisation)
    body = limit_text_field(body, LONGEST_STORY, "body")
    require_language_field(lang, known_languages([lang]), "story_lang")
    kept = next((text for text in organisation.texts if text.lang == lang), None)
    if kept is None and body:
        organisation.texts.append(OrganisationText(lang=lang, kind=TextKind.STORY, body=body))
    elif kept is not None and body:
        kept.body = body
    elif kept is not None:
        organisation.texts.remove(kept)
    organisation.version += 1
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


def _is_alike(
    actor: Actor, described: Described, another_one: bool, renamed: Organisation | None = None
) -> bool:
    """Whether another organisation is perhaps the one described; the country is held from now on.

    Those that were so before an organisation is `renamed` do not count. Raises Invalid with the question whether it is
    that one, where the actor may know of it and has not answered.
    """
    lock_country(described.country)
    own = renamed.id if renamed else None
    found = [each.organisation_id for each in find_alike(described, other_than=own)]
    if renamed:
        same = set(namesakes(described.name, described.country, other_than=own))
        before = {each.organisation_id for each in find_alike(describe(renamed), other_than=own)}
        found = [each for each in found if each in same or each not in before]
    known = organisations_by_id(actor, found)
    if known and not another_one:
        first = next(known[each] for each in found if each in known)
        question = _l(
            "There is already “%(name)s” in %(country)s. Is it yours?",
            name=first.name,
            country=country_name(described.country),
        )
        raise Invalid(fields={"name": [question]})
    return bool(found)


def _check_new_name(
    actor: Actor, organisation: Organisation, checked: CheckedProfile, another_one: bool
) -> None:
    """Have an organisation come to the name of another one only as a new organisation would, or by a manager."""
    name = checked.columns.get("name", organisation.name)
    country = checked.columns.get("country", organisation.country)
    if (name_key(name), country) == (name_key(organisation.name), organisation.country):
        return
    waits = organisation.state in (OrganisationState.DRAFT, OrganisationState.PENDING)
    is_reviewer = can(actor, "organisation.admit", organisation)
    city = checked.columns.get("city", organisation.city)
    described = replace(describe(organisation), name=name, country=country, city=city)
    if not _is_alike(actor, described, another_one or not (waits or is_reviewer), organisation):
        return
    if waits:
        organisation.review = ReviewReason.NAMESAKE
    elif not is_reviewer:
        raise Invalid(
            fields={
                "name": [
                    _l(
                        "Another organisation in %(country)s has this name, or one very like it. "
                        "Only a manager can give a second organisation this name.",
                        country=country_name(country),
                    )
                ]
            }
        )


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


def _said(organisation: Organisation, checked: CheckedProfile) -> dict[str, Any]:
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
    return value.isoformat() if isinstance(value, date) else value


def _note(actor: Actor, organisation: Organisation, before: dict[str, Any], after: dict[str, Any]) -> None:
    """Note what changed and tell; nothing where nothing did."""
    changed = [name for name, value in after.items() if before[name] != value]
    if not changed:
        return
    organisation.version += 1
    db.session.flush()
    record(
        actor,
        "organisation.edit",
        f"organisation:{organisation.id}",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    announce(OrganisationChanged(organisation.id))
