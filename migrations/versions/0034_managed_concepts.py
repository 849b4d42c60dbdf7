"""Concepts that managers edit and merge, what a merge moved, and words that people ask for

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0034'
down_revision = '0033'
branch_labels = None
depends_on = None

KINDS = ('sector', 'skill', 'country', 'region', 'language', 'goal', 'topic')


def upgrade() -> None:
    with op.batch_alter_table('concept', schema=None) as batch_op:
        batch_op.add_column(sa.Column('managed', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f('ix_concept_merged_into_id'), ['merged_into_id'])
        batch_op.create_foreign_key(
            batch_op.f('fk_concept_merged_into_id_concept'), 'concept', ['merged_into_id'], ['id']
        )
        batch_op.create_check_constraint(batch_op.f('ck_concept_merged_into_another'), 'merged_into_id <> id')
    with op.batch_alter_table('concept', schema=None) as batch_op:
        batch_op.alter_column('managed', server_default=None)
    op.create_table(
        'concept_change',
        *_row(),
        sa.Column('concept_id', sa.Integer(), nullable=False),
        sa.Column('kind', _one_of('kind', 'add', 'edit', 'hide', 'show', 'merge', 'undo'), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('into_id', sa.Integer(), nullable=True),
        sa.Column('before', sa.JSON(), nullable=False),
        sa.Column('after', sa.JSON(), nullable=False),
        sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
        _key('concept_change', 'concept_id', 'concept', 'CASCADE'),
        _key('concept_change', 'person_id', 'person', 'SET NULL'),
        _key('concept_change', 'into_id', 'concept', None),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concept_change')),
    )
    for column in ('concept_id', 'person_id', 'into_id'):
        op.create_index(op.f(f'ix_concept_change_{column}'), 'concept_change', [column])
    op.create_table(
        'concept_move',
        *_row(),
        sa.Column('change_id', sa.Integer(), nullable=False),
        sa.Column('table_name', sa.String(length=63), nullable=False),
        sa.Column('column_name', sa.String(length=63), nullable=False),
        sa.Column('row_id', sa.Integer(), nullable=False),
        sa.Column('twin_id', sa.Integer(), nullable=True),
        sa.Column('dropped', sa.JSON(none_as_null=True), nullable=True),
        _key('concept_move', 'change_id', 'concept_change', 'CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concept_move')),
    )
    op.create_index(op.f('ix_concept_move_change_id'), 'concept_move', ['change_id'])
    op.create_index(op.f('ix_concept_move_table_name_twin_id'), 'concept_move', ['table_name', 'twin_id'])
    op.create_table(
        'concept_wish',
        *_row(),
        sa.Column('kind', _one_of('kind', *KINDS), nullable=False),
        sa.Column('folded', sa.String(length=160), nullable=False),
        sa.Column('text', sa.String(length=40), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('state', _one_of('state', 'open', 'added', 'declined'), nullable=False),
        sa.Column('concept_id', sa.Integer(), nullable=True),
        sa.Column('answer', sa.String(length=300), nullable=False),
        sa.Column('answer_lang', sa.String(length=8), nullable=False),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        _key('concept_wish', 'concept_id', 'concept', None),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concept_wish')),
        sa.UniqueConstraint('kind', 'folded', name=op.f('uq_concept_wish_kind_folded')),
    )
    op.create_index(op.f('ix_concept_wish_concept_id'), 'concept_wish', ['concept_id'])
    op.create_index(op.f('ix_concept_wish_state_id'), 'concept_wish', ['state', 'id'])
    op.create_table(
        'concept_wish_person',
        *_row(),
        sa.Column('wish_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        _key('concept_wish_person', 'wish_id', 'concept_wish', 'CASCADE'),
        _key('concept_wish_person', 'person_id', 'person', 'CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_concept_wish_person')),
        sa.UniqueConstraint('wish_id', 'person_id', name=op.f('uq_concept_wish_person_wish_id_person_id')),
    )
    op.create_index(op.f('ix_concept_wish_person_person_id'), 'concept_wish_person', ['person_id'])


def downgrade() -> None:
    for table in ('concept_wish_person', 'concept_wish', 'concept_move', 'concept_change'):
        op.drop_table(table)
    with op.batch_alter_table('concept', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_concept_merged_into_another'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_concept_merged_into_id_concept'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_concept_merged_into_id'))
        batch_op.drop_column('merged_into_id')
        batch_op.drop_column('managed')


def _row() -> tuple[sa.Column, sa.Column]:  # type: ignore[type-arg]
    return (
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    )


def _key(table: str, column: str, target: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    name = op.f(f'fk_{table}_{column}_{target}')
    return sa.ForeignKeyConstraint([column], [f'{target}.id'], name=name, ondelete=ondelete)


def _one_of(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
