"""Every question to the partner engine asks who was written lately and who has paused

Revision ID: 0008
Revises: 0007
"""

from __future__ import annotations

from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_organisation_paused_until'), ['paused_until'], unique=False)
        batch_op.create_index(batch_op.f('ix_organisation_updated_at'), ['updated_at'], unique=False)


def downgrade() -> None:

    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_updated_at'))
        batch_op.drop_index(batch_op.f('ix_organisation_paused_until'))
