"""Who may come to a design session, and who may not any more."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.design.models.sessions import Participant, Role
from app.features.design.queries.sessions import list_design_sessions
from app.features.design.services import drafts, lifecycle, participants
from app.features.initiatives.models import Partner
from tests.features.design.conftest import OPEN_WRITING, Refused, Table
from tests.support.factories import Make


def sees(table: Table, person: Person) -> bool:
    """Whether somebody finds the design session in her list."""
    with table.acting(person) as actor:
        return table.id in {each.id for each in list_design_sessions(actor).items}


def refused(table: Table, person: Person, command: str = "join") -> str:
    """The code with which somebody is refused."""
    with pytest.raises(Refused) as error:
        table.do(person, command)
    return error.value.code


def test_a_draft_is_known_to_those_alone_who_prepare_it(table: Table) -> None:
    """Those invited learn of it once it has a date or goes on."""
    table.prepare(OPEN_WRITING)
    giulia = table.people[0]
    assert sees(table, table.facilitator) and not sees(table, giulia)
    assert refused(table, giulia) == "not_found"
    with table.acting(table.facilitator) as actor:
        drafts.open_for_cards(actor, table.id)
    assert sees(table, giulia)
    assert table.mine(giulia)["joined"]


def test_partners_come_without_an_invitation_and_go_with_the_partnership(table: Table, make: Make) -> None:
    """Whoever came as a partner loses it when the organisation leaves; whoever was invited stays."""
    initiative = make.initiative(table.organisations[0])
    partner = table.add("Camille Durand", "Atelier du Lin", "FR")
    make.partner(initiative, table.organisations[-1])
    stranger = table.add("Jan Nowak", "Zielona Dwa", "PL")
    with table.acting(table.facilitator) as actor:
        method = {"code": "tried", "version": 1, "phases": [OPEN_WRITING]}
        table.id = drafts.prepare(
            actor, title="Seeds", lang="en", method=method, initiative=initiative.slug
        ).id
        participants.invite(actor, table.id, table.people[1].id)
        lifecycle.start(actor, table.id)
    for person in (table.people[0], table.people[1], partner):
        assert table.mine(person)["joined"]
    assert refused(table, stranger) == "not_found"
    with table.app.app_context(), write_transaction():
        for row in db.session.scalars(
            select(Partner).where(Partner.organisation_id == table.organisations[3].id)
        ):
            row.left_at = row.joined_at
    assert refused(table, partner, "join") == "not_found" and not sees(table, partner)
    assert sees(table, table.people[1])


def test_one_needs_an_organisation_or_the_clusters_trust(table: Table, make: Make) -> None:
    """Without an organisation an invitation opens nothing; a manager needs none, but an invitation."""
    nora = make.person("Nora Newcomer")
    manager = make.person("Piet Manager", role=ClusterRole.MANAGER)
    other = make.person("Petra Facilitator", role=ClusterRole.FACILITATOR)
    table.start(OPEN_WRITING)
    assert refused(table, manager) == "not_found"
    with table.acting(table.facilitator) as actor:
        for person in (nora, manager):
            participants.invite(actor, table.id, person.id)
    assert refused(table, nora) == "not_found"
    assert table.mine(manager)["joined"] and "run" not in table.mine(manager)["may"]
    assert "run" in table.mine(other)["may"]


def test_whoever_is_named_prepares_and_runs_it_too(table: Table) -> None:
    """A co-facilitator of another organisation changes the plan and starts; the others may not."""
    table.prepare(OPEN_WRITING)
    giulia, marek, eleni = table.people
    with table.acting(table.facilitator) as actor:
        participants.invite(actor, table.id, marek.id, Role.CO_FACILITATOR)
    assert sees(table, marek) and not sees(table, giulia)
    table.do(marek, "phase", act="add", kind="check_out", title="Goodbye", minutes=3)
    table.do(marek, "start")
    assert table.state()["desk"]["holder"] == str(marek.id)
    with pytest.raises(Refused) as error:
        table.do(giulia, "go", to="next")
    assert error.value.code == "forbidden"
    with table.acting(table.facilitator) as actor:
        participants.uninvite(actor, table.id, eleni.id)
    assert refused(table, eleni) == "not_found"
    with table.app.app_context():
        people = db.session.scalars(select(Participant.person_id)).all()
    assert eleni.id not in people


def test_nobody_does_anything_before_she_has_entered(table: Table) -> None:
    """Reading is one thing; writing begins with entering."""
    table.prepare(OPEN_WRITING)
    table.desk("start")
    with pytest.raises(Refused, match="Enter the design session first"):
        table.do(table.people[0], "card_add", column=table.column(), text="Early", lang="en")
    assert str(table.people[0].id) not in table.state()["people"]
