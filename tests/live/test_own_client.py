"""Socket.IO's own client, the one in our pages, understands this server: it enters, follows, is answered, comes back."""

from __future__ import annotations

import json
import subprocess

from flask import Flask

from app.core.live.protocol import PROTOCOL_VERSION
from tests.live.conftest import NotesServer, cookie_of
from tests.support.app import sign_in
from tests.support.browser import ROOT, find_node
from tests.support.factories import Cast

SCRIPT = """
const { io } = require("socket.io-client");
const [url, cookie, stream, version] = process.argv.slice(1);
const said = [];
const socket = io(url + "/live", {
  transports: ["websocket"], auth: { lang: "en" }, reconnectionDelay: 50, reconnectionDelayMax: 100,
  extraHeaders: { Origin: url, Cookie: "trama=" + cookie },
});
const ask = (event, payload) => socket.timeout(5000).emitWithAck(event, payload);
socket.on("connect_error", (error) => {
  said.push(["refused", error.message, error.data ?? null]);
  if (error.data) { console.log(JSON.stringify(said)); process.exit(0); }
});
socket.on("events", ({ events }) => {
  said.push(["events", events.map((event) => event.body)]);
  socket.io.engine.transport.ws.send(Buffer.from([1, 2, 3]));
});
socket.on("disconnect", (reason) => said.push(["disconnect", reason]));
let times = 0;
socket.on("connect", async () => {
  times += 1;
  const followed = await ask("subscribe", { stream, after: 0 });
  said.push(["head", followed.head]);
  if (times === 2) { console.log(JSON.stringify(said)); process.exit(0); }
  // Not awaited: what follows an await comes after whatever arrived in the same piece.
  const note = { v: Number(version), cid: "from-node", stream, body: "ciao, Σωκράτη 🌱" };
  socket.emit("note_write", note, (answer) => said.push(["seq", answer.seq]));
});
setTimeout(() => { console.log(JSON.stringify(said)); process.exit(1); }, 15000);
"""


def run(server: NotesServer, cookie: str, stream: str) -> list[list[object]]:
    """What the client saw."""
    words = [find_node(), "-e", SCRIPT, server.url, cookie, stream, str(PROTOCOL_VERSION)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said: list[list[object]] = json.loads(done.stdout)
    return said


def test_the_pages_client_enters_follows_is_answered_and_comes_back_after_a_cut(
    app: Flask, server: NotesServer, notebook: str, cast: Cast
) -> None:
    said = run(server, cookie_of(app, sign_in(app, cast.member)), notebook)
    assert said == [
        ["head", 0],
        ["seq", 1],
        ["events", ["ciao, Σωκράτη 🌱"]],
        ["disconnect", "transport close"],
        ["head", 1],
    ]


def test_the_pages_client_learns_why_it_may_not_enter(server: NotesServer, notebook: str) -> None:
    assert run(server, "", notebook) == [["refused", "Sign in to go on.", {"code": "sign_in_needed"}]]
