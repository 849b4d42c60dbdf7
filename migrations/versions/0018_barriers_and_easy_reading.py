"""What stands in people's way is kept as they report it, and a person may read in easy words

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'barrier_report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('description', sa.Text(), nullable=False),
        sa.Column('location', sa.String(length=300), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('reply_to', sa.String(length=254), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('answered_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['answered_by'], ['person.id'], name=op.f('fk_barrier_report_answered_by_person'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_barrier_report_person_id_person'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_barrier_report')),
    )
    for columns in (['answered_at', 'id'], ['answered_by'], ['person_id']):
        op.create_index(op.f(f'ix_barrier_report_{"_".join(columns)}'), 'barrier_report', columns)
    op.add_column('person', sa.Column('reads_easy', sa.Boolean(), nullable=True))


def downgrade() -> None:
    op.drop_column('person', 'reads_easy')
    op.drop_table('barrier_report')
