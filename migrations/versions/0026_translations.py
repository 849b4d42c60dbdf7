"""Texts have translations, which go with their words; rooms of introductions need the consent of both organisations

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0026'
down_revision = '0025'
branch_labels = None
depends_on = None

SOURCES = {
    'message_id': 'message',
    'organisation_text_id': 'organisation_text',
    'initiative_text_id': 'initiative_text',
    'card_id': 'design_card',
}


def upgrade() -> None:
    one = ' OR '.join(
        '(' + ' AND '.join(f'{name} IS {"NOT " * (name == source)}NULL' for name in SOURCES) + ')'
        for source in SOURCES
    )
    op.create_table(
        'translation',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(source, sa.Integer(), nullable=True) for source in SOURCES if source != 'card_id'),
        sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
        sa.Column('lang', sa.String(length=8), nullable=False),
        sa.Column('body', sa.Text(), nullable=False),
        sa.Column('body_rendered', sa.JSON(none_as_null=True), nullable=True),
        sa.Column('mended_at', sa.DateTime(timezone=True), nullable=True),
        sa.Column('mended_by', sa.Integer(), nullable=True),
        sa.CheckConstraint(one, name=op.f('ck_translation_one_source')),
        *(
            sa.ForeignKeyConstraint(
                [source], [f'{table}.id'], name=op.f(f'fk_translation_{source}_{table}'), ondelete='CASCADE'
            )
            for source, table in SOURCES.items()
        ),
        sa.ForeignKeyConstraint(
            ['mended_by'], ['person.id'], name=op.f('fk_translation_mended_by_person'), ondelete='SET NULL'
        ),
        sa.PrimaryKeyConstraint('id', name=op.f('pk_translation')),
        *(
            sa.UniqueConstraint(source, 'lang', name=op.f(f'uq_translation_{source}_lang'))
            for source in SOURCES
        ),
    )
    op.create_index(op.f('ix_translation_mended_by'), 'translation', ['mended_by'])
    op.create_table(
        'translation_consent',
        sa.Column('room_id', sa.Integer(), nullable=False),
        sa.Column('organisation_id', sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ['room_id'], ['room.id'], name=op.f('fk_translation_consent_room_id_room'), ondelete='CASCADE'
        ),
        sa.ForeignKeyConstraint(
            ['organisation_id'],
            ['organisation.id'],
            name=op.f('fk_translation_consent_organisation_id_organisation'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint('room_id', 'organisation_id', name=op.f('pk_translation_consent')),
    )
    op.create_index(
        op.f('ix_translation_consent_organisation_id'), 'translation_consent', ['organisation_id']
    )


def downgrade() -> None:
    op.drop_table('translation_consent')
    op.drop_table('translation')
