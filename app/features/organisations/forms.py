"""What the pages about organisations accept; what it may say is checked by the services."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from wtforms import (
    BooleanField,
    EmailField,
    FileField,
    HiddenField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.widgets import CheckboxInput, ListWidget, TextInput

from app.core.email_addresses import MAX_EMAIL_LENGTH, deliverable
from app.core.forms import (
    BaseForm,
    DayField,
    SelectChoice,
    Written,
    at_most,
    choices_of,
    line,
    paragraph,
    required,
)
from app.core.i18n import current_language
from app.core.i18n import lazy_text as _l
from app.core.numbers import NumberField
from app.core.text import tidy
from app.features.organisations.labels import FIGURES, REGISTERS, ROLE_NAMES, TYPE_NAMES
from app.features.organisations.models import (
    LONGEST_ACCESS_NOTES,
    LONGEST_CITY,
    LONGEST_LATIN_NAME,
    LONGEST_NAME,
    LONGEST_PHONE,
    LONGEST_REGISTRY_NUMBER,
    LONGEST_STORY,
    LONGEST_STORY_PART,
    LONGEST_STORY_TITLE,
    LONGEST_TRACK_PARTNERS,
    LONGEST_TRACK_ROLE,
    LONGEST_TRACK_TITLE,
    LONGEST_WEBSITE,
    MAX_SOCIAL_LINKS,
    MOST_CONCEPTS,
    MembershipRole,
    Organisation,
    Relation,
)
from app.features.organisations.presenters import related
from app.features.taxonomy.fields import ConceptsField
from app.features.taxonomy.places.gazetteer import places_named
from app.features.taxonomy.presenters import where_of
from app.features.taxonomy.queries import cooperation_choices, country_choices, label_of, language_choices

CONCEPTS = {
    "sectors": Relation.SECTOR,
    "offers": Relation.OFFERS,
    "seeks": Relation.SEEKS,
    "languages": Relation.LANGUAGE,
    "goals": Relation.GOAL,
    "cooperation": Relation.COOPERATION,
}


def _selection(label: Any, missing: Any = None, **options: Any) -> SelectField:
    """One of many, needed where there is a sentence `missing`; whether it is one of them is the service's question."""
    validators = [required(missing)] if missing else []
    return SelectField(label, validators=validators, validate_choice=False, **options)


def _type_field() -> SelectField:
    return _selection(_l("Kind of organisation"), _l("Choose what kind of organisation you are."))


def _country_field() -> SelectField:
    return _selection(_l("Country"), _l("Choose the country that you work from."))


class ProfileForm(BaseForm):
    """The first fields of a profile: few, because everything else can wait."""

    name = line(
        _l("Name"),
        longest=LONGEST_NAME,
        missing=_l("Enter the name of your organisation."),
        description=_l("As people know it, in your own language and letters."),
        render_kw={"autocomplete": "organization"},
    )
    type = _type_field()
    country = _country_field()
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


def _towns_of_one_name(city: str | None, country: str | None) -> list[SelectChoice]:
    """The towns of a country among which one has to be chosen; none where it has one of this name at most."""
    towns = places_named(city or "", country or "")
    return choices_of((str(town.id), f"{town.name}, {where_of(town)}") for town in towns if len(towns) > 1)


