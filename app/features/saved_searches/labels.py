"""What the values of saved searches' columns are called."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.saved_searches.models import MailFrequency

FREQUENCY_NAMES: Mapping[MailFrequency, LazyString] = {
    MailFrequency.NEVER: _l("Never"),
    MailFrequency.DAILY: _l("Once a day"),
    MailFrequency.WEEKLY: _l("Once a week"),
}
