"""Names, towns, titles and labels are folded again: apostrophes, hyphens and all Latin letters count alike in search

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import re
import unicodedata

import sqlalchemy as sa
from alembic import op
from anyascii import anyascii

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

COLUMNS = (
    ('organisation', 'name', 'folded_name', 320),
    ('organisation', 'city', 'folded_city', 160),
    ('initiative_text', 'title', 'folded_title', 240),
    ('concept_label', 'text', 'folded', 160),
)
PORTION = 5000
JOINTS = re.compile('-+')


class Folds(dict):
    """What each character becomes, as app.core.text.fold made it when this migration was written."""

    def __missing__(self, number):
        self[number] = fold_letter(chr(number))
        return self[number]


def fold_letter(letter):
    if letter.isspace():
        return ' '
    parts = unicodedata.normalize('NFKD', letter)
    if unicodedata.category(letter) in ('Cc', 'Cf', 'Cs', 'Me') or 'VARIATION SELECTOR' in unicodedata.name(letter, ''):
        return ''
    if parts[0] == ' ' or letter in '™℠':
        return '-'
    bare = ''.join(part for part in parts if not unicodedata.combining(part))
    lower = unicodedata.normalize('NFKD', bare.casefold())
    return ''.join(fold_part(part) for part in lower if not unicodedata.combining(part))


def fold_part(part):
    if part.isspace():
        return ' '
    category, name = unicodedata.category(part), unicodedata.name(part, '')
    if category == 'Nd':
        return str(unicodedata.decimal(part))
    if 'LATIN' in name or name.startswith('MODIFIER LETTER'):
        return ''.join(sign for sign in anyascii(part).lower() if sign.isalnum()) or '-'
    return part if category[0] in 'LMN' else '-'


FOLDS = Folds()


def fold(text):
    words = (JOINTS.sub('-', word).strip('-') for word in text.translate(FOLDS).split())
    return ' '.join(word for word in words if word)


def fold_again(table, source, target, longest):
    """Write a folded column again, where it changes, in portions by number."""
    rows = sa.table(table, sa.column('id'), sa.column(source), sa.column(target))
    connection = op.get_bind()
    change = rows.update().where(rows.c.id == sa.bindparam('number')).values({target: sa.bindparam('folded')})
    last = 0
    while True:
        query = sa.select(rows.c.id, rows.c[source], rows.c[target]).where(rows.c.id > last)
        portion = connection.execute(query.order_by(rows.c.id).limit(PORTION)).all()
        if not portion:
            return
        last = portion[-1][0]
        folded = [(number, fold(text)[:longest], before) for number, text, before in portion]
        changed = [{'number': number, 'folded': after} for number, after, before in folded if after != before]
        if changed:
            connection.execute(change, changed)


def upgrade() -> None:
    for table, source, target, longest in COLUMNS:
        fold_again(table, source, target, longest)


def downgrade() -> None:
    """What was folded in this way stays: an older version finds a little less by it until it is written again."""
