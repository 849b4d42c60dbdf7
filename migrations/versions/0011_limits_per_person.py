"""Who made an organisation and why it waits, people who ask to act for one, and since when a member has her role

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

SENT = sa.text("state = 'sent'")


def upgrade() -> None:

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('created_by', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('review', sa.Enum('second', 'namesake', name='review', native_enum=False, create_constraint=True, length=40), nullable=True))
        batch_op.create_index(batch_op.f('ix_organisation_created_by'), ['created_by'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_organisation_created_by_person'), 'person', ['created_by'], ['id'], ondelete='SET NULL')

    op.execute(
        sa.text(
            "UPDATE organisation SET created_by = (SELECT max(audit.actor_id) FROM audit"
            " WHERE audit.action = 'organisation.create' AND audit.subject = 'organisation:' || organisation.id)"
        )
    )

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.add_column(sa.Column('role_since', sa.DateTime(timezone=True), nullable=True))
    op.execute(sa.text("UPDATE membership SET role_since = created_at"))
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.alter_column('role_since', existing_type=sa.DateTime(timezone=True), nullable=False)

    op.create_table('membership_request',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('invitation_id', sa.Integer(), nullable=True),
    sa.Column('role', sa.Enum('editor', 'representative', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('state', sa.Enum('sent', 'accepted', 'refused', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['invitation_id'], ['invitation.id'], name=op.f('fk_membership_request_invitation_id_invitation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_request_organisation_id_organisation'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_request_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership_request'))
    )
    with op.batch_alter_table('membership_request', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_membership_request_person_id'), ['person_id'], unique=False)
        batch_op.create_index('uq_membership_request_pending', ['organisation_id', 'person_id'], unique=True, sqlite_where=SENT, postgresql_where=SENT)


def downgrade() -> None:

    with op.batch_alter_table('membership_request', schema=None) as batch_op:
        batch_op.drop_index('uq_membership_request_pending', sqlite_where=SENT, postgresql_where=SENT)
        batch_op.drop_index(batch_op.f('ix_membership_request_person_id'))
    op.drop_table('membership_request')

    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_column('role_since')

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('ck_organisation_review'), type_='check')
        batch_op.drop_constraint(batch_op.f('fk_organisation_created_by_person'), type_='foreignkey')
        batch_op.drop_index(batch_op.f('ix_organisation_created_by'))
        batch_op.drop_column('review')
        batch_op.drop_column('created_by')
