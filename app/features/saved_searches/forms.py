"""What the pages about saved searches accept."""

from __future__ import annotations

from typing import Any

from wtforms import HiddenField, SelectField

from app.core.forms import BaseForm, choices_of, line
from app.core.i18n import lazy_text as _l
from app.features.saved_searches.labels import FREQUENCY_NAMES
from app.features.saved_searches.models import MAX_NAME_CHARS, MailFrequency


class SearchForm(BaseForm):
    """The name of a search, and how often it is mailed."""

    name = line(_l("Name of the search"), longest=MAX_NAME_CHARS, description=_l("For you alone."))
    mail = SelectField(
        _l("Tell me of newcomers by email"),
        validate_choice=False,
        default=MailFrequency.WEEKLY.value,
        description=_l("As one line in the email that gathers your news. Without newcomers there is none."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.mail.choices = choices_of((each.value, name) for each, name in FREQUENCY_NAMES.items())


class NewSearchForm(SearchForm):
    """A search that is not kept yet, as the query of its address."""

    query = HiddenField()
