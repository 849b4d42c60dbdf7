"""Imports of organisations

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = '0033'
down_revision = '0032'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_batch',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('file_name', sa.String(length=120), nullable=False),
    sa.Column('file_digest', sa.String(length=64), nullable=False),
    sa.Column('source', sa.String(length=40), nullable=False),
    sa.Column('lang', sa.String(length=8), nullable=False),
    sa.Column('country', sa.String(length=2), nullable=False),
    sa.Column('encoding', sa.String(length=20), nullable=False),
    sa.Column('header', sa.JSON(), nullable=False),
    sa.Column('mapping', sa.JSON(), nullable=False),
    sa.Column('state', sa.Enum('uploaded', 'checking', 'checked', 'importing', 'done', 'undoing', 'undone', name='state', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('is_running', sa.Boolean(), nullable=False),
    sa.Column('row_count', sa.Integer(), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_import_batch_person_id_person'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['undone_by'], ['person.id'], name=op.f('fk_import_batch_undone_by_person'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_batch'))
    )
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_batch_person_id'), ['person_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_batch_undone_by'), ['undone_by'], unique=False)
        batch_op.create_index('uq_import_batch_digest', ['file_digest'], unique=True, sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'"))
        batch_op.create_index('uq_import_batch_running', ['is_running'], unique=True, sqlite_where=sa.text('is_running'), postgresql_where=sa.text('is_running'))

    op.create_table('import_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('batch_id', sa.Integer(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('cells', sa.JSON(), nullable=False),
    sa.Column('fate', sa.Enum('create', 'update', 'unchanged', 'decide', 'skip', 'refuse', name='fate', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('undo', sa.Enum('undone', 'kept_edited', 'kept_used', 'partly', 'gone', name='undo', native_enum=False, create_constraint=True, length=40), nullable=True),
    sa.Column('is_done', sa.Boolean(), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('candidates', sa.JSON(), nullable=False),
    sa.Column('decision', sa.String(length=20), nullable=False),
    sa.Column('organisation_id', sa.Integer(), nullable=True),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.Column('version_after', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['batch_id'], ['import_batch.id'], name=op.f('fk_import_row_batch_id_import_batch'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_import_row_organisation_id_organisation'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_import_row')),
    sa.UniqueConstraint('batch_id', 'line', name=op.f('uq_import_row_batch_id_line'))
    )
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_import_row_batch_id_fate'), ['batch_id', 'fate'], unique=False)
        batch_op.create_index(batch_op.f('ix_import_row_organisation_id'), ['organisation_id'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('import_row', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_import_row_organisation_id'))
        batch_op.drop_index(batch_op.f('ix_import_row_batch_id_fate'))

    op.drop_table('import_row')
    with op.batch_alter_table('import_batch', schema=None) as batch_op:
        batch_op.drop_index('uq_import_batch_running', sqlite_where=sa.text('is_running'), postgresql_where=sa.text('is_running'))
        batch_op.drop_index('uq_import_batch_digest', sqlite_where=sa.text("state = 'done'"), postgresql_where=sa.text("state = 'done'"))
        batch_op.drop_index(batch_op.f('ix_import_batch_undone_by'))
        batch_op.drop_index(batch_op.f('ix_import_batch_person_id'))

    op.drop_table('import_batch')
