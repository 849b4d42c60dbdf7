"""People say one of four words to a message, and pin messages above the talk

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0024'
down_revision = '0023'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'reaction',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('message_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column(
            'word',
            sa.Enum(
                'agree',
                'thanks',
                'question',
                'concern',
                name='word',
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ['message_id'], ['message.id'], name=op.f('fk_reaction_message_id_message'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_reaction_person_id_person'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_reaction')),
        sa.UniqueConstraint(
            'message_id', 'person_id', 'word', name=op.f('uq_reaction_message_id_person_id_word')
        ),
    )
    op.create_index(op.f('ix_reaction_person_id'), 'reaction', ['person_id'])
    op.create_table(
        'pin',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('message_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ['message_id'], ['message.id'], name=op.f('fk_pin_message_id_message'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['person_id'], ['person.id'], name=op.f('fk_pin_person_id_person'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_pin')),
        sa.UniqueConstraint('message_id', name=op.f('uq_pin_message_id')),
    )
    op.create_index(op.f('ix_pin_person_id'), 'pin', ['person_id'])


def downgrade() -> None:
    op.drop_table('pin')
    op.drop_table('reaction')
