"""How often profiles are shown and opened, in weekly sums by country

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0031'
down_revision = '0030'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'profile_view_count',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('week', sa.Date(), nullable=False),
        sa.Column(
            'kind',
            sa.Enum('shown', 'opened', name='kind', native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column('country', sa.String(length=2), nullable=False),
        sa.Column('number', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_profile_view_count_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_profile_view_count')),
        sa.UniqueConstraint(
            'organisation_id',
            'week',
            'kind',
            'country',
            name=op.f('uq_profile_view_count_organisation_id_week_kind_country'),
        ),
    )
    with op.batch_alter_table('profile_view_count', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_profile_view_count_week'), ['week'], unique=False)


def downgrade() -> None:
    op.drop_table('profile_view_count')
