"""What was mailed of notifications, to whom, and how people want it

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None

CHANNELS = ('now', 'daily', 'weekly', 'never')


def upgrade() -> None:
    op.add_column('notification', sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'mail_choice',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=60), nullable=False),
        sa.Column(
            'channel',
            sa.Enum(*CHANNELS, name='channel', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_mail_choice_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_choice')),
        sa.UniqueConstraint('person_id', 'kind', name=op.f('uq_mail_choice_person_id_kind')),
    )
    op.create_table(
        'mail_pause',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('mailed_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_mail_pause_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_pause')),
        sa.UniqueConstraint('person_id', name=op.f('uq_mail_pause_person_id')),
    )


def downgrade() -> None:
    op.drop_table('mail_pause')
    op.drop_table('mail_choice')
    op.drop_column('notification', 'mailed_at')