class CreateForm(ProfileForm):
    """A new organisation."""

    story = paragraph(
        _l("Your story"),
        longest=LONGEST_STORY,
        needed=False,
        description=_l("What you do, with whom and why, in the language that you tell it best in."),
    )
    story_lang = _selection(_l("Language of the story"))
    place = RadioField(_l("Which of these towns?"), validate_choice=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.place.choices = _towns_of_one_name(self.city.data, self.country.data)
        if self.place.choices:
            # No choice is one that is not made yet, where the service would take the largest town.
            self.place.data = self.place.data or ""
        self.story_lang.choices = choices_of(language_choices())
        if not self.is_submitted():
            self.story_lang.data = current_language()


class PartForm(BaseForm):
    """A part of the profile; `version` is that of the profile which is seen beside the form."""

    version = HiddenField()


class WhoForm(PartForm):
    """Who the organisation is."""

    name = ProfileForm.name
    another_one = ProfileForm.another_one
    latin_name = line(
        _l("The name in Latin letters"),
        longest=LONGEST_LATIN_NAME,
        needed=False,
        description=_l(
            "Partners who cannot read your letters see it beside the name. Empty it for our proposal."
        ),
    )
    type = _type_field()
    legal_name = line(
        _l("Legal name"),
        longest=LONGEST_NAME,
        needed=False,
        description=_l("As it stands in contracts, if it is another one."),
    )
    registry_scheme = _selection(_l("Register"))
    registry_number = line(
        _l("Number in the register"),
        longest=LONGEST_REGISTRY_NUMBER,
        needed=False,
        description=_l("It proves that two entries are the same organisation."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.type.choices = choices_of((kind.value, name) for kind, name in TYPE_NAMES.items())
        registers = ((key, f"{each.country}: {each.name}") for key, each in REGISTERS.items())
        self.registry_scheme.choices = choices_of([("", _("None")), *registers])


class WhereForm(PartForm):
    """Where the organisation is; `place` tells towns of one name apart."""

    country = _country_field()
    city = line(
        _l("Town"),
        longest=LONGEST_CITY,
        needed=False,
        description=_l("Where most of the work happens. On the map you stand in the middle of it."),
    )
    place = RadioField(_l("Which of these towns?"), validate_choice=False)
    region = ConceptsField(
        _l("Region"),
        kind="region",
        most=1,
        description=_l("It follows from the town where we know it."),
    )
    access_notes = paragraph(
        _l("How one gets in"),
        longest=LONGEST_ACCESS_NOTES,
        needed=False,
        description=_l("Steps, lift, parking, sign language: what a visitor with a disability should know."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country.choices = choices_of(country_choices())
        self.place.choices = _towns_of_one_name(self.city.data, self.country.data)


class WhatForm(PartForm):
    """What the organisation does, offers and seeks."""

    sectors = ProfileForm.sectors
    offers = ProfileForm.offers
    seeks = ProfileForm.seeks
    languages = ProfileForm.languages
    goals = ConceptsField(
        _l("Goals of sustainable development"),
        kind="goal",
        most=MOST_CONCEPTS,
        description=_l("Those of the United Nations' goals that your work serves."),
    )


class TogetherForm(PartForm):
    """How the organisation wants to work with others, and until when."""

    cooperation = SelectMultipleField(
        _l("How do you want to work together?"),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
        description=_l("Partners who want the same stand higher in your suggestions."),
    )
    cooperation_until = DayField(
        _l("We look for this until"),
        description=_l(
            "After this day it no longer counts, and we ask you again. Leave it empty if there is no deadline."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.cooperation.choices = choices_of(cooperation_choices())


class NumbersForm(PartForm):
    """The organisation in numbers: a field for each of FIGURES."""


for _name, _words in FIGURES.items():
    _figure = NumberField(
        _words.label,
        widget=TextInput(),
        sentence=_l("Write a number in digits."),
        description=_words.help_text,
    )
    setattr(NumbersForm, _name, _figure)


class ContactForm(PartForm):
    """How the organisation is reached."""

    website = line(_l("Website"), longest=LONGEST_WEBSITE, needed=False)
    contact = line(_l("Email address of the organisation"), longest=MAX_EMAIL_LENGTH, needed=False)
    contact_public = BooleanField(
        _l("Show the email address on the page"), description=_l("Everybody can read it then.")
    )
    phone = line(
        _l("Telephone"),
        longest=LONGEST_PHONE,
        needed=False,
        render_kw={"inputmode": "tel", "autocomplete": "organization tel"},
    )
    phone_public = BooleanField(
        _l("Show the telephone number on the page"), description=_l("Everybody can read it then.")
    )
    social_links = paragraph(
        _l("On social networks"),
        longest=MAX_SOCIAL_LINKS * (LONGEST_WEBSITE + 1),
        needed=False,
        description=_l("Addresses of your profiles, one a line, at most five."),
    )


PART_FORMS: Mapping[str, type[PartForm]] = {
    "who": WhoForm,
    "where": WhereForm,
    "what": WhatForm,
    "together": TogetherForm,
    "numbers": NumbersForm,
    "contact": ContactForm,
}


def profile_values(organisation: Organisation) -> dict[str, Any]:
    """What the forms of the parts begin with."""
    return {
        **{column.key: getattr(organisation, column.key) for column in Organisation.__table__.columns},
        "type": organisation.type.value,
        "place": str(organisation.place_id or ""),
        "social_links": "\n".join(organisation.social_links),
        "region": [organisation.region] if organisation.region else [],
        **{field: list(related(organisation, relation)) for field, relation in CONCEPTS.items()},
        "cooperation": [concept.code for concept in related(organisation, Relation.COOPERATION)],
    }


def changes_meanwhile(form: PartForm, organisation: Organisation) -> list[tuple[str, str]]:
    """What the profile says now where the form says something else, by the label of the field."""
    now = profile_values(organisation)
    changes = []
    for field in form:
        if field.name not in now or field.name in ("version", "place"):
            continue
        kept = now[field.name]
        if isinstance(field, ConceptsField):
            differs = [concept.code for concept in kept] != field.data
            said = ", ".join(label_of(concept) for concept in kept)
        elif isinstance(field, SelectMultipleField):
            differs = set(kept) != set(field.data or ())
            said = ", ".join(map(label_of, kept))
        else:
            differs = (kept or "") != (field.data or "")
            said = str(dict(_choices(field)).get(kept, kept) or "")
        if differs:
            changes.append((str(field.label.text), said or _("nothing")))
    return changes


def _choices(field: Any) -> list[tuple[str, str]]:
    return [(choice.value, choice.label) for choice in getattr(field, "choices", None) or ()]


class LogoForm(BaseForm):
    """The logo."""

    logo = FileField(
        _l("A picture in PNG, JPEG or WebP, at most 8 MB"),
        render_kw={"accept": "image/png,image/jpeg,image/webp"},
    )


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


class StoryPageForm(BaseForm):
    """A story in three parts."""

    lang = _selection(_l("Language"), _l("Choose the language that it is written in."))
    title = line(_l("Title"), longest=LONGEST_STORY_TITLE)
    problem = paragraph(_l("What was in the way?"), longest=LONGEST_STORY_PART)
    tool = paragraph(
        _l("What helped?"),
        longest=LONGEST_STORY_PART,
        description=_l("A tool, a method, a partner: what others could use, too."),
    )
    effect = paragraph(_l("What changed?"), longest=LONGEST_STORY_PART)
    year = NumberField(_l("Year"), widget=TextInput(), sentence=_l("Write a number in digits."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.lang.choices = choices_of(language_choices())


class TrackForm(BaseForm):
    """A project of the past."""

    title = line(_l("What was it called?"), longest=LONGEST_TRACK_TITLE)
    year = NumberField(_l("Year"), widget=TextInput(), sentence=_l("Write a number in digits."))
    role = line(_l("What did you do in it?"), longest=LONGEST_TRACK_ROLE, needed=False)
    partners = line(
        _l("With whom?"),
        longest=LONGEST_TRACK_PARTNERS,
        needed=False,
        description=_l("Names with commas between them. Those that are in the cluster become links."),
    )
    link = line(_l("Where one can read of it"), longest=LONGEST_WEBSITE, needed=False)


def field_labels() -> dict[str, str]:
    """What the fields of the profile are called, by the names under which the audit keeps them."""
    labels = {field.name: str(field.label.text) for form in PART_FORMS.values() for field in form()}
    relations = {relation.value: labels[name] for name, relation in CONCEPTS.items()}
    return {
        **labels,
        **relations,
        "story": _("Your story"),
        "track": _("Project of the past"),
        "logo": _("Logo"),
        "region_id": labels["region"],
    }
