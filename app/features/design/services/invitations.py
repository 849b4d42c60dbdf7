"""Inviting somebody of the cluster by her address, as a facilitator knows her."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.errors import Invalid
from app.core.i18n import available_language, public_url_for, speaking
from app.core.mail import post
from app.features.accounts.queries import person_at
from app.features.design.models.sessions import Participant, Role
from app.features.design.queries import get_design_session
from app.features.design.services.participants import invite


def invite_address(actor: Actor, design_id: int, address: str, runs: bool) -> Participant:
    """Invite the person with a mail address, perhaps to run the design session together, and tell her by mail.

    Raises NotFound, Forbidden, Conflict, and Invalid where nobody of the cluster has this address.
    """
    person = person_at(address)
    if person is None:
        raise Invalid(
            fields={"email": [_l("Nobody in the cluster has this address. Ask them to join first.")]}
        )
    guest = invite(actor, design_id, person.id, Role.CO_FACILITATOR if runs else Role.PARTICIPANT)
    design_session = get_design_session(actor, design_id)
    lang = available_language(person.locale)
    with speaking(lang):
        subject = _("You are invited: %(title)s", title=design_session.title)
    post(
        person.email,
        lang,
        subject,
        "design_invitation",
        name=person.name,
        title=design_session.title,
        starts_at=design_session.starts_at,
        zone=person.timezone,
        url=public_url_for("design.show", lang=lang, design_id=design_id),
    )
    return guest
