"""The report on paper: typst sets it, and gets everything that people wrote as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from flask import current_app
from flask_babel import gettext as _
from flask_babel import ngettext
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject

from app.core.i18n import current_language
from app.core.threadpool import offload_long
from app.core.typesetting import typeset
from app.features.design.presenters.report_page import (
    card_notes,
    day_of,
    missing_sentence,
    points_sentence,
    stance_lines,
    target_text,
)

TEMPLATE = "design/report.typ"


def pdf_of(shown: Mapping[str, Any]) -> bytes:
    """The report by PDF/UA-1, so that it can be read aloud. Setting it takes a second, so others go on meanwhile."""
    template = Path(current_app.root_path, "templates", TEMPLATE).read_bytes()
    return offload_long(_set, template, json.dumps(_data(shown)))


def _set(template: bytes, report: str) -> bytes:
    return with_row_headers(typeset(template, report, pdf_standards="ua-1"))


def with_row_headers(pdf: bytes) -> bytes:
    """A tagged PDF in which the first cell of each row of a table's body is the header of its row.

    The Python package of typst cannot mark them: `pdf.header-cell` is a feature that only its command line turns on.
    """
    document = PdfWriter(clone_from=BytesIO(pdf))
    for table in elements_of(document, "/Table"):
        for body in children_of(table, "/TBody"):
            for row in children_of(body, "/TR"):
                for cell in children_of(row)[:1]:
                    cell[NameObject("/S")] = NameObject("/TH")
                    cell[NameObject("/A")] = DictionaryObject(
                        {NameObject("/O"): NameObject("/Table"), NameObject("/Scope"): NameObject("/Row")}
                    )
    written = BytesIO()
    document.write(written)
    return written.getvalue()


def elements_of(document: PdfReader | PdfWriter, kind: str) -> list[DictionaryObject]:
    """All elements of one kind of the structure tree, such as "/Table", in reading order."""
    found = []
    waiting = [cast("DictionaryObject", document.root_object["/StructTreeRoot"].get_object())]
    while waiting:
        element = waiting.pop()
        if str(element.get("/S")) == kind:
            found.append(element)
        waiting += reversed(children_of(element))
    return found


def children_of(element: DictionaryObject, kind: str | None = None) -> list[DictionaryObject]:
    """The elements in an element of the structure tree, of one kind if it is given; its content is left out."""
    held: Any = element["/K"].get_object() if "/K" in element else []
    children = [each.get_object() for each in (held if isinstance(held, list) else [held])]
    found = [each for each in children if isinstance(each, DictionaryObject) and "/S" in each]
    return [each for each in found if kind is None or str(each["/S"]) == kind]


def _data(shown: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows; nothing in it is None, and every word of ours is translated here."""
    report = shown["report"]
    return {
        "lang": current_language(),
        "written": report["design"].get("lang", ""),
        "title": report["design"]["title"],
        "question": report["design"].get("question", ""),
        "cluster": current_app.extensions["trama.settings"].cluster_name,
        "when": shown["when"],
        "people": shown["who"],
        "effect": shown["effect"],
        "numbers": shown["numbers"],
        "ties": shown["new_ties"],
        "figures": shown["figures"],
        "decisions": [_decision(each, shown) for each in report["decisions"]],
        "undecided": [_decision(each, shown) for each in report["open"]],
        "commitments": [_commitment(each) for each in report["commitments"]],
        "votes": [_vote(each) for each in report["votes"]],
        "columns": [
            {
                "title": column["title"],
                "groups": [
                    {"name": group["name"], "cards": [_card(card) for card in group["cards"]]}
                    for group in column["groups"]
                ],
            }
            for column in report["columns"]
        ],
        "parked": [_card(each) for each in report["parked"]],
        "words": {
            "decisions": _("What was decided"),
            "undecided": _("What stays open"),
            "commitments": _("Who does what"),
            "what": _("What"),
            "who": _("Who"),
            "until": _("By when"),
            "place": _("Place"),
            "points": _("Points"),
            "counted": _("What is counted"),
            "cards": _("The cards"),
            "parked": _("Put aside for later"),
            "network": _("What it did to the network"),
            "whom": _("With whom"),
            "met": _("When"),
            "before": _("Before"),
            "after": _("After"),
            "earlier": _("before:"),
        },
    }


def _missing(line: Mapping[str, Any]) -> str:
    return missing_sentence(line["missing"]) if line["missing"] else ""


def _votes(line: Mapping[str, Any]) -> list[dict[str, str]]:
    """The votes that a line refers to."""
    return [{"phase": vote["phase"], "points": points_sentence(vote["points"])} for vote in line["votes"]]


def _decision(decision: Mapping[str, Any], shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "text": decision["text"],
        "lang": decision["lang"],
        "stage": "" if decision["stage"] == "agreed" else shown["stages"][decision["stage"]],
        "stances": stance_lines(decision),
        "earlier": decision["earlier"],
        "cards": decision["cards"],
        "missing": _missing(decision),
        "votes": _votes(decision),
        "objections": [
            {
                "text": each["text"],
                "lang": each.get("lang", ""),
                "who": each.get("organisation") or each["name"],
                "state": shown["objection_states"][each["state"]],
            }
            for each in decision["objections"]
        ],
    }


def _commitment(commitment: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": commitment["what"],
        "if_then": commitment.get("if_then", ""),
        "owner": commitment["owner"],
        "organisation": commitment["organisation"],
        "by_when": day_of(commitment["by_when"]),
        "lang": commitment.get("lang", ""),
        "cards": commitment["cards"],
        "missing": _missing(commitment),
        "votes": _votes(commitment),
    }


def _vote(ballot: Mapping[str, Any]) -> dict[str, Any]:
    voters = ngettext("%(num)d person voted.", "%(num)d people voted.", ballot["voters"])
    rows = [
        {
            "place": f"{row['place']}. ({_('tied')})" if row["tied"] else f"{row['place']}.",
            "text": target_text(row),
            "lang": "" if row["veiled"] or not row["text"] else row["lang"],
            "points": str(row["points"]),
            "cards": row["cards"],
            "missing": _missing(row),
            "votes": [],
        }
        for row in ballot["rows"]
    ]
    return {"phase": ballot["phase"], "title": ballot["title"], "voters": voters, "rows": rows}


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "key": card["key"],
        "text": _("(out of sight)") if card["veiled"] else card["text"],
        "lang": "" if card["veiled"] else card["lang"],
        "notes": " · ".join(card_notes(card)),
    }
