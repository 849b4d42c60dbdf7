"""The pages of saved searches."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.http.pages import page, process_form, run_action
from app.features.organisations.queries.filters import DirectoryFilters
from app.features.saved_searches import services
from app.features.saved_searches.forms import NewSearchForm, SearchForm
from app.features.saved_searches.labels import FREQUENCY_NAMES
from app.features.saved_searches.models import MAX_NAME_CHARS, MAX_QUERY_CHARS, MAX_SEARCHES
from app.features.saved_searches.queries import filters_of, get_search, searches_of
from app.features.taxonomy.queries import label_of

blueprint = Blueprint("saved_searches", __name__, url_prefix="/<lang:lang>/account/searches")


@page(blueprint, "", permission="saved_search.keep")
def index() -> ResponseReturnValue:
    """The searches that one keeps."""
    searches = [
        (search, url_for("organisations.directory", **filters_of(search.query).arguments()))
        for search in searches_of(g.actor.person_id)
    ]
    return render_template(
        "saved_searches/index.html", searches=searches, frequencies=FREQUENCY_NAMES, most=MAX_SEARCHES
    )


@page(blueprint, "/new", permission="saved_search.keep", methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """Keep a search of the directory, whose query the address names."""
    query = request.values.get("query", "")[:MAX_QUERY_CHARS]
    filters = filters_of(query)
    form = NewSearchForm(data={"query": query, "name": _suggested_name(filters)})
    return process_form(
        form,
        "saved_searches/edit.html",
        lambda actor: services.save_search(actor, **form.values()),
        lambda search: url_for(".index"),
        say=_("The search is saved."),
        back=url_for("organisations.directory", **filters.arguments()),
    )


@page(blueprint, "/<int:search_id>", permission="saved_search.keep", methods=("GET", "POST"))
def edit(search_id: int) -> ResponseReturnValue:
    """Change a search's name, or how often one hears of it."""
    search = get_search(g.actor, search_id)
    form = SearchForm(data={"name": search.name, "mail": search.mail.value})
    return process_form(
        form,
        "saved_searches/edit.html",
        lambda actor: services.change_search(actor, search_id, **form.values()),
        lambda _search: url_for(".index"),
        say=_("Your changes are saved."),
        back=url_for(".index"),
    )


@page(blueprint, "/<int:search_id>/delete", permission="saved_search.keep", methods=("POST",))
def delete(search_id: int) -> ResponseReturnValue:
    """Keep a search no longer."""
    return run_action(
        lambda actor: services.delete_search(actor, search_id),
        url_for(".index"),
        say=_("The search is deleted."),
    )


def _suggested_name(filters: DirectoryFilters) -> str:
    """A name out of the words and the first concepts of a search."""
    codes = [code for values in filters.chosen.values() for code in values if ":" in code]
    words = [filters.text, *map(label_of, (*codes, *filters.concepts))]
    return ", ".join(word for word in words if word)[:MAX_NAME_CHARS]
