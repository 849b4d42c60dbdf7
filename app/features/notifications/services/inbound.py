"""What becomes of a mail that comes back to this installation."""

from __future__ import annotations

import email
from email.policy import default

from app.core.transactions import write_transaction
from app.features.accounts.queries import find_person
from app.features.notifications.inbound_addresses import Purpose, read_address
from app.features.notifications.services.replies import take_reply
from app.features.notifications.services.returns import is_lasting_failure, note_return

MAX_MAIL_BYTES = 1024 * 1024


def take_mail(recipient: str, content: bytes) -> None:
    """Take in a mail that arrived at an address of ours. Raises NotFound for any other address."""
    address = read_address(recipient)
    message = email.message_from_bytes(content, policy=default)
    if address.purpose is Purpose.REPLY:
        take_reply(address, message)
    elif is_lasting_failure(message):
        person = find_person(address.person_id)
        with write_transaction():
            if person is not None:
                note_return(person)
