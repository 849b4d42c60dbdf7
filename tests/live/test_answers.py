"""What a command is answered when something is wrong with it: a code for the page, a sentence for the reader."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.client import Client
from tests.support.factories import Cast

Enter = Callable[..., Client]
CID = "a-fine-id"


def test_each_mistake_is_told_at_its_field(enter: Enter, notebook: str, cast: Cast) -> None:
    client = enter(cast.member, lang="en")
    answer = client.ask("note_write", cid="short", stream=notebook, body="", colour="red")
    assert (answer["ok"], answer["code"]) == (False, "invalid")
    assert answer["message"] == "Something needs mending before we can save it."
    assert answer["fields"] == {
        "cid": ["Write something here."],
        "body": ["Write something here."],
        "colour": ["This does not belong here."],
    }
    long = client.ask("note_write", cid=CID, stream=notebook, body="x" * 16_001)
    assert long["fields"] == {"body": ["At most 16000 characters."]}
    wrong = client.ask("note_write", cid=CID, stream=7)
    assert wrong["fields"] == {"stream": ["We do not understand this."], "body": ["This is missing."]}


def test_what_is_no_request_at_all_is_refused(enter: Enter, notebook: str, cast: Cast) -> None:
    client = enter(cast.member)
    for event, content in (
        ("no_such_event", "{}"),
        ("trigger_event", "{}"),
        ("note_write", "7"),
        ("note_write", "{},{}"),
    ):
        client.send(f'42/live,77["{event}",{content}]')
        client.wait(lambda: 77 in client.acks)
        assert client.acks.pop(77)["code"] == "bad_request", (event, content)
    client.send('42/live,78["note_write"]')
    client.wait(lambda: 78 in client.acks)
    assert client.acks[78]["code"] == "bad_request"
    assert client.ask("subscribe", stream=notebook, after=-1)["fields"] == {
        "after": ["We do not understand this."]
    }


def test_a_broken_character_is_refused_and_the_socket_stays_open(
    enter: Enter, notebook: str, cast: Cast
) -> None:
    client = enter(cast.member, lang="en")
    answer = client.write(notebook, "half an emoji \ud83c")
    assert (answer["code"], answer["message"]) == (
        "invalid",
        "There is a broken character in this text. Please write it again.",
    )
    assert client.ask("signal", stream=notebook, kind="typing", text="\ud83c")["code"] == "invalid"
    assert client.write(notebook, "a whole one 🌱")["ok"]


def test_a_language_that_is_none_of_ours_is_not_the_page_s(enter: Enter, notebook: str, cast: Cast) -> None:
    for lang in ("xx", 7, ["en"], None):
        client = enter(cast.member, lang=lang)
        answer = client.write(notebook, "")
        assert answer["message"] == "Something needs mending before we can save it."


def test_nobody_follows_without_end(enter: Enter, cast: Cast) -> None:
    client = enter(cast.member)
    answers = client.ask_at_once(
        "subscribe", [{"stream": f"none-{number}", "after": 0} for number in range(300)]
    )
    codes = [answer["code"] for answer in answers]
    assert codes[:100] == ["not_found"] * 100
    assert "too_many" in codes[100:]
