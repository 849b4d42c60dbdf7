"""Statements that come with every message give what SQLAlchemy gives, on both databases."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError

from app.core.clock import now
from app.core.compiled_sql import CompiledBatch, CompiledStatement, in_params
from app.core.database import db, table_of
from app.core.streams.models import Event, Stream
from app.core.streams.services import open_stream
from app.core.transactions import write_transaction
from tests.support.app import both_databases

COLUMNS = table_of(Event).columns
READ = select(*COLUMNS).where(Event.stream_id == bindparam("stream"))
WRITE = table_of(Event).insert()


@both_databases
def test_a_prepared_statement_gives_the_rows_that_sqlalchemy_gives(app: Flask) -> None:
    """Moments, JSON and nothing at all come out as they went in; what waits in the session is seen."""
    with app.app_context(), write_transaction():
        stream = open_stream("room").id
        row = {"stream_id": stream, "seq": 1, "kind": "message", "payload": {"body": "Ciao, è maggio"}}
        row |= dict.fromkeys(("actor_id", "org_id", "target_seq"))
        CompiledStatement(WRITE)(**row, created_at=now(), redacted_at=now())
        db.session.add(Event(**(row | {"seq": 2, "payload": {}})))
        asked = CompiledStatement(READ.order_by(Event.seq))
        first, second = asked(stream=stream)
        assert [tuple(first), tuple(second)] == [
            tuple(each) for each in db.session.execute(READ.order_by(Event.seq), {"stream": stream})
        ]
        assert (first.payload, first.created_at.tzinfo, second.redacted_at) == (
            {"body": "Ciao, è maggio"},
            now().tzinfo,
            None,
        )
        assert asked.one(stream="nowhere") is None


@both_databases
def test_what_a_constraint_refuses_is_said_in_sqlalchemys_terms(app: Flask) -> None:
    row = {"stream_id": "nowhere", "seq": 0, "kind": "message", "payload": {}, "created_at": now()}
    with app.app_context():
        db.session.connection(execution_options={"writer": True})
        with pytest.raises(IntegrityError):
            CompiledStatement(WRITE)(**row)


@both_databases
def test_what_is_asked_of_many_comes_once_for_each(app: Flask) -> None:
    """However many there are, and whatever number the statement was prepared for."""
    heads = CompiledBatch(
        lambda size: select(Stream.id, Stream.head).where(in_params(Stream.id, "id", size)), "id"
    )
    with app.app_context(), write_transaction():
        ids = [open_stream("room").id for _ in range(111)]
        for many in (0, 1, 2, 8, 9, 50, 51, 111):
            assert sorted(row.id for row in heads([(each,) for each in ids[:many]])) == sorted(ids[:many])
