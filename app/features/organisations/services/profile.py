"""Creating an organisation and saying what it is: each mistake in a field is a sentence beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from flask_babel import lazy_gettext as _l
from sqlalchemy import update

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.clock import now
from app.core.database import db
from app.core.email_addresses import MAX_EMAIL_LENGTH, email_fault, normalise_email
from app.core.errors import Conflict, Invalid
from app.core.i18n import country_name
from app.core.permissions import authorize, can
from app.core.text import fold, name_key, slugify
from app.core.validation import (
    FieldErrors,
    InvalidValue,
    bounded_integer,
    known_language,
    limit_text_field,
    limited_line,
    limited_text,
    require_language_field,
    required_line,
    unused_slug,
)
from app.features.accounts.models import Login, Person
from app.features.accounts.queries import lock_person
from app.features.organisations.announcements import MembershipBegun, OrganisationChanged
from app.features.organisations.models import (
    LONGEST_CITY,
    LONGEST_FOLDED,
    LONGEST_NAME,
    LONGEST_STORY,
    LONGEST_WEBSITE,
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
from app.features.organisations.services.admission import advance
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.queries import concepts_by_code, known_languages


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


LONGEST_PAUSE = timedelta(days=730)


NOT_SLUGS = frozenset({"new", "acting", "invitations"})


RELATIONS: Mapping[str, tuple[Relation, ConceptKind]] = {
    "sectors": (Relation.SECTOR, ConceptKind.SECTOR),
    "offers": (Relation.OFFERS, ConceptKind.SKILL),
    "seeks": (Relation.SEEKS, ConceptKind.SKILL),
    "languages": (Relation.LANGUAGE, ConceptKind.LANGUAGE),
    "goals": (Relation.GOAL, ConceptKind.GOAL),
}

MIN_YEAR = 1000

MAX_PEOPLE = 10_000_000


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
            else:
                checked.columns[name] = CHECKS[name](value)
    country = checked.columns.get("country")
    for code in codes.get("region", ()):
        if country and code in known and known[code].country not in (None, country):
            errors.add("region", _l("This region is in another country."))
    errors.raise_any()
    return checked


def _concepts(codes: list[str], known: Mapping[str, Concept], kind: ConceptKind, most: int) -> list[Concept]:
    found = [known[code] for code in codes if code in known and known[code].kind is kind]
    if len(found) < len(codes):
        raise InvalidValue(_l("One of the things you chose is not in this list. Choose again."))
    if len(found) > most:
        raise InvalidValue(_l("Choose at most %(most)s.", most=most))
    return found


def _type(value: Any) -> OrganisationType:
    try:
        return OrganisationType(value)
    except ValueError as error:
        raise InvalidValue(_l("Choose what kind of organisation it is.")) from error


def _country(value: Any) -> str:
    if f"country:{value}" not in concepts_by_code([f"country:{value}"]):
        raise InvalidValue(_l("Choose a country."))
    return str(value)


def _website(value: Any) -> str:
    text = limited_text(value, LONGEST_WEBSITE)
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        is_known = parts.scheme in ("http", "https") and "." in (parts.hostname or "")
    except ValueError:
        is_known = False
    if text and (not is_known or any(character.isspace() for character in text)):
        raise InvalidValue(_l("Write the address of the website, such as https://example.org."))
    return limited_text(text, LONGEST_WEBSITE)


def _contact(value: Any) -> str:
    text = limited_text(value, MAX_EMAIL_LENGTH)
    if text and (fault := email_fault(text)):
        raise InvalidValue(fault)
    return normalise_email(text)


def _year(value: Any) -> int | None:
    if value is None:
        return None
    return bounded_integer(value, MIN_YEAR, now().year, _l("Write the year with four digits, such as 2012."))


def _people(value: Any) -> int | None:
    if value is None:
        return None
    return bounded_integer(value, 0, MAX_PEOPLE, _l("Write a number of people."))


NEEDED: Iterable[str] = ("name", "type", "country")

CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda value: required_line(value, LONGEST_NAME, _l("Write the organisation's name.")),
    "type": _type,
    "country": _country,
    "city": lambda value: limited_line(value, LONGEST_CITY),
    "website": _website,
    "contact": _contact,
    "contact_public": bool,
    "founded": _year,
    "employed": _people,
    "disadvantaged": _people,
}


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
    if _is_namesake(actor, checked.columns["name"], checked.columns["country"], another_one):
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
    actor: Actor, slug: str, *, another_one: bool = False, **fields: Unpack[ProfileFields]
) -> Organisation:
    """Change what a profile says; what is not given stays as it is.

    A name that another organisation of the country has is asked about as `create` does; one that is public already
    gets it from a manager only.
    """
    organisation = get_organisation(actor, slug, *CARD, lock=True)
    authorize(actor, "organisation.edit", organisation)
    checked = check(dict(fields), new=False)
    _check_new_name(actor, organisation, checked, another_one)
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


def _is_namesake(
    actor: Actor, name: str, country: str, another_one: bool, other_than: int | None = None
) -> bool:
    """Whether another organisation of the country has this name; the country is held from now on.

    Raises Invalid with the question whether it is that one, where the actor may know of it and has not answered.
    """
    lock_country(country)
    found = namesakes(name, country, other_than=other_than)
    known = organisations_by_id(actor, found)
    if known and not another_one:
        first = known[min(known)]
        question = _l(
            "There is already “%(name)s” in %(country)s. Is it yours?",
            name=first.name,
            country=country_name(country),
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
    if not _is_namesake(actor, name, country, another_one or not (waits or is_reviewer), organisation.id):
        return
    if waits:
        organisation.review = ReviewReason.NAMESAKE
    elif not is_reviewer:
        raise Invalid(
            fields={
                "name": [
                    _l(
                        "Another organisation in %(country)s has this name. "
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
    return value.isoformat() if isinstance(value, datetime) else value


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
