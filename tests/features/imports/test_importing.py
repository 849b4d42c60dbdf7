"""Imports of organisations: read, checked, decided, mended, imported, taken back; by command and on the page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from flask import Flask
from python_calamine import load_workbook
from sqlalchemy import select

from app.core.database import db, table_of
from app.core.jobs import run_due_jobs
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole
from app.features.imports.models import BatchState, ImportBatch, ImportRow, RowFate
from app.features.imports.services import rows as rows_service
from app.features.imports.services import runs
from app.features.organisations.models import (
    Organisation,
    OrganisationConcept,
    OrganisationText,
    OrganisationType,
    Relation,
)
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make

HEADER = "Nome;Tipo;Paese;Città;Settori;Offre;Lingue;Sito;Anno;Dipendenti;Descrizione;Id"
ROWS = [
    "Cooperativa Arcobaleno;cooperativa sociale;Italia;Torino;orticoltura;catering;italiano|en;"
    "arcobaleno.example.org;2005;12;Coltiviamo orti.;a1",
    "Associazione Zeta;associazione;IT;Milano;;;it;zeta.example.org;1998;;;a2",
    "Ogród Społeczny;spółdzielnia socjalna;Polska;Kraków;;;polski;;2011;1 200;;a3",
]
CHECKED_TABLES = (Organisation, OrganisationConcept, OrganisationText)


def write(path: Path, *rows: str, encoding: str = "utf-8") -> Path:
    """A CSV file with semicolons."""
    path.write_bytes("\n".join([HEADER, *rows, ""]).encode(encoding))
    return path


def run(app: Flask, *words: str | Path) -> Any:
    """A command, as an operator types it."""
    result = app.test_cli_runner().invoke(args=["organisations", "import", *map(str, words)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def contents(app: Flask, *, without: tuple[str, ...] = ("updated_at",)) -> list[Any]:
    """All rows of the tables that an import writes; the engine needs `updated_at` to go on also when it is taken back."""
    with app.app_context():
        found = []
        for model in CHECKED_TABLES:
            columns = [column for column in table_of(model).columns if column.name not in without]
            found.append(db.session.execute(select(*columns).order_by(table_of(model).c.id)).all())
        return found


def named(name: str) -> Organisation:
    """The organisation of this name."""
    return db.session.scalars(select(Organisation).where(Organisation.name == name)).one()


@both_databases
def test_a_dry_run_says_the_same_twice_and_changes_nothing(app: Flask, make: Make, tmp_path: Path) -> None:
    make.organisation("Arcobaleno Cooperativa Sociale", country="IT")
    file = write(
        tmp_path / "a.csv", *ROWS, "Strana;circolo di scacchi;Atlantide;;;;;javascript:alert(1);20x;;;a9"
    )
    before = contents(app, without=())
    first, second = run(app, file, "--dry-run"), run(app, file, "--dry-run")
    assert first.exit_code == 0 and first.output == second.output
    assert contents(app, without=()) == before
    assert "Line 5, Cannot be taken" in first.output
    for sentence in (
        "“Atlantide” is not in the list",
        "“circolo di scacchi” is not a kind",
        "“20x” is not a whole number",
        "Write the address",
    ):
        assert sentence in first.output
    with app.app_context():
        assert not db.session.scalar(select(ImportBatch.id))


@both_databases
def test_an_import_is_taken_back_without_a_trace(app: Flask, make: Make, tmp_path: Path) -> None:
    """What was there and was changed says again what it said, with the same rows of concepts."""
    zeta = make.organisation("Associazione Zeta", country="IT")
    with app.app_context(), write_transaction():
        known = db.session.get_one(Organisation, zeta.id)
        known.city, known.website = "Milano", "https://zeta.example.org"
    before = contents(app)
    file = write(tmp_path / "a.csv", *ROWS)
    result = run(app, file, "--yes", "--source", "Registro")
    assert result.exit_code == 0, result.output
    with app.app_context():
        batch = db.session.scalars(select(ImportBatch)).one()
        assert batch.counts == {"create": 2, "update": 1}, result.output
        new = named("Cooperativa Arcobaleno")
        assert (new.country, new.founded, new.employed, new.unclaimed) == ("IT", 2005, 12, True)
        assert (new.type, new.website) == (OrganisationType.COOPERATIVE, "https://arcobaleno.example.org")
        assert (new.source, new.source_id, new.state.value) == ("Registro", "a1", "admitted")
        assert new.provenance["city"]["batch_id"] == batch.id
        links = db.session.scalars(
            select(OrganisationConcept).where(OrganisationConcept.organisation_id == new.id)
        ).all()
        assert sorted(link.relation for link in links) == [
            Relation.LANGUAGE, Relation.LANGUAGE, Relation.OFFERS, Relation.SECTOR,
        ]  # fmt: skip
        changed = db.session.get_one(Organisation, zeta.id)
        assert (changed.founded, changed.version) == (1998, 2)
        assert named("Ogród Społeczny").employed == 1200
        number = batch.id
    assert "imported on" in run(app, file, "--yes").output
    undone = run(app, "--undo", str(number))
    assert undone.exit_code == 0 and undone.output.strip() == f"Import {number} is taken back."
    assert contents(app) == before
    assert run(app, file, "--yes").exit_code == 0


def test_taking_back_keeps_and_names_what_was_edited_or_used_since(
    app: Flask, make: Make, tmp_path: Path
) -> None:
    zeta = make.organisation("Associazione Zeta", country="IT")
    with app.app_context(), write_transaction():
        known = db.session.get_one(Organisation, zeta.id)
        known.city, known.website = "Milano", "https://zeta.example.org"
    run(app, write(tmp_path / "a.csv", *ROWS), "--yes")
    anna = make.person("Anna")
    with app.app_context(), write_transaction():
        edited = named("Ogród Społeczny")
        edited.website, edited.version = "https://ogrod.example.org", edited.version + 1
        db.session.get_one(Organisation, zeta.id).founded = 1999
    with app.app_context():
        used = named("Cooperativa Arcobaleno")
    make.member(anna, used)
    with app.app_context():
        number = db.session.scalars(select(ImportBatch.id)).one()
    output = run(app, "--undo", str(number)).output
    assert "Line 4, Ogród Społeczny: Stays: somebody edited it since." in output
    assert "Line 2, Cooperativa Arcobaleno: Stays: it has members" in output
    assert "Line 3, Associazione Zeta: Some fields stay: they were changed since. founded" in output
    with app.app_context():
        assert db.session.get_one(Organisation, zeta.id).founded == 1999
        assert named("Ogród Społeczny").website == "https://ogrod.example.org"


def test_what_members_wrote_is_not_changed_by_a_later_import(app: Flask, make: Make, tmp_path: Path) -> None:
    """A field is an import's own while it says what was imported; a corrected file changes it."""
    run(app, write(tmp_path / "a.csv", *ROWS), "--yes")
    with app.app_context(), write_transaction():
        mine = named("Ogród Społeczny")
        mine.founded, mine.version = 2010, mine.version + 1
    with app.app_context():
        mine = named("Ogród Społeczny")
    make.member(make.person("Ola"), mine)
    corrected = ROWS[2].replace("2011", "2009").replace("1 200", "1 300").replace("Kraków", "Nowa Huta")
    output = run(app, write(tmp_path / "b.csv", corrected), "--yes").output
    assert "founded: Stays as the organisation itself wrote it." in output
    with app.app_context():
        now = named("Ogród Społeczny")
        assert (now.founded, now.employed, now.city) == (2010, 1300, "Nowa Huta")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
