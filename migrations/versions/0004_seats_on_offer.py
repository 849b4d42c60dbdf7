"""Seats on offer: those who lead an initiative invite organisations, each answers for itself

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

SENT = sa.text("state = 'sent'")


def upgrade() -> None:

    op.create_table('seat_offer',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('role_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('message', sa.Text(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('sent', 'accepted', 'declined', 'withdrawn', 'lapsed', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_seat_offer_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_seat_offer_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['role_id'], ['wanted_role.id'], name=op.f('fk_seat_offer_role_id_wanted_role'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_seat_offer'))
    )
    with op.batch_alter_table('seat_offer', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_seat_offer_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_seat_offer_role_id'), ['role_id'], unique=False)
        batch_op.create_index('uq_seat_offer_pending', ['role_id', 'organisation_id'], unique=True, sqlite_where=SENT, postgresql_where=SENT)


def downgrade() -> None:

    with op.batch_alter_table('seat_offer', schema=None) as batch_op:
        batch_op.drop_index('uq_seat_offer_pending', sqlite_where=SENT, postgresql_where=SENT)
        batch_op.drop_index(batch_op.f('ix_seat_offer_role_id'))
        batch_op.drop_index(batch_op.f('ix_seat_offer_organisation_id'))

    op.drop_table('seat_offer')
