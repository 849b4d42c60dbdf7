"""The law of migrations: from nothing to the newest they make exactly the models' tables, and back to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask_migrate import downgrade, upgrade
from sqlalchemy import inspect, text

from app import create_app
from app.core.database import UtcDateTime, db
from app.core.text import fold
from config import Settings
from tests.support.app import SECRET


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """The settings of an installation whose database is empty."""
    url = f"sqlite:///{tmp_path / 'blank.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("blank_postgres_url")
    return Settings(secret_key=SECRET, database_url=url, instance=tmp_path, testing=True)


def differences() -> list[object]:
    """How the database's tables differ from the models'."""

    def same_type(
        context: object, column: object, model: object, found: object, wanted: object
    ) -> bool | None:
        return False if isinstance(wanted, UtcDateTime) else None

    def is_described(name: str | None, kind: str, parents: object) -> bool:
        """All but the index for words, which no model can describe."""
        return not (name or "").startswith(("search_words", "ix_search_text_words"))

    with db.engine.connect() as connection:
        options = {"compare_type": same_type, "include_name": is_described}
        context = MigrationContext.configure(connection, opts=options)
        return list(compare_metadata(context, db.metadata))


def test_migrations_make_the_models_tables_and_take_them_away_again(blank: Settings) -> None:
    """Up, compare, down to nothing, and up once more."""
    app = create_app(blank)
    with app.app_context():
        upgrade()
        assert differences() == []
        downgrade(revision="base")
        assert set(inspect(db.engine).get_table_names()) <= {"alembic_version"}
        upgrade()
        assert differences() == []
        db.engine.dispose()


def test_a_planted_difference_is_seen(blank: Settings) -> None:
    """The law is not blind: a column that no model knows is told."""
    app = create_app(blank)
    with app.app_context():
        upgrade()
        with db.engine.execution_options(writer=True).begin() as connection:
            connection.execute(text("ALTER TABLE person ADD COLUMN planted INTEGER"))
        assert any("planted" in str(difference) for difference in differences())
        db.engine.dispose()


def test_creators_and_roles_of_an_existing_database_are_known_afterwards(blank: Settings) -> None:
    app = create_app(blank)
    with app.app_context():
        upgrade(revision="0010")
        columns = {"locale": "en", "timezone": "UTC", "cluster_role": "member", "is_demo": False}
        write_row("person", email="ada@example.org", name="Ada", **columns)
        columns = {
            "type": "cooperative",
            "website": "",
            "contact": "",
            "updated_at": "2026-01-01",
            "city": "",
        }
        columns |= {"country": "IT", "folded_city": "", "contact_public": False, "unclaimed": False}
        for slug in ("orto", "forno"):
            write_row("organisation", slug=slug, name=slug, folded_name=slug, state="admitted", **columns)
        row = {"actor_id": 1, "action": "organisation.create", "before": "{}", "after": "{}"}
        write_row("audit", subject="organisation:2", **row)
        write_row("membership", person_id=1, organisation_id=2, role="editor")
        upgrade()
        with db.engine.connect() as connection:
            assert connection.scalars(text("SELECT created_by FROM organisation ORDER BY id")).all() == [
                None,
                1,
            ]
            assert (
                connection.scalar(text("SELECT count(*) FROM membership WHERE role_since = created_at")) == 1
            )
        db.engine.dispose()


def test_no_migration_imports_the_application() -> None:
    """A migration must work when the models have long moved on."""
    for path in (Path(__file__).parents[2] / "migrations" / "versions").glob("*.py"):
        source = path.read_text(encoding="utf-8")
        assert "from app" not in source, path.name
        assert "import app" not in source, path.name


def write_row(table: str, **columns: object) -> None:
    """Write a row as an older version did; what it needs besides stands in `columns` too."""
    names, values = ", ".join(columns), ", ".join(f":{name}" for name in columns)
    with db.engine.execution_options(writer=True).begin() as connection:
        connection.execute(
            text(f"INSERT INTO {table} (created_at, {names}) VALUES ('2026-01-01', {values})"), columns
        )


def test_what_search_compares_is_folded_again_in_an_existing_database(blank: Settings) -> None:
    app = create_app(blank)
    with app.app_context():
        upgrade(revision="0009")
        name, found = "L’Orto d’Aosta – co‑operativa Işık", "l-orto d-aosta co-operativa isik"
        profile = {
            "type": "cooperative",
            "state": "admitted",
            "website": "",
            "contact": "",
            "updated_at": "2026-01-01",
        }
        write_row(
            "organisation",
            **profile,
            slug="orto",
            name=name,
            folded_name="old",
            country="IT",
            city="Łódź",
            folded_city="",
            contact_public=False,
            unclaimed=False,
        )
        write_row("concept", code="skill:x", kind="skill", hidden=False, pickable=True)
        write_row("concept_label", concept_id=1, lang="en", text=name, folded="old", synonym=False)
        upgrade()
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT folded_name, folded_city FROM organisation")).one() == (
                found,
                "lodz",
            )
            assert connection.scalar(text("SELECT folded FROM concept_label")) == found == fold(name)
        db.engine.dispose()


def test_spellings_of_one_address_become_one_form_and_the_verified_person_has_it(
    blank: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    readable, wire = "info@müller.de", "info@xn--mller-kva.de"
    person = {"locale": "en", "timezone": "UTC", "cluster_role": "member", "is_demo": False}
    app = create_app(blank)
    with app.app_context():
        upgrade(revision="0010")
        for name, email, verified_at in (
            ("Zoe", readable, None),
            ("Anna", wire, "2026-01-02"),
            ("Solo", "a@xn--strae-oqa.de", None),
            ("Jörg", "jörg@b_ad.de", None),
        ):
            write_row("person", name=name, email=email, verified_at=verified_at, **person)
        with caplog.at_level("WARNING", "alembic.runtime.migration"):
            upgrade()
        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT email FROM person ORDER BY id")).scalars().all()
        assert found == [wire, readable, "a@straße.de", "jörg@b_ad.de"]
        assert "person 2 keeps it, nobody can sign in as person 1." in caplog.text
        assert "müller" not in caplog.text
        db.engine.dispose()
