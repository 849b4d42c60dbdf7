"""The manifest of the initiatives feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.features.initiatives import models  # noqa: F401
from app.features.initiatives.fragments import on_organisation_page
from app.features.initiatives.notices import NOTICES
from app.features.initiatives.policy import POLICY
from app.features.initiatives.queries import count_waiting
from app.features.initiatives.views import blueprint

FEATURE = Feature(
    name="initiatives",
    blueprints=(blueprint,),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Initiatives"),
            "initiatives.index",
            group="work",
            badge=count_waiting,
            icon="initiatives",
            says=_l("Joint projects, and the seats that are free in them."),
        ),
    ),
    notices=NOTICES,
    fragments={"organisation.page": on_organisation_page},
)
