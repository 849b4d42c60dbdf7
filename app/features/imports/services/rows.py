"""One row of an import after the other: whom it is about, what it changes, and why it cannot be taken.

Checking and importing run the same code: a check runs it in a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy.exc import DBAPIError

from app.core.announcements import announce
from app.core.clock import now
from app.core.database import db
from app.core.errors import Invalid
from app.core.text import fold
from app.core.validation import checked_field, limited_line, unused_slug
from app.features.imports.cell_values import FieldDifference, RowValues, TermIndex, problems_of, read_values
from app.features.imports.models import ImportBatch, ImportRow, RowFate
from app.features.imports.queries import (
    created_lines,
    has_members,
    imported_values,
    organisation_names,
    organisation_to_change,
    organisation_to_compare,
    organisations_from,
    read_terms,
)
from app.features.imports.services.field_values import (
    DERIVED,
    checked_value,
    current_value,
    kept_value,
    own_fields,
    write_checked,
)
from app.features.organisations.announcements import OrganisationChanged
from app.features.organisations.duplicates.likeness import (
    PERHAPS_FROM,
    SAME_FROM,
    Described,
    likeness,
    website_host,
)
from app.features.organisations.duplicates.names import strip_name
from app.features.organisations.labels import FIELD_LABELS, REGISTERS
from app.features.organisations.models import (
    LONGEST_FOLDED,
    Organisation,
    OrganisationState,
    OrganisationType,
)
from app.features.organisations.queries import slugs_like
from app.features.organisations.queries.candidates import Candidate, find_candidates_of_many
from app.features.organisations.services.profile import NOT_SLUGS, CheckedProfile, check
from app.features.taxonomy.queries import concepts_at_hand

MAX_CANDIDATES = 5
MAX_SOURCE_ID_LENGTH = 80
WORD_LETTERS = 5
MAX_SHARING_KEY = 200
"""Rows of a file that share a word, a website or a number, and are compared with a later one."""
NEW, SKIP, SAME = "new", "skip", "same:"
PLACEHOLDERS: Mapping[str, str] = {"name": "-", "type": OrganisationType.OTHER.value, "country": "IT"}
"""Checked instead of a cell that cannot be read, so that it is not told as missing, too."""
NOT_CHECKED = ("source_id", "lat", "lon")
"""What the form of a profile does not have."""
Key = tuple[str, str]


@dataclass
class RowOutcome:
    """What became of a row; the fields are those of ImportRow."""

    fate: RowFate
    reasons: list[dict[str, str]] = field(default_factory=list)
    candidates: list[dict[str, Any]] = field(default_factory=list)
    organisation_id: int | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    version_after: int | None = None

    def write(self, row: ImportRow) -> None:
        """Keep it in the row."""
        for name, value in vars(self).items():
            setattr(row, name, value)

    def forecast(self) -> RowOutcome:
        """What is kept of it where the organisations were rolled back."""
        target = None if self.fate is RowFate.CREATE else self.organisation_id
        return RowOutcome(self.fate, self.reasons, self.candidates, target)


@dataclass
class _EarlierRow:
    """A row of this file that made an organisation."""

    line: int
    described: Described


class RowImporter:
    """Takes the rows of one batch in their order, within transactions of its caller."""

    def __init__(self, batch: ImportBatch) -> None:
        self._batch = batch
        self._terms: TermIndex = read_terms()
        self._slugs: set[str] = slugs_like("") | NOT_SLUGS
        self._lines = created_lines(batch.id)
        self._earlier: dict[Key, list[_EarlierRow]] = {}

    def take(self, rows: Sequence[ImportRow]) -> dict[int, RowOutcome]:
        """Create and change organisations; returns what became of each row, by its id."""
        with concepts_at_hand():
            return self._take_all(rows)

    def _take_all(self, rows: Sequence[ImportRow]) -> dict[int, RowOutcome]:
        values = {row.id: self._read(row) for row in rows}
        ids = [str(each.fields["source_id"]) for each in values.values() if "source_id" in each.fields]
        known = organisations_from(self._batch.source, ids)
        candidates = self._find_candidates(rows, values)
        outcomes = {}
        for row in rows:
            read = values[row.id]
            known_id = known.get(str(read.fields.get("source_id", "")))
            outcomes[row.id] = self._take(row, read, known_id, candidates.get(row.id, []))
        return outcomes

    def compare(self, row: ImportRow, organisation_id: int) -> list[FieldDifference]:
        """What the row says of the organisation, beside what stands there, where that is not the same."""
        organisation, values = organisation_to_compare(organisation_id), self._read(row)
        if organisation is None:
            return []
        try:
            checked = self._check(values, new=False, country=organisation.country)
        except Invalid:
            return []
        was = self._values_here(organisation, values)
        own = self._own_fields(organisation, was)
        wanted = {name: checked_value(checked, name) for name in was}
        return [
            FieldDifference(name, was[name], wanted[name], name in own)
            for name in FIELD_LABELS
            if name in was and was[name] != wanted[name]
        ]

    def _values_here(self, organisation: Organisation, values: RowValues) -> dict[str, Any]:
        """What the fields of a row say in an organisation now."""
        names = [name for name in values.fields if name != "source_id"]
        return {name: current_value(organisation, name, self._batch.lang) for name in names}

    def remember(self, rows: Iterable[ImportRow]) -> None:
        """Compare later rows with these, which make organisations, too."""
        for row in rows:
            if described := _described(self._read(row)):
                self._remember(row.line, described)

    def _remember(self, line: int, described: Described) -> None:
        for key in _keys(described):
            sharing = self._earlier.setdefault(key, [])
            if len(sharing) < MAX_SHARING_KEY:
                sharing.append(_EarlierRow(line, described))

    def _read(self, row: ImportRow) -> RowValues:
        batch = self._batch
        values = read_values(row.cells, batch.mapping, self._terms, batch.country)
        if len(row.cells) > len(batch.header):
            sentence = _(
                "This row has more cells than the first row. Is a separator missing quotation marks?"
            )
            values.problems.setdefault("", []).append(sentence)
        return values

    def _find_candidates(
        self, rows: Sequence[ImportRow], values: Mapping[int, RowValues]
    ) -> dict[int, list[Candidate]]:
        asked = [row.id for row in rows if not row.decision and _described(values[row.id])]
        descriptions = [described for number in asked if (described := _described(values[number]))]
        if not descriptions:
            return {}
        return dict(zip(asked, find_candidates_of_many(descriptions, MAX_CANDIDATES), strict=True))

    def _take(
        self, row: ImportRow, values: RowValues, known_id: int | None, candidates: Sequence[Candidate]
    ) -> RowOutcome:
        if row.decision == SKIP:
            return RowOutcome(RowFate.SKIP)
        try:
            with db.session.begin_nested():
                outcome = self._resolve(row, values, known_id, candidates)
                db.session.flush()
                return outcome
        except Invalid as error:
            problems = problems_of(values.problems) + problems_of(error.fields)
            if not problems:
                problems = [{"field": "", "text": str(error.message)}]
            return RowOutcome(RowFate.REFUSE, problems)
        except DBAPIError:
            return RowOutcome(
                RowFate.REFUSE, [{"field": "", "text": _("The database cannot take this row.")}]
            )

    def _resolve(
        self, row: ImportRow, values: RowValues, known_id: int | None, candidates: Sequence[Candidate]
    ) -> RowOutcome:
        described = _described(values)
        if known_id is not None:
            return self._update(row, values, known_id)
        if row.decision.startswith(SAME):
            return self._update(row, values, int(row.decision.removeprefix(SAME)))
        if described is None or row.decision == NEW:
            return self._create(row, values, described)
        alike = self._alike(described, candidates)
        if not alike:
            return self._create(row, values, described)
        certain = [each for each in alike if each["score"] >= SAME_FROM]
        if len(certain) == 1 and "line" not in certain[0]:
            outcome = self._update(row, values, certain[0]["organisation_id"])
            outcome.candidates = certain
            return outcome
        self._check(values, new=True)
        return RowOutcome(RowFate.DECIDE, candidates=alike)

    def _alike(self, described: Described, candidates: Sequence[Candidate]) -> list[dict[str, Any]]:
        """Organisations and earlier rows of the file that this may be, the likeliest first."""
        names = organisation_names(each.organisation_id for each in candidates) if candidates else {}
        found: dict[tuple[str, int], dict[str, Any]] = {}
        for each in candidates:
            line = self._lines.get(each.organisation_id)
            entry: dict[str, Any] = {
                "name": names.get(each.organisation_id, ""),
                "score": each.likeness.score,
                "reasons": [reason.sentence for reason in each.likeness.reasons],
            }
            entry |= {"organisation_id": each.organisation_id} if line is None else {"line": line}
            found["line" if line else "id", line or each.organisation_id] = entry
        rows = {earlier.line: earlier for key in _keys(described) for earlier in self._earlier.get(key, ())}
        for line, earlier in rows.items():
            alike = likeness(described, earlier.described)
            if alike.score >= PERHAPS_FROM:
                found["line", line] = {
                    "line": line,
                    "name": earlier.described.name,
                    "score": alike.score,
                    "reasons": [reason.sentence for reason in alike.reasons],
                }
        return sorted(found.values(), key=lambda each: (-each["score"], "line" in each))[:MAX_CANDIDATES]

    def _check(self, values: RowValues, *, new: bool, country: str = "") -> CheckedProfile:
        """The values as a profile keeps them; raises Invalid with the sentences about all cells."""
        given = {name: value for name, value in values.fields.items() if name not in NOT_CHECKED}
        if country:
            given.setdefault("country", country)
        if "story" in given:
            given["story_lang"] = self._batch.lang
        if new and "type" not in self._batch.mapping.values():
            given["type"] = OrganisationType.OTHER.value
        if "registry_number" in given and not given.get("registry_scheme"):
            given["registry_scheme"] = _guess_register(given["registry_number"], given.get("country", ""))
        unread = {name: PLACEHOLDERS[name] for name in PLACEHOLDERS.keys() & values.problems}
        checked = check({**unread, **given}, new=new)
        if values.problems:
            raise Invalid
        for name in ("lat", "lon"):
            # The place of an organisation is its town's, where that is known.
            if name in values.fields and checked.columns.get("place_id") is None:
                checked.columns[name] = values.fields[name]
        return checked

    def _create(self, row: ImportRow, values: RowValues, described: Described | None) -> RowOutcome:
        checked, batch = self._check(values, new=True), self._batch
        organisation = Organisation(
            **checked.columns,
            state=OrganisationState.ADMITTED,
            unclaimed=True,
            source=batch.source,
            source_id=self._source_id(values),
            batch_id=batch.id,
            concepts=[],
            texts=[],
        )
        organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
        organisation.slug = unused_slug(organisation.name, "organisation", self._slugs)
        names = [name for name in values.fields if name != "source_id"]
        write_checked(organisation, names, checked, batch.lang)
        after = {name: current_value(organisation, name, batch.lang) for name in names}
        organisation.provenance = self._provenance(after)
        db.session.add(organisation)
        db.session.flush()
        announce(OrganisationChanged(organisation.id))
        self._slugs.add(organisation.slug)
        self._lines[organisation.id] = row.line
        if described:
            self._remember(row.line, described)
        return RowOutcome(
            RowFate.CREATE, organisation_id=organisation.id, after=after, version_after=organisation.version
        )

    def _source_id(self, values: RowValues) -> str | None:
        with checked_field("source_id"):
            return limited_line(values.fields.get("source_id"), MAX_SOURCE_ID_LENGTH) or None

    def _provenance(self, names: Iterable[str]) -> dict[str, Any]:
        entry = {"source": self._batch.source, "batch_id": self._batch.id, "at": now().date().isoformat()}
        return dict.fromkeys(names, entry)

    def _update(self, row: ImportRow, values: RowValues, organisation_id: int) -> RowOutcome:
        organisation = organisation_to_change(organisation_id)
        if organisation is None:
            raise Invalid(_("The organisation that this row was to update is no longer there."))
        lang = self._batch.lang
        checked = self._check(values, new=False, country=organisation.country)
        was = self._values_here(organisation, values)
        wanted = {name: checked_value(checked, name) for name in was}
        own = self._own_fields(organisation, was)
        differs = [name for name in was if wanted[name] != was[name]]
        changed = [name for name in differs if name not in own and name not in row.kept_fields]
        changed += [
            derived
            for name in changed
            for derived in DERIVED.get(name, ())
            if derived in checked.columns and derived not in changed
        ]
        wanted |= {name: checked_value(checked, name) for name in changed}
        reasons = [
            {"field": name, "text": _("Stays as the organisation itself wrote it.")}
            for name in differs
            if name in own
        ]
        reasons += [
            {"field": name, "text": _("Stays as it is here, as was decided.")}
            for name in differs
            if name not in own and name in row.kept_fields
        ]
        source_id = self._source_id(values)
        takes_id = source_id is not None and organisation.source_id is None
        if not changed and not takes_id:
            return RowOutcome(RowFate.UNCHANGED, reasons, organisation_id=organisation.id)
        before = {name: kept_value(organisation, name, lang) for name in changed}
        before[""] = {
            name: getattr(organisation, name) for name in ("version", "provenance", "source", "source_id")
        }
        write_checked(organisation, changed, checked, lang)
        if takes_id:
            organisation.source, organisation.source_id = self._batch.source, source_id
        organisation.folded_name = fold(organisation.name)[:LONGEST_FOLDED]
        organisation.provenance = {**(organisation.provenance or {}), **self._provenance(changed)}
        organisation.version += 1
        db.session.flush()
        announce(OrganisationChanged(organisation.id))
        return RowOutcome(
            RowFate.UPDATE,
            [*({"field": name, "text": _("Changes.")} for name in changed if name in was), *reasons],
            organisation_id=organisation.id,
            before=before,
            after={name: wanted[name] for name in changed},
            version_after=organisation.version,
        )

    def _own_fields(self, organisation: Organisation, was: Mapping[str, Any]) -> set[str]:
        imported = imported_values(organisation.id)
        return own_fields(organisation, was, imported, is_claimed=has_members(organisation.id))


def _guess_register(number: str, country: str) -> str:
    """The register of a country of which this is a number, or nothing."""
    known = (key for key, register in REGISTERS.items() if register.country == country)
    return next((key for key in known if REGISTERS[key].module.is_valid(number)), "")


def _described(values: RowValues) -> Described | None:
    """What duplicates are looked for by; None where a row lacks name or country."""
    fields = values.fields
    if not fields.get("name") or not fields.get("country"):
        return None
    return Described(
        name=fields["name"],
        country=fields["country"],
        city=fields.get("city", ""),
        lat=fields.get("lat"),
        lon=fields.get("lon"),
        website=fields.get("website", ""),
        email=fields.get("contact", ""),
        registry_scheme=fields.get("registry_scheme", ""),
        registry_number=fields.get("registry_number", ""),
    )


def _keys(described: Described) -> set[Key]:
    """What two rows of a file must share to be compared: the beginning of a word, the website or the number."""
    words = strip_name(described.name, described.country).words
    keys = {(described.country, word[:WORD_LETTERS]) for word in words}
    if host := website_host(described.website):
        keys.add(("host", host))
    if described.registry_number:
        keys.add(("number", described.registry_number))
    return keys
