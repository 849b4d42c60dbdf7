"""Kinds of cooperation as concepts that profiles hold, and until when they count

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0040'
down_revision = '0039'
branch_labels = None
depends_on = None

KINDS = ('sector', 'skill', 'country', 'region', 'language', 'goal', 'topic')
RELATIONS = ('sector', 'offers', 'seeks', 'goal', 'language', 'topic')
NEW = 'cooperation'
COLUMNS = (
    ('concept', 'kind', KINDS),
    ('concept_wish', 'kind', KINDS),
    ('organisation_concept', 'relation', RELATIONS),
)


def upgrade() -> None:
    for table, column, values in COLUMNS:
        _allow(table, column, (*values, NEW))
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cooperation_until', sa.Date(), nullable=True))
        batch_op.create_index(batch_op.f('ix_organisation_cooperation_until'), ['cooperation_until'])


def downgrade() -> None:
    with op.batch_alter_table('organisation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_organisation_cooperation_until'))
        batch_op.drop_column('cooperation_until')
    concepts = f"(SELECT id FROM concept WHERE kind = '{NEW}')"
    op.execute(f"DELETE FROM organisation_concept WHERE relation = '{NEW}'")
    op.execute(f"DELETE FROM concept_label WHERE concept_id IN {concepts}")
    op.execute(f"DELETE FROM concept WHERE kind = '{NEW}'")
    for table, column, values in COLUMNS:
        _allow(table, column, values)


def _allow(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let a column have these values."""
    allowed = ', '.join(f"'{value}'" for value in values)
    with op.batch_alter_table(table, schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(f'ck_{table}_{column}'), type_='check')
        batch_op.create_check_constraint(batch_op.f(f'ck_{table}_{column}'), f"{column} IN ({allowed})")
