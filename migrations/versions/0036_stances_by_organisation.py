"""Stances have the organisation that a person came for, and an objection is one record: its reason

A stance "object" that was taken without a written objection becomes an objection whose reason is "…".

Revision ID: 0036
Revises: 0035
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0036'
down_revision = '0035'
branch_labels = None
depends_on = None


NAME_ORGANISATIONS = """
    UPDATE design_stance SET organisation_name = coalesce((
        SELECT participant.organisation_name FROM design_participant AS participant
        JOIN design_proposal AS proposal ON proposal.design_id = participant.design_id
        WHERE proposal.id = design_stance.proposal_id AND participant.person_id = design_stance.person_id), '')
"""
WRITE_OBJECTIONS = """
    INSERT INTO design_objection (created_at, proposal_id, person_id, organisation_name, text, lang, state)
    SELECT stance.created_at, stance.proposal_id, stance.person_id, stance.organisation_name, '…', proposal.lang, 'stands'
    FROM design_stance AS stance JOIN design_proposal AS proposal ON proposal.id = stance.proposal_id
    WHERE stance.stance = 'object' AND NOT EXISTS (
        SELECT 1 FROM design_objection AS objection WHERE objection.proposal_id = stance.proposal_id
        AND (stance.person_id IS NULL OR objection.person_id = stance.person_id))
"""


def upgrade() -> None:
    with op.batch_alter_table('design_stance', schema=None) as batch_op:
        batch_op.add_column(
            sa.Column('organisation_name', sa.String(length=160), nullable=False, server_default='')
        )
    op.execute(NAME_ORGANISATIONS)
    op.execute(WRITE_OBJECTIONS)
    op.execute("DELETE FROM design_stance WHERE stance = 'object'")
    with op.batch_alter_table('design_stance', schema=None) as batch_op:
        batch_op.alter_column('organisation_name', server_default=None)
        batch_op.drop_constraint(op.f('ck_design_stance_stance'), type_='check')
        batch_op.create_check_constraint(op.f('ck_design_stance_stance'), "stance IN ('consent', 'concern')")


def downgrade() -> None:
    with op.batch_alter_table('design_stance', schema=None) as batch_op:
        batch_op.drop_column('organisation_name')
        batch_op.drop_constraint(op.f('ck_design_stance_stance'), type_='check')
        batch_op.create_check_constraint(
            op.f('ck_design_stance_stance'), "stance IN ('consent', 'concern', 'object')"
        )
