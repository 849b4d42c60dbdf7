"""What a design session leaves behind: its report as a page, as Markdown and as a PDF."""

from __future__ import annotations

from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from app.core.http.pages import page
from app.core.text import slugify
from app.core.threadpool import require_turn
from app.features.design.presenters.report_page import markdown_of, report_page
from app.features.design.presenters.report_pdf import pdf_of
from app.features.design.queries import get_design_session
from app.features.design.views.blueprint import ONE, blueprint


@page(blueprint, f"{ONE}/report", permission="design.join")
def report(design_id: int) -> ResponseReturnValue:
    """The report; while the design session runs it shows how things stand."""
    return render_template("design/report.html", **report_page(get_design_session(g.actor, design_id)))


@page(blueprint, f"{ONE}/report.md", permission="design.join")
def report_markdown(design_id: int) -> ResponseReturnValue:
    """The report as Markdown."""
    shown = report_page(get_design_session(g.actor, design_id))
    return _file(markdown_of(shown).encode(), "text/markdown; charset=utf-8", shown, "md")


@page(blueprint, f"{ONE}/report.pdf", permission="design.join")
def report_pdf(design_id: int) -> ResponseReturnValue:
    """The report on paper."""
    require_turn()
    shown = report_page(get_design_session(g.actor, design_id))
    return _file(pdf_of(shown), "application/pdf", shown, "pdf")


def _file(content: bytes, kind: str, shown: dict[str, object], ending: str) -> Response:
    """A file to keep, under the name of what it reports on."""
    title = shown["report"]["design"]["title"]  # type: ignore[index]
    name = f"{slugify(title, 'report')}.{ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, content_type=kind, headers=headers)
