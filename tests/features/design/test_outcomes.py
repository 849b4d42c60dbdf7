"""What comes out: consent with an objection integrated, commitments, and those carried over."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from pydantic import ValidationError

from app.features.design.models.outcomes import ProposalStage
from app.features.design.proposal_stages import STAGES
from tests.features.design.conftest import COMMITMENTS, PROMISE, WRITING, Refused, Table
from tests.support.door import Door
from tests.support.factories import Make

Enter = Callable[..., Door]
CONSENT = {"kind": "consent", "title": "Consent", "minutes": 20}


def test_an_objection_is_integrated_and_the_proposal_tested_again(table: Table) -> None:
    """Clarify, react, object, integrate with both wordings to be seen, test again, agree."""
    table.start(CONSENT)
    giulia, marek, eleni = table.people
    number = table.desk("proposal", act="new", text="We buy together", lang="en")["proposal"]
    with pytest.raises(Refused, match="clarified"):
        table.do(giulia, "stance", proposal=number, stance="consent")
    table.desk("proposal", act="stage", proposal=number, stage="react")
    table.do(giulia, "stance", proposal=number, stance="concern")
    with pytest.raises(Refused):
        table.do(marek, "object", proposal=number, text="Too early", lang="en")
    table.desk("proposal", act="stage", proposal=number, stage="object")
    table.do(marek, "object", proposal=number, text="Not without a contract", lang="en")
    ((objection, shown),) = table.state()["proposals"][str(number)]["objections"].items()
    assert shown == {
        "by": marek.id,
        "organisation": "Zielona Spółdzielnia",
        "text": "Not without a contract",
        "lang": "en",
        "state": "open",
    }
    assert table.state()["proposals"][str(number)]["stances"] == {"concern": 1}
    with pytest.raises(Refused, match="objections"):
        table.desk("proposal", act="stage", proposal=number, stage="agreed")
    table.desk("proposal", act="stage", proposal=number, stage="integrate")
    table.desk("proposal", act="wording", proposal=number, text="We buy together, under a contract")
    proposal = table.state()["proposals"][str(number)]
    assert [proposal["wording"][key]["text"] for key in ("1", "2")] == [
        "We buy together",
        "We buy together, under a contract",
    ]
    assert proposal["text"] == "We buy together, under a contract" and "stances" not in proposal
    with pytest.raises(Refused, match="Only the person who raised"):
        table.do(eleni, "objection", objection=objection, act="accept")
    table.desk("proposal", act="stage", proposal=number, stage="object")
    assert table.state()["proposals"][str(number)]["objections"][objection]["state"] == "stands"
    table.do(marek, "objection", objection=objection, act="accept")
    table.desk("proposal", act="stage", proposal=number, stage="agreed")
    assert table.state()["proposals"][str(number)]["stage"] == "agreed"
    with pytest.raises(Refused, match=r"settled|decided"):
        table.do(marek, "objection", objection=objection, act="withdraw")


def test_objection_blocks_consent_until_its_owner_answers_and_the_record_names_organisations(
    table: Table, door: Enter
) -> None:
    """Nobody objects without a reason; who said nothing is named to the desk; agreed goes back to the objections."""
    table.start(CONSENT)
    giulia, marek, eleni = table.people
    number = table.desk("proposal", act="new", text="We buy together", lang="en")["proposal"]
    for stage in ("react", "object"):
        table.desk("proposal", act="stage", proposal=number, stage=stage)
    assert silent(table, door)[str(number)] == [eleni.id, giulia.id, marek.id]
    with pytest.raises(ValidationError):
        table.do(marek, "stance", proposal=number, stance="object")
    with pytest.raises(Refused):
        table.do(marek, "object", proposal=number, text=" ", lang="en")
    table.do(giulia, "stance", proposal=number, stance="consent")
    table.do(marek, "stance", proposal=number, stance="consent")
    table.do(marek, "object", proposal=number, text="We have no truck", lang="en")
    assert table.state()["proposals"][str(number)]["stances"] == {"consent": 1}
    assert silent(table, door)[str(number)] == [eleni.id]
    with pytest.raises(Refused, match="not met"):
        table.do(marek, "stance", proposal=number, stance="consent")
    with pytest.raises(Refused):
        table.desk("proposal", act="stage", proposal=number, stage="agreed")
    (objection,) = table.state()["proposals"][str(number)]["objections"]
    table.do(marek, "objection", objection=objection, act="withdraw")
    table.do(marek, "stance", proposal=number, stance="concern")
    table.desk("proposal", act="stage", proposal=number, stage="agreed")
    table.desk("proposal", act="stage", proposal=number, stage="object")
    table.do(eleni, "stance", proposal=number, stance="consent")
    table.desk("proposal", act="stage", proposal=number, stage="agreed")
    table.desk("close")
    reader = door(giulia)
    markdown = reader.client.get(f"/en/design-sessions/{table.id}/report.md").text
    page = reader.get(f"/en/design-sessions/{table.id}/report").text
    for line in ("2 consent: Il Filo Verde and Prasini Geitonia", "1 with a concern: Zielona Spółdzielnia"):
        assert line in page and line in markdown


def silent(table: Table, door: Enter) -> dict[str, list[int]]:
    """Who said nothing of each proposal, as the desk reads it."""
    found: dict[str, list[int]] = (
        door(table.facilitator).client.get(f"/api/v1/design-sessions/{table.id}/desk").json["silent"]
    )
    return found


def test_whatever_may_be_done_with_a_proposal_is_offered_and_nothing_else_is(table: Table) -> None:
    """At every stage, with an objection and without, everybody's `decide` is what the server accepts."""
    table.start(CONSENT)
    giulia, marek, _eleni = table.people
    number = table.desk("proposal", act="new", text="We buy together", lang="en")["proposal"]

    def command(name: str) -> tuple[str, dict[str, Any]]:
        act, _, rest = name.partition("_")
        match act:
            case "consent" | "concern":
                return "stance", {"proposal": number, "stance": act}
            case "object":
                return "object", {"proposal": number, "text": "Why?", "lang": "en"}
            case "answer":
                return "objection", {"objection": rest, "act": "accept"}
            case "to":
                return "proposal", {"proposal": number, "act": "stage", "stage": rest}
        return "proposal", {"proposal": number, "act": act, "text": "Otherwise"}

    def compare() -> None:
        objections = table.state()["proposals"][str(number)]["objections"]
        names = ["consent", "concern", "object", *(f"answer_{each}" for each in objections)]
        names += ["wording", "withdraw", *(f"to_{stage}" for stage in ProposalStage if stage != "withdrawn")]
        for person in (giulia, marek, table.facilitator):
            offered = set(table.mine(person)["decide"].get(str(number), ()))
            accepted = {name for name in names if table.accepts(person, *command(name))}
            assert offered == accepted, (person.name, table.state()["proposals"][str(number)]["stage"])

    table.mine(table.facilitator)
    compare()
    for name, person in (
        ("to_react", table.facilitator),
        ("to_object", table.facilitator),
        ("object", marek),
        ("to_integrate", table.facilitator),
        ("to_object", table.facilitator),
        ("answer", marek),
        ("to_agreed", table.facilitator),
    ):
        objections = table.state()["proposals"][str(number)]["objections"]
        event, content = command(f"answer_{next(iter(objections))}" if name == "answer" else name)
        table.do(person, event, **content)
        compare()