def test_letters_come_out_right_in_each_encoding(app: Flask, tmp_path: Path, encoding: str) -> None:
    header_and_rows = [HEADER.replace("à", "a"), "Spółdzielnia Łąka;spółdzielnia;PL;Łódź;;;;;;;;"]
    file = tmp_path / "a.csv"
    file.write_bytes("\n".join(header_and_rows).replace("Citta", "Miasto").encode(encoding))
    run(app, file, "--yes")
    with app.app_context():
        assert named("Spółdzielnia Łąka").city == "Łódź"


def test_greek_and_workbooks_are_read(app: Flask, tmp_path: Path) -> None:
    greek = tmp_path / "el.csv"
    greek.write_bytes("Επωνυμία\tΧώρα\tΠόλη\nΚήπος της Αθήνας\tΕλλάδα\tΑθήνα\n".encode("iso-8859-7"))
    assert run(app, greek, "--yes").exit_code == 0
    book = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(book) as file:
        sheet = file.add_worksheet()
        sheet.write_row(2, 1, ["Naziv", "Država", "Godina osnivanja", "Opis"])
        sheet.write_row(3, 1, ["Zadruga Vrt", "Hrvatska", 2005.0])
        sheet.write_formula(3, 4, "=1+1", value="2")
    assert run(app, book, "--yes").exit_code == 0
    with app.app_context():
        assert named("Κήπος της Αθήνας").country == "GR"
        assert (named("Zadruga Vrt").founded, named("Zadruga Vrt").country) == (2005, "HR")


@pytest.fixture
def manager(make: Make, door: Callable[..., Door]) -> Door:
    """The browser of a manager."""
    return door(make.person("Maria Manager", role=ClusterRole.MANAGER))


def send(manager: Door, content: bytes, name: str = "members.csv") -> Any:
    """Send a file from the page."""
    return manager.post(
        "/en/manage/import",
        {"file": (io.BytesIO(content), name), "encoding": ""},
        content_type="multipart/form-data",
    )


