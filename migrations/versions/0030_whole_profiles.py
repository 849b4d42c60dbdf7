"""Whole profiles: legal name, register, logo, volunteers, social links, where each field comes from; stories and track

A source_id is unique in its source; those of an existing database came with the consortia.

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0030'
down_revision = '0029'
branch_labels = None
depends_on = None

TEXTS = {
    'legal_name': 160,
    'latin_name': 320,
    'registry_scheme': 20,
    'registry_number': 40,
    'access_notes': 600,
    'phone': 40,
}
NULLABLE = {
    'place_id': sa.Integer(),
    'volunteers': sa.Integer(),
    'logo_file_id': sa.String(length=32),
    'source': sa.String(length=40),
    'batch_id': sa.Integer(),
    'confirmed_at': sa.DateTime(timezone=True),
    'asked_at': sa.DateTime(timezone=True),
}


def upgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name, length in TEXTS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=False, server_default=''))
        for name, kind in NULLABLE.items():
            batch_op.add_column(sa.Column(name, kind, nullable=True))
        batch_op.add_column(sa.Column('phone_public', sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column('social_links', sa.JSON(), nullable=False, server_default='[]'))
        batch_op.add_column(sa.Column('provenance', sa.JSON(), nullable=False, server_default='{}'))
        batch_op.add_column(sa.Column('version', sa.Integer(), nullable=False, server_default='1'))
    op.execute(sa.text("UPDATE organisation SET source = 'consortia' WHERE source_id IS NOT NULL"))
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name in (*TEXTS, 'phone_public', 'social_links', 'provenance', 'version'):
            batch_op.alter_column(name, server_default=None)
        batch_op.drop_constraint(batch_op.f('uq_organisation_source_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_organisation_source_source_id'), ['source', 'source_id'])
        batch_op.create_unique_constraint(batch_op.f('uq_organisation_logo_file_id'), ['logo_file_id'])
        for name in ('registry_number', 'batch_id', 'confirmed_at'):
            batch_op.create_index(batch_op.f(f'ix_organisation_{name}'), [name])
    op.create_table(
        'story',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('title', sa.String(length=120), nullable=False),
        sa.Column('problem', sa.Text(), nullable=False),
        sa.Column('tool', sa.Text(), nullable=False),
        sa.Column('effect', sa.Text(), nullable=False),
        sa.Column('year', sa.Integer(), nullable=True),
        sa.Column('initiative_id', sa.Integer(), nullable=True),
        sa.Column('picture_file_id', sa.String(length=32), nullable=True),
        sa.Column('picture_width', sa.Integer(), nullable=True),
        sa.Column('picture_height', sa.Integer(), nullable=True),
        sa.Column('picture_alt', sa.String(length=300), nullable=False),
        sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            '(picture_file_id IS NULL) = (picture_width IS NULL)', name=op.f('ck_story_picture_has_width')
        ),
        sa.CheckConstraint(
            '(picture_file_id IS NULL) = (picture_height IS NULL)', name=op.f('ck_story_picture_has_height')
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_story_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.ForeignKeyConstraint(
            ['initiative_id'],
            ['initiative.id'],
            name=op.f('fk_story_initiative_id_initiative'),
            ondelete='SET NULL',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_story')),
        sa.UniqueConstraint('picture_file_id', name=op.f('uq_story_picture_file_id')),
    )
    op.create_index(op.f('ix_story_organisation_id'), 'story', ['organisation_id'])
    op.create_index(op.f('ix_story_initiative_id'), 'story', ['initiative_id'])
    op.create_table(
        'track',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.Column('title', sa.String(length=240), nullable=False),
        sa.Column('year', sa.Integer(), nullable=True),
        sa.Column('role', sa.String(length=120), nullable=False),
        sa.Column('partners', sa.String(length=300), nullable=False),
        sa.Column('link', sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_track_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_track')),
    )
    op.create_index(op.f('ix_track_organisation_id'), 'track', ['organisation_id'])
    op.create_table(
        'track_partner',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        sa.Column('track_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['track_id'], ['track.id'], name=op.f('fk_track_partner_track_id_track'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_track_partner_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_track_partner')),
        sa.UniqueConstraint('track_id', 'organisation_id', name=op.f('uq_track_partner_track_id_organisation_id')),
    )
    op.create_index(op.f('ix_track_partner_organisation_id'), 'track_partner', ['organisation_id'])
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('repeats', sa.SmallInteger(), nullable=False, server_default='0'))
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.alter_column('repeats', server_default=None)


def downgrade() -> None:
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_column('repeats')
    op.drop_table('track_partner')
    op.drop_table('track')
    op.drop_table('story')
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        for name in ('registry_number', 'batch_id', 'confirmed_at'):
            batch_op.drop_index(batch_op.f(f'ix_organisation_{name}'))
        batch_op.drop_constraint(batch_op.f('uq_organisation_logo_file_id'), type_='unique')
        batch_op.drop_constraint(batch_op.f('uq_organisation_source_source_id'), type_='unique')
        batch_op.create_unique_constraint(batch_op.f('uq_organisation_source_id'), ['source_id'])
        for name in (*TEXTS, *NULLABLE, 'phone_public', 'social_links', 'provenance', 'version'):
            batch_op.drop_column(name)