def test_every_step_of_a_proposal_is_in_the_table_or_refused(table: Table) -> None:
    """Each cell: from this stage to each other."""
    ways = {
        ProposalStage.CLARIFY: [],
        ProposalStage.REACT: ["react"],
        ProposalStage.OBJECT: ["react", "object"],
        ProposalStage.INTEGRATE: ["react", "object", "integrate"],
        ProposalStage.AGREED: ["react", "object", "agreed"],
        ProposalStage.WITHDRAWN: ["withdrawn"],
    }
    table.start(CONSENT)
    for stage, to in product(ProposalStage, ProposalStage):
        number = table.desk("proposal", act="new", text="We buy together", lang="en")["proposal"]
        for step in ways[stage]:
            table.desk("proposal", act="stage", proposal=number, stage=step)
        if to in STAGES[stage]:
            table.desk("proposal", act="stage", proposal=number, stage=to.value)
        else:
            with pytest.raises(Refused) as refused:
                table.desk("proposal", act="stage", proposal=number, stage=to.value)
            assert refused.value.code == "conflict", (stage, to)
        expected = to if to in STAGES[stage] else stage
        assert table.state()["proposals"][str(number)]["stage"] == expected, (stage, to)


def test_a_commitment_needs_organisation_owner_and_date(table: Table) -> None:
    """Each missing thing is said at its field; one promises for one's own organisation."""
    table.start(COMMITMENTS)
    giulia, marek, _eleni = table.people
    mine, other = table.organisations[0].id, table.organisations[1].id
    for field, wrong in (
        ("owner", {"owner": " "}),
        ("owner", {"owner": 987654}),
        ("what", {"what": ""}),
        ("by_when", {"by_when": "soon"}),
        ("by_when", {"by_when": "2001-01-01"}),
        ("organisation", {"organisation": 987654}),
    ):
        with pytest.raises(Refused) as refused:
            table.do(giulia, "commit", **{"organisation": mine, "owner": giulia.id, **PROMISE, **wrong})
        assert list(refused.value.fields) == [field]
    with pytest.raises(Refused) as refused:
        table.do(giulia, "commit", organisation=other, owner=giulia.id, **PROMISE)
    assert refused.value.code == "forbidden"
    table.do(giulia, "commit", organisation=mine, owner=giulia.id, if_then="If it rains", **PROMISE)
    ((number, shown),) = table.state()["commitments"].items()
    assert shown["owner"] == giulia.id and shown["if_then"] == "If it rains"
    with pytest.raises(Refused) as refused:
        table.do(marek, "commit_change", commitment=number, what="Something else")
    assert refused.value.code == "forbidden"
    table.do(giulia, "commit_change", commitment=number, by_when="2100-06-01", if_then=None)
    changed = table.state()["commitments"][number]
    assert changed["by_when"] == "2100-06-01" and "if_then" not in changed


