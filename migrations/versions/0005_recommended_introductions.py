"""Recommended introductions: a facilitator brings two organisations together, either asks the other

Revision ID: 0005
Revises: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None

OPEN = sa.text("state = 'open'")


def upgrade() -> None:

    op.create_table('recommendation',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('low_id', sa.Integer(), nullable=False),
    sa.Column('high_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('state', sa.Enum('open', 'asked', 'dismissed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_recommendation_ordered_pair')),
    sa.ForeignKeyConstraint(['high_id'], ['organisation.id'], name=op.f('fk_recommendation_high_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['low_id'], ['organisation.id'], name=op.f('fk_recommendation_low_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_recommendation_person_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recommendation'))
    )
    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recommendation_high_id'), ['high_id'], unique=False)
        batch_op.create_index('uq_recommendation_open', ['low_id', 'high_id'], unique=True, sqlite_where=OPEN, postgresql_where=OPEN)


def downgrade() -> None:

    with op.batch_alter_table('recommendation', schema=None) as batch_op:
        batch_op.drop_index('uq_recommendation_open', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_index(batch_op.f('ix_recommendation_high_id'))

    op.drop_table('recommendation')
