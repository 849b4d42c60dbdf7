"""Revoked rights reach open sockets within a second, on every process.

A mark is a row, so that it can neither be lost nor come before the change it tells of. On PostgreSQL rows become
visible in the order of commits, not of ids: so the last marks are looked at again and those known are left out.
"""

from __future__ import annotations

from flask import Flask
from sqlalchemy import select

from app.core.actors import Actor
from app.core.database import db
from app.core.errors import NotFound
from app.core.http.request_actor import load_actor
from app.core.live.connection_handler import ConnectionHandler
from app.core.live.connections import Connection, Connections
from app.core.streams.kinds import stream_for
from app.core.streams.models import Revocation

REVOCATION_ID_WINDOW = 200
"""How many ids back a mark may still come to light: more than could be written while one transaction lasts."""
CHECKS_PER_REVOCATION = 3
"""How often each mark is acted on: somebody may have been on her way in when it was first seen."""

Mark = tuple[int, int | None, int | None]


class RevocationWatcher:
    """Polls for new revocations and checks the connections that they concern."""

    def __init__(self, app: Flask, connections: Connections, handler: ConnectionHandler) -> None:
        self._app = app
        self._connections = connections
        self._handler = handler
        self._looks: dict[int, int] = {}

    def check(self) -> None:
        """Read the marks that are fresh and look again at everybody they touch."""
        query = select(Revocation.id, Revocation.person_id, Revocation.org_id).order_by(Revocation.id.desc())
        if self._looks:
            query = query.where(Revocation.id > max(self._looks) - REVOCATION_ID_WINDOW)
        else:
            query = query.limit(REVOCATION_ID_WINDOW)
        with self._app.app_context():
            read: list[Mark] = [(row.id, row.person_id, row.org_id) for row in db.session.execute(query)]
        self._looks = {mark[0]: self._looks.get(mark[0], 0) + 1 for mark in read}
        marks = [mark for mark in read if self._looks[mark[0]] <= CHECKS_PER_REVOCATION]
        if not marks:
            return
        people = {person_id for _, person_id, _ in marks if person_id is not None}
        organisations = {org_id for _, _, org_id in marks if org_id is not None}
        for connection in self._connections.matching(
            lambda each: each.person_id in people or bool(each.organisations & organisations)
        ):
            self._check(connection)

    def _check(self, connection: Connection) -> None:
        """Close a connection whose sign-in ended; else take it off the streams that it may no longer read."""
        with self._app.app_context():
            actor = load_actor(connection.token)
            signed_in = actor.person is not None
            reason = "actor_changed" if _may_go_back(actor, connection.actor_key) else "removed"
            lost = [each for each in list(connection.streams) if signed_in and not _sees(actor, each)]
            if signed_in:
                connection.recognise(actor)
        if not signed_in:
            self._handler.close_connection(connection, "signed_out")
        for stream_id in lost:
            self._handler.remove_from_stream(connection, stream_id, reason)


def _may_go_back(actor: Actor, key: str) -> bool:
    """Whether a person acts for another organisation than she did under that key, and still may act for that one."""
    return key != actor.key and key in {f"{actor.person_id}:{each.id}" for each in actor.organisations}


def _sees(actor: Actor, stream_id: str) -> bool:
    try:
        stream_for(actor, stream_id)
    except NotFound:
        return False
    return True
