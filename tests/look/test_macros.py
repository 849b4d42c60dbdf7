"""What the macros draw: weaves, bars, forms with errors, a picker that works without its script."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.validators import InputRequired, Length

GREEN = {"warp": ["lichen", "weld", "indigo", "lichen"], "weft": ["madder", "lichen", "weld", "indigo"]}
BLUE = {"warp": ["indigo", "woad", "indigo", "woad"], "weft": ["woad", "indigo", "woad", "lichen"]}
WEAVE = '{% from "macros/weave.html" import weave %}{{ weave(cloth, 64, label) }}'
COVERAGE = '{% from "macros/initiative.html" import coverage %}{{ coverage(filled, wanted) }}'
FORM = """{% import "macros/forms.html" as forms with context %}
{% call forms.open(form) %}{{ forms.field(form.name) }}{{ forms.field(form.story) }}{% endcall %}"""
PICKER = '{% import "macros/forms.html" as forms with context %}{{ forms.concept_picker(field) }}'


class StoryForm(FlaskForm):
    name = StringField(
        "Name", description="As people know it.", validators=[InputRequired("Write the name.")]
    )
    story = TextAreaField(
        "What is your story?", validators=[Length(max=10, message="At most 10 characters.")]
    )


def skills(**known: Any) -> SimpleNamespace:
    """A field of concepts, as taxonomy's own field looks to the macro."""
    field = {
        "id": "offers",
        "name": "offers",
        "kind": "skill",
        "label": SimpleNamespace(text="Skills"),
        "description": "",
        "errors": [],
        "flags": SimpleNamespace(required=True),
        "chosen": [],
        "suggested": [],
        "typed": "",
        "most": None,
        "takes_wishes": False,
    }
    return SimpleNamespace(**{**field, **known})


def filled_in(templates: Flask, **typed: str) -> StoryForm:
    """The form as it comes back after somebody sent it."""
    with templates.test_request_context("/en/", method="POST", data=typed):
        form = StoryForm(meta={"csrf": False})
        form.validate()
        return form


def test_the_same_concepts_give_the_same_weave_and_others_another(render: Callable[..., str]) -> None:
    green = render(WEAVE, cloth=GREEN, label=None)
    assert green == render(WEAVE, cloth=GREEN, label=None)
    assert green != render(WEAVE, cloth=BLUE, label=None)


def test_a_weave_is_plain_cloth_of_sixteen_threads_going_over_and_under(render: Callable[..., str]) -> None:
    drawn = render(WEAVE, cloth=GREEN, label=None)
    over = re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", drawn)
    assert len(over) == 16
    assert len({(int(x) // 16, int(y) // 16) for x, y, _, _ in over}) == 16
    for x, y, width, height in over:
        warp_is_over = (int(x) // 16 + int(y) // 16) % 2 == 0
        assert (int(height) > int(width)) is warp_is_over


@pytest.mark.parametrize("weaves", [[], [GREEN], [GREEN, BLUE, GREEN]])
def test_a_cloth_has_no_holes_however_few_weave_it(render: Callable[..., str], weaves: list[Any]) -> None:
    cloth = render('{% from "macros/weave.html" import cloth %}{{ cloth(weaves, 3, 2) }}', weaves=weaves)
    drawn = {(int(x) // 16, int(y) // 16) for x, y in re.findall(r"M(\d+) (\d+)h", cloth)}
    assert drawn == {(column, row) for column in range(12) for row in range(8)}


def test_a_weave_alone_has_a_name_and_beside_a_name_it_is_silent(render: Callable[..., str]) -> None:
    assert 'role="img" aria-label="Il Filo Verde &amp; Co"' in render(
        WEAVE, cloth=GREEN, label="Il Filo Verde & Co"
    )
    assert 'aria-hidden="true"' in render(WEAVE, cloth=GREEN, label=None)


@pytest.mark.parametrize(("filled", "wanted", "drawn"), [(0, 3, 0), (2, 3, 2), (5, 3, 3), (0, 0, 0)])
def test_the_bar_has_a_segment_for_each_seat_filled(
    render: Callable[..., str], filled: int, wanted: int, drawn: int
) -> None:
    assert render(COVERAGE, filled=filled, wanted=wanted).count("<rect") == drawn


def test_a_form_with_errors_keeps_the_text_names_the_field_and_leads_to_it(
    templates: Flask, render: Callable[..., str]
) -> None:
    form = filled_in(templates, name="", story="much longer than ten")
    html = render(FORM, form=form)
    assert "much longer than ten" in html
    assert '<a href="#name">Name: Write the name.</a>' in html
    assert '<a href="#story">What is your story: At most 10 characters.</a>' in html
    field = re.search(r'<input[^>]*id="name"[^>]*>', html)
    assert (
        field and 'aria-invalid="true"' in field[0] and 'aria-describedby="name-hint name-error"' in field[0]
    )
    assert 'id="name-error"' in html and 'id="name-hint"' in html
    assert " style=" not in html and "<script" not in html


def test_a_form_without_errors_has_no_summary_and_a_counter(
    templates: Flask, render: Callable[..., str]
) -> None:
    html = render(FORM, form=filled_in(templates, name="Il Filo Verde", story="short"))
    assert 'role="alert"' not in html and "aria-invalid" not in html
    assert "At most 10 characters" in html
    assert "maxlength" not in html, "a browser would cut a pasted text without a word"


def test_the_picker_works_without_its_script(render: Callable[..., str], concept: Callable[..., Any]) -> None:
    field = skills(
        chosen=[concept("food", "Local food")], suggested=[concept("garden", "Gardening")], typed="gardn"
    )
    html = render(PICKER, field=field)
    assert re.search(r'name="offers" value="food" checked', html)
    assert re.search(r'name="offers" value="garden">', html)
    assert re.search(r'<input class="input" id="offers" name="offers_text" value="gardn"', html)
    assert 'data-url="/en/concepts?kind=skill"' in html
