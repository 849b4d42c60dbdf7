"""The pages of decisions, what one takes away to check them, and the ledger."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from app.core.actors import Actor
from app.core.chained_log import canonical
from app.core.chained_log.log import all_bodies, find_head, latest_entries, public_key, sign_head
from app.core.errors import Conflict, NotFound
from app.core.forms import value_of
from app.core.http.pages import page, process_form, run_action
from app.core.numbers import parse_integer
from app.core.permissions import PUBLIC, SIGNED_IN, authorize, can
from app.features.decisions import bundle_checks, counting, presenters, queries, services
from app.features.decisions.forms import CLUSTER, AnswerForm, NewForm
from app.features.decisions.labels import HOW, METHOD_NAMES, QUESTIONS
from app.features.decisions.models import Method, Proposal, ProposalState
from app.features.initiatives.models import Initiative

blueprint = Blueprint("decisions", __name__, url_prefix="/<lang:lang>/decisions")
checks = Blueprint("decision_checks", __name__)
ENTRIES_SHOWN = 50


@page(blueprint, "", permission=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What waits for one's organisation, then what is open, then what was decided."""
    found = presenters.listed(g.actor, queries.list_proposals(g.actor))
    return render_template("decisions/index.html", found=found)


@page(blueprint, "/new", permission=SIGNED_IN, methods=("GET", "POST"))
def new() -> ResponseReturnValue:
    """First the question how to decide, then the few things that this way needs."""
    for_cluster = can(g.actor, "decision.open_for_cluster")
    if not for_cluster:
        authorize(g.actor, "decision.open")
    initiatives = queries.initiatives_to_decide_in(g.actor)
    chosen = request.args.get("method", "")
    if chosen not in set(Method):
        choices = [(each, question, HOW[each]) for each, question in QUESTIONS.items()]
        return render_template("decisions/choose.html", choices=choices, names=METHOD_NAMES)
    if not initiatives and not for_cluster:
        return render_template("decisions/choose.html", choices=[], names=METHOD_NAMES)
    method = Method(chosen)
    form = NewForm(method, initiatives, for_cluster)
    wanted = request.args.get("initiative", "")
    if request.method == "GET":
        form.who.data = next((str(each.id) for each in initiatives if each.slug == wanted), form.who.data)

    def act(actor: Actor) -> Proposal:
        optional: dict[str, Any] = {
            name: form[name].data for name in ("options", "majority", "by_countries") if name in form
        }
        optional |= form.numbers()
        who = value_of(form.who)
        return services.open_proposal(
            actor,
            services.NewProposal(
                initiative_id=None if who == CLUSTER else parse_integer(who),
                method=method,
                title=value_of(form.title),
                text=value_of(form.text),
                lang=form.lang.data,
                quorum=form.quorum.data,
                **optional,
            ),
        )

    return process_form(
        form,
        "decisions/new.html",
        act,
        lambda proposal: url_for("decisions.show", key=proposal.key),
        say=_("The decision is open. All who may answer are told."),
        method=method,
        name=METHOD_NAMES[method],
        how=HOW[method],
    )


@page(blueprint, "/<key>", permission="decision.read", methods=("GET", "POST"))
def show(key: str) -> ResponseReturnValue:
    """A proposal with its ballot, or its result and how it was counted."""
    proposal = queries.get_proposal(g.actor, key)
    authorize(g.actor, "decision.read", proposal)
    own = presenters.own_elector(g.actor, proposal)
    form = AnswerForm()
    if request.method == "GET" and own is not None and own.ballot is not None:
        form.reason.data, form.lang.data = own.ballot.reason, own.ballot.lang
    if request.method == "POST":
        authorize(g.actor, "decision.vote", proposal)
    sent = _sent(proposal) if request.method == "POST" else None
    return process_form(
        form,
        "decisions/show.html",
        lambda actor: services.vote(actor, key, sent, form.reason.data or "", form.lang.data),
        lambda _proposal: url_for("decisions.show", key=key),
        say=_("Your answer is kept. You can change it until the time is over."),
        proposal=proposal,
        own=own,
        is_answerable=presenters.is_answerable(proposal),
        status=presenters.status_of(proposal),
        lines=presenters.ballot_lines(proposal, own.ballot.choices if own and own.ballot else None),
        sent=sent if isinstance(sent, dict) else {},
        said=sent if isinstance(sent, str) else "",
        numbers=presenters.numbers_of(proposal),
        table=presenters.table_of(proposal),
        answers=presenters.answers_of(proposal),
        needed=counting.quorum_heads(proposal.rule["quorum"], len(proposal.electors)),
        name=METHOD_NAMES[proposal.method],
        how=HOW[proposal.method],
    )


