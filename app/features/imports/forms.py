"""What the pages of an import accept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from wtforms import FileField, RadioField, SelectField

from app.core.forms import BaseForm, choices_of, line, required
from app.core.i18n import lazy_text as _l
from app.features.imports.labels import ENCODING_NAMES
from app.features.imports.models import DEFAULT_SOURCE, MAX_SOURCE_LENGTH, ImportBatch, ImportRow
from app.features.imports.table_worker import MAX_CELL_CHARS
from app.features.organisations.labels import FIELD_LABELS
from app.features.taxonomy.queries import country_choices

COLUMN = "column_"


class UploadForm(BaseForm):
    """A file."""

    file = FileField(
        _l("File"),
        description=_l("CSV, XLSX or ODS, at most 20 MB and 100,000 rows. The first row names the columns."),
        render_kw={"accept": ".csv,.tsv,.txt,.xlsx,.ods"},
    )
    encoding = SelectField(
        _l("Letters of a CSV file"),
        description=_l("Only where letters such as ł, č or ή came out wrong."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.encoding.choices = choices_of(ENCODING_NAMES.items())


def columns_form(batch: ImportBatch, samples: Sequence[Sequence[str]]) -> BaseForm:
    """Which column is which, with the first values of each."""

    class ColumnsForm(BaseForm):
        """One choice for each column of the file."""

        source = line(
            _l("Where do these data come from?"),
            longest=MAX_SOURCE_LENGTH,
            needed=False,
            description=_l(
                "A short name, such as “Register of Piedmont”. It is shown on the pages of organisations."
            ),
        )
        country = SelectField(_l("Country, where the file gives none"), validate_choice=False)

    fields = [("", _("Not taken")), *FIELD_LABELS.items()]
    for at, header in enumerate(batch.header):
        shown = [sample[at][:60] for sample in samples if at < len(sample) and sample[at].strip()]
        select = SelectField(
            header or _("Column %(number)s", number=at + 1),
            choices=choices_of(fields),
            description=" · ".join(shown[:3]) or _("Empty in the first rows."),
        )
        setattr(ColumnsForm, f"{COLUMN}{at}", select)
    source = "" if batch.source == DEFAULT_SOURCE else batch.source
    chosen = {f"{COLUMN}{at}": batch.mapping.get(str(at), "") for at in range(len(batch.header))}
    form = ColumnsForm(source=source, country=batch.country, **chosen)
    form.country.choices = choices_of([("", _("Choose a country")), *country_choices()])
    return form


def chosen_columns(form: BaseForm) -> dict[str, str]:
    """Column → field, as a columns form says."""
    values = form.values()
    return {
        name.removeprefix(COLUMN): value
        for name, value in values.items()
        if name.startswith(COLUMN) and value
    }


def row_form(batch: ImportBatch, row: ImportRow) -> BaseForm:
    """The cells of a row that are taken, each with what is wrong with it."""

    class RowForm(BaseForm):
        """One line for each cell."""

    values = {}
    for at, name in batch.mapping.items():
        setattr(RowForm, name, line(FIELD_LABELS[name], longest=MAX_CELL_CHARS, needed=False))
        values[name] = row.cells[int(at)] if int(at) < len(row.cells) else ""
    form = RowForm(**values)
    if not form.is_submitted():
        for reason in row.reasons if row.fate == "refuse" else ():
            if reason["field"] in form:
                form[reason["field"]].errors = [*form[reason["field"]].errors, reason["text"]]
    return form


class DecisionForm(BaseForm):
    """What a row is."""

    decision = RadioField(
        _l("What is this row?"), validators=[required(_l("Choose what this row is."))], validate_choice=False
    )


def decision_form(row: ImportRow) -> DecisionForm:
    """The choices for a row: each organisation that it may be, a new one, or none."""
    form = DecisionForm(decision=row.decision or None)
    same = [
        (f"same:{each['organisation_id']}", _("The same as %(name)s: update that one", name=each["name"]))
        for each in row.candidates
        if "organisation_id" in each
    ]
    form.decision.choices = choices_of(
        [*same, ("new", _("Another organisation: create it")), ("skip", _("Leave this row out"))]
    )
    return form


Texts = Mapping[str, str]


def cell_texts(form: BaseForm) -> Texts:
    """The cells that a row form holds, by field."""
    return {name: str(value or "") for name, value in form.values().items()}
