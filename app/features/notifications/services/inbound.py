"""What becomes of a mail that comes back to this installation."""

from __future__ import annotations

from app.core.errors import NotFound
from app.core.transactions import write_transaction
from app.features.accounts.queries import find_person
from app.features.notifications.inbound_addresses import Purpose, digest_of, read_address
from app.features.notifications.inbound_mail import read_mail
from app.features.notifications.services.replies import take_reply
from app.features.notifications.services.returns import note_return


def take_mail(recipient: str, content: bytes) -> None:
    """Take in a mail that arrived at an address of ours.

    Raises NotFound for any other address, Unreadable for a mail that cannot be read, TooMany where its person wrote too
    many today.
    """
    address = read_address(recipient)
    mail = read_mail(content)
    if address.purpose is Purpose.REPLY:
        take_reply(address, mail)
        return
    if address.is_expired:
        raise NotFound
    person = find_person(address.person_id)
    if mail.is_return and person is not None and address.detail == digest_of(person.email):
        with write_transaction():
            note_return(person)
