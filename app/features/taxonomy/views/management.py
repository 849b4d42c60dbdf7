"""The managers' pages of the taxonomy: the tree, a concept, a merge, and what was changed lately."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.clock import now
from app.core.errors import Invalid, NotFound
from app.core.http.pages import page, process_form, run_action
from app.core.i18n import current_language
from app.core.numbers import number_argument
from app.core.permissions import authorize
from app.core.text import tidy
from app.features.taxonomy.forms import ConceptForm, answer_form, merge_form, words_of_form
from app.features.taxonomy.labels import KIND_NAMES
from app.features.taxonomy.models import Concept, ConceptKind
from app.features.taxonomy.presenters import present_change, present_moved
from app.features.taxonomy.queries.management import (
    MAX_LISTED,
    find_by_code,
    get_managed,
    list_changes,
    list_tree,
    words_of_concept,
)
from app.features.taxonomy.queries.references import count_owners
from app.features.taxonomy.queries.wishes import count_askers, get_wish, list_wishes
from app.features.taxonomy.services.editing import ADDABLE_KINDS, add_concept, edit_concept, set_hidden
from app.features.taxonomy.services.merging import UNDO_DURATION, check_merge, merge_concepts, undo_merge
from app.features.taxonomy.services.wishes import decline_wish, grant_wish

LONGEST_SEARCH = 100
blueprint = Blueprint("taxonomy_management", __name__, url_prefix="/<lang:lang>/manage/taxonomy")


@page(blueprint, "", permission="taxonomy.manage")
def index() -> ResponseReturnValue:
    """The concepts of a kind, `?kind=skill&q=…`."""
    authorize(g.actor, "taxonomy.manage")
    kind = _kind(request.args.get("kind", ConceptKind.SECTOR))
    text = tidy(request.args.get("q"))[:LONGEST_SEARCH]
    return render_template(
        "taxonomy/index.html",
        kind=kind,
        kinds=KIND_NAMES,
        text=text,
        tree=list_tree(kind, text),
        most=MAX_LISTED,
        can_add=kind in ADDABLE_KINDS,
    )


@page(blueprint, "/new", permission="taxonomy.manage", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Add a concept of a kind, `?kind=skill`."""
    authorize(g.actor, "taxonomy.manage")
    kind = _kind(request.args.get("kind", ""))
    if kind not in ADDABLE_KINDS:
        raise NotFound
    wish_id = number_argument("wish", 0)
    form = ConceptForm(kind, None, **_wished(wish_id))

    def act(actor: Actor) -> Concept:
        country = (form.country.data or "") if "country" in form else ""
        concept = add_concept(actor, kind, broader=form.above, country=country, **form.words())
        if wish_id:
            grant_wish(actor, wish_id, concept)
        return concept

    return process_form(
        form,
        "taxonomy/concept.html",
        act,
        lambda concept: url_for(".edit", concept_id=concept.id),
        say=_("It can be chosen now."),
        kind=kind,
        kinds=KIND_NAMES,
        concept=None,
    )


@page(blueprint, "/<int:concept_id>", permission="taxonomy.manage", methods=("GET", "POST"))
def edit(concept_id: int) -> ResponseReturnValue:
    """A concept: its names and synonyms in each language, and what can be done with it."""
    authorize(g.actor, "taxonomy.manage")
    concept = get_managed(concept_id)
    if concept.merged_into_id is not None:
        return redirect(url_for(".edit", concept_id=concept.merged_into_id), 301)
    words = words_of_form(words_of_concept(concept_id))
    form = ConceptForm(
        concept.kind, concept, broader=concept.broader.code if concept.broader else "", **words
    )
    kept_above = concept.broader.code if concept.broader else ""

    def act(actor: Actor) -> Concept:
        broader = form.above if "broader" in form else kept_above
        return edit_concept(actor, concept_id, broader=broader, **form.words())

    return process_form(
        form,
        "taxonomy/concept.html",
        act,
        lambda _concept: url_for(".edit", concept_id=concept_id),
        say=_("It is saved. Loading the vocabulary again leaves it so."),
        kind=concept.kind,
        kinds=KIND_NAMES,
        concept=concept,
    )


@page(blueprint, "/<int:concept_id>/hide", permission="taxonomy.manage", methods=("POST",))
def hide(concept_id: int) -> ResponseReturnValue:
    """Offer a concept no longer."""
    return run_action(
        lambda actor: set_hidden(actor, concept_id, is_hidden=True),
        url_for(".edit", concept_id=concept_id),
        say=_("It is not offered any more. Profiles that have it keep it."),
    )


