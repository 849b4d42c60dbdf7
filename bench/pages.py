"""Pages about organisations at the size of a country, on both databases: medians beside a bare page, and queries.

A database that is named by `--url` is filled where it is empty, and kept: measuring it again takes seconds.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from sqlalchemy import Table, event, func, select, text

from app import create_app
from app.core.clock import now
from app.core.database import db, has_one_writer, table_of
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.accounts.models import Person
from app.features.accounts.services.sign_ins import open_login
from app.features.organisations.models import (
    Membership,
    MembershipRole,
    Organisation,
    OrganisationConcept,
    OrganisationState,
    OrganisationType,
    Relation,
)
from app.features.organisations.queries.facets import keep_columns, region_centres
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.services import load_taxonomy
from bench.installation import ITALY
from bench.live.world import SECRET, cookie_of
from config import Settings
from deploy.postgres import FAST, start_postgres

CHUNK_ROWS = 20_000
HELD = {
    Relation.SECTOR: (ConceptKind.SECTOR, 2),
    Relation.OFFERS: (ConceptKind.SKILL, 4),
    Relation.SEEKS: (ConceptKind.SKILL, 2),
    Relation.LANGUAGE: (ConceptKind.LANGUAGE, 1),
}
"""How many concepts of each kind an organisation has; a few of each kind are much commoner than the others."""
SYLLABLES = tuple(consonant + vowel for consonant in "bcdfglmnprstvz" for vowel in "aeio")
GREEK = ("Πράσινη", "Γειτονιά", "Κήπος", "Αλληλεγγύη", "Δάσος", "Θάλασσα", "Φως")
GREEK_COUNTRIES = ("GR", "CY")
BARE = "a bare page (privacy)"
THREE_FACETS = "country=IT&country=FR&sector=sector:food&offers=skill:catering"
SUGGESTIONS = "suggestions of an organisation"
PAGES = {
    BARE: "/en/privacy",
    "home": "/en/",
    "directory": "/en/organisations",
    "directory, three facets": f"/en/organisations?{THREE_FACETS}",
    "directory, the newest first": "/en/organisations?country=IT&sort=newest",
    "search of three letters": "/en/organisations?q=bal",
    "search of a Greek word": "/en/organisations?q=κήπος",
    "map of Europe": "/en/organisations/map.json?bbox=-25,33,46,72&zoom=4",
    "map of Italy": "/en/organisations/map.json?bbox=6,36,19,47&zoom=6",
    "map of Piedmont": "/en/organisations/map.json?bbox=6.5,44,9.5,46.5&zoom=8",
    "map of Europe, three facets": f"/en/organisations/map.json?bbox=-25,33,46,72&zoom=4&{THREE_FACETS}",
    "map with its list and table": "/en/organisations?view=map",
    "an organisation": "/en/organisations/organisation-7",
    SUGGESTIONS: "/en/suggestions",
}


def main(words: list[str]) -> None:
    """Fill, measure and print."""
    parser = argparse.ArgumentParser(prog="./dev bench pages")
    parser.add_argument("--organisations", type=int, default=ITALY, help="how many (%(default)s)")
    parser.add_argument(
        "--rounds", type=int, default=15, help="how often each page is asked for (%(default)s)"
    )
    parser.add_argument("--database", choices=("sqlite", "postgresql"), help="one of the two alone")
    parser.add_argument("--url", help="one database, which is kept; scratch ones without it")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="trama-bench-") as folder:
        room = Path(folder)
        room.chmod(0o755)
        if options.url:
            _run(options.url, room, options.organisations, options.rounds)
            return
        if options.database != "postgresql":
            _run(f"sqlite:///{folder}/trama.db", room, options.organisations, options.rounds)
        if options.database == "sqlite":
            return
        (room / "postgres").mkdir()
        server = start_postgres(room / "postgres", os.getpid(), FAST)
        try:
            _run(server.create("trama"), room, options.organisations, options.rounds)
        finally:
            if server.kept is not None:
                server.kept.stop()


def _run(url: str, instance: Path, organisations: int, rounds: int) -> None:
    begun = time.monotonic()
    app = create_app(Settings(secret_key=SECRET, database_url=url, instance=instance, testing=True))
    with app.app_context():
        upgrade()
        if db.session.scalar(select(Organisation.id).limit(1)) is None:
            with write_transaction():
                load_taxonomy()
            with write_transaction():
                fill(organisations)
        organisations = db.session.scalar(select(func.count(Organisation.id))) or 0
        db.session.rollback()
        if not has_one_writer():
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
        with write_transaction():
            token = _asker()
        keep_columns()
        name = "SQLite" if has_one_writer() else "PostgreSQL"
        db.session.remove()
    print(f"\n{organisations:,} organisations in {name} after {time.monotonic() - begun:.0f} s", flush=True)
    print(
        "\n| page | median ms | × bare page | ms of a core | longest ms | queries | KB, gzip |"
        "\n|---|---:|---:|---:|---:|---:|---:|"
    )
    measure(app, token, rounds)
    with app.app_context():
        db.engine.dispose()


def fill(organisations: int) -> None:
    """Bring in so many organisations with their concepts, without announcing them."""
    chance = np.random.default_rng(11)
    concepts = db.session.execute(select(Concept.id, Concept.kind, Concept.code, Concept.country)).all()
    places = [
        (number, country, *region_centres()[code])
        for number, kind, code, country in concepts
        if kind is ConceptKind.REGION and code in region_centres()
    ]
    moment, types = now(), list(OrganisationType)
    columns = {
        column.name: _filler(column) for column in table_of(Organisation).columns if column.name != "id"
    }
    regions = chance.integers(len(places), size=organisations)
    scatter = chance.normal(0, 0.4, size=(organisations, 2))

    def rows() -> Iterator[dict[str, Any]]:
        for number in range(1, organisations + 1):
            region, country, lat, lon = places[regions[number - 1]]
            name = _name(chance, number, country)
            yield {
                **columns,
                "id": number,
                "created_at": moment,
                "updated_at": moment.replace(year=moment.year - 1),
                "slug": f"organisation-{number}",
                "name": name,
                "folded_name": fold(name),
                "type": types[number % len(types)].value,
                "country": country,
                "region_id": region,
                "lat": lat + scatter[number - 1, 0],
                "lon": lon + scatter[number - 1, 1],
                "state": OrganisationState.ADMITTED.value,
                "unclaimed": number % 5 == 0,
            }

    _bring(table_of(Organisation), rows())
    for relation, (kind, each) in HELD.items():
        ids = np.array([number for number, of, _, _ in concepts if of is kind])
        drawn = ids[np.minimum(chance.zipf(1.4, size=(organisations, each)) - 1, len(ids) - 1)]
        pairs = ((owner, concept) for owner, row in enumerate(drawn.tolist(), 1) for concept in set(row))
        _bring(
            table_of(OrganisationConcept),
            (
                {
                    "created_at": moment,
                    "organisation_id": owner,
                    "concept_id": concept,
                    "relation": relation.value,
                }
                for owner, concept in pairs
            ),
        )


def _name(chance: np.random.Generator, number: int, country: str) -> str:
    if country in GREEK_COUNTRIES:
        return " ".join(GREEK[at] for at in chance.integers(len(GREEK), size=2)) + f" {number}"
    at = chance.integers(len(SYLLABLES), size=5)
    first, second = "".join(SYLLABLES[each] for each in at[:3]), "".join(SYLLABLES[each] for each in at[3:])
    return f"{first} {second} {number}".title()


def _filler(column: Any) -> Any:
    """What stands in a column that the benchmark says nothing about."""
    if column.default is not None and column.default.is_scalar:
        return column.default.arg
    if column.default is not None and column.default.is_callable:
        return column.default.arg(None)
    kind = column.type.python_type
    return kind() if not column.nullable and kind in (str, int, float, bool) else None


def _bring(table: Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert many rows the quickest way that the database has."""
    remaining = iter(rows)
    while chunk := list(islice(remaining, CHUNK_ROWS)):
        if has_one_writer():
            db.session.execute(table.insert(), chunk)
            continue
        names = list(chunk[0])
        driver: Any = db.session.connection().connection.dbapi_connection
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({', '.join(names)}) FROM STDIN") as copy,
        ):
            for row in chunk:
                copy.write_row([_as_copied(row[name]) for name in names])
    if not has_one_writer():
        sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
        db.session.execute(
            text(f"SELECT setval({sequence}, greatest(1, (SELECT max(id) FROM {table.name})))")
        )


