"""The ledger: entries that hold the hash of the one before, and that the database lets nobody change

Revision ID: 0039
Revises: 0038
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0039'
down_revision = '0038'
branch_labels = None
depends_on = None

REFUSED = "an entry of the ledger is never changed"


def upgrade() -> None:
    op.create_table(
        'ledger_entry',
        sa.Column('seq', sa.Integer(), autoincrement=False, nullable=False),
        sa.Column('kind', sa.String(length=40), nullable=False),
        sa.Column('subject', sa.String(length=60), nullable=False),
        sa.Column('body', sa.LargeBinary(), nullable=False),
        sa.Column('hash', sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint('seq', name=op.f('pk_ledger_entry')),
    )
    op.create_index(op.f('ix_ledger_entry_subject'), 'ledger_entry', ['subject'])
    if op.get_bind().dialect.name == 'sqlite':
        for change in ('UPDATE', 'DELETE'):
            op.execute(
                f"CREATE TRIGGER ledger_refuses_{change.lower()} BEFORE {change} ON ledger_entry "
                f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{REFUSED}'; END $$"
    )
    op.execute(
        "CREATE TRIGGER ledger_refuses_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()"
    )


def downgrade() -> None:
    op.drop_table('ledger_entry')
    if op.get_bind().dialect.name != 'sqlite':
        op.execute("DROP FUNCTION refuse_ledger_change()")
