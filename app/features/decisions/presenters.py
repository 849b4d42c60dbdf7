"""Decisions as pages show them: the result in one sentence, the table behind it, the ballot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.lists import format_list
from flask_babel import format_datetime, get_locale, ngettext
from flask_babel import gettext as _

from app.core.actors import Actor
from app.core.clock import now
from app.features.decisions.counting import UNIT
from app.features.decisions.labels import ANSWERS, ANSWERS_OF
from app.features.decisions.models import BUDGET, HIGHEST_SCORE, Method, Proposal, ProposalState
from app.features.decisions.policy import is_elector


@dataclass(frozen=True)
class Listed:
    """A proposal in a list; `asks` is whether it waits for the reader's organisation."""

    proposal: Proposal
    asks: bool
    status: str


@dataclass(frozen=True)
class Choice:
    """One line of a ballot: what can be chosen, and what was."""

    key: str
    label: str
    chosen: Any


def is_answerable(proposal: Proposal) -> bool:
    """Whether answers are taken now."""
    return proposal.state is ProposalState.OPEN and proposal.closes_at > now()


def own_elector(actor: Actor, proposal: Proposal) -> Any:
    """The elector that the actor answers for, or None."""
    if not is_elector(actor, proposal):
        return None
    return next(each for each in proposal.electors if each.organisation_id == actor.organisation_id)


def listed(actor: Actor, proposals: Sequence[Proposal]) -> list[Listed]:
    """Proposals as a list shows them, those that wait for the reader's organisation first."""
    found = []
    for each in proposals:
        own = own_elector(actor, each)
        asks = is_answerable(each) and own is not None and own.ballot is None
        found.append(Listed(each, asks, status_of(each)))
    return sorted(found, key=lambda each: not each.asks)


def status_of(proposal: Proposal) -> str:
    """Where a proposal stands, in a few words."""
    if proposal.state is ProposalState.WITHDRAWN:
        return _("Withdrawn")
    if proposal.state is ProposalState.CLOSED:
        return sentence_of(proposal)
    if not is_answerable(proposal):
        return _("The time is over; it is being counted.")
    answered = sum(each.ballot is not None for each in proposal.electors)
    return _("%(answered)s of %(all)s have answered", answered=answered, all=len(proposal.electors))


def sentence_of(proposal: Proposal) -> str:
    """The result as a person would read it aloud."""
    result = proposal.result or {}
    numbers = {"answered": result["answered"], "all": result["electors"], "needed": result["quorum_heads"]}
    if result["outcome"] == "no_quorum":
        return _("Not decided: %(answered)s of %(all)s answered, and %(needed)s were needed.", **numbers)
    if result["outcome"] == "chosen":
        names = {option["key"]: option["label"] for option in proposal.options}
        winners = [names[key] for key in result["winners"]]
        return ngettext(
            "Chosen: %(names)s. %(answered)s of %(all)s answered.",
            "Chosen: %(names)s. %(answered)s of %(all)s answered.",
            len(winners),
            names=format_list(winners, locale=get_locale()),
            **numbers,
        )
    if "counts" not in result or proposal.options:
        return _("Nothing was chosen. %(answered)s of %(all)s answered.", **numbers)
    is_adopted = result["outcome"] == "adopted"
    counts = result["counts"]
    if proposal.method is Method.CONSENT:
        if is_adopted:
            return _("Adopted: nobody objects. %(answered)s of %(all)s answered.", **numbers)
        if not counts["object"]:
            return _("Not adopted: nobody said that they agree.")
        return ngettext(
            "Not adopted: %(num)d organisation objects.",
            "Not adopted: %(num)d organisations object.",
            counts["object"],
        )
    return _yes_no_sentence(result, is_adopted)


def _yes_no_sentence(result: dict[str, Any], is_adopted: bool) -> str:
    yes, no = result["counts"]["yes"], result["counts"]["no"]
    groups = result.get("groups")
    if groups is None:
        if is_adopted:
            return _("Adopted: %(yes)s yes, %(no)s no.", yes=yes, no=no)
        return _("Not adopted: %(yes)s yes, %(no)s no.", yes=yes, no=no)
    more = {"favour": len(groups["favour"]), "counted": len(groups["counted"])}
    if is_adopted:
        return _(
            "Adopted: %(yes)s yes, %(no)s no; %(favour)s of %(counted)s countries in favour.",
            yes=yes,
            no=no,
            **more,
        )
    return _(
        "Not adopted: %(yes)s yes, %(no)s no; %(favour)s of %(counted)s countries in favour.",
        yes=yes,
        no=no,
        **more,
    )


