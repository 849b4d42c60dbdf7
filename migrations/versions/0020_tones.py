"""A concept has its colour in one of three tones

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('concept', sa.Column('tone', sa.SmallInteger(), nullable=False, server_default='0'))


def downgrade() -> None:
    op.drop_column('concept', 'tone')
