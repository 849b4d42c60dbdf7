"""What the pages about initiatives accept; what an initiative may say is checked by the services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import gettext as _
from wtforms import (
    Field,
    FieldList,
    Form,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput

from app.core.errors import AppError
from app.core.forms import BaseForm, DayField, choices_of, line, paragraph
from app.core.i18n import current_language
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField, parse_integer
from app.features.initiatives.models import (
    LONGEST_CHALLENGE,
    LONGEST_MESSAGE,
    LONGEST_ROLE_TITLE,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    MOST_ROLES,
    MOST_SEATS,
    Initiative,
    WantedRole,
    WantKind,
)
from app.features.organisations.labels import TYPE_NAMES
from app.features.organisations.models import MOST_CONCEPTS, OrganisationType
from app.features.taxonomy.fields import ConceptsField
from app.features.taxonomy.models import ConceptKind
from app.features.taxonomy.queries import language_choices

COUNTRY = "country:"


class RoleForm(Form):
    """One wanted role: a row of the initiative's form. A row in which nothing is written does not count."""

    id = HiddenField()
    title = line(
        _l("What they would do"),
        longest=LONGEST_ROLE_TITLE,
        needed=False,
        description=_l("Such as “Storage and shipping” or “Evaluation”."),
    )
    seats = NumberField(
        _l("Seats"),
        default=1,
        low=1,
        high=MOST_SEATS,
        needed=True,
        sentence=_l("Write a number of seats from 1 to %(most)s.", most=MOST_SEATS),
    )
    skills = ConceptsField(_l("Skills you look for"), kind=ConceptKind.SKILL, most=MOST_CONCEPTS)
    countries = ConceptsField(_l("Only from these countries"), kind=ConceptKind.COUNTRY, most=MOST_CONCEPTS)
    types = SelectMultipleField(
        _l("Only these kinds of organisation"), option_widget=CheckboxInput(), validate_choice=False
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.types.choices = choices_of((kind.value, str(name)) for kind, name in TYPE_NAMES.items())

    @property
    def narrowed(self) -> bool:
        """Whether anything is said of countries or kinds of organisation, or is to be mended there."""
        return bool(
            self.countries.chosen
            or self.countries.typed
            or self.types.data
            or self.countries.errors
            or self.types.errors
        )

    def values(self) -> dict[str, Any]:
        """What the service takes: countries by their ISO codes."""
        said = dict(self.data)
        said["id"] = parse_integer(str(said["id"] or ""))
        said["countries"] = [code.removeprefix(COUNTRY) for code in said["countries"] or ()]
        return said


if TYPE_CHECKING:
    RoleFields = FieldList[FormField[RoleForm]]
else:
    RoleFields = FieldList


class RoleRows(RoleFields):
    """Rows of a form, numbered in the names of their fields."""

    def _extract_indices(self, prefix: str, formdata: Mapping[str, Any]) -> Iterator[int]:
        """The numbers that were sent; WTForms fails over digits that are none of ours, such as “²”, and endless ones."""
        for name in formdata:
            number = name.removeprefix(f"{prefix}-").split("-", 1)[0] if name.startswith(f"{prefix}-") else ""
            if (place := parse_integer(number)) is not None:
                yield place


class InitiativeForm(BaseForm):
    """What an initiative says, in one language or two, and whom it looks for."""

    lang = SelectField(_l("Language you write in"), validate_choice=False)
    title = line(_l("Title"), longest=LONGEST_TITLE, missing=_l("Give the initiative a title."))
    summary = paragraph(
        _l("In short"),
        longest=LONGEST_SUMMARY,
        missing=_l("Say in a sentence or two what you want to do."),
        description=_l("One or two sentences that make somebody abroad want to read on."),
    )
    challenge = paragraph(
        _l("The challenge"),
        longest=LONGEST_CHALLENGE,
        needed=False,
        description=_l("What you want to do together, for whom, and what will be there at the end."),
    )
    other_lang = SelectField(_l("Second language"), validate_choice=False)
    other_title = line(_l("Title in the second language"), longest=LONGEST_TITLE, needed=False)
    other_summary = paragraph(_l("In short, in the second language"), longest=LONGEST_SUMMARY, needed=False)
    other_challenge = paragraph(
        _l("The challenge, in the second language"), longest=LONGEST_CHALLENGE, needed=False
    )
    sectors = ConceptsField(_l("Fields of work"), kind=ConceptKind.SECTOR, most=MOST_CONCEPTS)
    goals = ConceptsField(_l("Goals it serves"), kind=ConceptKind.GOAL, most=MOST_CONCEPTS)
    starts = DayField(_l("Starts"))
    ends = DayField(_l("Ends"))
    roles = RoleRows(FormField(RoleForm), max_entries=MOST_ROLES)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.lang.choices = choices_of(language_choices())
        self.other_lang.choices = choices_of([("", _("No second language")), *language_choices()])
        self.fresh = ""
        if not self.is_submitted():
            self.lang.data = self.lang.data or current_language()

    def rearrange(self, sent: Mapping[str, str]) -> bool:
        """Add a row of a role, or take one away, if that is what the button asked for; everything typed stays.

        Returns whether it was, and so whether the page is to be shown again instead of saved.
        """
        if "add_role" in sent:
            if len(self.roles.entries) < MOST_ROLES:
                self.fresh = self.roles.append_entry().form.title.id
            return True
        if "remove_role" in sent:
            # By place: the rows are numbered again each time they arrive.
            rows = enumerate(self.roles.entries)
            self.roles.entries = [row for place, row in rows if str(place) != sent["remove_role"]]
            return True
        return False

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {**super().values(), "roles": [entry.form.values() for entry in self.roles.entries]}

    def take(self, error: AppError) -> None:
        """Put refusals of a role at its fields; those of the roles as a whole above the form."""
        rest = {}
        for name, sentences in error.fields.items():
            field = self._in_a_role(name)
            if field is not None:
                field.errors = [*field.errors, *map(str, sentences)]
            elif name == "roles":
                self.form_errors = [*self.form_errors, *map(str, sentences)]
            else:
                rest[name] = sentences
        if rest or not error.fields:
            super().take(AppError(error.message, fields=rest))

    def _in_a_role(self, name: str) -> Field | None:
        """The field that "roles-<place>-<field>" names, by the place of its row."""
        parts = name.split("-")
        if len(parts) != 3 or parts[0] != "roles":
            return None
        found: Field = self.roles.entries[int(parts[1])].form[parts[2]]
        return found

    def mistakes(self) -> Iterator[tuple[str, str]]:
        """What is to be mended, in the order of the page: the field's id, and the sentence with its name."""
        for field in self:
            if isinstance(field, FieldList):
                for place, entry in enumerate(field.entries, start=1):
                    for inner in entry.form:
                        for sentence in inner.errors[:1]:
                            label = _("Role %(number)s, %(field)s", number=place, field=inner.label.text)
                            yield inner.id, f"{label}: {sentence}"
            elif field.type != "CSRFTokenField":
                for sentence in field.errors[:1]:
                    yield field.id, f"{field.label.text}: {sentence}"

    @property
    def has_topic_errors(self) -> bool:
        """Whether anything is to be mended of what it is about and when; the part is folded otherwise."""
        return any(field.errors for field in (self.sectors, self.goals, self.starts, self.ends))

    @property
    def has_second_language_errors(self) -> bool:
        """Whether anything is to be mended of the second language; the part is folded otherwise."""
        fields = (self.other_lang, self.other_title, self.other_summary, self.other_challenge)
        return any(field.errors for field in fields)


class ApplyForm(BaseForm):
    """Some words to those who lead the initiative."""

    message = paragraph(
        _l("What would you bring?"),
        longest=LONGEST_MESSAGE,
        missing=_l("Write what you would bring."),
        description=_l("Write in your own language: they see which one it is."),
    )
    lang = SelectField(_l("Language you write in"), validate_choice=False)

    def __init__(self, *args: Any, role_id: int, **values: Any) -> None:
        super().__init__(*args, **values)
        self.lang.choices = choices_of(language_choices())
        if not self.is_submitted():
            self.lang.data = current_language()
        # There is one such form for each role on the page: their fields are told apart by the role.
        for field in self:
            field.id = f"{field.short_name}-{role_id}"


def initiative_values(initiative: Initiative) -> dict[str, Any]:
    """What the form shows of an initiative before anybody changes it."""
    texts = {text.lang: text for text in initiative.texts}
    own = texts.pop(initiative.lang)
    other = next(iter(texts.values()), None)
    values: dict[str, Any] = {
        "lang": own.lang,
        "title": own.title,
        "summary": own.summary,
        "challenge": own.challenge,
        "sectors": _codes(initiative, ConceptKind.SECTOR),
        "goals": _codes(initiative, ConceptKind.GOAL),
        "starts": initiative.starts,
        "ends": initiative.ends,
        "roles": [_role_values(role) for role in initiative.roles],
    }
    if other is not None:
        values |= {"other_lang": other.lang, "other_title": other.title}
        values |= {"other_summary": other.summary, "other_challenge": other.challenge}
    return values


def _codes(initiative: Initiative, kind: ConceptKind) -> list[str]:
    concepts = [link.concept for link in initiative.concepts]
    return sorted(concept.code for concept in concepts if concept.kind is kind and not concept.hidden)


def _role_values(role: WantedRole) -> dict[str, Any]:
    wants = sorted(role.wants, key=lambda want: (want.kind, want.value))
    return {
        "id": role.id,
        "title": role.title,
        "seats": role.seats,
        "skills": [want.value for want in wants if want.kind is WantKind.CONCEPT],
        "countries": [f"{COUNTRY}{want.value}" for want in wants if want.kind is WantKind.COUNTRY],
        "types": [OrganisationType(want.value).value for want in wants if want.kind is WantKind.TYPE],
    }
