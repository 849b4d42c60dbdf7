"""What comes out names cards that are put aside, out of sight or gone: the report says so in each of its forms."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.features.design.conftest import COMMITMENTS, PROMISE, Table
from tests.support.door import Door

Enter = Callable[..., Door]
IDEAS = {"kind": "how_might_we", "title": "Ideas", "minutes": 5, "policy": {"vote": 5, "group": True}}


def test_references_to_parked_veiled_and_removed_cards_say_so_in_page_markdown_and_pdf(
    table: Table, door: Enter
) -> None:
    table.start(IDEAS, COMMITMENTS)
    giulia, marek, _eleni = table.people
    removed = table.write(giulia, "Taken back later")
    for text in ("Put aside later", "Out of sight later", "One of two", "Two of two"):
        table.write(marek, text)
    parked, veiled, gone = (
        table.key(text) for text in ("Put aside later", "Out of sight later", "Taken back later")
    )
    table.do(marek, "group", cards=[table.key("One of two"), table.key("Two of two")])
    (cluster,) = table.state()["clusters"]
    for target, points in ((parked, 2), (veiled, 1), (f"c{cluster}", 1)):
        table.do(giulia, "vote", target=target, points=points)
    cards = [parked, veiled, gone]
    table.desk("proposal", act="new", text="We share a van", lang="en", cards=cards)
    promise = {"organisation": table.organisations[0].id, "owner": giulia.id, **PROMISE}
    table.do(giulia, "commit", **promise, cards=cards)
    table.do(giulia, "card_remove", card=removed)
    table.desk("card_mark", card=parked, mark="parked", on=True)
    table.desk("card_veil", card=veiled, on=True)
    table.desk("close")
    reader, address = door(marek), f"/en/design-sessions/{table.id}/report"

    page = reader.get(address)
    targets = {str(link["href"]) for link in page.soup.select('.report a[href^="#"]')}
    assert {f"#card-{parked}", f"#card-{veiled}"} <= targets
    assert all(page.soup.select(target) for target in targets)
    assert page.text.count("(1 card that is no longer there)") == 2
    ballot = [row.text for row in page.soup.select(".ballot-row")]
    assert sum("(out of sight)" in row for row in ballot) == 1
    assert "Put aside for later" in page.text and "Out of sight later" not in page.html

    markdown = reader.get(f"{address}.md").html
    links, anchors = re.findall(r"\(#([\w-]+)\)", markdown), re.findall(r'<a id="([\w-]+)">', markdown)
    assert f"card-{parked}" in links and set(links) <= set(anchors) and len(anchors) == len(set(anchors))
    assert markdown.count("1 card that is no longer there") == 2
    assert "### Put aside for later" in markdown and "Put aside later" in markdown
    assert "(out of sight)" in markdown and "Out of sight later" not in markdown

    pdf = reader.client.get(f"{address}.pdf")
    assert pdf.status_code == 200 and pdf.data.startswith(b"%PDF")


def test_reports_are_kept_by_nobody_between(table: Table, door: Enter) -> None:
    table.start(IDEAS)
    reader = door(table.people[0])
    for ending in ("", ".md", ".pdf"):
        answer = reader.client.get(f"/en/design-sessions/{table.id}/report{ending}")
        assert answer.cache_control.private and answer.status_code == 200, ending
