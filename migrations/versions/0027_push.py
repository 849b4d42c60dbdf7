"""Devices that are told at once: their push subscriptions, and the key of the installation

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0027'
down_revision = '0026'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'push_key',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('private_key', sa.String(length=64), nullable=False),
        sa.CheckConstraint('id = 1', name=op.f('ck_push_key_one')),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_push_key')),
    )
    op.create_table(
        'push_subscription',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('login_id', sa.Integer(), nullable=False),
        sa.Column('endpoint', sa.String(length=1000), nullable=False),
        sa.Column('p256dh', sa.String(length=100), nullable=False),
        sa.Column('auth', sa.String(length=40), nullable=False),
        sa.Column('failures', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['login_id'], ['login.id'], name=op.f('fk_push_subscription_login_id_login'), ondelete='CASCADE'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_push_subscription')),
        sa.UniqueConstraint('endpoint', name=op.f('uq_push_subscription_endpoint')),
        sa.UniqueConstraint('login_id', name=op.f('uq_push_subscription_login_id')),
    )


def downgrade() -> None:
    op.drop_table('push_subscription')
    op.drop_table('push_key')
