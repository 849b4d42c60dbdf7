"""Every door of Trama and who may go through it: one row each; a door without a row fails the test."""

from __future__ import annotations

from tests.permissions.rows.accessibility import ACCESSIBILITY
from tests.permissions.rows.accounts import ACCOUNTS
from tests.permissions.rows.catch_up import CATCH_UP
from tests.permissions.rows.claims import CLAIMS
from tests.permissions.rows.consortia import CONSORTIA
from tests.permissions.rows.decisions import DECISIONS
from tests.permissions.rows.design import DESIGN, DESIGN_COMMANDS, DESIGN_PAGES
from tests.permissions.rows.home import HOME
from tests.permissions.rows.imports import IMPORTS
from tests.permissions.rows.initiatives import INITIATIVES, OFFERS
from tests.permissions.rows.introductions import INTRODUCTIONS
from tests.permissions.rows.network import NETWORK
from tests.permissions.rows.notifications import NOTIFICATIONS
from tests.permissions.rows.organisations import ORGANISATIONS
from tests.permissions.rows.rooms import ROOM_COMMANDS, ROOMS
from tests.permissions.rows.saved_searches import SAVED_SEARCHES
from tests.permissions.rows.search import SEARCH
from tests.permissions.rows.suggestions import SUGGESTIONS
from tests.permissions.rows.taxonomy import TAXONOMY
from tests.permissions.rows.translation import TRANSLATION
from tests.permissions.rows.visibility import VISIBILITY

ROWS = (
    *ACCOUNTS,
    *ORGANISATIONS,
    *SAVED_SEARCHES,
    *CLAIMS,
    *INITIATIVES,
    *OFFERS,
    *CONSORTIA,
    *IMPORTS,
    *VISIBILITY,
    *SUGGESTIONS,
    *INTRODUCTIONS,
    *NETWORK,
    *ROOMS,
    *DECISIONS,
    *DESIGN,
    *DESIGN_PAGES,
    *NOTIFICATIONS,
    *CATCH_UP,
    *SEARCH,
    *ACCESSIBILITY,
    *TRANSLATION,
    *TAXONOMY,
    *HOME,
)
COMMANDS = {**ROOM_COMMANDS, **DESIGN_COMMANDS}
"""For each event of the socket: its content, and who may send it on one's own and on the other's."""
