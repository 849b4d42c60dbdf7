"""The report on paper is read aloud as its page is: by PDF/UA-1, with headings, headers of tables, and languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from app.features.design.presenters.report_pdf import children_of, elements_of
from tests.features.design.conftest import COMMITMENTS, PROMISE, Table
from tests.support.door import Door

IDEAS = {"kind": "how_might_we", "title": "Ideas", "minutes": 5, "policy": {"vote": 3, "group": True}}
CONSENT = {"kind": "consent", "title": "Consent", "minutes": 20}
OBJECTION = "Bez umowy nie"


@pytest.fixture
def reader(table: Table, door: Callable[..., Door]) -> Door:
    """A reader of the report of a session with a vote, an open proposal that somebody objects to, and a commitment."""
    table.start(IDEAS, CONSENT, COMMITMENTS, question="Come ci aiutiamo?")
    giulia, marek, _eleni = table.people
    table.do(giulia, "card_add", column=table.column(), text="Semi per posta", lang="it")
    table.write(marek, "A shared van")
    table.do(marek, "vote", target=table.key("Semi per posta"), points=2)
    table.desk("go", to="next")
    number = table.desk("proposal", act="new", text="Compriamo insieme", lang="it")["proposal"]
    for stage in ("react", "object"):
        table.desk("proposal", act="stage", proposal=number, stage=stage)
    table.do(giulia, "stance", proposal=number, stance="consent")
    table.do(marek, "object", proposal=number, text=OBJECTION, lang="pl")
    table.desk("go", to="next")
    table.do(giulia, "commit", organisation=table.organisations[0].id, owner=giulia.id, **PROMISE)
    table.desk("close")
    return door(giulia)


def read(reader: Door, table: Table, lang: str = "en") -> PdfReader:
    """The report as a PDF."""
    return PdfReader(BytesIO(reader.client.get(f"/{lang}/design-sessions/{table.id}/report.pdf").data))


def languages(pdf: PdfReader) -> list[str]:
    """The languages of its parts that are not in the language of the whole."""
    found: list[str] = []

    def walk(element: DictionaryObject) -> None:
        if "/Lang" in element:
            found.append(str(element["/Lang"]))
        for child in children_of(element):
            walk(child)

    walk(pdf.root_object["/StructTreeRoot"].get_object())
    return found


def headers(pdf: PdfReader, group: str) -> Iterator[list[Any]]:
    """For each row in the heads ("/THead") or bodies ("/TBody") of its tables, the scope of each cell, None for data."""
    for table in elements_of(pdf, "/Table"):
        for rows in children_of(table, group):
            for row in children_of(rows, "/TR"):
                yield [_scope(cell) for cell in children_of(row)]


def _scope(cell: DictionaryObject) -> str | None:
    if cell["/S"] != "/TH":
        return None
    attributes = cell["/A"].get_object()
    held = attributes if isinstance(attributes, list) else [attributes]
    [scope] = [each.get_object()["/Scope"] for each in held if "/Scope" in each.get_object()]
    return str(scope)


def test_report_on_paper_has_headings_and_headers_by_its_standard(table: Table, reader: Door) -> None:
    pdf = read(reader, table, "it")
    metadata = pdf.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert pdf.root_object["/Lang"] == "it" and pdf.root_object["/MarkInfo"]["/Marked"]
    assert pdf.root_object["/ViewerPreferences"]["/DisplayDocTitle"] and pdf.metadata is not None
    assert pdf.metadata.title == "Seeds"
    assert [len(elements_of(pdf, f"/H{level}")) for level in (1, 2, 3)] == [1, 4, 1]
    assert list(headers(pdf, "/THead")) == [["/Column"] * 3] * 2
    assert list(headers(pdf, "/TBody")) == [["/Row", None, None]] * 2
    assert {"en", "pl"} <= set(languages(pdf))


def test_objection_stands_in_page_and_pdf_with_its_organisation_and_language(
    table: Table, reader: Door
) -> None:
    page = reader.get(f"/en/design-sessions/{table.id}/report")
    text = " ".join("".join(each.extract_text() for each in read(reader, table).pages).split())
    for said in (OBJECTION, "Zielona Spółdzielnia", "not met"):
        assert said in page.text and said in text
    assert OBJECTION in [each.text for each in page.soup.select('[lang="pl"]')]
    assert not page.soup.select('[lang=""]')


WORD = re.compile(r"[^\W_]+")
ONLY_READ_ALOUD = ".only-read-aloud, caption"


def test_page_pdf_and_markdown_say_the_same(table: Table, reader: Door) -> None:
    """Every word of one stands in the others, but for what only one can have: buttons, an address, numbers of pages."""
    address = f"/en/design-sessions/{table.id}/report"
    main = reader.get(address).soup.select_one("main")
    assert main is not None
    for each in main.select(f"{ONLY_READ_ALOUD}, .actions, .page-actions, a.button"):
        each.decompose()
    pages = [page.extract_text() for page in read(reader, table).pages]
    markdown = re.sub(
        r'<a id="[^"]*"></a>|\]\([^)]*\)|<http[^>]*>', " ", reader.client.get(f"{address}.md").text
    )
    page, pdf, text = (set(WORD.findall(each)) for each in (main.get_text(" "), " ".join(pages), markdown))
    cluster = set(WORD.findall(table.app.extensions["trama.settings"].cluster_name))
    assert (page ^ text, page ^ pdf) == ({"Report"}, {"Report", "Place", "Points"} | cluster)
