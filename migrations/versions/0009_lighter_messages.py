"""No question asks for messages or events by their writer, and keeping such lists in order cost a quarter of a message

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_event_actor_id'))
        batch_op.drop_index(batch_op.f('ix_event_org_id'))

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_message_person_id'))
        batch_op.drop_index(batch_op.f('ix_message_organisation_id'))


def downgrade() -> None:

    with op.batch_alter_table('message', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_message_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_message_person_id'), ['person_id'], unique=False)

    with op.batch_alter_table('event', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_event_org_id'), ['org_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_event_actor_id'), ['actor_id'], unique=False)
