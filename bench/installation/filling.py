"""Fills a database with the generated cluster, by COPY, and with a few people who act for some of its organisations."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import text

from app import create_app
from app.core.clock import now
from app.core.database import db
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.accounts.models import ClusterRole, Person
from app.features.accounts.services.sign_ins import open_login
from app.features.initiatives.models import (
    Initiative,
    InitiativeState,
    InitiativeText,
    Partner,
    WantedRole,
    WantedRoleWant,
    WantKind,
)
from app.features.organisations.models import Membership, MembershipRole, OrganisationState
from app.features.suggestions.queries.engine_records import FIELDS
from app.features.taxonomy.models import Concept, ConceptKind, ConceptLabel
from app.features.taxonomy.services import load_taxonomy
from app.matching.evaluation.synthetic import generate_cluster
from app.matching.index.columns import ClusterColumns
from bench.live.world import SECRET, cookie_of
from config import Settings

GREECE = {"EL": "GR"}
YEARS_OF_JOINING = 5
SEATS = 4
WANTED = 2
"""Each of the seats asks for so many skills."""


@dataclass(frozen=True)
class Asker:
    """Somebody who leads an initiative for an organisation: her cookie, and what it is."""

    cookie: str
    organisation: int

    def address(self, path: str) -> str:
        """The address of a page for her: her organisation and initiative are filled in."""
        return path.format(organisation=self.organisation, initiative=f"initiative-{self.organisation}")


def settings_of(url: str, instance: Path) -> Settings:
    """The settings of the installation: as an operator leaves them."""
    return Settings(secret_key=SECRET, database_url=url, instance=instance)


def fill(url: str, instance: Path, organisations: int, askers: int) -> tuple[list[Asker], Asker]:
    """Bring in so many organisations with their joint work, people of some of them and a manager, who are returned."""
    begun = time.monotonic()
    instance.mkdir(parents=True, exist_ok=True)
    app = create_app(settings_of(url, instance))
    table = generate_cluster(organisations)
    with app.app_context():
        upgrade()
        with write_transaction():
            load_taxonomy()
            concepts = _concepts(table.codes)
        with write_transaction():
            # What is generated refers to what is there: the foreign keys need not be looked up one by one.
            db.session.execute(text("SET LOCAL session_replication_role = replica"))
            _copy_organisations(table)
            _copy_held(table, concepts)
            _copy_work(table)
        with write_transaction():
            found = [
                _asker(app, table, number)
                for number in range(1, organisations, max(1, organisations // askers))
            ][:askers]
            manager = _asker(app, table, organisations, ClusterRole.MANAGER)
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
        db.session.remove()
        db.engine.dispose()
    print(f"filled with {organisations:,} organisations in {time.monotonic() - begun:.0f} s", flush=True)
    return found, manager


def _concepts(codes: Sequence[str]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Make the generated concepts; returns their numbers in the order of the codes."""
    made = [
        Concept(
            code=f"{code.partition(':')[0]}:measured-{code.partition(':')[2]}",
            kind=ConceptKind(code.partition(":")[0]),
            labels=[ConceptLabel(lang="en", text=f"Measured {code}", folded=f"measured {code}")],
        )
        for code in codes
    ]
    db.session.add_all(made)
    db.session.flush()
    return np.array([one.id for one in made])


def _copy(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Bring rows in by COPY, then let the next number follow them."""
    driver: Any = db.session.connection().connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    if columns.startswith("id"):
        db.session.execute(
            text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        )


def _copy_organisations(table: ClusterColumns) -> None:
    """Everybody joined in the last YEARS_OF_JOINING years: in a cluster of newcomers alone nobody would be one."""
    moment = now()
    columns = (
        "id, created_at, slug, name, folded_name, type, country, city, folded_city, website, contact, "
        "contact_public, state, unclaimed, updated_at, legal_name, latin_name, registry_scheme, registry_number, "
        "access_notes, phone, phone_public, social_links, provenance, version"
    )

    whole = ("", "", "", "", "", "", False, "[]", "{}", 1)

    def row(place: int) -> Sequence[Any]:
        number, country = int(table.ids[place]), table.country_codes[table.countries[place]]
        name = f"Cooperative {number}"
        kind = table.type_codes[table.types[place]]
        state = OrganisationState.ADMITTED.value
        joined = moment - timedelta(days=number % (365 * YEARS_OF_JOINING))
        begin = (number, joined, fold(name).replace(" ", "-"), name, fold(name), kind)
        return (*begin, GREECE.get(country, country), "", "", "", "", False, state, False, moment, *whole)

    _copy("organisation", columns, map(row, range(len(table.ids))))


def _copy_held(table: ClusterColumns, concepts: np.ndarray[Any, np.dtype[np.int64]]) -> None:
    moment = now()
    for relation, name in FIELDS.items():
        owners, codes = table.held[name]
        pairs = np.unique(np.stack([table.ids[owners], concepts[codes]], axis=1), axis=0).tolist()
        rows = ((moment, owner, concept, relation.value) for owner, concept in pairs)
        _copy("organisation_concept", "created_at, organisation_id, concept_id, relation", rows)


def _copy_work(table: ClusterColumns) -> None:
    moment = now()
    began = [date(int(year), 1 + int(year % 1 * 12), 1) for year in table.work.start_years.tolist()]
    works = (
        (number, moment, f"Joint work {number}", "measured", str(number), started)
        for number, started in zip(table.projects.tolist(), began, strict=True)
    )
    _copy("collaboration", "id, created_at, title, source, external_id, started", works)
    who, what = table.work.participations
    pairs = np.unique(np.stack([table.projects[what], table.ids[who]], axis=1), axis=0).tolist()
    rows = ((moment, work, partner) for work, partner in pairs)
    _copy("collaboration_partner", "created_at, collaboration_id, organisation_id", rows)


def _asker(
    app: Flask, table: ClusterColumns, organisation_id: int, role: ClusterRole = ClusterRole.MEMBER
) -> Asker:
    """A person who acts for an organisation and leads an initiative with seats for the skills of its likes."""
    name = f"Person {organisation_id}"
    person = Person(
        name=name, email=f"person-{organisation_id}@example.org", verified_at=now(), cluster_role=role
    )
    initiative = Initiative(
        slug=f"initiative-{organisation_id}",
        lead_id=organisation_id,
        state=InitiativeState.OPEN,
        lang="en",
        opened_at=now(),
    )
    db.session.add_all((person, initiative))
    db.session.flush()
    editor = MembershipRole.EDITOR
    db.session.add(Membership(person_id=person.id, organisation_id=organisation_id, role=editor))
    words = {"title": name, "folded_title": fold(name), "summary": name, "challenge": name}
    db.session.add(InitiativeText(initiative_id=initiative.id, lang="en", **words))
    db.session.add(Partner(initiative_id=initiative.id, organisation_id=organisation_id))
    skills = [code.replace(":", ":measured-") for code in table.codes if code.startswith("skill:")]
    for seat in range(SEATS):
        first = (organisation_id * 7 + seat * WANTED) % 200
        wants = [WantedRoleWant(kind=WantKind.CONCEPT, value=code) for code in skills[first : first + WANTED]]
        title = f"Seat {seat + 1}"
        db.session.add(WantedRole(initiative_id=initiative.id, title=title, seats=1, wants=wants))
    return Asker(cookie_of(app, open_login(person)), organisation_id)
