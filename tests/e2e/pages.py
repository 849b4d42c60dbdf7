"""Every page that a person can reach by following links, some of each kind."""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup, SoupStrainer
from flask import Flask
from sqlalchemy import select
from werkzeug.exceptions import HTTPException

from app.core.clock import now
from app.core.database import db
from app.core.permissions import rules as policy
from app.core.text import fold
from app.core.transactions import write_transaction
from app.features.accounts.models import MailPurpose, MailToken, Person, digest
from app.features.claims.models import Claim, ClaimState, ListingReport, ReportKind
from app.features.imports.models import BatchState, ImportBatch, ImportRow, RowFate
from app.features.organisations.models import (
    Invitation,
    MembershipRole,
    Organisation,
    OrganisationState,
)
from app.features.rooms.models import Message, MessageReport
from app.features.saved_searches.models import MailFrequency, SavedSearch
from app.features.taxonomy.models import ConceptKind, ConceptWish
from tests.support.app import sign_in
from tests.support.door import Door

MOST_OF_A_KIND = 3
LINKS = SoupStrainer("a", href=True)
KEPT = ("before=", "after=", "reply=")
"""Queries of pages that are one more window on the same talk or list."""
KEYS = {"visitor": "", "member": "member-it", "facilitator": "facilitator", "manager": "manager"}
VERIFY, RESET, INVITATION = "verify-this-address", "reset-this-password", "act-for-the-green-thread"
CLAIM, TAKE_DOWN, LISTED = "claim-this-listing", "take-this-listing-down", "filo-verde-listed"
UNLINKED = (
    "/claims/1/answer",
    f"/claims/prove/{CLAIM}",
    f"/listings/take-down/{TAKE_DOWN}",
    f"/organisations/{LISTED}",
    "/organisations/il-filo-verde/claim",
    f"/verify/{VERIFY}",
    f"/reset/{RESET}",
    f"/organisations/invitations/{INVITATION}",
    "/join/sent",
    "/forgot/sent",
    "/offline",
    "/organisations/new",
    "/organisations/il-filo-verde/pause",
    "/organisations/il-filo-verde/edit/where",
    "/organisations/il-filo-verde/logo",
    "/organisations/zielona-spoldzielnia/join",
    "/organisations?q=nobody+does+this",
    "/search?q=garden",
    "/search?q=nobodywroteofthis",
    "/introductions/tasks",
    "/suggestions?country=FR",
    "/network/partners/il-filo-verde",
    "/concepts/ask?kind=skill&text=falegnameria",
    "/initiatives?q=nobody+does+this",
)
"""Where mails and forms lead, and lists that are empty."""


def kind_of(app: Flask, path: str) -> str | None:
    """The endpoint behind an address, None where it is no page."""
    address = urlsplit(path)
    try:
        with app.app_context():
            endpoint, _ = app.url_map.bind("localhost").match(address.path, method="GET")
    except HTTPException:
        return None
    return str(endpoint)


def kinds_of_facilitators(app: Flask) -> set[str]:
    """The pages that nobody may see but facilitators and managers."""
    others = ("visitor", "person", "representative", "editor", "partner")
    return {
        kind
        for kind, view in app.view_functions.items()
        if (rule := policy().get(getattr(view, "permission", ""))) and not any(map(rule.column, others))
    }


def follow(
    app: Flask, door: Door, lang: str, unlinked: tuple[str, ...] = ()
) -> tuple[dict[str, list[str]], dict[str, str]]:
    """The addresses one finds from the home page on, by their endpoints, and what each one answers.

    unlinked: those that no link leads to.
    """
    found: dict[str, list[str]] = defaultdict(list)
    answers: dict[str, str] = {}
    seen: set[str] = set()
    waiting = deque(f"/{lang}{path}" for path in (*unlinked, "/"))
    while waiting:
        path = waiting.popleft()
        kind = kind_of(app, path)
        if path in seen or kind is None or len(found[kind]) >= MOST_OF_A_KIND:
            continue
        seen.add(path)
        answer = door.get(path)
        if answer.status != 200 or "text/html" not in answer.response.headers["Content-Type"]:
            continue
        found[kind].append(path)
        answers[path] = answer.html
        for link in BeautifulSoup(answer.html, "html.parser", parse_only=LINKS).select("a[href]"):
            target = urldefrag(str(link["href"])).url
            if target.startswith(f"/{lang}/") and not any(query in target for query in KEPT):
                waiting.append(target)
    return {kind: paths for kind, paths in found.items() if paths}, answers


