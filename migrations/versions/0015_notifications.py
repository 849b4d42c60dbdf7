"""What concerns people is kept as rows, and a room knows when those are looked for who did not read it

Revision ID: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None

UNREAD = sa.text('read_at IS NULL')


def upgrade() -> None:
    op.create_table(
        'notification',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('kind', sa.String(length=60), nullable=False),
        sa.Column('subject_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=True),
        sa.Column('at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_notification_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_notification_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_notification')),
        sa.UniqueConstraint('person_id', 'kind', 'subject_id', name=op.f('uq_notification_person_id_kind_subject_id')),
    )
    for columns in (['kind', 'subject_id'], ['person_id', 'at', 'id'], ['organisation_id']):
        op.create_index(op.f(f'ix_notification_{"_".join(columns)}'), 'notification', columns)
    op.create_index(
        'ix_notification_unread', 'notification', ['person_id'], sqlite_where=UNREAD, postgresql_where=UNREAD
    )
    op.add_column('room', sa.Column('notices_due_at', sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column('room', 'notices_due_at')
    op.drop_table('notification')