def test_what_comes_out_names_the_cards_it_came_from(table: Table, door: Enter) -> None:
    """Visible cards, none hidden or unknown; a veiled one's text stays away, one taken back is not named."""
    ideas = {"kind": "how_might_we", "title": "Ideas", "minutes": 5, "policy": {"vote": 3}}
    table.start(ideas, WRITING, COMMITMENTS)
    giulia, marek, _ = table.people
    first, second = table.write(giulia, "Seeds by post"), table.write(marek, "A shared van")
    seeds, van = table.key("Seeds by post"), table.key("A shared van")
    table.do(giulia, "vote", target=van, points=3)
    table.desk("go", to="next")
    own = table.write(giulia, "Nobody sees this yet")
    hidden = table.mine(giulia)["cards"][own]["key"]
    promise = {"organisation": table.organisations[0].id, "owner": giulia.id, **PROMISE}
    for cards in (["0123456789abcdef"], [seeds, hidden], [own]):
        with pytest.raises(Refused) as refused:
            table.desk("proposal", act="new", text="No", lang="en", cards=cards)
        assert refused.value.code == "not_found"
        with pytest.raises(Refused) as refused:
            table.do(giulia, "commit", **promise, cards=cards)
        assert refused.value.code == "not_found"
    wanted = {"text": "We share", "lang": "en", "cards": [van, seeds, van]}
    number = table.desk("proposal", act="new", **wanted)["proposal"]
    table.do(giulia, "commit", **promise, cards=[seeds])
    ((commitment, promised),) = table.state()["commitments"].items()
    assert table.state()["proposals"][str(number)]["cards"] == [van, seeds]
    assert promised["cards"] == [seeds]
    table.desk("card_veil", card=van, on=True)
    table.do(giulia, "card_remove", card=first)
    assert table.state()["proposals"][str(number)]["cards"] == [van]
    assert "cards" not in table.state()["commitments"][commitment]
    table.do(giulia, "commit_change", commitment=commitment, cards=[van])
    table.desk("close")
    reader = door(marek)
    page = reader.get(f"/en/design-sessions/{table.id}/report")
    (phase,) = (key for key, each in table.state()["phases"].items() if each["title"] == "Ideas")
    for line in (".outcome", ".report table"):
        links = [str(link["href"]) for link in page.soup.select(f"{line} a")]
        assert links == [f"#card-{van}", f"#vote-{phase}"] and all(page.soup.select(link) for link in links)
    markdown = reader.get(f"/en/design-sessions/{table.id}/report.md").html
    assert markdown.count(f"(#card-{van})") >= 2 and markdown.count(f"[3 points](#vote-{phase})") == 2
    assert f'<a id="vote-{phase}"></a>' in markdown
    assert "A shared van" not in page.html + markdown
    pdf = reader.client.get(f"/en/design-sessions/{table.id}/report.pdf")
    assert pdf.status_code == 200 and second


def test_open_commitments_are_carried_into_the_next_session_of_the_initiative(
    table: Table, make: Make
) -> None:
    """The next session begins with them; in the one before they are marked; after its end only their state changes."""
    initiative = make.initiative(table.organisations[0])
    table.start(COMMITMENTS, initiative=initiative.slug)
    giulia = table.people[0]
    for what in ("Write the letter", "Call the mill"):
        table.do(
            giulia,
            "commit",
            organisation=table.organisations[0].id,
            owner=giulia.id,
            **{**PROMISE, "what": what},
        )
    letter, call = table.state()["commitments"]
    table.desk("close")
    with pytest.raises(Refused, match="over"):
        table.do(giulia, "commit_change", commitment=letter, what="Another")
    table.do(giulia, "commit_change", commitment=letter, state="done")
    before = table.id
    table.start(COMMITMENTS, initiative=initiative.slug)
    (carried,) = table.state()["commitments"].values()
    assert carried["what"] == "Call the mill" and str(carried["carried_from"]) == call
    table.id = before
    assert table.state()["commitments"][call]["state"] == "carried"
    with pytest.raises(Refused, match="next design session"):
        table.do(giulia, "commit_change", commitment=call, state="done")
