"""What changes the list of suggestions: what one says of them, and whatever is written, by whichever process."""

from __future__ import annotations

from flask import Flask

from app import create_app
from app.core.announcements import announce
from app.core.database import db
from app.core.transactions import write_transaction
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.models import Organisation, OrganisationConcept, OrganisationState, Relation
from app.features.taxonomy.models import Concept
from config import Settings
from tests.features.suggestions.listing import PLACE, entry, give, names, words
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make


def test_not_now_changes_the_list_and_can_be_undone(reader: Door, cluster: dict[str, Organisation]) -> None:
    """A button with its reason takes the organisation out; the page says so and offers the way back."""
    action = f"{PLACE}/{cluster['shop'].slug}/not-now"
    assert action in reader.get(PLACE).html
    seen = reader.post(action, {"reason": "already_know"}, follow=True)
    assert "Boutique du Canal" not in names(seen)
    assert "Boutique du Canal is set aside" in seen.text
    seen = reader.fill(seen.response.request.full_path, "form[action*='/back']", follow=True)
    assert "Boutique du Canal" in names(seen)


def test_a_wrong_field_lowers_what_does_the_same(
    reader: Door, make: Make, cluster: dict[str, Organisation]
) -> None:
    """“Their field is not what we look for” costs others in that field, and the table says so."""
    make.organisation("Ferme du Nord", country="FR", sectors=["sector:agriculture"])
    reader.post(f"{PLACE}/{cluster['gardeners'].slug}/not-now", {"reason": "other_sector"})
    row = words(entry(reader.get(PLACE), "Ferme du Nord"))
    assert "They do agriculture, like Zielone Ogrody, which you set aside" in row


def test_a_reason_that_is_none_is_refused(reader: Door, cluster: dict[str, Organisation]) -> None:
    """A made-up reason is a bad request, and nothing changes."""
    seen = reader.post(f"{PLACE}/{cluster['shop'].slug}/not-now", {"reason": "because"})
    assert seen.status == 400
    assert "Boutique du Canal" in names(reader.get(PLACE))


@both_databases
def test_an_edit_counts_at_the_next_request(
    app: Flask, reader: Door, cluster: dict[str, Organisation]
) -> None:
    """Whatever changes in the rows, by whichever process, is seen by the very next list."""
    assert "marketing" not in words(entry(reader.get(PLACE), "Boutique du Canal")).lower()
    give(app, cluster["shop"], Relation.OFFERS, "skill:marketing")
    assert "marketing" in words(entry(reader.get(PLACE), "Boutique du Canal")).lower()
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, cluster["shop"].id).state = OrganisationState.SUSPENDED
    assert "Boutique du Canal" not in names(reader.get(PLACE))
    with app.app_context(), write_transaction():
        db.session.get_one(Organisation, cluster["shop"].id).state = OrganisationState.ADMITTED
        db.session.get_one(Organisation, cluster["pending"].id).state = OrganisationState.ADMITTED
    assert {"Boutique du Canal", "Noch nicht da"} <= set(names(reader.get(PLACE)))


@both_databases
def test_what_another_process_writes_counts_too(
    app: Flask, settings: Settings, reader: Door, cluster: dict[str, Organisation]
) -> None:
    """A second application on the same database edits a profile; the first has not been told, and sees it."""
    reader.get(PLACE)
    elsewhere = create_app(settings)
    give(elsewhere, cluster["shop"], Relation.SECTOR, "sector:agriculture")
    with elsewhere.app_context():
        db.session.remove()
        db.engine.dispose()
    assert "You both work in agriculture" in words(entry(reader.get(PLACE), "Boutique du Canal"))


def test_an_exchange_of_concepts_counts_although_their_number_stays(
    app: Flask, reader: Door, cluster: dict[str, Organisation]
) -> None:
    """One concept for another: nothing is counted more or less, and yet the list knows."""
    reader.get(PLACE)
    with app.app_context(), write_transaction():
        link = db.session.query(OrganisationConcept).filter_by(organisation_id=cluster["shop"].id).one()
        link.concept_id = db.session.query(Concept).filter_by(code="skill:catering").one().id
        announce(OrganisationChanged(cluster["shop"].id))
    assert "Boutique du Canal" not in names(reader.get(PLACE))


def test_joint_work_counts_at_the_next_request(
    reader: Door, make: Make, cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """A partner in common is named with the joint work; whoever has worked with us is not new and not suggested."""
    lin = make.organisation("Atelier du Lin", country="BE", seeks=["skill:gardening"])
    assert "Atelier du Lin" in names(reader.get(PLACE))
    make.collaboration("Seeds across borders", cast.organisation, lin)
    assert "Atelier du Lin" not in names(reader.get(PLACE))
    make.collaboration("Flax for all", lin, cluster["shop"])
    assert "Partner in common: you – Atelier du Lin – they, in “Flax for all”" in words(
        entry(reader.get(PLACE), "Boutique du Canal")
    )


def test_whoever_was_asked_or_has_met_is_not_suggested_again(
    reader: Door, make: Make, cast: Cast, cluster: dict[str, Organisation]
) -> None:
    """The list is for those whom one has not asked."""
    make.introduction(cast.organisation, cluster["shop"], cast.member)
    assert "Boutique du Canal" not in names(reader.get(PLACE))


def test_readers_of_easy_words_see_one_suggestion_and_say_yes_or_not_now(reader: Door) -> None:
    reader.post("/en/reading", {"reading": "easy"})
    seen = reader.get(PLACE)
    assert names(seen) == ["Boutique du Canal"]
    row = entry(seen, "Boutique du Canal")
    assert next(button.get_text().split(":")[0] for button in row.select(".row-actions .button")) == "Yes"
    assert "fits you" in words(row)
    assert not [field for field in seen.soup.select("main .narrow-by") if not field.find_parent("details")]
    later = reader.fill(PLACE, ".row-actions form", reason="not_now", follow=True)
    assert "Boutique du Canal is set aside" in later.text
    assert names(reader.get(PLACE)) == ["Zielone Ogrody"]
