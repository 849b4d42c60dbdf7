"""The pages about claims, listings that are not right, and duplicates."""

from __future__ import annotations

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.forms import BaseForm, value_of
from app.core.http.pages import page, process_form, run_action
from app.core.i18n import current_language
from app.core.limits import count_attempt, visitor_address
from app.core.permissions import PUBLIC, SIGNED_IN, authorize
from app.features.claims import queries
from app.features.claims.forms import (
    AnswerForm,
    DecisionForm,
    MailClaimForm,
    MergeForm,
    NoteClaimForm,
    ReassignForm,
    ReportForm,
)
from app.features.claims.models import Claim, ClaimState, ListingReport
from app.features.claims.presenters import merge_choices, moved_counts
from app.features.claims.queries import duplicates
from app.features.claims.services import claims as claims_service
from app.features.claims.services import merging, reports
from app.features.organisations.queries import editors_of, get_organisation, get_profile

blueprint = Blueprint("claims", __name__, url_prefix="/<lang:lang>")
merges = Blueprint("duplicates", __name__, url_prefix="/<lang:lang>/manage/duplicates")
REPORTS_EACH = "5 per hour"
"""Of a person, or of all visitors from one network address."""
REPORTS_OF_ONE = "20 per day"
"""About one organisation."""


@page(blueprint, "/organisations/<slug>/claim", permission="claim.ask", methods=("GET", "POST"))
def ask(slug: str) -> ResponseReturnValue:
    """Claim an organisation, by mail where that can prove it; shows what became of an earlier claim."""
    organisation = get_profile(g.actor, slug)
    domain = claims_service.mail_domain(organisation)
    form = MailClaimForm() if domain else NoteClaimForm()

    def then(claim: Claim) -> str:
        return url_for(".ask", slug=slug)

    return process_form(
        form,
        "claims/ask.html",
        lambda actor: claims_service.ask(
            actor, slug, lang=current_language(), **({"email": ""} | form.values())
        ),
        then,
        organisation=organisation,
        domain=domain,
        claim=queries.open_claim(organisation.id, g.actor.person_id),
        has_editor=queries.has_editor(organisation.id),
    )


@page(blueprint, "/organisations/<slug>/claim/withdraw", permission="claim.ask", methods=("POST",))
def withdraw(slug: str) -> ResponseReturnValue:
    """Take one's own claim back."""
    return run_action(
        lambda actor: claims_service.withdraw(actor, slug),
        url_for("organisations.show", slug=slug),
        say=_("Your claim is taken back."),
    )


@page(blueprint, "/claims/prove/<token>", permission=PUBLIC)
def prove(token: str) -> ResponseReturnValue:
    """What the link in the mail leads to: nothing happens before a button is pressed, since scanners follow links."""
    claim = queries.claim_behind(token)
    return render_template("claims/prove.html", claim=claim, token=token, form=BaseForm())


@page(blueprint, "/claims/prove/<token>", permission=SIGNED_IN, methods=("POST",))
def confirm(token: str) -> ResponseReturnValue:
    """Become the first editor of the organisation whose mail one reads."""
    claim = queries.claim_behind(token)
    return process_form(
        BaseForm(),
        "claims/prove.html",
        lambda actor: claims_service.prove(actor, token),
        lambda proved: url_for(
            "organisations.show" if proved.state is ClaimState.GIVEN else ".ask",
            slug=proved.organisation.slug,
        ),
        claim=claim,
        token=token,
    )


@page(blueprint, "/claims/prove/<token>/deny", permission=PUBLIC, methods=("POST",))
def deny(token: str) -> ResponseReturnValue:
    """Decline a claim as somebody who reads the organisation's mail."""
    return run_action(
        lambda actor: claims_service.deny(actor, token),
        url_for("organisations.directory"),
        say=_("Thank you. The claim is declined."),
    )


@page(blueprint, "/claims/<int:claim_id>/answer", permission="organisation.edit", methods=("GET", "POST"))
def answer(claim_id: int) -> ResponseReturnValue:
    """Answer somebody else's claim of one's organisation."""
    claim = queries.read_claim(g.actor, claim_id)
    authorize(g.actor, "organisation.edit", claim.organisation)
    form = AnswerForm(data={"answer": claim.answer})
    return process_form(
        form,
        "claims/answer.html",
        lambda actor: claims_service.answer(actor, claim_id, value_of(form.answer)),
        lambda _claim: url_for(".answer", claim_id=claim_id),
        say=_("Your words are kept. A manager reads both sides."),
        claim=claim,
    )


@page(blueprint, "/organisations/<slug>/not-right", permission=PUBLIC, methods=("GET", "POST"))
def report(slug: str) -> ResponseReturnValue:
    """Say that a listing is not right, or ask to take it down; visitors may, too."""
    organisation = get_profile(g.actor, slug)
    form = ReportForm()

    def act(actor: Actor) -> ListingReport:
        too_many = _("That was a lot at once. Try again in an hour.")
        who = str(actor.person_id) if actor.person_id else visitor_address()
        count_attempt("listing report", REPORTS_EACH, who, say=too_many)
        count_attempt("listing reports of", REPORTS_OF_ONE, str(organisation.id), say=too_many)
        return reports.report_listing(actor, slug, lang=current_language(), **form.values())

    return process_form(
        form,
        "claims/report.html",
        act,
        lambda _report: url_for("organisations.show", slug=slug),
        say=_(
            "Thank you. A manager reads it. If your address is the organisation's own, look into your mail, too."
        ),
        organisation=organisation,
    )


