"""What the devices of a person show: the first words, and which kinds of notices they leave out

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0037'
down_revision = '0036'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('mail_schedule', schema=None) as batch_op:
        batch_op.add_column(sa.Column('pushes_words', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('unpushed_kinds', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('mail_schedule', schema=None) as batch_op:
        batch_op.alter_column('pushes_words', server_default=None)
        batch_op.alter_column('unpushed_kinds', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('mail_schedule', schema=None) as batch_op:
        batch_op.drop_column('unpushed_kinds')
        batch_op.drop_column('pushes_words')
