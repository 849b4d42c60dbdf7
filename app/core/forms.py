"""Forms of pages: tidy texts, and refusals of a service that land at the field they are about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from flask import g
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.fields import SelectChoice as SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import InputRequired, StopValidation, ValidationError

from app.core.actors import VISITOR, Actor
from app.core.clock import EARLIEST_DAY, LATEST_DAY
from app.core.errors import AppError, BadRequest
from app.core.i18n import ALL_LANGUAGES, current_language, language_name
from app.core.i18n import lazy_text as _l
from app.core.text import one_line, tidy
from app.core.validation import too_long

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class BaseForm(FlaskForm):
    """The base of all forms of pages."""

    if TYPE_CHECKING:  # Flask-WTF has no types

        def __init__(self, *args: Any, **values: Any) -> None: ...
        def is_submitted(self) -> bool: ...
        def validate_on_submit(self, extra_validators: Any = None) -> bool: ...

    def hidden_tag(self, *fields: Any) -> Markup:
        """The form's hidden fields, with the actor for whom the page is made."""
        return Markup(super().hidden_tag(*fields)) + _acting_as()  # type: ignore[no-untyped-call]

    def take(self, error: AppError) -> None:
        """Put a service's refusal where the person can mend it: at its fields, else above the form."""
        unplaced = [] if error.fields else [str(error.message)]
        for name, sentences in error.fields.items():
            if name in self:
                self[name].errors = [*self[name].errors, *map(str, sentences)]
            else:
                unplaced += map(str, sentences)
        self.form_errors = [*self.form_errors, *unplaced]

    def values(self) -> dict[str, Any]:
        """What was filled in, without the page's token."""
        return {name: value for name, value in self.data.items() if name not in ("csrf_token", "submit")}


class _Holder(Protocol[T_co]):
    """A field, by the type of what it holds."""

    @property
    def data(self) -> T_co | None: ...


def value_of(field: _Holder[T]) -> T:
    """What a field holds once its form is valid, where its validators or filters leave no None.

    Raises BadRequest for None.
    """
    value = field.data
    if value is None:
        raise BadRequest
    return value


def hidden_fields(acting_as: str | None = None) -> Markup:
    """What every POST form without a form object holds: its token and the actor for whom the page is made.

    `acting_as` is the key of another actor, where a form is repeated for whom it was made.
    """
    token = Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())
    return token + _acting_as(acting_as)


def _acting_as(key: str | None = None) -> Markup:
    actor: Actor = g.get("actor", VISITOR)
    field = Markup('<input type="hidden" name="acting_as" value="{}">')
    return field.format(actor.key if key is None else key)


WRITE_HERE = _l("Write something here.")
CHOOSE_ONE = _l("Choose one.")


class Written:
    """Refuses what is empty once it is tidied, with the sentence `missing`: it names what is to be written, if it can."""

    field_flags = {"required": True}

    def __init__(self, missing: Any = WRITE_HERE) -> None:
        self.missing = missing

    def __call__(self, form: FlaskForm, field: Any) -> None:
        """Stop with the sentence where nothing was written."""
        if not field.data:
            field.errors = []
            raise StopValidation(str(self.missing))


class DayField(DateField):
    """A day between EARLIEST_DAY and LATEST_DAY, which may be left out."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read a day. Raises ValueError with a translated sentence for anything else."""
        self.data = None
        if not valuelist or not valuelist[0].strip():
            return
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Write the day as year-month-day, such as 2027-03-15.")) from error
        day, self.data = self.data, None
        if day is None or not EARLIEST_DAY <= day <= LATEST_DAY:
            span = {"first": EARLIEST_DAY.year, "last": LATEST_DAY.year}
            raise ValueError(_("Choose a day in the years from %(first)s to %(last)s.", **span))
        self.data = day


def choices_of(choices: Iterable[tuple[str, Any]], group: str | None = None) -> list[SelectChoice]:
    """What a field offers, from values and what they are called, in a group of that name."""
    return [SelectChoice(value, label, optgroup=group) for value, label in choices]


class MaxLength:
    """Refuses a text with more than `length` characters: no longer than the column that keeps it."""

    def __init__(self, length: int) -> None:
        self.max = length
        self.field_flags = {"maxlength": length}

    def __call__(self, form: FlaskForm, field: Any) -> None:
        """Raise ValidationError, which says by how much, where the text is too long."""
        if (excess := len(field.data or "") - self.max) > 0:
            raise ValidationError(str(too_long(excess)))


def required(missing: Any = CHOOSE_ONE) -> InputRequired:
    """A choice that must be made; `missing` is said where it was not."""
    return InputRequired(missing)


def at_most(length: int) -> MaxLength:
    """A validator of a text of at most `length` characters."""
    return MaxLength(length)


def line(
    label: Any, *, longest: int, needed: bool = True, missing: Any = WRITE_HERE, **options: Any
) -> StringField:
    """A field for one line of text; `missing` is said where it is needed and empty."""
    validators = [Written(missing)] if needed else []
    return StringField(label, filters=[tidy, one_line], validators=[*validators, at_most(longest)], **options)


def paragraph(
    label: Any, *, longest: int, needed: bool = True, missing: Any = WRITE_HERE, **options: Any
) -> TextAreaField:
    """A field for a longer text, with what it may be long for the counter beside it; `missing` as in `line`."""
    validators = [Written(missing)] if needed else []
    return TextAreaField(label, filters=[tidy], validators=[*validators, at_most(longest)], **options)


class LetterForm(BaseForm):
    """A form that writes to others, in the language of the page unless another is chosen."""

    lang = SelectField(_l("Written in"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lang.choices = choices_of((code, language_name(code)) for code in ALL_LANGUAGES)
        if not self.is_submitted() and not self.lang.data:
            self.lang.data = current_language()
