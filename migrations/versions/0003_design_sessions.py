"""Design sessions: phases, people, boards with sealed authors, votes, breakouts, proposals, commitments

Revision ID: 0003
Revises: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('design_session',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('question', sa.String(length=400), nullable=False),
    sa.Column('state', sa.Enum('draft', 'scheduled', 'open', 'live', 'closed', 'archived', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('initiative_id', sa.Integer(), nullable=True),
    sa.Column('previous_id', sa.Integer(), nullable=True),
    sa.Column('stream_id', sa.String(length=32), nullable=False),
    sa.Column('method', sa.String(length=60), nullable=False),
    sa.Column('method_version', sa.Integer(), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('frozen', sa.Boolean(), nullable=False),
    sa.Column('frozen_timer', sa.Boolean(), nullable=False),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.Column('round_asked', sa.Boolean(), nullable=False),
    sa.Column('desk_id', sa.Integer(), nullable=True),
    sa.Column('desk_seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('desk_away', sa.Boolean(), nullable=False),
    sa.Column('breakout_round', sa.Integer(), nullable=False),
    sa.Column('breakout_effect', sa.JSON(), nullable=False),
    sa.Column('broadcast', sa.JSON(), nullable=False),
    sa.Column('steps', sa.Integer(), nullable=False),
    sa.CheckConstraint('minutes > 0', name=op.f('ck_design_session_lasts')),
    sa.ForeignKeyConstraint(['desk_id'], ['person.id'], name=op.f('fk_design_session_desk_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['initiative_id'], ['initiative.id'], name=op.f('fk_design_session_initiative_id_initiative'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['previous_id'], ['design_session.id'], name=op.f('fk_design_session_previous_id_design_session'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['stream_id'], ['stream.id'], name=op.f('fk_design_session_stream_id_stream')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_session')),
    sa.UniqueConstraint('stream_id', name=op.f('uq_design_session_stream_id'))
    )
    with op.batch_alter_table('design_session', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_session_desk_id'), ['desk_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_session_initiative_id'), ['initiative_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_session_previous_id'), ['previous_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_session_state_starts_at'), ['state', 'starts_at'], unique=False)

    op.create_table('design_breakout',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('host_id', sa.Integer(), nullable=True),
    sa.Column('called', sa.Boolean(), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('merged_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_breakout_design_id_design_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['host_id'], ['person.id'], name=op.f('fk_design_breakout_host_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_breakout'))
    )
    with op.batch_alter_table('design_breakout', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_breakout_design_id'), ['design_id'], unique=False)

    op.create_table('design_commitment',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('organisation_name', sa.String(length=160), nullable=False),
    sa.Column('owner_id', sa.Integer(), nullable=True),
    sa.Column('owner_name', sa.String(length=120), nullable=False),
    sa.Column('what', sa.String(length=400), nullable=False),
    sa.Column('if_then', sa.String(length=400), nullable=False),
    sa.Column('by_when', sa.Date(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('open', 'done', 'carried', 'dropped', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('carried_from', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['carried_from'], ['design_commitment.id'], name=op.f('fk_design_commitment_carried_from_design_commitment'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_commitment_design_id_design_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_design_commitment_organisation_id_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['owner_id'], ['person.id'], name=op.f('fk_design_commitment_owner_id_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_commitment'))
    )
    with op.batch_alter_table('design_commitment', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_commitment_design_id'), ['design_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_commitment_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_commitment_owner_id'), ['owner_id'], unique=False)

    op.create_table('design_participant',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('organisation_name', sa.String(length=160), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('role', sa.Enum('participant', 'facilitator', 'co_facilitator', name='role', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('invited', sa.Boolean(), nullable=False),
    sa.Column('joined_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('muted', sa.Boolean(), nullable=False),
    sa.Column('ready', sa.Boolean(), nullable=False),
    sa.Column('spoken', sa.Boolean(), nullable=False),
    sa.Column('hand', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_participant_design_id_design_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_design_participant_organisation_id_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_participant_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_participant')),
    sa.UniqueConstraint('design_id', 'person_id', name=op.f('uq_design_participant_design_id_person_id'))
    )
    with op.batch_alter_table('design_participant', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_participant_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_participant_person_id'), ['person_id'], unique=False)

    op.create_table('design_phase',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('welcome', 'silent_writing', 'pairs_fours', 'breakout', 'reveal', 'cluster', 'how_might_we', 'dot_vote', 'impact_effort', 'rounds', 'consent', 'commitments', 'check_out', name='kind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('title', sa.String(length=120), nullable=False),
    sa.Column('prompt', sa.Text(), nullable=False),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('policy', sa.JSON(), nullable=False),
    sa.Column('columns', sa.JSON(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'running', 'done', 'skipped', name='status', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('left', sa.Integer(), nullable=True),
    sa.Column('revealed', sa.Boolean(), nullable=False),
    sa.Column('writing_closed', sa.Boolean(), nullable=False),
    sa.CheckConstraint('minutes >= 0', name=op.f('ck_design_phase_lasts')),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_phase_design_id_design_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_phase'))
    )
    with op.batch_alter_table('design_phase', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_phase_design_id_position'), ['design_id', 'position'], unique=False)
        batch_op.create_index('uq_design_phase_running', ['design_id'], unique=True, sqlite_where=sa.text("status = 'running'"), postgresql_where=sa.text("status = 'running'"))

    op.create_table('design_proposal',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('stage', sa.Enum('clarify', 'react', 'object', 'integrate', 'agreed', 'withdrawn', name='stage', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_proposal_design_id_design_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_proposal'))
    )
    with op.batch_alter_table('design_proposal', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_proposal_design_id'), ['design_id'], unique=False)

    op.create_table('design_step',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_step_design_id_design_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_step')),
    sa.UniqueConstraint('design_id', 'number', name=op.f('uq_design_step_design_id_number'))
    )
    op.create_table('design_told',
    sa.Column('design_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('state', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_told_design_id_design_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('design_id', name=op.f('pk_design_told'))
    )
    op.create_table('design_breakout_seat',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['group_id'], ['design_breakout.id'], name=op.f('fk_design_breakout_seat_group_id_design_breakout'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_breakout_seat_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_breakout_seat')),
    sa.UniqueConstraint('group_id', 'round', 'person_id', name=op.f('uq_design_breakout_seat_group_id_round_person_id'))
    )
    with op.batch_alter_table('design_breakout_seat', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_breakout_seat_person_id'), ['person_id'], unique=False)

    op.create_table('design_column',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('group_id', sa.Integer(), nullable=True),
    sa.Column('title', sa.String(length=80), nullable=False),
    sa.Column('rank', sa.String(length=60), nullable=False),
    sa.Column('locked', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_column_design_id_design_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['group_id'], ['design_breakout.id'], name=op.f('fk_design_column_group_id_design_breakout'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_column'))
    )
    with op.batch_alter_table('design_column', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_column_design_id_group_id'), ['design_id', 'group_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_column_group_id'), ['group_id'], unique=False)

    op.create_table('design_objection',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_name', sa.String(length=160), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('state', sa.Enum('open', 'integrated', 'withdrawn', 'stands', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_objection_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['proposal_id'], ['design_proposal.id'], name=op.f('fk_design_objection_proposal_id_design_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_objection'))
    )
    with op.batch_alter_table('design_objection', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_objection_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_objection_proposal_id'), ['proposal_id'], unique=False)

    op.create_table('design_stance',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('stance', sa.Enum('consent', 'concern', 'object', name='stance', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_stance_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['proposal_id'], ['design_proposal.id'], name=op.f('fk_design_stance_proposal_id_design_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_stance')),
    sa.UniqueConstraint('proposal_id', 'person_id', name=op.f('uq_design_stance_proposal_id_person_id'))
    )
    with op.batch_alter_table('design_stance', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_stance_person_id'), ['person_id'], unique=False)

    op.create_table('design_wording',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposal_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['proposal_id'], ['design_proposal.id'], name=op.f('fk_design_wording_proposal_id_design_proposal'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_wording')),
    sa.UniqueConstraint('proposal_id', 'number', name=op.f('uq_design_wording_proposal_id_number'))
    )
    op.create_table('design_cluster',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('column_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=80), nullable=False),
    sa.Column('rank', sa.String(length=60), nullable=False),
    sa.ForeignKeyConstraint(['column_id'], ['design_column.id'], name=op.f('fk_design_cluster_column_id_design_column'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_cluster_design_id_design_session'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_cluster'))
    )
    with op.batch_alter_table('design_cluster', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_cluster_column_id'), ['column_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_cluster_design_id'), ['design_id'], unique=False)

    op.create_table('design_card',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('design_id', sa.Integer(), nullable=False),
    sa.Column('column_id', sa.Integer(), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=True),
    sa.Column('cluster_id', sa.Integer(), nullable=True),
    sa.Column('key', sa.String(length=20), nullable=False),
    sa.Column('own_key', sa.String(length=20), nullable=False),
    sa.Column('rank', sa.String(length=60), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('anonymous', sa.Boolean(), nullable=False),
    sa.Column('hidden', sa.Boolean(), nullable=False),
    sa.Column('pinned', sa.Boolean(), nullable=False),
    sa.Column('parked', sa.Boolean(), nullable=False),
    sa.Column('veiled', sa.Boolean(), nullable=False),
    sa.Column('edited', sa.Boolean(), nullable=False),
    sa.Column('opened', sa.Boolean(), nullable=False),
    sa.Column('origin', sa.String(length=20), nullable=False),
    sa.Column('told', sa.JSON(none_as_null=True), nullable=True),
    sa.Column('untold', sa.Boolean(), nullable=False),
    sa.Column('told_in', sa.JSON(), nullable=False),
    sa.CheckConstraint('NOT anonymous OR organisation_id IS NULL', name=op.f('ck_design_card_anonymous_has_no_organisation')),
    sa.CheckConstraint('NOT anonymous OR person_id IS NULL', name=op.f('ck_design_card_anonymous_has_no_author')),
    sa.ForeignKeyConstraint(['cluster_id'], ['design_cluster.id'], name=op.f('fk_design_card_cluster_id_design_cluster'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['column_id'], ['design_column.id'], name=op.f('fk_design_card_column_id_design_column'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['design_id'], ['design_session.id'], name=op.f('fk_design_card_design_id_design_session'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_design_card_organisation_id_organisation'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_card_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['phase_id'], ['design_phase.id'], name=op.f('fk_design_card_phase_id_design_phase'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_card')),
    sa.UniqueConstraint('key', name=op.f('uq_design_card_key')),
    sa.UniqueConstraint('own_key', name=op.f('uq_design_card_own_key'))
    )
    with op.batch_alter_table('design_card', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_card_cluster_id'), ['cluster_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_column_id'), ['column_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_design_id_column_id'), ['design_id', 'column_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_design_id_untold'), ['design_id', 'untold'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_organisation_id'), ['organisation_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_card_phase_id'), ['phase_id'], unique=False)

    op.create_table('design_vote',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('phase_id', sa.Integer(), nullable=False),
    sa.Column('run', sa.Integer(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('cluster_id', sa.Integer(), nullable=True),
    sa.Column('points', sa.Integer(), nullable=False),
    sa.CheckConstraint('(card_id IS NULL) <> (cluster_id IS NULL)', name=op.f('ck_design_vote_one_target')),
    sa.CheckConstraint('points > 0', name=op.f('ck_design_vote_counts')),
    sa.ForeignKeyConstraint(['card_id'], ['design_card.id'], name=op.f('fk_design_vote_card_id_design_card'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['cluster_id'], ['design_cluster.id'], name=op.f('fk_design_vote_cluster_id_design_cluster'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_design_vote_person_id_person'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['phase_id'], ['design_phase.id'], name=op.f('fk_design_vote_phase_id_design_phase'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_design_vote'))
    )
    with op.batch_alter_table('design_vote', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_design_vote_card_id'), ['card_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_vote_cluster_id'), ['cluster_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_vote_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_design_vote_phase_id_run_person_id'), ['phase_id', 'run', 'person_id'], unique=False)
        batch_op.create_index('uq_design_vote_card', ['phase_id', 'run', 'person_id', 'card_id'], unique=True, sqlite_where=sa.text('card_id IS NOT NULL'), postgresql_where=sa.text('card_id IS NOT NULL'))
        batch_op.create_index('uq_design_vote_cluster', ['phase_id', 'run', 'person_id', 'cluster_id'], unique=True, sqlite_where=sa.text('cluster_id IS NOT NULL'), postgresql_where=sa.text('cluster_id IS NOT NULL'))

    op.create_table('sealed_author',
    sa.Column('card_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), autoincrement=False, nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['card_id'], ['design_card.id'], name=op.f('fk_sealed_author_card_id_design_card'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_sealed_author_person_id_person'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('card_id', name=op.f('pk_sealed_author'))
    )
    with op.batch_alter_table('sealed_author', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_sealed_author_person_id'), ['person_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('sealed_author', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_sealed_author_person_id'))

    op.drop_table('sealed_author')
    with op.batch_alter_table('design_vote', schema=None) as batch_op:
        batch_op.drop_index('uq_design_vote_cluster', sqlite_where=sa.text('cluster_id IS NOT NULL'), postgresql_where=sa.text('cluster_id IS NOT NULL'))
        batch_op.drop_index('uq_design_vote_card', sqlite_where=sa.text('card_id IS NOT NULL'), postgresql_where=sa.text('card_id IS NOT NULL'))
        batch_op.drop_index(batch_op.f('ix_design_vote_phase_id_run_person_id'))
        batch_op.drop_index(batch_op.f('ix_design_vote_person_id'))
        batch_op.drop_index(batch_op.f('ix_design_vote_cluster_id'))
        batch_op.drop_index(batch_op.f('ix_design_vote_card_id'))

    op.drop_table('design_vote')
    with op.batch_alter_table('design_card', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_card_phase_id'))
        batch_op.drop_index(batch_op.f('ix_design_card_person_id'))
        batch_op.drop_index(batch_op.f('ix_design_card_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_design_card_design_id_untold'))
        batch_op.drop_index(batch_op.f('ix_design_card_design_id_column_id'))
        batch_op.drop_index(batch_op.f('ix_design_card_column_id'))
        batch_op.drop_index(batch_op.f('ix_design_card_cluster_id'))

    op.drop_table('design_card')
    with op.batch_alter_table('design_cluster', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_cluster_design_id'))
        batch_op.drop_index(batch_op.f('ix_design_cluster_column_id'))

    op.drop_table('design_cluster')
    op.drop_table('design_wording')
    with op.batch_alter_table('design_stance', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_stance_person_id'))

    op.drop_table('design_stance')
    with op.batch_alter_table('design_objection', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_objection_proposal_id'))
        batch_op.drop_index(batch_op.f('ix_design_objection_person_id'))

    op.drop_table('design_objection')
    with op.batch_alter_table('design_column', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_column_group_id'))
        batch_op.drop_index(batch_op.f('ix_design_column_design_id_group_id'))

    op.drop_table('design_column')
    with op.batch_alter_table('design_breakout_seat', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_breakout_seat_person_id'))

    op.drop_table('design_breakout_seat')
    op.drop_table('design_told')
    op.drop_table('design_step')
    with op.batch_alter_table('design_proposal', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_proposal_design_id'))

    op.drop_table('design_proposal')
    with op.batch_alter_table('design_phase', schema=None) as batch_op:
        batch_op.drop_index('uq_design_phase_running', sqlite_where=sa.text("status = 'running'"), postgresql_where=sa.text("status = 'running'"))
        batch_op.drop_index(batch_op.f('ix_design_phase_design_id_position'))

    op.drop_table('design_phase')
    with op.batch_alter_table('design_participant', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_participant_person_id'))
        batch_op.drop_index(batch_op.f('ix_design_participant_organisation_id'))

    op.drop_table('design_participant')
    with op.batch_alter_table('design_commitment', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_commitment_owner_id'))
        batch_op.drop_index(batch_op.f('ix_design_commitment_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_design_commitment_design_id'))

    op.drop_table('design_commitment')
    with op.batch_alter_table('design_breakout', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_breakout_design_id'))

    op.drop_table('design_breakout')
    with op.batch_alter_table('design_session', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_design_session_state_starts_at'))
        batch_op.drop_index(batch_op.f('ix_design_session_previous_id'))
        batch_op.drop_index(batch_op.f('ix_design_session_initiative_id'))
        batch_op.drop_index(batch_op.f('ix_design_session_desk_id'))

    op.drop_table('design_session')