def _as_copied(value: Any) -> Any:
    """A value as COPY takes it."""
    return json.dumps(value) if isinstance(value, (dict, list)) else value


def _asker() -> str:
    """The token of somebody who acts for the first organisation."""
    person = Person(name="Asker", email=f"asker-{time.time_ns()}@example.org", verified_at=now())
    db.session.add(person)
    db.session.flush()
    db.session.add(Membership(person_id=person.id, organisation_id=1, role=MembershipRole.EDITOR))
    return open_login(person)


def measure(app: Flask, token: str, rounds: int) -> None:
    """Print what each page takes, beside a bare page that is asked for in turns; twice before it counts."""
    visitor, member = app.test_client(), app.test_client()
    member.set_cookie("trama", cookie_of(app, token))
    for name, path in PAGES.items():
        client = member if name == SUGGESTIONS else visitor
        bare, times, cores, queries, body = list[float](), list[float](), list[float](), 0, b""
        for number in range(rounds + 2):
            beside, _, _ = _ask(visitor, PAGES[BARE])
            counted = list[None]()
            counter = StatementCounter(app, counted)
            took, core, body = _ask(client, path)
            counter.stop()
            if number > 1:
                bare.append(beside)
                times.append(took)
                cores.append(core)
                queries = max(queries, len(counted))
        median = statistics.median(times)
        print(
            f"| {name} | {median:.1f} | {median / statistics.median(bare):.1f} | {statistics.median(cores):.1f} "
            f"| {max(times):.0f} | {queries} | {len(gzip.compress(body)) / 1024:.1f} |",
            flush=True,
        )


def _ask(client: FlaskClient, path: str) -> tuple[float, float, bytes]:
    """The milliseconds by the clock and of this process's core that a page takes, and the page."""
    begun, core = time.perf_counter(), time.process_time()
    answer = client.get(path)
    took = 1000 * (time.perf_counter() - begun), 1000 * (time.process_time() - core)
    assert answer.status_code == 200, (path, answer.status_code)
    return *took, answer.data


class StatementCounter:
    """Counts the statements of an application's database until it is stopped."""

    def __init__(self, app: Flask, counted: list[None]) -> None:
        with app.app_context():
            self._engine = db.engine
        self._note = lambda *_: counted.append(None)
        event.listen(self._engine, "before_cursor_execute", self._note)

    def stop(self) -> None:
        """Count no more."""
        event.remove(self._engine, "before_cursor_execute", self._note)