@page(blueprint, "/listings/take-down/<token>", permission=PUBLIC, methods=("GET", "POST"))
def take_down(token: str) -> ResponseReturnValue:
    """Hide a listing at once, by the link that was mailed to its own domain."""
    found = queries.report_behind(token)
    return process_form(
        BaseForm(),
        "claims/take_down.html",
        lambda actor: reports.take_down(actor, token),
        lambda _organisation: url_for("organisations.directory"),
        say=_("The page is hidden. Nobody but the managers of the cluster sees it now."),
        organisation=found.organisation,
    )


@page(blueprint, "/manage/claims", permission="claim.decide")
def queue() -> ResponseReturnValue:
    """The claims and reports that wait for a manager."""
    authorize(g.actor, "claim.decide")
    return render_template(
        "claims/queue.html", claims=queries.waiting_claims(), reports=queries.waiting_reports()
    )


@page(blueprint, "/manage/claims/<int:claim_id>", permission="claim.decide", methods=("GET", "POST"))
def decide(claim_id: int) -> ResponseReturnValue:
    """Read both sides and decide a claim."""
    authorize(g.actor, "claim.decide")
    claim = queries.read_claim(g.actor, claim_id)
    form = DecisionForm()
    return process_form(
        form,
        "claims/decide.html",
        lambda actor: claims_service.decide(
            actor,
            claim_id,
            give=form.verdict.data == "give",
            reason=form.reason.data or "",
            others_stay=form.others.data != "leave",
        ),
        lambda _claim: url_for(".queue"),
        say=_("Decided. Those whom it concerns are told."),
        claim=claim,
        editors=editors_of(claim.organisation_id),
        is_open=claim.state in (ClaimState.ASKED, ClaimState.CONTESTED),
    )


@page(blueprint, "/manage/reports/<int:report_id>", permission="claim.decide", methods=("POST",))
def close_report(report_id: int) -> ResponseReturnValue:
    """Settle a report: `hide` takes the listing down."""
    return run_action(
        lambda actor: reports.close_report(actor, report_id, hide=request.form.get("hide") == "1"),
        url_for(".queue"),
        say=_("Done."),
    )


@page(blueprint, "/organisations/<slug>/reassign", permission="claim.decide", methods=("GET", "POST"))
def reassign(slug: str) -> ResponseReturnValue:
    """Make somebody the editor of an organisation."""
    organisation = get_organisation(g.actor, slug)
    authorize(g.actor, "claim.decide", organisation)
    form = ReassignForm()
    return process_form(
        form,
        "claims/reassign.html",
        lambda actor: claims_service.reassign(
            actor,
            slug,
            email=form.email.data or "",
            reason=form.reason.data or "",
            others_stay=form.others.data != "leave",
            lang=current_language(),
        ),
        lambda _claim: url_for("organisations.members", slug=slug),
        say=_("This person looks after the organisation from now on. All editors are told."),
        organisation=organisation,
        editors=editors_of(organisation.id),
    )


@page(merges, "", permission="claim.decide")
def index() -> ResponseReturnValue:
    """The organisations that may be one: among those written last, or of one by `?organisation=`."""
    authorize(g.actor, "claim.decide")
    slug = request.args.get("organisation", "")
    return render_template("claims/duplicates.html", pairs=duplicates.alike_pairs(g.actor, slug), slug=slug)


@page(merges, "/<slug>/<other_slug>", permission="claim.decide", methods=("GET", "POST"))
def merge(slug: str, other_slug: str) -> ResponseReturnValue:
    """Put two organisations side by side and merge the second into the first."""
    authorize(g.actor, "claim.decide")
    winner, loser = duplicates.get_pair(g.actor, slug, other_slug)
    choices = merge_choices(winner, loser)
    chosen = {
        each.name: request.form.get(each.name, "loser" if each.takes_loser else "winner") for each in choices
    }
    taken = {name: value == "loser" for name, value in chosen.items()}
    counts, between = duplicates.count_rows(loser.id, winner.id)
    return process_form(
        MergeForm(),
        "claims/merge.html",
        lambda actor: merging.merge(actor, slug, other_slug, taken),
        lambda merged: url_for("organisations.show", slug=merged.slug),
        say=_("The two are one now."),
        winner=winner,
        loser=loser,
        choices=choices,
        taken=taken,
        likeness=duplicates.compare(winner, loser),
        counts=moved_counts(counts),
        between=between,
    )


@page(merges, "/<slug>/<other_slug>/apart", permission="claim.decide", methods=("POST",))
def keep_apart(slug: str, other_slug: str) -> ResponseReturnValue:
    """Note that two organisations are two."""
    return run_action(
        lambda actor: merging.keep_apart(actor, slug, other_slug),
        url_for(".index"),
        say=_("They stay two, and are not shown here again."),
    )