def work(app: Flask) -> None:
    """Do the jobs that wait."""
    with app.app_context():
        while run_due_jobs():
            pass


def test_a_manager_imports_decides_mends_and_takes_back(app: Flask, make: Make, manager: Door) -> None:
    make.organisation("Arcobaleno", country="IT")
    before = contents(app)
    rows = [
        *ROWS,
        "Coop. Arcobaleno;cooperativa;IT;;;;;;;;;b1",
        "Orto;orto;IT;;giardini di Babilonia;;;;;;;b2",
    ]
    sent = send(manager, "\n".join([HEADER, *rows]).encode())
    assert sent.status == 303, sent.text
    seen = manager.get(sent.location)
    assert "5 rows were read" in seen.text
    chosen = [option["value"] for option in seen.soup.select("select[name^=column_] option[selected]")]
    assert chosen[:4] == ["name", "type", "country", "city"] and chosen[-1] == "source_id"
    checking = manager.fill(sent.location)
    assert checking.status == 303
    page = checking.location
    assert "being checked" in manager.get(page).text
    work(app)
    seen = manager.get(page)
    assert "To decide" in seen.text and "wait for your decision" in seen.text
    assert "“giardini di Babilonia” is not in the list" in seen.text
    to_decide = [
        int(link["href"].rsplit("/", 1)[1])
        for link in manager.get(f"{page}?fate=decide").soup.select(".rows a")
    ]
    for line in to_decide:
        assert "Is it here already?" in manager.get(f"{page}/rows/{line}").text
        refused = manager.post(f"{page}/rows/{line}", {"part": "decision", "decision": "same:999999"})
        assert refused.status == 422
        assert manager.post(f"{page}/rows/{line}", {"part": "decision", "decision": "new"}).status == 303
    broken = manager.get(f"{page}/rows/6")
    assert "“orto” is not a kind" in broken.text and "giardini di Babilonia" in broken.html
    mended = manager.fill(
        f"{page}/rows/6", "section[aria-labelledby=cells] form", type="altro", sectors="orticoltura"
    )
    assert mended.status == 303
    seen = manager.get(page)
    assert "Cannot be taken" not in seen.text
    assert manager.post(f"{page}/start").status == 303
    work(app)
    seen = manager.get(page)
    assert "Take this import back" in seen.text
    with app.app_context():
        assert named("Orto").type is OrganisationType.OTHER
    again = send(manager, "\n".join([HEADER, *rows]).encode())
    assert again.status == 422 and "This very file was imported on" in again.text
    manager.post(f"{page}/undo")
    work(app)
    assert "Everything is as it was before" in manager.get(page).text
    assert contents(app) == before


def test_manager_decides_field_by_field_what_stays(app: Flask, make: Make, manager: Door) -> None:
    """A duplicate stands beside what is here; what she leaves as it is stays, the rest is taken from the file."""
    known = make.organisation("Arcobaleno", country="IT")
    with app.app_context(), write_transaction():
        found = db.session.get_one(Organisation, known.id)
        found.city, found.founded, found.employed = "Torino", 1990, 3
    row = "Coop. Arcobaleno;cooperativa;IT;Torino;orticoltura;;;;2005;12;;b1"
    sent = send(manager, "\n".join([HEADER, row]).encode())
    page = manager.fill(sent.location).location
    work(app)
    seen = manager.get(f"{page}/rows/2")
    lines = [
        [" ".join(cell.get_text(" ").split()) for cell in line.select("th, td")][:3]
        for line in seen.soup.select("tbody tr")
    ]
    assert ["Founded", "1990", "2005"] in lines and ["Employed", "3", "12"] in lines
    assert ["Name", "Arcobaleno", "Coop. Arcobaleno"] in lines
    decided = {
        "part": "decision",
        "decision": f"same:{known.id}",
        f"kept_{known.id}": ["name", "founded", "nothing"],
    }
    assert manager.post(f"{page}/rows/2", decided).status == 303
    assert "Founded: Stays as it is here, as was decided." in manager.get(page).text
    manager.post(f"{page}/start")
    work(app)
    with app.app_context():
        now_says = db.session.get_one(Organisation, known.id)
        assert (now_says.name, now_says.founded, now_says.employed) == ("Arcobaleno", 1990, 12)


