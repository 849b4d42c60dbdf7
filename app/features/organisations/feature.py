"""The manifest of the organisations feature."""

from __future__ import annotations

from app.core.feature import Feature
from app.features.accounts.announcements import AddressVerified
from app.features.organisations import models  # noqa: F401
from app.features.organisations.policy import POLICY
from app.features.organisations.queries import identify
from app.features.organisations.services import advance_verified

FEATURE = Feature(
    name="organisations",
    policy=POLICY,
    listens=((AddressVerified, advance_verified),),
    identify=identify,
)
