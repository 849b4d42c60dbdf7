"""The pages of an import, for managers: file, columns, check, result."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.errors import AppError
from app.core.http.pages import page, process_form, run_action
from app.core.i18n import current_language
from app.core.permissions import authorize
from app.core.tables import XLSX, table_response
from app.features.imports import queries
from app.features.imports.forms import (
    DecisionForm,
    UploadForm,
    cell_texts,
    chosen_columns,
    columns_form,
    decision_form,
    row_form,
)
from app.features.imports.labels import FATE_NAMES, STATE_NAMES, UNDO_NAMES
from app.features.imports.models import BatchState, ImportRow, RowFate
from app.features.imports.presenters import ShownDifference, shown_differences
from app.features.imports.services import batches
from app.features.imports.services.rows import SAME
from app.features.imports.sheets import rejected_rows, write_template
from app.features.imports.table_files import received
from app.features.organisations.labels import FIELD_LABELS

blueprint = Blueprint("imports", __name__, url_prefix="/<lang:lang>/manage/import")
SAMPLES = 3
NOT_TAKEN = (RowFate.REFUSE, RowFate.DECIDE, RowFate.SKIP)


@page(blueprint, "", permission="organisation.import", methods=("GET", "POST"), takes_files=True)
def index() -> ResponseReturnValue:
    """Send a file; the newest imports below it."""
    authorize(g.actor, "organisation.import")
    form, status = UploadForm(), 200
    if request.method == "POST":
        status = 422
        file = request.files.get("file")
        if form.validate() and file:
            try:
                with received(file.stream) as table:
                    batch_id = batches.upload(
                        g.actor, table, file.filename or "", current_language(), form.encoding.data or ""
                    )
            except AppError as error:
                form.take(error)
            else:
                return redirect(url_for(".columns", batch_id=batch_id), 303)
        elif not file:
            form.file.errors = [_("Choose a file.")]
    return (
        render_template(
            "imports/index.html", form=form, batches=queries.recent_batches(), state_names=STATE_NAMES
        ),
        status,
    )


@page(blueprint, "/template.xlsx", permission="organisation.import")
def template() -> ResponseReturnValue:
    """A workbook to fill in."""
    authorize(g.actor, "organisation.import")
    terms = queries.read_terms()
    codes = sorted((code, kind.value) for code, kind in terms.codes.items())
    return Response(
        write_template(codes),
        mimetype=XLSX,
        headers={"Content-Disposition": "attachment; filename=organisations.xlsx"},
    )


@page(blueprint, "/<int:batch_id>/columns", permission="organisation.import", methods=("GET", "POST"))
def columns(batch_id: int) -> ResponseReturnValue:
    """Say which column is which."""
    authorize(g.actor, "organisation.import")
    batch = queries.get_batch(batch_id)
    if batch.state not in (BatchState.UPLOADED, BatchState.CHECKED):
        return redirect(url_for(".show", batch_id=batch_id), 303)
    form = columns_form(batch, queries.first_cells(batch_id, SAMPLES))
    return process_form(
        form,
        "imports/columns.html",
        lambda actor: batches.set_columns(
            actor,
            batch_id,
            chosen_columns(form),
            source=form["source"].data or "",
            country=form["country"].data or "",
        ),
        lambda _batch: url_for(".show", batch_id=batch_id),
        batch=batch,
        column_fields=[field for field in form if field.name.startswith("column_")],
    )


@page(blueprint, "/<int:batch_id>", permission="organisation.import")
def show(batch_id: int) -> ResponseReturnValue:
    """How far an import is: its progress, its check, or its result. `?fate=` shows the rows of one fate."""
    authorize(g.actor, "organisation.import")
    batch = queries.get_batch(batch_id)
    if batch.state is BatchState.UPLOADED:
        return redirect(url_for(".columns", batch_id=batch_id), 303)
    asked = request.args.get("fate", "")
    fate = RowFate(asked) if asked in list(RowFate) else None
    found = queries.rows_page(batch_id, fate, request.args.get("after"))
    here: dict[str, Any] = {"batch_id": batch_id, **({"fate": fate.value} if fate else {})}
    name_column = next((int(at) for at, name in batch.mapping.items() if name == "name"), 0)
    return render_template(
        "imports/show.html",
        batch=batch,
        rows=found.items,
        name_column=name_column,
        fate=fate,
        fate_names=FATE_NAMES,
        field_labels=FIELD_LABELS,
        state_names=STATE_NAMES,
        undo_names=UNDO_NAMES,
        kept=queries.kept_rows(batch_id) if batch.state is BatchState.UNDONE else [],
        checked_count=sum(batch.counts.values()),
        next_url=url_for(".show", **here, after=found.next) if found.next else "",
        first_url=url_for(".show", **here) if request.args.get("after") else "",
    )


@page(blueprint, "/<int:batch_id>/rows/<int:line>", permission="organisation.import", methods=("GET", "POST"))
def row(batch_id: int, line: int) -> ResponseReturnValue:
    """Correct the cells of a row, or decide what it is."""
    authorize(g.actor, "organisation.import")
    batch, found = queries.get_batch(batch_id), queries.get_row(batch_id, line)
    if batch.state is not BatchState.CHECKED:
        return redirect(url_for(".show", batch_id=batch_id), 303)
    decides = "decision" in request.form or request.form.get("part") == "decision"
    cells, decision = row_form(batch, found), decision_form(found)
    return process_form(
        decision if decides else cells,
        "imports/row.html",
        lambda actor: (
            batches.decide(actor, batch_id, line, decision.decision.data or "", _kept_fields(decision))
            if decides
            else batches.correct_row(actor, batch_id, line, cell_texts(cells))
        ),
        lambda _row: url_for(".show", batch_id=batch_id, **_next_list(batch_id)),
        batch=batch,
        row=found,
        cells=cells,
        decision=decision,
        comparisons=_comparisons(batch_id, found),
        fate_names=FATE_NAMES,
        field_labels=FIELD_LABELS,
    )


def _kept_fields(decision: DecisionForm) -> list[str]:
    """The fields that are to stay as they are here, of the organisation that was chosen."""
    chosen = (decision.decision.data or "").removeprefix(SAME)
    return request.form.getlist(f"kept_{chosen}")[: len(FIELD_LABELS)]


def _comparisons(batch_id: int, found: ImportRow) -> dict[int, list[ShownDifference]]:
    """By organisation that a row may be: the fields of which the two say something else."""
    ids = [each["organisation_id"] for each in found.candidates if "organisation_id" in each]
    return {
        each: shown_differences(
            batches.compare_fields(g.actor, batch_id, found.line, each), found.kept_fields
        )
        for each in ids
    }


def _next_list(batch_id: int) -> dict[str, Any]:
    """The arguments of the list of rows that still wait for the manager, empty where none does."""
    counts = queries.get_batch(batch_id).counts
    fate = next((each for each in (RowFate.DECIDE, RowFate.REFUSE) if counts.get(each)), None)
    return {"fate": fate.value} if fate else {}


@page(blueprint, "/<int:batch_id>/start", permission="organisation.import", methods=("POST",))
def start(batch_id: int) -> ResponseReturnValue:
    """Import what was checked."""
    return run_action(lambda actor: batches.start(actor, batch_id), url_for(".show", batch_id=batch_id))


@page(blueprint, "/<int:batch_id>/undo", permission="organisation.import", methods=("POST",))
def undo(batch_id: int) -> ResponseReturnValue:
    """Take an import back."""
    return run_action(lambda actor: batches.undo(actor, batch_id), url_for(".show", batch_id=batch_id))


@page(blueprint, "/<int:batch_id>/not-imported.<any(csv, xlsx):kind>", permission="organisation.import")
def rejected(batch_id: int, kind: str) -> ResponseReturnValue:
    """The rows that were not taken, as a file with a reason for each."""
    authorize(g.actor, "organisation.import")
    header = list(queries.get_batch(batch_id).header)
    rows = rejected_rows(header, queries.rows_of_fates(batch_id, NOT_TAKEN))
    return table_response(rows, kind, f"not-imported-{batch_id}", _("Not imported"))
