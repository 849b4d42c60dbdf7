"""Claims of organisations, and reports about listings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.core.clock import now
from app.features.accounts.models import Person, digest
from app.features.claims.models import Claim, ClaimState, ListingReport, ReportKind
from app.features.organisations.models import Organisation
from tests.support.factories.rows import Rows


class Claims(Rows):
    """Makes claims and reports."""

    def claim(
        self,
        organisation: Organisation,
        person: Person,
        state: ClaimState = ClaimState.CONTESTED,
        **columns: Any,
    ) -> Claim:
        """A claim by a person; with `token` one that waits for the mail of that secret."""
        if token := columns.pop("token", ""):
            columns |= {"token_hash": digest(token), "token_expires_at": now() + timedelta(days=1)}
        if state is ClaimState.CONTESTED:
            columns.setdefault("answer_until", now() + timedelta(days=14))
        columns.setdefault("note", "I am its president.")
        return self._keep(
            Claim(organisation_id=organisation.id, person_id=person.id, state=state, lang="en", **columns)
        )

    def listing_report(self, organisation: Organisation, token: str = "", **columns: Any) -> ListingReport:
        """What somebody says about a listing; with `token` one whose secret was mailed."""
        if token:
            columns |= {"token_hash": digest(token), "token_expires_at": now() + timedelta(days=1)}
        columns.setdefault("kind", ReportKind.TAKE_DOWN)
        return self._keep(ListingReport(organisation_id=organisation.id, lang="en", **columns))
