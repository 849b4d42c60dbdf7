"""Texts are rendered when they are written, and what is shown of them is kept beside them

What stands there already is rendered by a job once Trama is started. Going back, events lose what was rendered of their
words, since the version before would leave it behind when the words are changed.

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None

COLUMNS = (
    ("application", "message_rendered"),
    ("initiative_text", "summary_rendered"),
    ("initiative_text", "challenge_rendered"),
    ("organisation_text", "body_rendered"),
    ("seat_offer", "message_rendered"),
)


def upgrade() -> None:
    for table, column in COLUMNS:
        op.add_column(table, sa.Column(column, sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    for table, column in COLUMNS:
        op.drop_column(table, column)
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "UPDATE event SET payload = json_remove(payload, '$.rendered')"
            " WHERE json_type(payload, '$.rendered') IS NOT NULL"
        )
    else:
        op.execute(
            "UPDATE event SET payload = (payload::jsonb - 'rendered')::json"
            " WHERE payload::jsonb -> 'rendered' IS NOT NULL"
        )
