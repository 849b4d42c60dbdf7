"""When people want mails, and which mails came back

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = sa.text('read_at IS NULL AND mailed_at IS NULL')
    op.create_index(
        'ix_notification_waiting', 'notification', ['at'], sqlite_where=waiting, postgresql_where=waiting
    )
    op.add_column('mail_pause', sa.Column('quiet_until', sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        'mail_schedule',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('quiet_from', sa.Integer(), nullable=False),
        sa.Column('quiet_to', sa.Integer(), nullable=False),
        sa.Column('with_words', sa.Boolean(), nullable=False),
        sa.Column('digest_due_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('digested_on', sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_mail_schedule_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_schedule')),
        sa.UniqueConstraint('person_id', name=op.f('uq_mail_schedule_person_id')),
    )
    op.create_table(
        'mail_return',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('count', sa.Integer(), nullable=False),
        sa.Column('since', sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_mail_return_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mail_return')),
        sa.UniqueConstraint('person_id', name=op.f('uq_mail_return_person_id')),
    )


def downgrade() -> None:
    op.drop_table('mail_return')
    op.drop_table('mail_schedule')
    op.drop_column('mail_pause', 'quiet_until')
    op.drop_index('ix_notification_waiting', table_name='notification')
