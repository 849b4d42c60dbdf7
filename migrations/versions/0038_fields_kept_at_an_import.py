"""Fields that an import leaves as they are, by decision

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0038'
down_revision = '0037'
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Rows of imports that are under way were decided without such a choice.
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.add_column(sa.Column('kept_fields', sa.JSON(), nullable=False, server_default='[]'))
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.alter_column('kept_fields', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.drop_column('kept_fields')
