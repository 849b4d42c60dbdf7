"""What readers of a design session were told is kept part by part; outcomes know the cards they came from

A change of one part then reads and writes that part alone, not the whole state.

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

WHOLE = sa.table('design_told', sa.column('design_id', sa.Integer), sa.column('state', sa.JSON))
PARTS = sa.table(
    'design_told',
    sa.column('design_id', sa.Integer),
    sa.column('part', sa.String),
    sa.column('content', sa.JSON),
)


def upgrade() -> None:
    connection = op.get_bind()
    told = connection.execute(sa.select(WHOLE.c.design_id, WHOLE.c.state)).all()
    op.drop_table('design_told')
    _create(sa.Column('part', sa.String(length=20), nullable=False), sa.Column('content', sa.JSON(), nullable=False))
    rows = [
        {'design_id': row.design_id, 'part': part, 'content': content}
        for row in told
        for part, content in row.state.items()
    ]
    if rows:
        connection.execute(PARTS.insert(), rows)
    for table in ('design_proposal', 'design_commitment'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column('cards', sa.JSON(), nullable=False, server_default='[]'))
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('cards', server_default=None, existing_type=sa.JSON(), existing_nullable=False)


def downgrade() -> None:
    for table in ('design_commitment', 'design_proposal'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_column('cards')
    connection = op.get_bind()
    told: dict[int, dict[str, object]] = {}
    for row in connection.execute(sa.select(PARTS.c.design_id, PARTS.c.part, PARTS.c.content)):
        told.setdefault(row.design_id, {})[row.part] = row.content
    op.drop_table('design_told')
    _create(sa.Column('state', sa.JSON(), nullable=False))
    if told:
        connection.execute(WHOLE.insert(), [{'design_id': key, 'state': state} for key, state in told.items()])


def _create(*columns: sa.Column[object]) -> None:
    """The table with these columns beside its design session."""
    keys = ['design_id', *(column.name for column in columns if column.name == 'part')]
    op.create_table(
        'design_told',
        sa.Column('design_id', sa.Integer(), autoincrement=False, nullable=False),
        *columns,
        sa.ForeignKeyConstraint(
            ['design_id'],
            ['design_session.id'],
            name=op.f('fk_design_told_design_id_design_session'),
            ondelete='CASCADE',
        ),
        sa.PrimaryKeyConstraint(*keys, name=op.f('pk_design_told')),
    )
