"""The manifest of the accounts feature."""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l

from app.core.feature import Feature, NavigationItem
from app.core.permissions import SIGNED_IN
from app.features.accounts import models  # noqa: F401
from app.features.accounts.cli import accounts
from app.features.accounts.policy import POLICY
from app.features.accounts.queries import identify
from app.features.accounts.views import account, joining, passwords, sign_ins  # noqa: F401
from app.features.accounts.views.blueprint import blueprint


def prepare(app: Flask) -> None:
    """Have each page say whether it stands on its reader's own device."""
    app.after_request(sign_ins.name_own_device)


FEATURE = Feature(
    name="accounts",
    blueprints=(blueprint,),
    policy=POLICY,
    navigation=(
        NavigationItem(
            _l("Your account"), "accounts.account", permission=SIGNED_IN, bars=("account",), icon="person"
        ),
    ),
    cli=(accounts,),
    identify=identify,
    prepare=prepare,
)
