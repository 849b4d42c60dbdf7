"""Files go with messages

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0023'
down_revision = '0022'
branch_labels = None
depends_on = None

FORMATS = ('jpeg', 'png', 'webp', 'pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'txt', 'md', 'csv')


def upgrade() -> None:
    op.create_table(
        'attachment',
        sa.Column('id', sa.String(length=32), nullable=False),
        sa.Column('stream_id', sa.String(length=32), nullable=False),
        sa.Column('event_seq', sa.Integer(), nullable=True),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column('cid', sa.String(length=64), nullable=False),
        sa.Column('name', sa.String(length=120), nullable=False),
        sa.Column(
            'format',
            sa.Enum(*FORMATS, name='format', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column('byte_count', sa.Integer(), nullable=False),
        sa.Column('sha256', sa.String(length=64), nullable=False),
        sa.Column('width', sa.Integer(), nullable=True),
        sa.Column('height', sa.Integer(), nullable=True),
        sa.Column('alt', sa.String(length=500), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint('byte_count > 0', name=op.f('ck_attachment_has_bytes')),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_attachment_person_id_person'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['stream_id'], ['stream.id'], name=op.f('fk_attachment_stream_id_stream'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_attachment')),
        sa.UniqueConstraint('person_id', 'cid', name=op.f('uq_attachment_person_id_cid')),
    )
    for columns in (['stream_id', 'event_seq'], ['person_id', 'created_at'], ['event_seq', 'created_at']):
        op.create_index(op.f(f'ix_attachment_{"_".join(columns)}'), 'attachment', columns)


def downgrade() -> None:
    op.drop_table('attachment')
