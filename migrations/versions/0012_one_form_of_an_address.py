"""International domains are kept as people read them, so that müller.de and its xn-- are one address

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import logging
from collections import defaultdict

import idna
import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

PORTION = 5000
log = logging.getLogger('alembic.runtime.migration')


def one_form(address):
    """The address with its domain as app.core.email_addresses.normalise_email made it when this migration was written."""
    local, at, domain = address.strip().rpartition('@')
    try:
        domain = idna.decode(idna.encode(domain, uts46=True))
    except UnicodeError:
        return address.lower()
    return f'{local.lower()}{at}{domain}'


def in_one_form(connection, table, column):
    """Bring a column that may hold an address twice into the one form, in portions by number."""
    rows = sa.table(table, sa.column('id'), sa.column(column))
    change = rows.update().where(rows.c.id == sa.bindparam('number')).values({column: sa.bindparam('address')})
    last = 0
    while True:
        query = sa.select(rows.c.id, rows.c[column]).where(rows.c.id > last).order_by(rows.c.id).limit(PORTION)
        portion = connection.execute(query).all()
        if not portion:
            return
        last = portion[-1][0]
        folded = [(number, one_form(address), address) for number, address in portion if address]
        changed = [{'number': number, 'address': after} for number, after, before in folded if after != before]
        if changed:
            connection.execute(change, changed)


def people_in_one_form(connection):
    """The same of people, of whom no two may have one address: the verified one, else the older, has it.

    Another keeps her row and her spelling; one who had the very form that the first gets takes the first one's in turn.
    """
    people = sa.table('person', sa.column('id'), sa.column('email'), sa.column('verified_at'))
    having = defaultdict(list)
    query = sa.select(people.c.id, people.c.email, people.c.verified_at.is_(None)).order_by(people.c.id)
    for number, email, is_unverified in connection.execute(query):
        having[one_form(email)].append((is_unverified, number, email))

    def write(number, address):
        connection.execute(people.update().where(people.c.id == number).values(email=address))

    for address, those in having.items():
        (_, first, email), *others = sorted(those)
        if email != address:
            write(first, f'{first}@being-moved.invalid')
            for _, number, theirs in others:
                if theirs == address:
                    write(number, email)
            write(first, address)
        if others:
            names = ', '.join(str(number) for _, number, _ in others)
            log.warning('Two spellings of one address: person %s keeps it, nobody can sign in as person %s.', first, names)


def upgrade() -> None:
    connection = op.get_bind()
    people_in_one_form(connection)
    in_one_form(connection, 'invitation', 'email')
    in_one_form(connection, 'organisation', 'contact')


def downgrade() -> None:
    """Addresses stay as people read them: an older version takes them, too."""
