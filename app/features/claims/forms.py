"""What the pages about claims accept; what it may say is checked by the services."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, EmailField, RadioField

from app.core.email_addresses import MAX_EMAIL_LENGTH
from app.core.forms import BaseForm, at_most, choices_of, paragraph, required
from app.core.i18n import lazy_text as _l
from app.core.text import tidy
from app.features.claims.models import LONGEST_NOTE, LONGEST_REASON, ReportKind


def _address(label: Any, description: Any) -> EmailField:
    return EmailField(
        label,
        filters=[tidy],
        validators=[at_most(MAX_EMAIL_LENGTH)],
        description=description,
        render_kw={"inputmode": "email", "autocomplete": "email"},
    )


class _ClaimForm(BaseForm):
    def values(self) -> dict[str, Any]:
        """What was filled in; a field that was left out is empty."""
        return {name: value or "" for name, value in super().values().items()}


class NoteClaimForm(_ClaimForm):
    """A claim on which a manager decides."""

    note = paragraph(
        _l("How can a manager tell that you work there?"),
        longest=LONGEST_NOTE,
        needed=False,
        description=_l("Your role, and where your name can be found: a page, a register, a person to call."),
    )


class MailClaimForm(NoteClaimForm):
    """A claim that a mail to the organisation's own domain can prove."""

    email = _address(
        _l("Email address at the organisation"),
        _l("A mail with a link goes there. Open it, and the page is yours at once."),
    )


class AnswerForm(BaseForm):
    """What editors say about a claim by somebody else."""

    answer = paragraph(_l("What should the manager know?"), longest=LONGEST_NOTE, needed=True)


class _OthersForm(BaseForm):
    others = RadioField(
        _l("And those who act for it now?"),
        validators=[required(_l("Choose whether they stay."))],
        validate_choice=False,
        default="stay",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.others.choices = choices_of([("stay", _("They stay")), ("leave", _("They leave"))])


class DecisionForm(_OthersForm):
    """A manager's decision about a claim."""

    verdict = RadioField(
        _l("What do you decide?"),
        validators=[required(_l("Choose what you decide."))],
        validate_choice=False,
    )
    reason = paragraph(
        _l("Why?"),
        longest=LONGEST_REASON,
        needed=False,
        description=_l("The claimant and the editors read it."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.verdict.choices = choices_of(
            [("give", _("The claimant becomes an editor")), ("refuse", _("The claim is declined"))]
        )


class ReassignForm(_OthersForm):
    """Whom a manager makes the editor of an organisation."""

    email = _address(_l("Email address of the person"), _l("The one that her account here has."))
    reason = paragraph(
        _l("Why?"), longest=LONGEST_REASON, needed=True, description=_l("She and the editors read it.")
    )


class ReportForm(_ClaimForm):
    """What is not right about a listing."""

    kind = RadioField(
        _l("What should happen?"),
        validators=[required(_l("Choose one of the two."))],
        validate_choice=False,
    )
    note = paragraph(_l("What is wrong?"), longest=LONGEST_NOTE, needed=False)
    email = _address(
        _l("Your email address"),
        _l(
            "From an address at the organisation's own domain you can hide the page at once, by a link that we mail."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind.choices = choices_of(
            [
                (ReportKind.WRONG.value, _("Something on the page should be corrected")),
                (ReportKind.TAKE_DOWN.value, _("The page should be taken down")),
            ]
        )


class MergeForm(BaseForm):
    """Which of two organisations is kept, and of which each field is taken; the radios are in the template."""

    sure = BooleanField(
        _l("I read what will happen"), validators=[required(_l("Read what will happen, then tick this."))]
    )