def ballot_lines(proposal: Proposal, chosen: Any) -> list[Choice]:
    """The lines of the ballot with what stands in the elector's answer."""
    if proposal.method in ANSWERS_OF:
        answer = chosen[0] if chosen else ""
        return [Choice(key, str(ANSWERS[key]), key == answer) for key in ANSWERS_OF[proposal.method]]
    values: dict[str, Any] = {}
    if proposal.method in (Method.RANKED, Method.STV):
        values = {key: place for place, key in enumerate(chosen or (), 1)}
    elif proposal.method is Method.CHOOSE:
        values = dict.fromkeys(chosen or (), 1)
    else:
        values = chosen or {}
    return [Choice(each["key"], each["label"], values.get(each["key"])) for each in proposal.options]


def numbers_of(proposal: Proposal) -> range:
    """The numbers that a line of the ballot takes: places, points or dots."""
    if proposal.method is Method.SCORE:
        return range(HIGHEST_SCORE + 1)
    if proposal.method is Method.DOTS:
        return range(BUDGET + 1)
    return range(1, len(proposal.options) + 1)


def table_of(proposal: Proposal) -> dict[str, Any] | None:
    """How it was counted, as heads and rows of one table; None where the sentence says it all."""
    result = proposal.result
    if result is None:
        return None
    names = {option["key"]: option["label"] for option in proposal.options}
    if proposal.method is Method.STV:
        return _stages(result, names)
    if proposal.method is Method.RANKED:
        order = result["order"]
        rows = [[names[a], *(("–" if a == b else str(result["pairs"][a][b])) for b in order)] for a in order]
        return {
            "caption": _("How many put the one on the left before the one above"),
            "heads": ["", *(names[b] for b in order)],
            "rows": rows,
        }
    if proposal.options:
        return {
            "caption": _("How it was counted"),
            "heads": [_("Possibility"), _("Sum"), _("Place")],
            "rows": [
                [names[key], str(result["counts"][key]), str(result["places"][key])]
                for key in result["order"]
            ],
        }
    return {
        "caption": _("How it was counted"),
        "heads": [_("Answer"), _("Organisations")],
        "rows": [[str(ANSWERS[key]), str(number)] for key, number in result["counts"].items()],
    }


def _stages(result: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The stages of a transferable vote, one column each."""
    stages = result["stages"]
    heads = [_("Possibility")]
    for stage in stages:
        name = names.get(stage["of"], "")
        if stage["what"] == "first":
            heads.append(_("First places"))
        elif stage["what"] == "surplus":
            heads.append(_("What %(name)s had too many goes on", name=name))
        else:
            heads.append(_("%(name)s is out", name=name))
    rows = [[label, *(_votes(stage["votes"][key]) for stage in stages)] for key, label in names.items()]
    if stages:
        rows.append([_("Go to nobody"), *(_votes(stage["not_transferable"]) for stage in stages)])
    caption = _("Stage by stage; %(quota)s votes are enough", quota=result.get("quota", 0) // UNIT)
    return {"caption": caption, "heads": heads, "rows": rows}


def _votes(units: int) -> str:
    """Votes to the fifth decimal, as the rules keep them; whole ones without."""
    whole, rest = divmod(units, UNIT)
    return f"{whole}.{rest:05}" if rest else str(whole)


def answers_of(proposal: Proposal) -> list[dict[str, Any]]:
    """Who answered and what, for open ballots: an organisation answers for what it says."""
    names = {option["key"]: option["label"] for option in proposal.options}
    found = []
    for elector in proposal.electors:
        ballot = elector.ballot
        said = ""
        if ballot is not None:
            chosen = ballot.choices
            if isinstance(chosen, dict):
                said = ", ".join(f"{names[key]}: {number}" for key, number in chosen.items())
            else:
                said = ", ".join(str(ANSWERS[key]) if key in ANSWERS else names[key] for key in chosen)
            said = said or str(ANSWERS["abstain"])
        reason = ballot.reason if ballot is not None else ""
        lang = ballot.lang if ballot is not None else ""
        found.append(
            {"name": elector.name, "country": elector.country, "said": said, "reason": reason, "lang": lang}
        )
    return found


def closing(moment: datetime) -> str:
    """A closing with its day and hour in the reader's time zone."""
    return str(format_datetime(moment, "EEEE d MMMM y, HH:mm"))