@page(blueprint, "/<int:concept_id>/show", permission="taxonomy.manage", methods=("POST",))
def show(concept_id: int) -> ResponseReturnValue:
    """Offer a concept again."""
    return run_action(
        lambda actor: set_hidden(actor, concept_id, is_hidden=False),
        url_for(".edit", concept_id=concept_id),
        say=_("It can be chosen again."),
    )


@page(blueprint, "/<int:concept_id>/merge", permission="taxonomy.manage", methods=("GET", "POST"))
def merge(concept_id: int) -> ResponseReturnValue:
    """Choose into which concept another is merged; with `?into=CODE` what that will move, before it is done."""
    authorize(g.actor, "taxonomy.manage")
    concept = get_managed(concept_id)
    into = find_by_code(request.args.get("into", ""), concept.kind)
    if request.method != "POST" and into is not None:
        return render_template(
            "taxonomy/merge.html",
            form=None,
            concept=concept,
            into=into,
            moved=present_moved(count_owners(concept)),
        )
    form = merge_form(concept.kind)

    def act(actor: Actor) -> Concept:
        authorize(actor, "taxonomy.manage")
        chosen = form.into.chosen[0]
        check_merge(get_managed(concept_id), chosen)
        return chosen

    return process_form(
        form,
        "taxonomy/merge.html",
        act,
        lambda chosen: url_for(".merge", concept_id=concept_id, into=chosen.code),
        concept=concept,
        into=None,
    )


@page(blueprint, "/<int:concept_id>/merge/<int:into_id>", permission="taxonomy.manage", methods=("POST",))
def merge_into(concept_id: int, into_id: int) -> ResponseReturnValue:
    """Merge a concept into another."""

    def act(actor: Actor) -> None:
        try:
            merge_concepts(actor, concept_id, into_id)
        except Invalid as refusal:
            raise Invalid(refusal.fields["into"][0]) from refusal

    return run_action(act, url_for(".changes"), say=_("They are one now. You can undo this for 30 days."))


@page(blueprint, "/changes", permission="taxonomy.manage")
def changes() -> ResponseReturnValue:
    """What managers changed, the latest first; a merge can be undone here for 30 days."""
    authorize(g.actor, "taxonomy.manage")
    found = list_changes(request.args.get("after"))
    since = now() - UNDO_DURATION
    return render_template(
        "taxonomy/changes.html",
        changes=[present_change(change, since) for change in found.items],
        next=found.next,
    )


@page(blueprint, "/changes/<int:change_id>/undo", permission="taxonomy.manage", methods=("POST",))
def undo(change_id: int) -> ResponseReturnValue:
    """Undo a merge."""
    return run_action(
        lambda actor: undo_merge(actor, change_id),
        url_for(".changes"),
        say=_("It is undone. All that was moved is where it was."),
    )


@page(blueprint, "/wishes", permission="taxonomy.manage")
def wishes() -> ResponseReturnValue:
    """The words that people ask for."""
    authorize(g.actor, "taxonomy.manage")
    found = list_wishes(g.actor, request.args.get("after"))
    return render_template(
        "taxonomy/wishes.html",
        wishes=found.items,
        next=found.next,
        askers=count_askers([wish.id for wish in found.items]),
        kinds=KIND_NAMES,
        addable=ADDABLE_KINDS,
    )


@page(blueprint, "/wishes/<int:wish_id>", permission="taxonomy.manage", methods=("GET", "POST"))
def answer(wish_id: int) -> ResponseReturnValue:
    """Let a word lead to a concept, or decline it with a sentence."""
    authorize(g.actor, "taxonomy.manage")
    wish = get_wish(g.actor, wish_id)
    form = answer_form(wish.kind)

    def act(actor: Actor) -> None:
        if form.concept.chosen:
            grant_wish(actor, wish_id, form.concept.chosen[0])
        else:
            decline_wish(actor, wish_id, form.answer.data or "", current_language())

    return process_form(
        form,
        "taxonomy/answer.html",
        act,
        lambda _done: url_for(".wishes"),
        say=_("Those who asked are told."),
        wish=wish,
        kinds=KIND_NAMES,
        can_add=wish.kind in ADDABLE_KINDS,
    )


def _wished(wish_id: int) -> dict[str, str]:
    """What the form for a concept begins with, from a word that somebody asked for."""
    if not wish_id:
        return {}
    wish = get_wish(g.actor, wish_id)
    return {f"label_{wish.lang}": wish.text}


def _kind(value: str) -> ConceptKind:
    try:
        kind = ConceptKind(value)
    except ValueError as error:
        raise NotFound from error
    if kind not in KIND_NAMES:
        raise NotFound
    return kind
