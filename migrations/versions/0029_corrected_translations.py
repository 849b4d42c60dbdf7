"""The corrections of translations are called so in their columns

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

from alembic import op

revision = '0029'
down_revision = '0028'
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename('mended', 'corrected')


def downgrade() -> None:
    _rename('corrected', 'mended')


def _rename(old: str, new: str) -> None:
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f(f'ix_translation_{old}_by'))
        batch_op.drop_constraint(batch_op.f(f'fk_translation_{old}_by_person'), type_='foreignkey')
        batch_op.alter_column(f'{old}_at', new_column_name=f'{new}_at')
        batch_op.alter_column(f'{old}_by', new_column_name=f'{new}_by')
    with op.batch_alter_table('translation', schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f(f'fk_translation_{new}_by_person'), 'person', [f'{new}_by'], ['id'], ondelete='SET NULL'
        )
        batch_op.create_index(batch_op.f(f'ix_translation_{new}_by'), [f'{new}_by'])