@both_databases
def test_import_that_breaks_off_leaves_nothing(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All rows are one transaction, however many portions they are read in."""
    monkeypatch.setattr(runs, "PORTION_ROWS", 1)
    monkeypatch.setattr(rows_service.RowImporter, "take", breaking_at_line(4, rows_service.RowImporter.take))
    file = write(tmp_path / "a.csv", *ROWS)
    result = app.test_cli_runner().invoke(args=["organisations", "import", str(file), "--yes"])
    assert isinstance(result.exception, RuntimeError)
    with app.app_context():
        assert not db.session.scalar(select(Organisation.id))
    monkeypatch.undo()
    with app.app_context():
        runs.run_batch(db.session.scalars(select(ImportBatch.id)).one())
        assert len(db.session.scalars(select(Organisation.id)).all()) == len(ROWS)


def breaking_at_line(line: int, take: Callable[..., Any]) -> Callable[..., Any]:
    """`RowImporter.take` that fails at a line of an import, but not of its check."""

    def failing(importer: Any, rows: Any) -> Any:
        if importer._batch.state is BatchState.IMPORTING and any(row.line == line for row in rows):
            raise RuntimeError("the power went")
        return take(importer, rows)

    return failing


def test_two_managers_do_not_import_at_once(app: Flask, make: Make, door: Callable[..., Door]) -> None:
    people = [make.person(name, role=ClusterRole.MANAGER) for name in ("Rita Rossi", "Petra Novak")]
    batches = [make.import_batch(person) for person in people]
    first, second = (door(person) for person in people)
    first.post(f"/en/manage/import/{batches[0].id}/start")
    told = second.post(f"/en/manage/import/{batches[1].id}/start", follow=True)
    assert "Rita Rossi is importing at this moment" in told.text
    work(app)
    assert second.post(f"/en/manage/import/{batches[1].id}/start", follow=True).status == 200
    work(app)
    with app.app_context():
        states = db.session.scalars(select(ImportBatch.state).order_by(ImportBatch.id)).all()
        assert [state.value for state in states] == ["done", "done"]
        fates = db.session.scalars(select(ImportRow.fate).order_by(ImportRow.id)).all()
        assert fates == [RowFate.CREATE, RowFate.DECIDE], "the second is a duplicate by now, and is left out"


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"", "a.csv", "There is no row"),
        (b"name;country\n", "a.csv", "There is no row"),
        (b"name;country\nA\0;IT\n", "a.csv", "Line 2 holds a NUL character"),
        (b"\x89PNG\r\n\x1a\n" + b"1" * 50, "a.csv", "This is no table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 500, "a.xlsx", "protected by a password"),
        (b"PK\x03\x04" + b"0" * 500, "a.xlsx", "damaged"),
        (b'name;country\n"A;IT\n' + b"x;y\n" * 300_000, "a.csv", "Line 2 cannot be read"),
        (b"name;country\n" + b"A" * 10_001 + b";IT\n", "a.csv", "A cell of line 2"),
        (b"name;country\n" + b"A;" * 101 + b"A\n", "a.csv", "Line 2 has more than 100 columns"),
        (b"a" * 1_000_001, "a.csv", "Line 1 is too long"),
        (b"name;country\n" + b"A;IT\n" * 100_001, "a.csv", "A file may have 100000 rows"),
    ],
    ids=[
        "empty",
        "header",
        "nul",
        "picture",
        "encrypted",
        "broken",
        "quote",
        "cell",
        "columns",
        "line",
        "rows",
    ],
)
def test_an_evil_file_is_refused_in_a_sentence(
    app: Flask, manager: Door, content: bytes, name: str, sentence: str
) -> None:
    refused = send(manager, content, name)
    assert refused.status == 422 and sentence in refused.text
    with app.app_context():
        assert not db.session.scalar(select(ImportRow.id)) and not db.session.scalar(select(ImportBatch.id))


def test_files_to_take_away_hold_no_formula(app: Flask, manager: Door, tmp_path: Path) -> None:
    """Rows that were not taken come with their reasons; what begins like a formula gets an apostrophe."""
    rows = ["=SOMMA(1);circolo di scacchi;IT;;;;;;;;;", "＝cmd;circolo di scacchi;IT;;;;;;;;;"]
    sent = send(manager, "\n".join([HEADER, *rows]).encode())
    page = manager.fill(sent.location).location
    work(app)
    text = manager.get(f"{page}/not-imported.csv").html
    book = io.BytesIO(manager.get(f"{page}/not-imported.xlsx").response.get_data())
    assert load_workbook(book).get_sheet_by_index(0).to_python()[1][0] == "'=SOMMA(1)"
    found = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert [row[0] for row in found[1:]] == ["'=SOMMA(1)", "'＝cmd"]
    assert found[0][-2:] == ["Line", "Reason"] and "not a kind" in found[1][-1]
    template = tmp_path / "template.xlsx"
    template.write_bytes(manager.get("/en/manage/import/template.xlsx").response.get_data())
    sheets = [load_workbook(template).get_sheet_by_index(at).to_python() for at in (0, 1)]
    assert sheets[0][0][:4] == ["Id", "Name", "Legal name", "Type"]
    assert ["Country", "country:PL", "Poland"] in sheets[1]
