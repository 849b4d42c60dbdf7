"""A person chooses what a screen reader is given of new messages

Revision ID: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('person', sa.Column('read_aloud', sa.String(length=8), nullable=False, server_default='all'))


def downgrade() -> None:
    op.drop_column('person', 'read_aloud')