class Visit:
    """A role's way through the exhibition: the pages it reaches, what they say, and the cookie with which it sees them."""

    def __init__(self, app: Flask, role: str, lang: str) -> None:
        self.door = Door(app)
        if KEYS[role]:
            with app.app_context():
                address = f"{KEYS[role]}@demo.example"
                person = db.session.scalars(select(Person).where(Person.email == address)).one()
            self.door.carry(sign_in(app, person))
        else:
            joined = {"name": "Nora", "email": f"{lang}@nora.example", "password": "seven cats on a roof"}
            assert self.door.fill(f"/{lang}/join", **joined).status == 303
            assert self.door.fill(f"/{lang}/forgot", email="nora@nora.example").status == 303
        self.pages, self.answers = follow(app, self.door, lang, UNLINKED)

    @property
    def cookie(self) -> str:
        """What a browser must hold to be the same one."""
        cookie = self.door.client.get_cookie("trama")
        return cookie.value if cookie else ""


def write_mails() -> None:
    """Three secrets as if they had been mailed, one of each kind, and a report of a message; once for an exhibition."""
    if db.session.scalars(select(MailToken).where(MailToken.token_hash == digest(VERIFY))).first():
        return
    with write_transaction():
        person = db.session.scalars(select(Person).where(Person.email == "member-pl@demo.example")).one()
        filo = db.session.scalars(select(Organisation).where(Organisation.slug == "il-filo-verde")).one()
        in_a_day = now() + timedelta(days=1)
        write_claims(person, filo, in_a_day)
        write_lists(filo)
        said = db.session.scalars(select(Message).where(Message.removed_at.is_(None)).limit(1)).one()
        db.session.add(MessageReport(message_id=said.id, person_id=person.id, why="It is rude.", lang="en"))
        for secret, purpose in ((VERIFY, MailPurpose.VERIFY), (RESET, MailPurpose.RESET)):
            db.session.add(
                MailToken(
                    person_id=person.id, purpose=purpose, token_hash=digest(secret), expires_at=in_a_day
                )
            )
        db.session.add(
            Invitation(
                organisation_id=filo.id,
                email="new@il-filo-verde.example",
                role=MembershipRole.EDITOR,
                token_hash=digest(INVITATION),
                invited_by=None,
                expires_at=in_a_day,
            )
        )


def write_claims(person: Person, filo: Organisation, in_a_day: datetime) -> None:
    """A listing without members that looks like Il Filo Verde, claims of both by a person, and a report about it."""
    listed = Organisation(
        slug=LISTED,
        name="Filo Verde s.c.s.",
        folded_name="filo verde s-c-s",
        type=filo.type,
        country=filo.country,
        city=filo.city,
        website="https://filoverde.it",
        state=OrganisationState.ADMITTED,
        unclaimed=True,
    )
    db.session.add(listed)
    db.session.flush()
    contested = {"state": ClaimState.CONTESTED, "answer_until": in_a_day, "note": "I am its president."}
    asked = {"token_hash": digest(CLAIM), "token_expires_at": in_a_day, "email": "info@filoverde.it"}
    db.session.add(Claim(organisation_id=filo.id, person_id=person.id, lang="en", **contested))
    db.session.flush()
    db.session.add(Claim(organisation_id=listed.id, person_id=person.id, lang="en", **asked))
    take_down = {"kind": ReportKind.TAKE_DOWN, "token_hash": digest(TAKE_DOWN), "token_expires_at": in_a_day}
    db.session.add(ListingReport(organisation_id=listed.id, lang="en", note="We closed.", **take_down))


def write_lists(filo: Organisation) -> None:
    """A checked import with a row to decide and a refused one, a saved search, and a word that somebody asked for."""
    batch = ImportBatch(
        file_name="members.csv",
        file_digest="0" * 64,
        lang="en",
        header=["Name", "Country"],
        mapping={"0": "name", "1": "country"},
        state=BatchState.CHECKED,
        row_count=2,
        counts={RowFate.DECIDE.value: 1, RowFate.REFUSE.value: 1},
    )
    db.session.add(batch)
    db.session.flush()
    alike = {
        "organisation_id": filo.id,
        "name": filo.name,
        "score": 70,
        "reasons": ["The names are similar."],
    }
    wrong = {"field": "country", "text": "“Atlantis” is no country."}
    for line, cells, fate, more in (
        (2, ["Filo Verde", "IT"], RowFate.DECIDE, {"candidates": [alike]}),
        (3, ["Orto di Anna", "Atlantis"], RowFate.REFUSE, {"reasons": [wrong]}),
    ):
        db.session.add(ImportRow(batch_id=batch.id, line=line, cells=cells, fate=fate, **more))
    query = select(Person.id).where(Person.email == f"{KEYS['member']}@demo.example")
    search = {"name": "Gardens", "query": "q=garden", "mail": MailFrequency.WEEKLY}
    db.session.add(SavedSearch(person_id=db.session.scalars(query).one(), **search))
    word = "Falegnameria sociale"
    db.session.add(ConceptWish(kind=ConceptKind.SKILL, folded=fold(word), text=word, lang="it"))
