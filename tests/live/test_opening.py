"""Who may open a socket: nobody from elsewhere, nobody without a name, and only in our way."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable

import pytest

from tests.live.client import Client, Handshake
from tests.live.conftest import NotesServer
from tests.live.memory import MIB
from tests.support.factories import Cast

Enter = Callable[..., Client]
pytestmark = pytest.mark.usefixtures("bounded")


def test_a_page_of_somebody_else_opens_no_socket(knock: Enter, cast: Cast) -> None:
    for origin in ("https://evil.example", "null", "", "http://127.0.0.1", "http://127.0.0.1:1"):
        with pytest.raises(Handshake) as refusal:
            knock(cast.member, origin=origin)
        assert refusal.value.status == 403, origin


def test_a_forwarded_host_does_not_make_an_origin_one_of_ours(knock: Enter, cast: Cast) -> None:
    with pytest.raises(Handshake) as refusal:
        knock(cast.member, origin="https://evil.example", **{"X-Forwarded-Host": "evil.example"})
    assert refusal.value.status == 403


def test_a_visitor_is_told_to_sign_in(knock: Enter) -> None:
    client = knock()
    client.send('40/live,{"lang":"en"}')
    client.wait(lambda: client.refused)
    assert client.refused == {"message": "Sign in to go on.", "data": {"code": "sign_in_needed"}}


def test_an_event_before_entering_does_nothing(enter: Enter, knock: Enter, notebook: str, cast: Cast) -> None:
    stranger = knock()
    stranger.send(f'42/live,1["note_write",{{"cid":"12345678","stream":"{notebook}","body":"hi"}}]')
    assert enter(cast.member).ask("subscribe", stream=notebook, after=0)["head"] == 0


@pytest.mark.slow
def test_who_never_says_who_she_is_is_closed_after_five_seconds(
    knock: Enter, enter: Enter, cast: Cast
) -> None:
    member, silent, refused = enter(cast.member), knock(), knock()
    refused.send("40/live,")
    begun = time.monotonic()
    assert silent.end() == 1008
    assert 4 < time.monotonic() - begun < 9
    assert refused.end() == 1008
    assert member.ask("unsubscribe", stream="nothing")["ok"]


@pytest.mark.slow
def test_who_leaves_the_namespace_is_closed_as_well(enter: Enter, cast: Cast) -> None:
    client = enter(cast.member)
    client.send("41/live,")
    assert client.end() == 1008


def test_there_is_no_polling(server: NotesServer) -> None:
    for query in (
        "transport=polling",
        "transport=polling&j=1",
        "transport=websocket",
        "sid=x&transport=polling",
    ):
        with pytest.raises(urllib.error.HTTPError) as refusal:
            urllib.request.urlopen(f"{server.url}/socket.io/?EIO=4&{query}")
        assert refusal.value.code == 400, query


def test_other_namespaces_do_not_exist(knock: Enter, cast: Cast) -> None:
    for hello in ("40", "40/admin,"):
        client = knock(cast.member)
        client.send(hello)
        client.wait(lambda client=client: client.refused)
        assert not client.joined


def test_compression_is_never_agreed_on(knock: Enter, cast: Cast) -> None:
    client = knock(cast.member, **{"Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits"})
    assert "sec-websocket-extensions" not in client.headers
    client.join()
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = client.frame(squeeze.compress(bytes(60 * MIB)) + squeeze.flush(zlib.Z_SYNC_FLUSH))
    assert len(bomb) < 64 * 1024
    client.socket.sendall(bytes([bomb[0] | 0x40]) + bomb[1:])
    assert client.end() == 1002
