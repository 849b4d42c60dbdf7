"""What the pages about organisations accept; what it may say is checked by the services."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from wtforms import BooleanField, EmailField, RadioField, SelectField
from wtforms.widgets import TextInput

from app.core.email_addresses import MAX_EMAIL_LENGTH, deliverable
from app.core.forms import BaseForm, DayField, Written, at_most, choices_of, line, paragraph, required
from app.core.i18n import current_language
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField
from app.core.text import tidy
from app.features.organisations.labels import FIGURES, ROLE_NAMES, TYPE_NAMES
from app.features.organisations.models import (
    LONGEST_CITY,
    LONGEST_NAME,
    LONGEST_STORY,
    LONGEST_WEBSITE,
    MOST_CONCEPTS,
    MembershipRole,
    Organisation,
    Relation,
)
from app.features.organisations.presenters import related
from app.features.taxonomy.fields import ConceptsField
from app.features.taxonomy.queries import country_choices, language_choices

CONCEPTS = {
    "sectors": Relation.SECTOR,
    "offers": Relation.OFFERS,
    "seeks": Relation.SEEKS,
    "languages": Relation.LANGUAGE,
    "goals": Relation.GOAL,
}


def _selection(label: Any, missing: Any = None, **options: Any) -> SelectField:
    """One of many, needed where there is a sentence `missing`; whether it is one of them is the service's question."""
    validators = [required(missing)] if missing else []
    return SelectField(label, validators=validators, validate_choice=False, **options)


class ProfileForm(BaseForm):
    """The first fields of a profile: few, because everything else can wait."""

    name = line(
        _l("Name"),
        longest=LONGEST_NAME,
        missing=_l("Enter the name of your organisation."),
        description=_l("As people know it, in your own language and letters."),
        render_kw={"autocomplete": "organization"},
    )
    type = _selection(_l("Kind of organisation"), _l("Choose what kind of organisation you are."))
    country = _selection(_l("Country"), _l("Choose the country that you work from."))
    city = line(
        _l("Town"), longest=LONGEST_CITY, needed=False, description=_l("Where most of the work happens.")
    )
    sectors = ConceptsField(
        _l("What field do you work in?"),
        kind="sector",
        most=MOST_CONCEPTS,
        needed=True,
        description=_l("Type a word in your language, such as “orto”, “repair” or “catering”."),
    )
    offers = ConceptsField(
        _l("What are you good at?"),
        kind="skill",
        most=MOST_CONCEPTS,
        description=_l("Skills that you could bring into a joint project."),
    )
    seeks = ConceptsField(
        _l("What do you look for in a partner?"),
        kind="skill",
        most=MOST_CONCEPTS,
        description=_l("Skills that you lack. Organisations that have them will be suggested to you."),
    )
    another_one = BooleanField(
        _l("It is another organisation"),
        description=_l("A manager of the cluster looks at it before it is public."),
    )
    languages = ConceptsField(
        _l("Which languages do you work in?"),
        kind="language",
        most=MOST_CONCEPTS,
        description=_l("Those in which you can talk with a partner."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type.choices = choices_of(
            [("", _("Choose one")), *((kind.value, name) for kind, name in TYPE_NAMES.items())]
        )
        self.country.choices = choices_of([("", _("Choose a country")), *country_choices()])


class CreateForm(ProfileForm):
    """A new organisation."""

    story = paragraph(
        _l("Your story"),
        longest=LONGEST_STORY,
        needed=False,
        description=_l("What you do, with whom and why, in the language that you tell it best in."),
    )
    story_lang = _selection(_l("Language of the story"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.story_lang.choices = choices_of(language_choices())
        if not self.is_submitted():
            self.story_lang.data = current_language()


class EditForm(ProfileForm):
    """The whole profile."""

    region = ConceptsField(
        _l("Region"), kind="region", most=1, description=_l("Type its name, such as “Piemonte”.")
    )
    goals = ConceptsField(
        _l("Goals of sustainable development"),
        kind="goal",
        most=MOST_CONCEPTS,
        description=_l("Those of the United Nations' goals that your work serves."),
    )
    website = line(_l("Website"), longest=LONGEST_WEBSITE, needed=False)
    contact = line(_l("Email address of the organisation"), longest=MAX_EMAIL_LENGTH, needed=False)
    contact_public = BooleanField(
        _l("Show the email address on the page"), description=_l("Everybody can read it then.")
    )


for _name, _words in FIGURES.items():
    _figure = NumberField(
        _words.label,
        widget=TextInput(),
        sentence=_l("Write a number in digits."),
        description=_words.help_text,
    )
    setattr(EditForm, _name, _figure)


def profile_values(organisation: Organisation) -> dict[str, Any]:
    """What the edit form begins with."""
    return {
        **{column.key: getattr(organisation, column.key) for column in Organisation.__table__.columns},
        "type": organisation.type.value,
        "region": [organisation.region] if organisation.region else [],
        **{field: list(related(organisation, relation)) for field, relation in CONCEPTS.items()},
    }


class StoryForm(BaseForm):
    """The story in one language."""

    story_lang = _selection(_l("Language"), _l("Choose the language that it is written in."))
    body = paragraph(
        _l("Your story"),
        longest=LONGEST_STORY,
        needed=False,
        description=_l("What you do, with whom and why. Empty it to take this language away."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.story_lang.choices = choices_of(language_choices())


class PauseForm(BaseForm):
    """Until when no partners are taken."""

    until = DayField(
        _l("Not taking partners until"),
        description=_l("Leave it empty to take partners again."),
    )


class MemberInvitationForm(BaseForm):
    """Who is invited to act for the organisation, and as what."""

    email = EmailField(
        _l("Email address"),
        filters=[tidy],
        validators=[
            Written(_l("Enter the email address of the person whom you invite.")),
            at_most(MAX_EMAIL_LENGTH),
            deliverable,
        ],
        render_kw={"inputmode": "email", "autocomplete": "off"},
    )
    role = RadioField(
        _l("What may this person do?"),
        validators=[required(_l("Choose what this person may do."))],
        validate_choice=False,
        default="representative",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.role.choices = choices_of(
            (role.value, f"{name}: {WHAT_THEY_DO[role]}") for role, name in ROLE_NAMES.items()
        )


WHAT_THEY_DO = {
    MembershipRole.EDITOR: _l("acts for the organisation, edits the profile, invites others"),
    MembershipRole.REPRESENTATIVE: _l("acts for the organisation"),
}
