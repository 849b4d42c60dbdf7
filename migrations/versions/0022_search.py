"""Search has an index of words: on SQLite an FTS5 table that triggers keep, on PostgreSQL a GIN index

It is filled by a job of the server, or by `flask search rebuild`, in small transactions.

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlite3

import sqlalchemy as sa
from alembic import op

revision = '0022'
down_revision = '0021'
branch_labels = None
depends_on = None

LARGE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNERS = (
    ("organisation", "organisation", sa.Integer()),
    ("initiative", "initiative", sa.Integer()),
    ("message", "message", sa.Integer()),
    ("card", "design_card", LARGE),
    ("commitment", "design_commitment", sa.Integer()),
)
WORDS_TABLE = """
CREATE VIRTUAL TABLE search_words USING fts5(
    words, content='search_text', content_rowid='id', detail=none, columnsize=0, prefix='3 4',
    tokenize="ascii tokenchars '#'"
)
"""
REMOVES = "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);"
ADDS = "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);"
TRIGGERS = (
    f"CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN {ADDS} END",
    f"CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN {REMOVES} END",
    f"CREATE TRIGGER search_text_changed AFTER UPDATE OF words ON search_text BEGIN {REMOVES} {ADDS} END",
)
SECURE_DELETE_SINCE = (3, 42)
"""From this version on FTS5 takes removed words out of the file at once; before, when it merges its parts."""


def upgrade() -> None:
    op.create_table(
        "search_text",
        sa.Column("id", LARGE, nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                *(kind for kind, _table, _type in OWNERS),
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        *(sa.Column(f"{kind}_id", type_, nullable=True) for kind, _table, type_ in OWNERS),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{kind}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_search_text_{kind}_id_{table}"),
                ondelete="CASCADE",
            )
            for kind, table, _type in OWNERS
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_text")),
    )
    for kind, _table, _type in OWNERS:
        given = sa.text(f"{kind}_id IS NOT NULL")
        op.create_index(
            f"uq_search_text_{kind}_id",
            "search_text",
            [f"{kind}_id"],
            unique=True,
            sqlite_where=given,
            postgresql_where=given,
        )
    op.create_table(
        "search_room",
        sa.Column("room_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["room_id"], ["room.id"], name=op.f("fk_search_room_room_id_room"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("room_id", name=op.f("pk_search_room")),
    )
    op.create_table(
        "search_progress",
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("last_id", LARGE, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_search_progress")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(WORDS_TABLE)
        if sqlite3.sqlite_version_info >= SECURE_DELETE_SINCE:
            op.execute("INSERT INTO search_words(search_words, rank) VALUES ('secure-delete', 1)")
        for trigger in TRIGGERS:
            op.execute(trigger)
    else:
        op.execute(
            "CREATE INDEX ix_search_text_words ON search_text USING gin (array_to_tsvector(string_to_array(words, ' ')))"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE search_words")
    op.drop_table("search_progress")
    op.drop_table("search_room")
    op.drop_table("search_text")
