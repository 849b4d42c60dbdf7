"""The pages before and after a design session: preparing it, entering it, its report in every form."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

from app.core.clock import now
from app.features.accounts.models import ClusterRole
from app.features.design.methods import METHODS
from app.features.design.services import participants
from tests.features.design.conftest import Table
from tests.support.door import Door
from tests.support.factories import Make

Enter = Callable[..., Door]
LIST = "/en/design-sessions"


def test_a_facilitator_who_never_did_it_is_live_in_three_steps(table: Table, door: Enter) -> None:
    """New, prepare, begin: the board is the fourth page that she sees."""
    facilitator = door(table.facilitator)
    made = facilitator.fill(f"{LIST}/new", title="Semi oltre confine", question="Come?")
    assert made.status == 303 and made.location.endswith("/prepare")
    begun = facilitator.fill(made.location, 'form[action$="/start"]', follow=True)
    assert begun.status == 200
    assert begun.soup.select_one("trama-board") is not None
    assert "Say your name" in begun.text


def test_every_method_can_be_prepared(table: Table, door: Enter) -> None:
    facilitator = door(table.facilitator)
    for code, method in METHODS.items():
        made = facilitator.fill(f"{LIST}/new", title="One", method=code)
        page = facilitator.get(made.location)
        assert len(page.soup.select(".plan-phase")) == len(method.phases)


def test_a_form_with_a_mistake_keeps_what_was_typed(table: Table, door: Enter) -> None:
    facilitator = door(table.facilitator)
    answer = facilitator.fill(f"{LIST}/new", title="", question="Γιατί;")
    assert answer.status == 422
    assert "Γιατί;" in answer.html
    assert answer.soup.select_one("#title[aria-invalid=true]") is not None


def test_only_who_prepares_sees_the_preparation(table: Table, door: Enter, make: Make) -> None:
    table.prepare()
    for person in (table.people[0], make.person("Stranger")):
        assert door(person).get(f"{LIST}/new").status == 403
        assert door(person).get(f"{LIST}/{table.id}/prepare").status in (403, 404)
        assert door(person).post(f"{LIST}/{table.id}/start").status in (403, 404)
    assert door().get(f"{LIST}/{table.id}").status in (302, 303)


def test_a_date_is_shown_to_everybody_in_their_own_time(table: Table, door: Enter) -> None:
    table.prepare()
    day = (now() + timedelta(days=3)).date()
    facilitator = door(table.facilitator)
    form = f'form[action$="/{table.id}/date"]'
    facilitator.fill(f"{LIST}/{table.id}/prepare", form, day=day.isoformat(), hour="15:30")
    page = door(table.people[0]).get(f"{LIST}/{table.id}")
    assert page.status == 200
    assert str(day.day) in page.text
    for person in (*table.people, table.facilitator):
        told = "New date: Seeds" in door(person).get("/en/notifications").text
        assert told is (person is not table.facilitator)
    assert any(
        "15:30" in each.get_text()
        for each in facilitator.get(f"{LIST}/{table.id}/prepare").soup.select(".plan-phase")
    )
    late = facilitator.fill(f"{LIST}/{table.id}/prepare", form, day="2020-01-01", hour="15:30")
    assert late.status == 422 and "still to come" in late.text


def test_somebody_is_invited_by_her_address_and_finds_the_way(table: Table, door: Enter, make: Make) -> None:
    table.prepare()
    guest = make.person("Nicos Georgiou")
    make.organisation("Kipos", country="CY", editor=guest)
    facilitator = door(table.facilitator)
    form = f'form[action$="/{table.id}/invitations"]'
    prepare = f"{LIST}/{table.id}/prepare"
    unknown = facilitator.fill(prepare, form, email="nobody@example.org")
    assert unknown.status == 422 and "nobody@example.org" in unknown.html
    assert facilitator.fill(prepare, form, email=guest.email).status == 303
    facilitator.fill(prepare, f'form[action$="/{table.id}/state"]', move="open")
    entered = door(guest).fill(f"{LIST}/{table.id}", 'form[action$="/enter"]', follow=True)
    assert entered.soup.select_one("trama-board") is not None


def test_the_plan_can_be_changed_while_it_goes_on(table: Table, door: Enter) -> None:
    table.start()
    facilitator = door(table.facilitator)
    added = facilitator.fill(
        f"{LIST}/{table.id}/phases/new", title="Once more", kind="silent_writing", minutes="3"
    )
    assert added.status == 303
    titles = [phase["title"] for phase in table.state()["phases"].values()]
    assert "Once more" in titles
    page = facilitator.get(f"{LIST}/{table.id}/prepare")
    last = page.soup.select(".plan-phase")[-1]
    move = last.select_one('form[action$="/move"]')
    assert move is not None
    facilitator.post(str(move["action"]), {"to": "2"})
    places = {phase["title"]: phase["position"] for phase in table.state()["phases"].values()}
    assert places["Once more"] == 2


def test_a_wrong_phase_is_refused_at_its_field(table: Table, door: Enter) -> None:
    table.prepare()
    facilitator = door(table.facilitator)
    answer = facilitator.fill(f"{LIST}/{table.id}/phases/new", title="Χ", minutes="9999", vote="-1")
    assert answer.status == 422
    assert {"minutes", "vote"} <= {field["id"] for field in answer.soup.select("[aria-invalid=true]")}


def test_the_report_tells_what_was_decided_in_every_form(table: Table, door: Enter) -> None:
    table.start()
    giulia = table.people[0]
    column = next(iter(table.state()["columns"]))
    table.do(giulia, "card_add", column=column, text="# Łódź *και* <b>", lang="el")
    for _ in range(3):
        table.desk("go", to="next")
    key = next(iter(table.state()["cards"]))
    table.do(giulia, "vote", target=key, points=2)
    table.desk("close")
    reader = door(table.people[1])
    page = reader.get(f"{LIST}/{table.id}/report")
    assert page.status == 200
    assert "# Łódź *και* <b>" in page.text and "2 points" in page.text
    assert page.soup.select_one(f'a[href="#card-{key}"]') is not None
    markdown = reader.get(f"{LIST}/{table.id}/report.md").html
    assert "\\# Łódź \\*και\\* \\<b\\>" in markdown
    pdf = reader.client.get(f"{LIST}/{table.id}/report.pdf")
    assert pdf.mimetype == "application/pdf" and pdf.data.startswith(b"%PDF")


def test_who_wrote_an_anonymous_card_is_in_no_report(table: Table, door: Enter) -> None:
    table.start()
    column = next(iter(table.state()["columns"]))
    marek = table.people[1]
    table.do(marek, "card_add", column=column, text="Nobody knows", lang="en")
    table.desk("go", to="next")
    facilitator = door(table.facilitator)
    for address in ("report", "report.md", "replay", "board"):
        page = facilitator.get(f"{LIST}/{table.id}/{address}")
        assert page.status == 200
        for card in page.soup.select(".card"):
            assert marek.name not in card.get_text()
    assert marek.name not in facilitator.get(f"{LIST}/{table.id}/report.md").html


def test_who_is_not_invited_finds_nothing(table: Table, door: Enter, make: Make) -> None:
    table.start()
    stranger = make.person("Stranger", role=ClusterRole.MEMBER)
    make.organisation("Elsewhere", editor=stranger)
    for address in ("", "/board", "/report", "/report.md", "/report.pdf", "/replay"):
        assert door(stranger).get(f"{LIST}/{table.id}{address}").status == 404


def test_a_methods_own_texts_are_read_in_the_readers_language(table: Table, door: Enter) -> None:
    """Whoever looks on is led in by a button; what the facilitator wrote herself stays in its language."""
    facilitator = door(table.facilitator)
    made = facilitator.fill(f"{LIST}/new", title="Seeds", method="double_diamond_90")
    table.id = int(str(made.location).split("/")[-2])
    table.desk("phase", act="add", kind="welcome", title="Our own start", minutes=2, to=1)
    with table.acting(table.facilitator) as actor:
        participants.invite(actor, table.id, table.people[0].id)
    table.desk("start")
    page = door(table.people[0]).get(f"/it/design-sessions/{table.id}")
    titles = [each.get_text() for each in page.soup.select(".plan-phase strong")]
    assert titles[:3] == ["Our own start", "Benvenuto", "Scoprire"]
    board = door(table.people[0]).get(f"/it/design-sessions/{table.id}/board").soup
    texts = board.select_one("[data-built-in]")
    built_in = json.loads(str(texts["data-built-in"]))
    assert texts["lang"] == "en"
    assert built_in["Discover"] == "Scoprire" and "Our own start" not in built_in
    assert board.select_one("[data-looking-on] button") and not board.select_one("[data-looking-on][hidden]")
    table.do(table.people[0], "join")
    joined = door(table.people[0]).get(f"/it/design-sessions/{table.id}/board").soup
    assert joined.select_one("[data-looking-on][hidden]")
