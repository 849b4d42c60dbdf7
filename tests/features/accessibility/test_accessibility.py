"""The accessibility statement says what is so, and who meets a barrier can say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.i18n import speaking
from app.core.jobs import Job, run_due_jobs
from app.core.transactions import write_transaction
from app.features.accessibility.models import BarrierReport
from app.features.accessibility.open_points import OPEN_POINTS
from app.features.accessibility.services import FORGET_JOB
from app.features.accounts.services.account_status import forget
from config import Settings, SettingsError, read_settings
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Cast, Make

Doors = Callable[..., Door]
STATEMENT, FORM, REPORTS = "/en/accessibility", "/en/accessibility/report", "/en/accessibility/reports"
ALONE = "main form[novalidate]"
CRITERIA = {
    *(f"1.1.{n}" for n in (1,)),
    *(f"1.2.{n}" for n in range(1, 6)),
    *(f"1.3.{n}" for n in range(1, 6)),
    *(f"1.4.{n}" for n in (1, 2, 3, 4, 5, 10, 11, 12, 13)),
    *(f"2.1.{n}" for n in (1, 2, 4)),
    *(f"2.2.{n}" for n in (1, 2)),
    "2.3.1",
    *(f"2.4.{n}" for n in (1, 2, 3, 4, 5, 6, 7, 11)),
    *(f"2.5.{n}" for n in (1, 2, 3, 4, 7, 8)),
    *(f"3.1.{n}" for n in (1, 2)),
    *(f"3.2.{n}" for n in (1, 2, 3, 4, 6)),
    *(f"3.3.{n}" for n in (1, 2, 3, 4, 7, 8)),
    *(f"4.1.{n}" for n in (2, 3)),
}
"""The criteria of WCAG 2.2 at the levels A and AA."""


def reports(app: Flask) -> list[BarrierReport]:
    """All reports that are kept."""
    with app.app_context():
        return list(db.session.scalars(select(BarrierReport).order_by(BarrierReport.id)))


def test_each_open_point_names_a_criterion_a_page_and_a_way_round(app: Flask) -> None:
    assert len(CRITERIA) == 55
    for lang in ("en", "it"):
        with app.app_context(), speaking(lang):
            for point in OPEN_POINTS:
                assert point.criteria and set(point.criteria) <= CRITERIA
                assert point.endpoints and set(point.endpoints) <= set(app.view_functions)
                assert all(str(words).strip() for words in (point.where, point.what, point.instead))


def test_every_page_and_mail_leads_to_the_statement_which_says_all_open_points(
    app: Flask, door: Doors, make: Make
) -> None:
    for path, link in (("/en/help", "footer a"), ("/en/sign-in", "footer a"), ("/en/", "#more a")):
        assert STATEMENT in {each["href"] for each in door().get(path).soup.select(link)}, path
    seen = door().get(STATEMENT)
    assert seen.status == 200
    with app.app_context():
        for point in OPEN_POINTS:
            assert str(point.what) in seen.text and point.criteria[0] in seen.text
    person = make.person("Nora")
    door().fill("/en/forgot", email=person.email)
    with app.app_context():
        body = db.session.scalars(select(Job.payload).where(Job.kind == "mail")).one()["body"]
    assert f"Accessibility: http://127.0.0.1:5000{STATEMENT}" in body


def test_statement_names_contact_and_body_of_the_settings_or_the_form_alone(settings: Settings) -> None:
    plain = create_app(settings).test_client().get(STATEMENT).text
    assert "mailto:" not in plain and "tel:" not in plain and FORM in plain
    named = replace(
        settings,
        contact_mail="help@cluster.example",
        contact_phone="+39 011 000 000",
        enforcement_name="AgID",
        enforcement_url="https://form.agid.gov.it",
    )
    page = create_app(named).test_client().get(STATEMENT).text
    for link in ("mailto:help@cluster.example", "tel:+39011000000", "https://form.agid.gov.it"):
        assert f'href="{link}"' in page


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CONTACT_MAIL", "somewhere"),
        ("ENFORCEMENT_URL", "javascript:alert(1)"),
        ("ENFORCEMENT_URL", "https://a.example"),
    ],
)
def test_contact_that_cannot_be_is_refused_at_start(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"TRAMA_{name}"):
        read_settings({"TRAMA_SECRET_KEY": "x" * 40, f"TRAMA_{name}": value})


@both_databases
def test_visitor_reports_a_barrier_and_managers_are_told_until_it_is_answered(
    app: Flask, door: Doors, cast: Cast
) -> None:
    manager = door(cast.manager)
    sent = door().fill(FORM, ALONE, description="Le lettere", reply_to="Ada@Example.org", follow=True)
    assert "Thank you" in sent.text
    [report] = reports(app)
    assert (report.description, report.reply_to, report.person_id) == ("Le lettere", "ada@example.org", None)
    assert "Somebody cannot use a page" in manager.get("/en/notifications").text
    assert "Le lettere" in manager.get(REPORTS).text
    manager.fill(REPORTS, "form[action$='/answered']")
    assert "Le lettere" not in manager.get(REPORTS).text
    assert "Somebody cannot use a page" not in manager.get("/en/notifications").text
    manager.fill(f"{REPORTS}?answered=1", "form[action$='/reopen']")
    assert "Le lettere" in manager.get(REPORTS).text
    assert door(cast.facilitator).get(REPORTS).status == 403


@pytest.mark.parametrize(
    ("referrer", "path"),
    [
        ("http://localhost/en/organisations?q=seeds", "/en/organisations"),
        ("http://localhost/en/reset/secret", ""),
        ("http://localhost/en/accessibility", ""),
        ("http://localhost/nowhere", ""),
        ("", ""),
    ],
)
def test_form_names_the_page_one_came_from_but_no_secret(door: Doors, referrer: str, path: str) -> None:
    visitor = door()
    field = visitor.get(FORM, headers={"Referer": referrer}).soup.select_one("#location")
    assert field is not None and field["value"] == path
    link = visitor.get(STATEMENT, headers={"Referer": referrer}).soup.select_one("main a.button")
    assert link is not None
    field = visitor.get(str(link["href"]), headers={"Referer": STATEMENT}).soup.select_one("#location")
    assert field is not None and field["value"] == path


def test_what_cannot_be_kept_comes_back_with_its_words(app: Flask, door: Doors) -> None:
    visitor = door()
    for values, field in (
        ({"description": " "}, "description"),
        ({"description": "x" * 2001}, "description"),
        ({"description": "Too small", "location": "x" * 301}, "location"),
        ({"description": "Too small", "reply_to": "nobody"}, "reply_to"),
    ):
        seen = visitor.fill(FORM, ALONE, **values)
        assert seen.status == 422 and seen.soup.select_one(f"#{field}[aria-invalid=true]"), values
    assert reports(app) == []


def test_many_reports_from_one_address_are_refused_and_their_words_kept(app: Flask, door: Doors) -> None:
    visitor = door()
    answers = [visitor.fill(FORM, ALONE, description=f"Barrier {n}") for n in range(6)]
    assert [seen.status for seen in answers] == [303] * 5 + [429]
    assert "Barrier 5" in answers[-1].html and len(reports(app)) == 5


def test_report_is_deleted_after_a_year(app: Flask, make: Make, door: Doors) -> None:
    door().fill(FORM, ALONE, description="Too small")
    with app.app_context():
        with write_transaction():
            db.session.execute(
                update(Job).where(Job.kind == FORGET_JOB).values(run_after=now() - timedelta(seconds=1))
            )
        run_due_jobs()
    assert reports(app) == []


@both_databases
def test_who_asks_to_be_forgotten_leaves_the_barrier_without_her_name_and_address(
    app: Flask, make: Make
) -> None:
    ada, other = make.person("Ada"), make.person("Other")
    make.barrier_report(ada, "elsewhere@example.org")
    make.barrier_report(None, ada.email)
    make.barrier_report(other, other.email)
    with app.app_context(), write_transaction():
        forget(ada.email)
    assert [(each.person_id, each.reply_to) for each in reports(app)] == [
        (None, ""),
        (None, ""),
        (other.id, other.email),
    ]