def _sent(proposal: Proposal) -> Any:
    """The answer that a ballot's form sends: one answer, or numbers by option; what is no number comes as it is."""
    if proposal.method in (Method.CONSENT, Method.YES_NO):
        return request.form.get("answer", "")
    sent: dict[str, Any] = {}
    for name, value in request.form.items():
        if name.startswith("choice-") and value.strip():
            number = parse_integer(value.strip(), 0, 1000)
            sent[name.removeprefix("choice-")] = value if number is None else number
    return sent


@page(blueprint, "/<key>/withdraw", permission="decision.withdraw", methods=("POST",))
def withdraw(key: str) -> ResponseReturnValue:
    """Withdraw an open proposal."""
    return run_action(
        lambda actor: services.withdraw(actor, key),
        url_for("decisions.show", key=key),
        say=_("The decision is withdrawn. Nothing was counted."),
    )


def on_initiative_page(actor: Actor, *, initiative: Initiative) -> Markup | str:
    """The decisions of an initiative, for those who may know of them, and the way to a new one."""
    if actor.person is None:
        return ""
    found = queries.proposals_of(actor, initiative.id)
    may_open = initiative.id in {each.id for each in queries.initiatives_to_decide_in(actor)}
    if not found and not may_open:
        return ""
    return Markup(
        render_template(
            "decisions/_of_initiative.html", found=found, may_open=may_open, initiative=initiative
        )
    )


# --- What one takes away to check it ------------------------------------------------------------------------


@page(checks, "/decisions/<key>/bundle.json", permission="decision.read")
def bundle(key: str) -> ResponseReturnValue:
    """All that is needed to count a decision again: its words, electors, papers, and the whole ledger."""
    proposal = queries.get_proposal(g.actor, key)
    authorize(g.actor, "decision.read", proposal)
    if proposal.state is not ProposalState.CLOSED:
        raise Conflict(_("There is nothing to check until it is counted."))
    head = find_head()
    whole = {
        "proposal": proposal.key,
        "words": services.words_of(proposal),
        "rule": proposal.rule,
        "electors": services.electors_of(proposal),
        "papers": services.papers_of(proposal),
        "entries": [body.decode() for body in all_bodies(head.size)],
        "head": sign_head(head),
        "key": public_key(),
    }
    return Response(json.dumps(whole, ensure_ascii=False, indent=1), content_type="application/json")


@page(checks, "/verify.py", permission=PUBLIC)
def verify() -> ResponseReturnValue:
    """One file of Python, without any package, that checks a bundle."""
    return Response(verifier(), content_type="text/x-python; charset=utf-8")


def verifier() -> str:
    """The modules that check and count, one after the other, without the imports of each other."""
    parts = [_source(module) for module in (canonical, counting, bundle_checks)]
    return "from __future__ import annotations\n\n" + "\n".join(parts)


def _source(module: Any) -> str:
    text = Path(module.__file__).read_text(encoding="utf-8")
    ours = ("from app.", "from __future__")
    return "\n".join(each for each in text.splitlines() if not each.startswith(ours)) + "\n"


@page(checks, "/<lang:lang>/ledger", permission=PUBLIC)
def ledger() -> ResponseReturnValue:
    """The newest entries of the ledger and its signed head."""
    before = request.args.get("before", "")
    number = parse_integer(before, 1) if before else None
    if before and number is None:
        raise NotFound
    entries = latest_entries(number, ENTRIES_SHOWN)
    older = entries[-1]["seq"] if entries and entries[-1]["seq"] > 0 else None
    return render_template(
        "decisions/ledger.html", entries=entries, older=older, head=sign_head(find_head()), key=public_key()
    )


@page(checks, "/ledger/checkpoint", permission=PUBLIC)
def checkpoint() -> ResponseReturnValue:
    """The signed head, for witnesses to keep."""
    return Response(sign_head(find_head()), content_type="text/plain; charset=utf-8")
