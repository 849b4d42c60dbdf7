"""The kind of notice about a free seat that fits an organisation."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.i18n import path_for
from app.core.notices import NoticeKind, NoticeText, emphasised
from app.features.consortia.queries import free_roles
from app.features.initiatives.queries import text_in
from app.features.organisations.weave import weave_of


def seat_fits(actor: Actor, ids: Collection[int]) -> Mapping[int, NoticeText]:
    """Roles with a free seat, of initiatives that take applications and in which the actor's organisation has no part."""
    return {
        role.id: NoticeText(
            emphasised(
                _("A seat fits you: %(role)s in %(initiative)s"),
                role=role.title,
                initiative=text_in(role.initiative).title,
            ),
            path_for("initiatives.show", slug=role.initiative.slug, _anchor=f"role-{role.id}"),
            _("See the seat"),
            _("Initiative"),
            weave_of(role.initiative.lead),
        )
        for role in free_roles(actor, ids)
    }


NOTICES = (NoticeKind("seat.fits", _l("A seat fits your organisation"), seat_fits, rank=65),)
