"""Rooms of themes; who writes in a room, and how each person stands to it

Search finds themes. On SQLite its table is made anew with its rows, so that the triggers which keep the index of words
are made again.

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0028'
down_revision = '0027'
branch_labels = None
depends_on = None

OWNERS_BEFORE = (
    "(kind = 'initiative' AND initiative_id IS NOT NULL AND introduction_id IS NULL)"
    " OR (kind = 'introduction' AND introduction_id IS NOT NULL AND initiative_id IS NULL)"
)
OWNERS = f"{OWNERS_BEFORE} OR (kind = 'theme' AND introduction_id IS NULL AND initiative_id IS NULL)"
FOUND_BEFORE = ('organisation', 'initiative', 'message', 'card', 'commitment')
REMOVES = "INSERT INTO search_words(search_words, rowid, words) VALUES ('delete', old.id, old.words);"
ADDS = "INSERT INTO search_words(rowid, words) VALUES (new.id, new.words);"
TRIGGERS = (
    f"CREATE TRIGGER search_text_added AFTER INSERT ON search_text BEGIN {ADDS} END",
    f"CREATE TRIGGER search_text_removed AFTER DELETE ON search_text BEGIN {REMOVES} END",
    f"CREATE TRIGGER search_text_changed AFTER UPDATE OF words ON search_text BEGIN {REMOVES} {ADDS} END",
)
THEMES = "(SELECT id FROM room WHERE kind = 'theme')"
SAID = f"(SELECT id FROM message WHERE room_id IN {THEMES})"


def upgrade() -> None:
    with op.batch_alter_table('room', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('mode', _one_of('mode', 'open', 'slow', 'announce'), nullable=False, server_default='open')
        )
        batch_op.add_column(sa.Column('slow_seconds', sa.Integer(), nullable=False, server_default='0'))
        batch_op.add_column(sa.Column('is_closed', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.drop_constraint(batch_op.f('ck_room_kind'), type_='check')
        batch_op.drop_constraint(batch_op.f('ck_room_one_owner'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_room_kind'), _is_one_of('initiative', 'introduction', 'theme'))
        batch_op.create_check_constraint(batch_op.f('ck_room_one_owner'), OWNERS)
        batch_op.create_check_constraint(
            batch_op.f('ck_room_slow_by_seconds'), "(mode = 'slow') = (slow_seconds > 0)"
        )
    with op.batch_alter_table('room', schema=None) as batch_op:
        for column in ('mode', 'slow_seconds', 'is_closed'):
            batch_op.alter_column(column, server_default=None)
    op.create_table(
        'room_text',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('title', sa.String(length=80), nullable=False),
        sa.Column('about', sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ['room_id'], ['room.id'], name=op.f('fk_room_text_room_id_room'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_room_text')),
        sa.UniqueConstraint('room_id', 'lang', name=op.f('uq_room_text_room_id_lang')),
    )
    op.create_table(
        'room_concept',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('concept_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['room_id'], ['room.id'], name=op.f('fk_room_concept_room_id_room'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['concept_id'], ['concept.id'], name=op.f('fk_room_concept_concept_id_concept')
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_room_concept')),
        sa.UniqueConstraint('room_id', 'concept_id', name=op.f('uq_room_concept_room_id_concept_id')),
    )
    op.create_index(op.f('ix_room_concept_concept_id'), 'room_concept', ['concept_id'])
    op.create_table(
        'room_member',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('follow', _one_of('follow', 'all', 'mentions', 'nothing'), nullable=True),
        sa.Column('muted_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('posted_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['room_id'], ['room.id'], name=op.f('fk_room_member_room_id_room'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_room_member_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_room_member')),
        sa.UniqueConstraint('room_id', 'person_id', name=op.f('uq_room_member_room_id_person_id')),
    )
    op.create_index(op.f('ix_room_member_person_id'), 'room_member', ['person_id'])
    with op.batch_alter_table('search_text', schema=None) as batch_op:
        batch_op.add_column(sa.Column('room_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_search_text_room_id_room'), 'room', ['room_id'], ['id'], ondelete='CASCADE'
        )
        _let_be_found(batch_op, *FOUND_BEFORE, 'room')
    given = sa.text('room_id IS NOT NULL')
    op.create_index(
        'uq_search_text_room_id',
        'search_text',
        ['room_id'],
        unique=True,
        sqlite_where=given,
        postgresql_where=given,
    )
    _keep_words()


def downgrade() -> None:
    for table in ('reaction', 'pin', 'message_report', 'search_text'):
        op.execute(f'DELETE FROM {table} WHERE message_id IN {SAID}')
    op.execute("DELETE FROM search_text WHERE kind = 'room'")
    op.execute("DELETE FROM search_progress WHERE kind = 'room'")
    for table in ('mention', 'message', 'search_room', 'room_text', 'room_concept', 'room_member'):
        op.execute(f'DELETE FROM {table} WHERE room_id IN {THEMES}')
    op.execute("DELETE FROM room WHERE kind = 'theme'")
    op.drop_index('uq_search_text_room_id', 'search_text')
    with op.batch_alter_table('search_text', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_search_text_room_id_room'), type_='foreignkey')
        batch_op.drop_column('room_id')
        _let_be_found(batch_op, *FOUND_BEFORE)
    _keep_words()
    for table in ('room_member', 'room_concept', 'room_text'):
        op.drop_table(table)
    with op.batch_alter_table('room', schema=None) as batch_op:
        for name in ('slow_by_seconds', 'mode', 'kind', 'one_owner'):
            batch_op.drop_constraint(batch_op.f(f'ck_room_{name}'), type_='check')
        batch_op.create_check_constraint(batch_op.f('ck_room_kind'), _is_one_of('initiative', 'introduction'))
        batch_op.create_check_constraint(batch_op.f('ck_room_one_owner'), OWNERS_BEFORE)
        for column in ('is_closed', 'slow_seconds', 'mode'):
            batch_op.drop_column(column)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _is_one_of(*values: str) -> str:
    return f"kind IN ({', '.join(repr(each) for each in values)})"


def _let_be_found(batch_op, *kinds: str) -> None:  # type: ignore[no-untyped-def]
    batch_op.drop_constraint(batch_op.f('ck_search_text_kind'), type_='check')
    batch_op.create_check_constraint(batch_op.f('ck_search_text_kind'), _is_one_of(*kinds))


def _keep_words() -> None:
    """Have the triggers keep the index of words, which went with the table that was made anew."""
    if op.get_bind().dialect.name == 'sqlite':
        for trigger in TRIGGERS:
            op.execute(trigger.replace('CREATE TRIGGER', 'CREATE TRIGGER IF NOT EXISTS'))
