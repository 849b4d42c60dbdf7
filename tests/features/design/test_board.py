"""Cards on the board: written hidden, revealed, moved, grouped, undone."""

from __future__ import annotations

import pytest

from tests.features.design.conftest import Refused, Table


def test_a_session_goes_from_silent_writing_to_a_vote(table: Table) -> None:
    """The whole way: hidden cards, reveal, a cluster by two, a vote whose totals come at its end."""
    table.start()
    giulia, marek, eleni = table.people
    table.write(giulia, "Seeds are dear")
    table.write(marek, "Borders are slow")
    hidden = table.state()
    assert hidden["cards"] == {}
    assert hidden["columns"][str(table.column())]["written"] == 2
    table.desk("go", to="next")
    shown = table.state()["cards"]
    assert {card["text"] for card in shown.values()} == {"Seeds are dear", "Borders are slow"}
    assert all(
        card["anonymous"] and "author" not in card and "country" not in card for card in shown.values()
    )
    table.desk("go", to="next")
    table.do(eleni, "group", cards=list(shown), name="Costs")
    cluster = next(iter(table.state()["clusters"]))
    table.desk("go", to="next")
    table.do(giulia, "vote", target=f"c{cluster}", points=2)
    table.do(giulia, "vote", target=next(iter(shown)), points=1)
    with pytest.raises(Refused, match="points in all"):
        table.do(giulia, "vote", target=next(iter(shown)), points=2)
    votes = table.state()["votes"]
    assert votes["voters"] == 1 and votes["open"] and "totals" not in votes
    table.desk("go", to="next")
    votes = table.state()["votes"]
    assert votes["totals"] == {f"c{cluster}": 2, next(iter(shown)): 1}
    assert votes["winners"] == [f"c{cluster}"]
    table.desk("close")
    assert table.state()["design"]["state"] == "closed"
