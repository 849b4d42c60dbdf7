"""Organisations as files that one takes away."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from python_calamine import load_workbook

from app.core.database import db
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.organisations.models import Organisation, OrganisationState
from app.features.organisations.views import export
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make

Doors = Callable[..., Door]
ADDRESS = "/en/organisations/export"


def rows_of(door: Door, address: str) -> list[dict[str, str]]:
    """A CSV file as one reads it."""
    answer = door.get(address)
    assert answer.status == 200, answer.text
    assert answer.response.headers["Content-Disposition"] == "attachment; filename=organisations.csv"
    return list(csv.DictReader(io.StringIO(answer.response.get_data().decode("utf-8-sig"))))


def change(app: Flask, organisation: Organisation, **values: Any) -> None:
    """Have an organisation say this."""
    with app.app_context(), write_transaction():
        found = db.session.get_one(Organisation, organisation.id)
        for name, value in values.items():
            setattr(found, name, value)


@both_databases
def test_directory_as_a_table_holds_what_its_filters_find(app: Flask, make: Make, door: Doors) -> None:
    orto = make.organisation("=HYPERLINK(1) Orto", country="IT")
    pending = make.organisation("Waiting Ones", country="IT")
    make.organisation("Ogród Społeczny, „Zieleń”", country="PL")
    change(app, pending, state=OrganisationState.PENDING)
    change(
        app,
        orto,
        website="https://orto.example.org",
        contact="secret@orto.example.org",
        lat=-45.076543,
        lon=7.68,
        city="-2+3",
        provenance={"city": {"source": "Registro", "batch_id": 1, "at": "2026-11-30"}},
    )
    visitor = door()
    assert [row["Name"] for row in rows_of(visitor, f"{ADDRESS}.csv?country=PL")] == [
        "Ogród Społeczny, „Zieleń”"
    ]
    whole = rows_of(visitor, f"{ADDRESS}.csv")
    row = next(each for each in whole if each["Name"] == "'=HYPERLINK(1) Orto")
    assert (row["Town"], row["Latitude"], row["Country"]) == ("'-2+3", "-45.08", "Italy")
    assert row["Page"].endswith(f"/en/organisations/{orto.slug}")
    assert "secret@" not in str(whole) and "Waiting Ones" not in str(whole) and "Registro" not in str(whole)

    book = visitor.get(f"{ADDRESS}.xlsx").response.get_data()
    cells = load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    assert len(cells) == 1 + len(whole) and "'=HYPERLINK(1) Orto" in {line[0] for line in cells}

    document = json.loads(visitor.get(f"{ADDRESS}.jsonld?country=PL").response.get_data())
    dataset, only = document["@graph"]
    assert (document["@context"], dataset["@type"]) == ("https://schema.org", "Dataset")
    assert only["name"] == "Ogród Społeczny, „Zieleń”" and only["address"]["addressCountry"] == "PL"


def test_manager_takes_everything_away_with_where_it_came_from(app: Flask, make: Make, door: Doors) -> None:
    orto = make.organisation("Orto", country="IT")
    change(
        app,
        orto,
        state=OrganisationState.PENDING,
        contact="secret@orto.example.org",
        provenance={"city": {"source": "Registro", "batch_id": 1, "at": "2026-11-30"}},
    )
    manager = door(make.person("Marta", role=ClusterRole.MANAGER))
    (row,) = (each for each in rows_of(manager, "/en/organisations/whole.csv") if each["Name"] == "Orto")
    assert row["Email"] == "secret@orto.example.org"
    assert row["Where each field came from"] == "Town: Registro, 2026-11-30"
    assert (row["State"], row["Nobody acts for it yet"]) == ("waits to be admitted", "No")
    assert "/organisations/whole.xlsx" in manager.get("/en/manage/import").html


def test_file_of_too_many_is_refused_in_a_sentence(
    make: Make, door: Doors, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.organisation("Orto", country="IT")
    make.organisation("Ogród", country="PL")
    monkeypatch.setattr(export, "MAX_ORGANISATIONS", 1)
    refused = door().get(f"{ADDRESS}.xlsx")
    assert refused.status == 400 and "a file holds 1 at most. Choose some by filters." in refused.text
