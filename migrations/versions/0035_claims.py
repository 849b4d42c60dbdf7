"""Claims of organisations, reports about listings, pairs that are two, and organisations that were merged

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0035'
down_revision = '0034'
branch_labels = None
depends_on = None


def _enum(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _refers(table: str, column: str, target: str, ondelete: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f'{target}.id'], name=op.f(f'fk_{table}_{column}_{target}'), ondelete=ondelete
    )


def upgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('merged_into_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f('fk_organisation_merged_into_id_organisation'),
            'organisation',
            ['merged_into_id'],
            ['id'],
            ondelete='SET NULL',
        )
        batch_op.create_index(batch_op.f('ix_organisation_merged_into_id'), ['merged_into_id'])
    op.create_table(
        'claim',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('person_id', sa.Integer(), nullable=False),
        sa.Column(
            'state', _enum('state', 'asked', 'contested', 'given', 'refused', 'withdrawn'), nullable=False
        ),
        sa.Column('proof', _enum('proof', 'mail_domain', 'word_of_manager'), nullable=True),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=True),
        sa.Column('token_expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('answer', sa.Text(), nullable=False),
        sa.Column('answered_by', sa.Integer(), nullable=True),
        sa.Column('answer_until', sa.DateTime(timezone=True), nullable=True),
        sa.Column('decided_by', sa.Integer(), nullable=True),
        sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('reason', sa.Text(), nullable=False),
        _refers('claim', 'organisation_id', 'organisation', 'CASCADE'),
        _refers('claim', 'person_id', 'person', 'CASCADE'),
        _refers('claim', 'answered_by', 'person', 'SET NULL'),
        _refers('claim', 'decided_by', 'person', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_claim')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_claim_token_hash')),
    )
    op.create_index(op.f('ix_claim_person_id'), 'claim', ['person_id'])
    op.create_index(op.f('ix_claim_state'), 'claim', ['state'])
    op.create_index(
        'uq_claim_open',
        'claim',
        ['organisation_id', 'person_id'],
        unique=True,
        sqlite_where=sa.text("state IN ('asked', 'contested')"),
        postgresql_where=sa.text("state IN ('asked', 'contested')"),
    )
    op.create_table(
        'listing_report',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('kind', _enum('kind', 'take_down', 'wrong'), nullable=False),
        sa.Column('state', _enum('state', 'open', 'hidden', 'done'), nullable=False),
        sa.Column('note', sa.Text(), nullable=False),
        sa.Column('email', sa.String(length=254), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('token_hash', sa.String(length=64), nullable=True),
        sa.Column('token_expires_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('handled_by', sa.Integer(), nullable=True),
        sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
        _refers('listing_report', 'organisation_id', 'organisation', 'CASCADE'),
        _refers('listing_report', 'handled_by', 'person', 'SET NULL'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_report')),
        sa.UniqueConstraint('token_hash', name=op.f('uq_listing_report_token_hash')),
    )
    op.create_index(op.f('ix_listing_report_organisation_id'), 'listing_report', ['organisation_id'])
    op.create_index(op.f('ix_listing_report_state'), 'listing_report', ['state'])
    op.create_table(
        'distinct_pair',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('low_id', sa.Integer(), nullable=False),
        sa.Column('high_id', sa.Integer(), nullable=False),
        sa.CheckConstraint('low_id < high_id', name=op.f('ck_distinct_pair_ordered')),
        _refers('distinct_pair', 'low_id', 'organisation', 'CASCADE'),
        _refers('distinct_pair', 'high_id', 'organisation', 'CASCADE'),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_distinct_pair')),
        sa.UniqueConstraint('low_id', 'high_id', name=op.f('uq_distinct_pair_low_id_high_id')),
    )
    op.create_index(op.f('ix_distinct_pair_high_id'), 'distinct_pair', ['high_id'])


def downgrade() -> None:
    op.drop_table('distinct_pair')
    op.drop_table('listing_report')
    op.drop_table('claim')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_merged_into_id'))
        batch_op.drop_constraint(batch_op.f('fk_organisation_merged_into_id_organisation'), type_='foreignkey')
        batch_op.drop_column('merged_into_id')
