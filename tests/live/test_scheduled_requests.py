"""Requests that come at once, whole or in pieces."""

from __future__ import annotations

import socket
import threading
import urllib.request

from flask import Flask

from tests.live.conftest import NotesServer, cookie_of
from tests.support.app import sign_in
from tests.support.factories import Cast


def test_pages_asked_for_at_once_are_all_answered(app: Flask, server: NotesServer, cast: Cast) -> None:
    headers = {"Cookie": f"trama={cookie_of(app, sign_in(app, cast.member))}"}
    found: list[int] = []

    def ask() -> None:
        request = urllib.request.Request(f"{server.url}/en/organisations", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found.append(answer.status)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 8


def send_form(server: NotesServer, *parts: bytes, length: int) -> bytes:
    """The answer to a form whose body comes in parts, after which nothing more is sent."""
    head = f"POST /en/sign-in HTTP/1.1\r\nHost: {server.url[7:]}\r\nConnection: close\r\nContent-Length: {length}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
        connection.sendall(
            head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n\r\n"
        )
        for part in parts:
            connection.sendall(part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    return answer


def test_a_form_that_comes_in_parts_is_read_as_a_whole(server: NotesServer) -> None:
    assert b"HTTP/1.1 400 " in send_form(server, b"email=a", b"%40b.example", length=19)


def test_a_form_that_breaks_off_is_not_answered(server: NotesServer) -> None:
    assert b"HTTP/1.1" not in send_form(server, b"email=a", length=19).replace(b"HTTP/1.1 100 Continue", b"")
