"""The manifest of the network feature."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.features.network.network_cache import prepare
from app.features.network.views import blueprint

FEATURE = Feature(
    name="network",
    blueprints=(blueprint,),
    navigation=(
        NavigationItem(
            _l("Network"),
            "network.index",
            SIGNED_IN,
            group="find",
            icon="network",
            order=12,
            says=_l("Who has worked with whom, as a picture and as a table."),
        ),
    ),
    prepare=prepare,
)
