"""Searches of the directory that people keep, and when organisations were admitted

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0032'
down_revision = '0031'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'saved_search',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('name', sa.String(length=80), nullable=False),
        sa.Column('query', sa.Text(), nullable=False),
        sa.Column(
            'mail',
            sa.Enum('never', 'daily', 'weekly', name='mail', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('last_organisation_id', sa.Integer(), nullable=False),
        sa.Column('new_count', sa.Integer(), nullable=False),
        sa.Column('due_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_saved_search_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_search')),
    )
    op.create_index(op.f('ix_saved_search_person_id'), 'saved_search', ['person_id'])
    op.create_index(op.f('ix_saved_search_due_at'), 'saved_search', ['due_at'])
    op.create_table(
        'admission',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_admission_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_admission')),
    )
    op.create_index(op.f('ix_admission_organisation_id'), 'admission', ['organisation_id'])
    op.create_index(op.f('ix_admission_created_at'), 'admission', ['created_at'])


def downgrade() -> None:
    op.drop_table('admission')
    op.drop_table('saved_search')
