"""Opening a proposal, answering it, closing and withdrawing it.

Everything locks in one order: the proposal, then the ledger.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l

from app.core.actors import Actor
from app.core.announcements import announce
from app.core.audit import record
from app.core.chained_log.canonical import digest_of
from app.core.chained_log.log import append_entry
from app.core.clock import now
from app.core.database import db
from app.core.errors import Conflict, Invalid, NotFound
from app.core.jobs import enqueue
from app.core.notices import NoticesRead, notify
from app.core.permissions import authorize
from app.core.validation import (
    FieldErrors,
    InvalidValue,
    limit_text_field,
    limited_line,
    require_language_field,
    required_line,
    required_text,
)
from app.features.decisions import queries
from app.features.decisions.bundle_checks import papers_digest, words_digest
from app.features.decisions.counting import RULES, count, draw_lot
from app.features.decisions.models import (
    BUDGET,
    HIGHEST_SCORE,
    LONGEST_OPTION,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_ELECTORS,
    MOST_OPEN,
    MOST_OPTIONS,
    Ballot,
    Elector,
    Method,
    Proposal,
    ProposalState,
)
from app.features.organisations.queries import people_of

CLOSE_JOB, REVIEW_JOB = "decision.close", "decision.review"
WITHOUT_OPTIONS = (Method.CONSENT, Method.YES_NO)
EACH_PLACE_ONCE = _l("Give each place once, from 1 on without a gap. Leave out what you do not want.")


@dataclass(frozen=True)
class NewProposal:
    """What somebody fills in to open a proposal; `initiative_id` is None for the whole cluster."""

    initiative_id: int | None
    method: Method
    title: str
    text: str
    lang: str
    options: str = ""
    seats: int = 1
    majority: str = "simple"
    quorum: str = "1/2"
    by_countries: bool = False
    days: int = 7
    review_months: int = 6


def open_proposal(actor: Actor, new: NewProposal) -> Proposal:
    """Open a proposal: from now on its words, its rule and its electors stand. Raises Forbidden, Invalid, Conflict."""
    if new.initiative_id is None:
        authorize(actor, "decision.open_for_cluster")
    else:
        authorize(actor, "decision.open")
        if new.initiative_id not in {each.id for each in queries.initiatives_to_decide_in(actor)}:
            raise NotFound
    errors = FieldErrors()
    title = text = ""
    labels: list[str] = []
    with errors.collect("title"):
        title = required_line(new.title, LONGEST_TITLE, _l("Say in one line what is to be decided."))
    with errors.collect("text"):
        text = required_text(new.text, LONGEST_TEXT, _l("Write what exactly is to be decided."))
    with errors.collect("options"):
        labels = _checked_options(new)
    errors.raise_any()
    require_language_field(new.lang)
    if queries.count_open_of(actor.organisation_id, actor.person_id) >= MOST_OPEN:
        raise Conflict(_l("Many of your decisions are open already. Wait until one is over."))
    organisations = queries.electorate(new.initiative_id)
    if len(organisations) < 2:
        raise Conflict(_l("At least two organisations must be able to answer."))
    if len(organisations) > MOST_ELECTORS:
        raise Conflict(_l("At most %(most)d organisations can decide together.", most=MOST_ELECTORS))
    moment = now()
    needed, of = new.quorum.split("/")
    rule: dict[str, Any] = {
        "name": RULES[new.method.value],
        "method": new.method.value,
        "electors": len(organisations),
        "quorum": [int(needed), int(of)],
    }
    if new.method is Method.YES_NO:
        rule |= {"majority": new.majority, "double": "country" if new.by_countries else "none"}
    if new.method is Method.STV:
        rule["seats"] = new.seats
    proposal = Proposal(
        key=f"prp_{secrets.token_hex(6)}",
        initiative_id=new.initiative_id,
        opened_by_id=actor.organisation_id,
        person_id=actor.person_id,
        lang=new.lang,
        title=title,
        text=text,
        method=new.method,
        options=[{"key": f"o{number}", "label": label} for number, label in enumerate(labels, 1)],
        rule=rule,
        salt=secrets.token_hex(16),
        created_at=moment,
        closes_at=moment + timedelta(days=new.days),
        review_on=(moment + timedelta(days=new.days + 30 * new.review_months)).date(),
        electors=[
            Elector(
                organisation_id=each.id,
                name=each.name,
                country=each.country,
                key=f"el_{secrets.token_hex(6)}",
            )
            for each in organisations
        ],
    )
    db.session.add(proposal)
    db.session.flush()
    record(actor, "decision.open", f"proposal:{proposal.id}", after={"method": new.method.value})
    enqueue(CLOSE_JOB, after=proposal.closes_at, proposal_id=proposal.id)
    _tell("decision.opened", proposal)
    append_entry(
        "proposal.opened",
        proposal.key,
        {
            "words": words_digest(words_of(proposal)),
            "electors": digest_of(electors_of(proposal)),
            "rule": proposal.rule,
        },
    )
    return proposal


def _checked_options(new: NewProposal) -> list[str]:
    """What can be chosen, one a line. Raises InvalidValue."""
    if new.method in WITHOUT_OPTIONS:
        return []
    labels = [limited_line(each, LONGEST_OPTION) for each in new.options.splitlines()]
    labels = [label for label in labels if label]
    fewest = max(2, new.seats + 1 if new.method is Method.STV else 2)
    if not fewest <= len(labels) <= MOST_OPTIONS:
        raise InvalidValue(
            _l(
                "Write from %(fewest)d to %(most)d possibilities, one a line.",
                fewest=fewest,
                most=MOST_OPTIONS,
            )
        )
    if len(set(labels)) < len(labels):
        raise InvalidValue(_l("Each possibility stands here once. Two of these are the same."))
    return labels


def words_of(proposal: Proposal) -> dict[str, Any]:
    """The words of a proposal with the salt that is in their digest."""
    words = {"title": proposal.title, "text": proposal.text, "lang": proposal.lang, "salt": proposal.salt}
    return {**words, "options": proposal.options}


def electors_of(proposal: Proposal) -> list[dict[str, str]]:
    """The electors as they were at the opening; their random keys keep the digest from being guessed."""
    return [
        {"key": each.key, "name": each.name, "country": each.country}
        for each in sorted(proposal.electors, key=lambda each: each.key)
    ]


def papers_of(proposal: Proposal) -> list[dict[str, Any]]:
    """The answers as papers that are counted."""
    return [
        {
            "elector": each.key,
            "group": each.country,
            "choices": each.ballot.choices,
            "code": each.ballot.code,
        }
        for each in sorted(proposal.electors, key=lambda each: each.key)
        if each.ballot is not None
    ]


def vote(actor: Actor, key: str, sent: Any, reason: str, lang: str) -> Proposal:
    """Keep the answer of the actor's organisation, or change it: one answer for each organisation.

    `sent` is what `checked_choices` takes. Raises NotFound, Forbidden, Invalid, and Conflict after the closing.
    """
    proposal = queries.lock_proposal(queries.get_proposal(actor, key).id)
    authorize(actor, "decision.vote", proposal)
    if proposal.state is ProposalState.WITHDRAWN:
        raise Conflict(_l("This decision was withdrawn."))
    moment = now()
    if proposal.state is not ProposalState.OPEN or proposal.closes_at <= moment:
        raise Conflict(_l("The time to answer is over. Your answer was not taken."))
    choices = checked_choices(proposal, sent)
    reason = limit_text_field(reason, LONGEST_REASON, "reason")
    require_language_field(lang)
    if choices == ["object"] and not reason:
        raise Invalid(fields={"reason": [_l("Say why you object, so that it can be made better.")]})
    elector = next(each for each in proposal.electors if each.organisation_id == actor.organisation_id)
    if elector.ballot is None:
        elector.ballot = Ballot(code=secrets.token_hex(16))
    ballot = elector.ballot
    ballot.choices, ballot.reason, ballot.lang = choices, reason, lang
    ballot.person_id, ballot.changed_at = actor.person_id, moment
    db.session.flush()
    record(actor, "decision.vote", f"proposal:{proposal.id}")
    for person_id in people_of(actor.organisation_id or 0):
        announce(NoticesRead(("decision.opened",), proposal.id, person_id))
    return proposal


def checked_choices(proposal: Proposal, sent: Any) -> Any:
    """An answer as it is counted, from what a page sent: one answer, ticked keys, or places, points or dots by key.

    Raises Invalid at `choices`.
    """
    keys = [option["key"] for option in proposal.options]
    if proposal.method in WITHOUT_OPTIONS:
        known = ("agree", "concern", "object") if proposal.method is Method.CONSENT else ("yes", "no")
        if sent not in (*known, "abstain"):
            raise _invalid(_l("Choose one of the answers."))
        return [sent]
    if not isinstance(sent, Mapping) or not set(sent) <= set(keys):
        raise _invalid(_l("Choose only from what stands on this page."))
    numbers = {key: sent[key] for key in keys if sent.get(key) is not None}
    if any(isinstance(each, bool) or not isinstance(each, int) for each in numbers.values()):
        raise _invalid(_l("Write whole numbers."))
    if proposal.method is Method.CHOOSE:
        return [key for key in keys if numbers.get(key)]
    if proposal.method in (Method.RANKED, Method.STV):
        if sorted(numbers.values()) != list(range(1, len(numbers) + 1)):
            raise _invalid(EACH_PLACE_ONCE)
        return sorted(numbers, key=lambda key: numbers[key])
    highest = HIGHEST_SCORE if proposal.method is Method.SCORE else BUDGET
    if any(not 0 <= each <= highest for each in numbers.values()):
        raise _invalid(_l("Write a number from 0 to %(highest)d.", highest=highest))
    if proposal.method is Method.DOTS and (given := sum(numbers.values())) > BUDGET:
        raise _invalid(_l("You gave %(given)d dots, and you have %(budget)d.", given=given, budget=BUDGET))
    return numbers


def _invalid(sentence: Any) -> Invalid:
    return Invalid(fields={"choices": [sentence]})


def close_if_due(proposal_id: int) -> bool:
    """Count a proposal whose time is over; whether it was counted now. Any number may try at the same time."""
    proposal = queries.lock_proposal(proposal_id)
    if proposal.state is not ProposalState.OPEN or proposal.closes_at > now():
        return False
    papers = papers_of(proposal)
    digest = papers_digest(papers)
    options = [option["key"] for option in proposal.options]
    lot, seed = draw_lot(proposal.key, digest, options)
    result = count(proposal.rule, options, papers, lot)
    proposal.state, proposal.closed_at = ProposalState.CLOSED, proposal.closes_at
    proposal.result = {**result, "lot": lot, "seed": seed}
    announce(NoticesRead(("decision.opened",), proposal.id))
    _tell("decision.closed", proposal)
    enqueue(REVIEW_JOB, after=_morning_of(proposal), proposal_id=proposal.id)
    append_entry(
        "proposal.closed",
        proposal.key,
        {
            "papers": digest,
            "number": len(papers),
            "outcome": result["outcome"],
            "result": digest_of(result),
            "rule": proposal.rule["name"],
        },
    )
    return True


def _morning_of(proposal: Proposal) -> datetime:
    days = (proposal.review_on - proposal.closes_at.date()).days
    return proposal.closes_at + timedelta(days=days)


def withdraw(actor: Actor, key: str) -> Proposal:
    """Withdraw an open proposal; nothing is counted. Raises NotFound, Forbidden, Conflict."""
    proposal = queries.lock_proposal(queries.get_proposal(actor, key).id)
    authorize(actor, "decision.withdraw", proposal)
    if proposal.state is not ProposalState.OPEN or proposal.closes_at <= now():
        raise Conflict(_l("This decision is over already."))
    proposal.state, proposal.closed_at = ProposalState.WITHDRAWN, now()
    record(actor, "decision.withdraw", f"proposal:{proposal.id}")
    announce(NoticesRead(("decision.opened",), proposal.id))
    append_entry("proposal.withdrawn", proposal.key, {})
    return proposal


def remind_to_review(proposal_id: int) -> None:
    """Tell everybody that it is time to look at a decision again."""
    _tell("decision.review", queries.lock_proposal(proposal_id))


def _tell(kind: str, proposal: Proposal) -> None:
    """Notify all who act for the electors."""
    for elector in proposal.electors:
        if elector.organisation_id is not None:
            notify(kind, people_of(elector.organisation_id), proposal.id, elector.organisation_id)
