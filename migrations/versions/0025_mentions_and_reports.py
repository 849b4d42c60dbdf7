"""People mention each other in rooms, and report messages to those who run the cluster

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0025'
down_revision = '0024'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'mention',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('event_seq', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('organisation_id', sa.Integer(), nullable=True),
        sa.CheckConstraint(
            '(person_id IS NULL) <> (organisation_id IS NULL)', name=op.f('ck_mention_one_named')
        ),
        sa.ForeignKeyConstraint(
            ['room_id', 'event_seq'],
            ['message.room_id', 'message.event_seq'],
            name=op.f('fk_mention_message'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_mention_person_id_person'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_mention_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_mention')),
        sa.UniqueConstraint(
            'room_id', 'event_seq', 'person_id', name=op.f('uq_mention_room_id_event_seq_person_id')
        ),
        sa.UniqueConstraint(
            'room_id', 'event_seq', 'organisation_id', name=op.f('uq_mention_room_id_event_seq_organisation_id')
        ),
    )
    op.create_index(op.f('ix_mention_person_id'), 'mention', ['person_id'])
    op.create_index(op.f('ix_mention_organisation_id'), 'mention', ['organisation_id'])
    op.create_table(
        'message_report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('message_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.Column('why', sa.Text(), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('settled_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('settled_by', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['message_id'], ['message.id'], name=op.f('fk_message_report_message_id_message'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_message_report_person_id_person'), ondelete='SET NULL'
        ),
        sa.ForeignKeyConstraint(
            ['settled_by'], ['person.id'], name=op.f('fk_message_report_settled_by_person'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_message_report')),
        sa.UniqueConstraint('message_id', 'person_id', name=op.f('uq_message_report_message_id_person_id')),
    )
    for columns in (['settled_at', 'id'], ['settled_by'], ['person_id']):
        op.create_index(op.f(f'ix_message_report_{"_".join(columns)}'), 'message_report', columns)


def downgrade() -> None:
    op.drop_table('message_report')
    op.drop_table('mention')
