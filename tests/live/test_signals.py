"""Signals: who types, who is there. Passed on at once, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable

from app.features.accounts.models import Person
from tests.live.client import Client
from tests.support.factories import Cast

Enter = Callable[..., Client]


def test_typing_reaches_the_others_with_the_name_that_the_server_knows(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    typist, reader = enter(cast.member, notebook), enter(cast.other, notebook)
    false_name = {"id": 1, "name": "The manager"}
    assert typist.ask("signal", stream=notebook, kind="typing", on=True, person=false_name) == {"ok": True}
    assert reader.next("signal") == {
        "stream": notebook,
        "kind": "typing",
        "on": True,
        "person": {
            "id": cast.member.id,
            "name": "Giulia Rossi",
            "organisation": "Il Filo Verde",
            "country": "IT",
        },
    }
    assert typist.silent_for(0.5, "signal")
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] == 0


def test_signals_go_only_to_and_from_those_who_follow(enter: Enter, notebook: str, cast: Cast) -> None:
    follower, stranger = enter(cast.other, notebook), enter(cast.member)
    assert stranger.ask("signal", stream=notebook, kind="typing")["code"] == "not_found"
    assert follower.ask("signal", stream=notebook, kind="typing")["ok"]
    assert stranger.silent_for(0.5, "signal")
    assert follower.silent_for(0.5, "signal")


def test_signals_are_small_and_not_too_many_and_nobody_speaks_for_the_server(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    client, other = enter(cast.member, notebook), enter(cast.other, notebook)
    assert client.ask("signal", stream=notebook, kind="typing", text="x" * 1100)["code"] == "invalid"
    assert client.ask("signal", stream=notebook, kind="presence", people=[])["code"] == "invalid"
    assert client.ask("signal", stream=notebook, kind="<b>")["code"] == "invalid"
    answers = client.ask_at_once("signal", [{"stream": notebook, "kind": "typing"}] * 150)
    codes = [answer.get("code") for answer in answers]
    assert codes.index("too_many") >= 30
    assert other.ask("signal", stream=notebook, kind="typing")["ok"]


def names(told: dict[str, object]) -> list[str]:
    """The names of a presence signal."""
    people = told["people"]
    assert told["kind"] == "presence" and isinstance(people, list)
    return sorted(person["name"] for person in people)


def test_everybody_sees_who_is_there_once_however_many_pages_are_open(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    def come(person: Person) -> Client:
        client = enter(person, notebook)
        assert client.ask("signal", stream=notebook, kind="here")["ok"]
        return client

    first = come(cast.member)
    assert names(first.next("signal")) == ["Giulia Rossi"]
    second = come(cast.other)
    assert names(first.next("signal")) == names(second.next("signal")) == ["Giulia Rossi", "Marek Wójcik"]
    again = come(cast.other)
    assert names(again.next("signal")) == ["Giulia Rossi", "Marek Wójcik"]
    second.hang_up()
    assert first.silent_for(0.5, "signal"), "her other page is still open"
    assert again.ask("unsubscribe", stream=notebook)["ok"]
    assert names(first.next("signal")) == ["Giulia Rossi"]


def test_a_renewed_lease_is_no_news(enter: Enter, notebook: str, cast: Cast) -> None:
    client = enter(cast.member, notebook)
    for _ in range(3):
        assert client.ask("signal", stream=notebook, kind="here")["ok"]
    assert names(client.next("signal")) == ["Giulia Rossi"]
    assert client.silent_for(0.5, "signal")
