"""Consortia by command: what comes in, that it comes in once, and that the application suggests among it."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.core.database import db
from app.features.organisations.models import (
    Collaboration,
    CollaborationPartner,
    Organisation,
    OrganisationConcept,
    OrganisationType,
    Relation,
)
from app.features.suggestions.engine_cache import weights_path
from app.features.taxonomy.models import Concept, ConceptKind
from app.matching.scoring.weights import load_weights, save_weights
from tests.matching.programmes import Programme, write_programme
from tests.support.app import both_databases
from tests.support.door import Door
from tests.support.factories import Make

COUNTRIES = ("PT", "UK", "EL", "NA", "DE")
TYPES = ("PRC", "HES", "REC", "PUB", "OTH")
MANY = 40


def write(folder: Path, name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A packed table."""
    with gzip.open(folder / f"{name}.csv.gz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


def key(number: int) -> str:
    """A re-keyed id such as those of the real files."""
    return f"{number * 7919:012x}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Forty organisations in five countries, in projects of four neighbours each."""
    folder = tmp_path / "consortia"
    folder.mkdir()
    organisations = [(key(at), COUNTRIES[at % 5], TYPES[at % 5]) for at in range(MANY)]
    projects = [(f"p{at:02}", [key((at + step) % MANY) for step in (0, 1, 3, 6)]) for at in range(0, MANY, 2)]
    parts = [(name, one, f"201{at % 8}-03-01") for at, (name, some) in enumerate(projects) for one in some]
    write(folder, "orgs", ("org", "country", "type"), organisations)
    write(folder, "participations", ("project", "org", "start"), parts)
    write(
        folder,
        "project_tags",
        ("project", "tag"),
        [(name, f"P:SC{at % 3}") for at, (name, _) in enumerate(projects)],
    )
    return folder


def run(app: Flask, *words: str) -> Any:
    """A command, as an operator types it."""
    return app.test_cli_runner().invoke(args=list(words))


def counts(app: Flask) -> list[int]:
    """How many rows there are of what an import writes."""
    models = (Organisation, Collaboration, CollaborationPartner, OrganisationConcept, Concept)
    with app.app_context():
        return [db.session.scalar(select(func.count(model.id))) or 0 for model in models]


@both_databases
def test_an_import_brings_organisations_with_their_track_record(app: Flask, folder: Path) -> None:
    """Names say that they are numbers, countries are ISO's, topics are hidden; a second run adds nothing."""
    result = run(app, "consortia", "import", str(folder))
    assert result.exit_code == 0, result.output
    assert "Organisations: 40 new, 40 in all." in result.output
    with app.app_context():
        second = db.session.scalars(select(Organisation).where(Organisation.source_id == key(1))).one()
        assert second.name == f"Organisation {key(1)} (GB)"
        assert second.type is OrganisationType.UNIVERSITY and second.unclaimed
        namibian = db.session.scalars(select(Organisation).where(Organisation.source_id == key(3))).one()
        assert namibian.country == "NA"
        topics = db.session.scalars(select(Concept).where(Concept.kind == ConceptKind.TOPIC)).all()
        assert [topic.code for topic in topics] == ["topic:p:sc0", "topic:p:sc1", "topic:p:sc2"]
        assert all(topic.hidden for topic in topics)
        first = select(func.min(OrganisationConcept.since)).where(
            OrganisationConcept.relation == Relation.TOPIC
        )
        assert str(db.session.scalar(first)) == "2010-03-01"
    before = counts(app)
    assert before[:3] == [40, 20, 80]
    assert run(app, "consortia", "import", str(folder)).exit_code == 0
    assert counts(app) == before


def test_a_later_import_adds_what_is_new(app: Flask, folder: Path) -> None:
    """One organisation and one project more come in; the others stay."""
    run(app, "consortia", "import", str(folder))
    before = counts(app)
    write(folder, "orgs", ("org", "country", "type"), [(key(99), "FR", "PRC")])
    write(folder, "participations", ("project", "org", "start"), [("new", key(99), ""), ("new", key(1), "")])
    write(folder, "project_tags", ("project", "tag"), [("new", "P:SC0")])
    assert run(app, "consortia", "import", str(folder)).exit_code == 0
    after = counts(app)
    assert [now - then for now, then in zip(after[:3], before[:3], strict=True)] == [1, 1, 2]


@both_databases
def test_the_application_suggests_among_what_was_imported(
    app: Flask, make: Make, door: Callable[..., Door], folder: Path, count_queries: Callable[[], Any]
) -> None:
    """A member of one of them sees partners abroad, with reasons out of joint work, in a fixed number of queries."""
    run(app, "consortia", "import", str(folder))
    person = make.person("Olga Organisation")
    with app.app_context():
        mine = db.session.scalars(select(Organisation).where(Organisation.source_id == key(5))).one()
    make.member(person, mine)
    member = door(person)
    seen = member.get("/en/suggestions")
    rows = seen.soup.select(".rows .row")
    assert rows and "in common" in seen.text and "joint work on" in seen.text
    titles = [title.get_text() for title in seen.soup.select(".rows .row-title")]
    assert not any(f"({mine.country})" in title for title in titles)
    with count_queries() as statements:
        member.get("/en/suggestions")
    assert len(statements) <= 28, "\n".join(statements)


def test_the_engine_is_measured_and_its_suggestions_are_written(
    app: Flask, folder: Path, tmp_path: Path
) -> None:
    """The commands print a table, write a file, and refuse a folder without tables in a sentence."""
    queries = [[key(at), "1"] for at in range(0, MANY, 4)]
    with (folder / "queries.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["query", "has_partner"], *queries])
    write(folder, "truth", ("query", "partner"), [(key(at), key(at + 2)) for at in range(0, MANY - 4, 4)])
    measured = run(app, "matching", "evaluate", str(folder))
    assert measured.exit_code == 0, measured.output
    assert "popularity" in measured.output and "the engine" in measured.output
    out = tmp_path / "out.csv"
    assert run(app, "matching", "suggest-file", str(folder), str(out)).exit_code == 0
    with out.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert {row["query"] for row in rows} == {query for query, _ in queries}
    assert rows[0].keys() == {"query", "partner", "rank"} and rows[0]["rank"] == "1"
    refused = run(app, "matching", "evaluate", str(tmp_path))
    assert refused.exit_code == 1 and "there is no orgs.csv" in refused.output


def test_learnt_weights_count_in_this_installation_where_they_are_better(
    app: Flask, folder: Path, tmp_path: Path
) -> None:
    """`matching fit` keeps them where the application looks for them, and keeps none that are not better."""
    result = run(app, "matching", "fit", str(folder))
    assert result.exit_code == 0, result.output
    assert "the weights stay as they are" in result.output
    with app.app_context():
        path = weights_path()
    assert not path.exists()
    naught = load_weights().changed(warm={}, cold={})
    path.parent.mkdir(parents=True, exist_ok=True)
    save_weights(naught, path)
    write_programme(Programme(300, 4, words=(6, 9)), tmp_path / "programme")
    result = run(app, "matching", "fit", str(tmp_path / "programme"))
    assert result.exit_code == 0, result.output
    assert "the learnt weights count" in result.output and str(path) in result.output
    assert load_weights(path).warm != naught.warm
