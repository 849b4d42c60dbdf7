"""A closed design session knows what was voted and not by whom; digests of commands are made anew with a secret

The record of what was done to a draft that was deleted keeps no words of it.

Digests made before told the words of removed messages to whoever guessed them: they are forgotten. A repeat of such a
command is answered as before, whatever it says. Going back loses the votes and stances of sessions that were closed.

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

CLOSED = "SELECT id FROM design_session WHERE state IN ('closed', 'archived')"
PHASES = f'SELECT id FROM design_phase WHERE design_id IN ({CLOSED})'
PROPOSALS = f'SELECT id FROM design_proposal WHERE design_id IN ({CLOSED})'


def upgrade() -> None:
    with op.batch_alter_table('design_phase', schema=None) as batch_op:
        batch_op.add_column(sa.Column('voters', sa.Integer(), nullable=True))
    _let_be_empty(True)
    op.execute(
        'UPDATE design_phase SET voters = (SELECT COUNT(DISTINCT v.person_id) FROM design_vote v'
        ' WHERE v.phase_id = design_phase.id AND v.run = design_phase.run)'
        f' WHERE design_id IN ({CLOSED})'
    )
    op.execute(
        'INSERT INTO design_vote (created_at, phase_id, run, card_id, cluster_id, points)'
        ' SELECT s.closed_at, v.phase_id, v.run, v.card_id, v.cluster_id, SUM(v.points) FROM design_vote v'
        ' JOIN design_phase p ON p.id = v.phase_id AND p.run = v.run JOIN design_session s ON s.id = p.design_id'
        f' WHERE v.phase_id IN ({PHASES}) GROUP BY s.closed_at, v.phase_id, v.run, v.card_id, v.cluster_id'
    )
    op.execute(f'DELETE FROM design_vote WHERE person_id IS NOT NULL AND phase_id IN ({PHASES})')
    op.execute(f'UPDATE design_stance SET person_id = NULL WHERE proposal_id IN ({PROPOSALS})')
    op.execute(f'DELETE FROM design_step WHERE design_id IN ({CLOSED})')
    op.execute("DELETE FROM command WHERE CAST(answer AS TEXT) = '{}'")
    op.execute("UPDATE command SET digest = ''")
    op.execute(
        """UPDATE audit SET "before" = '{}', "after" = '{}' WHERE action NOT IN ('initiative.delete', 'design.delete') AND"""
        " subject IN (SELECT subject FROM audit WHERE action IN ('initiative.delete', 'design.delete'))"
    )
    op.execute("UPDATE job SET payload = '{}' WHERE failed_at IS NOT NULL")


def downgrade() -> None:
    op.execute('DELETE FROM design_vote WHERE person_id IS NULL')
    op.execute('DELETE FROM design_stance WHERE person_id IS NULL')
    _let_be_empty(False)
    with op.batch_alter_table('design_phase', schema=None) as batch_op:
        batch_op.drop_column('voters')


def _let_be_empty(nullable: bool) -> None:
    for table in ('design_vote', 'design_stance'):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column('person_id', existing_type=sa.Integer(), nullable=nullable)
