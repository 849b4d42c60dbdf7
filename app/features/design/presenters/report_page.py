"""The report as its page and its file show it: with dates, names and words of the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.lists import format_list
from flask_babel import format_date, get_locale, ngettext
from flask_babel import gettext as _

from app.core.i18n import country_name, public_url_for
from app.features.design.models.sessions import DesignSession
from app.features.design.presenters.pages import whole_moment
from app.features.design.presenters.report import (
    before_and_after,
    cards_of,
    effect_sentence,
    new_ties,
    report_of,
)
from app.features.design.projections.public_state import ballots_of, count_gone_cards, public_state
from app.features.design.queries.outcomes import stances_by_organisation
from app.features.design.queries.sessions import initiative_of
from app.features.design.states import OVER
from app.features.initiatives.queries import text_in


def report_page(design_session: DesignSession) -> dict[str, Any]:
    """Everything that the report shows, in every format."""
    initiative = initiative_of(design_session)
    gone = count_gone_cards(design_session)
    stances = stances_by_organisation(design_session) if design_session.state in OVER else {}
    report = report_of(public_state(design_session), ballots_of(design_session), gone, stances)
    return {
        "design": design_session,
        "report": report,
        "numbers": card_numbers(report),
        "card_notes": card_notes,
        "when": _when(design_session),
        "who": _who(report),
        "effect": effect_sentence(report["effect"]),
        "new_ties": new_ties(report["effect"]),
        "figures": before_and_after(report["effect"]),
        "initiative": {"slug": initiative.slug, "title": text_in(initiative).title} if initiative else None,
        "address": public_url_for("design.report", design_id=design_session.id),
        "stages": stage_names(),
        "stances_of": stance_lines,
        "objection_states": objection_names(),
    }


def card_numbers(report: Mapping[str, Any]) -> dict[str, str]:
    """A short number for each card, by which the lines of the report refer to it."""
    return {key: f"#{number}" for number, key in enumerate(cards_of(report), 1)}


def stage_names() -> dict[str, str]:
    """The names of the stages of a proposal."""
    return {
        "clarify": _("being clarified"),
        "react": _("being reacted to"),
        "object": _("objections are heard"),
        "integrate": _("objections are being met"),
        "agreed": _("agreed"),
        "withdrawn": _("withdrawn"),
    }


def objection_names() -> dict[str, str]:
    """What became of an objection."""
    return {
        "open": _("not met"),
        "integrated": _("met by the new wording"),
        "withdrawn": _("withdrawn"),
        "stands": _("not met by the new wording"),
    }


def stance_lines(decision: Mapping[str, Any]) -> list[str]:
    """Who consented and who had a concern, by organisation where that is known; what every format says of a decision."""
    lines = []
    for stance in ("consent", "concern"):
        count = decision["stances"].get(stance, 0)
        names = [
            f"{name} ({counts[stance]})" if counts[stance] > 1 else name
            for name, counts in decision["organisations"].items()
            if name and stance in counts
        ]
        if count:
            lines.append(_stance_line(stance, count, format_list(names, locale=get_locale())))
    return lines


def _stance_line(stance: str, count: int, names: str) -> str:
    if stance == "consent":
        if names:
            return _("%(count)s consent: %(names)s", count=count, names=names)
        return _("%(count)s consent", count=count)
    if names:
        return _("%(count)s with a concern: %(names)s", count=count, names=names)
    return _("%(count)s with a concern", count=count)


def _when(design_session: DesignSession) -> str:
    begun, ended = design_session.started_at, design_session.closed_at
    if begun is None:
        return _("It has not begun yet.")
    if ended is None:
        return _("Begun on %(moment)s, still going on.", moment=whole_moment(begun))
    minutes = max(1, round((ended - begun).total_seconds() / 60))
    lasted = ngettext("%(num)d minute", "%(num)d minutes", minutes)
    return _("Held on %(moment)s, for %(minutes)s.", moment=whole_moment(begun), minutes=lasted)


def _who(report: Mapping[str, Any]) -> str:
    people, countries = len(report["people"]), [country_name(code) for code in report["countries"]]
    counted = ngettext("%(num)d person", "%(num)d people", people)
    if not countries:
        return counted
    return _(
        "%(people)s from %(countries)s", people=counted, countries=format_list(countries, locale=get_locale())
    )


# --- Markdown -----------------------------------------------------------------------------------------------


def markdown_of(shown: Mapping[str, Any]) -> str:
    """The report as Markdown; what people wrote is escaped, so that none of it becomes markup."""
    report, numbers = shown["report"], shown["numbers"]
    parts = [f"# {escape(report['design']['title'])}"]
    if report["design"].get("question"):
        parts.append(f"*{escape(report['design']['question'])}*")
    parts.append("  \n".join(filter(None, (shown["when"], shown["who"], shown["effect"]))))
    parts += _decisions(shown, numbers)
    parts += _commitments(report, numbers)
    parts += [_vote(ballot, numbers) for ballot in report["votes"]]
    parts += _network(shown)
    parts += _cards(report, numbers)
    parts.append(f"<{shown['address']}>")
    return "\n\n".join(parts) + "\n"


def escape(text: str) -> str:
    """What somebody wrote, on one line, with every mark that Markdown or HTML would read made harmless."""
    line = " ".join(str(text).split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]()#+-.!|<>~&" else letter for letter in line)


def _refer(line: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    """Where a line comes from: its cards, and the votes that they were given points in."""
    known = [f"[{numbers[key]}](#card-{key})" for key in line["cards"]]
    known += [f"[{points_sentence(vote['points'])}](#vote-{vote['phase']})" for vote in line.get("votes", ())]
    known += [missing_sentence(line["missing"])] if line["missing"] else []
    return f" ({', '.join(known)})" if known else ""


def missing_sentence(cards: int) -> str:
    """That so many cards which a line came from are not in the report."""
    return ngettext("%(num)d card that is no longer there", "%(num)d cards that are no longer there", cards)


def target_text(line: Mapping[str, Any]) -> str:
    """The words of a card or of a cluster's name, or that they are out of sight or that there are none."""
    return _("(out of sight)") if line["veiled"] else line["text"] or _("Without a name yet")


def card_notes(card: Mapping[str, Any]) -> list[str]:
    """What every format of the report says of a card beside its words: its country, its group and its points."""
    notes = [country_name(card["country"]) if card["country"] else "", card["origin"]]
    if card["points"]:
        notes.append(points_sentence(card["points"]))
    return [note for note in notes if note]


def points_sentence(points: int) -> str:
    """So many points, in words."""
    return ngettext("%(num)d point", "%(num)d points", points)


def _decisions(shown: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    report, parts = shown["report"], []
    for title, found in (
        (_("What was decided"), report["decisions"]),
        (_("What stays open"), report["open"]),
    ):
        if not found:
            continue
        lines = []
        for each in found:
            stage = "" if each["stage"] == "agreed" else f" — {shown['stages'][each['stage']]}"
            lines.append(f"- **{escape(each['text'])}**{stage}{_refer(each, numbers)}")
            lines += [f"  - {escape(line)}" for line in stance_lines(each)]
            lines += [f"  - {_('before:')} ~~{escape(text)}~~" for text in each["earlier"]]
            lines += [
                f"  - {escape(one['text'])} — {escape(one.get('organisation') or one['name'])}, "
                f"{shown['objection_states'][one['state']]}"
                for one in each["objections"]
            ]
        parts.append(f"## {title}\n\n" + "\n".join(lines))
    return parts


def _commitments(report: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    if not report["commitments"]:
        return []
    head = f"| {_('What')} | {_('Who')} | {_('By when')} |\n|---|---|---|"
    rows = []
    for each in report["commitments"]:
        what = escape(each["what"]) + (f" ({escape(each['if_then'])})" if each.get("if_then") else "")
        who = f"{escape(each['owner'])}, {escape(each['organisation'])}"
        rows.append(f"| {what}{_refer(each, numbers)} | {who} | {day_of(each['by_when'])} |")
    return [f"## {_('Who does what')}\n\n" + "\n".join([head, *rows])]


def day_of(text: str) -> str:
    """A day of the state as the reader writes it."""
    return str(format_date(date.fromisoformat(text), "long"))


def _vote(ballot: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    rows = [
        f"{row['place']}. {escape(target_text(row))} — {row['points']}{_refer(row, numbers)}"
        for row in ballot["rows"]
    ]
    voters = ngettext("%(num)d person voted.", "%(num)d people voted.", ballot["voters"])
    anchor = f'<a id="vote-{ballot["phase"]}"></a>'
    return f"## {anchor}{escape(ballot['title'])}\n\n{voters}\n\n" + "\n".join(rows)


def _network(shown: Mapping[str, Any]) -> list[str]:
    """What the session did to the network: who met for the first time, and figures before and after."""
    parts = []
    if shown["new_ties"]:
        head = f"| {_('Who')} | {_('With whom')} | {_('When')} |\n|---|---|---|"
        rows = [
            f"| {escape(tie['one'])} | {escape(tie['other'])} | {tie['when']} |" for tie in shown["new_ties"]
        ]
        parts.append("\n".join([head, *rows]))
    if shown["figures"]:
        head = f"| | {_('Before')} | {_('After')} |\n|---|---|---|"
        rows = [f"| {row['what']} | {row['before']} | {row['after']} |" for row in shown["figures"]]
        parts.append("\n".join([head, *rows]))
    return [f"## {_('What it did to the network')}", *parts] if parts else []


def _cards(report: Mapping[str, Any], numbers: Mapping[str, str]) -> list[str]:
    parts = []
    for column in report["columns"]:
        lines = []
        for group in column["groups"]:
            if group["name"]:
                lines.append(f"- **{escape(group['name'])}**")
            indent = "  " if group["name"] else ""
            for card in group["cards"]:
                lines.append(indent + _card(card, numbers))
        parts.append(f"### {escape(column['title'])}\n\n" + "\n".join(lines))
    parked = [_card(card, numbers) for card in report["parked"]]
    if parked:
        parts.append(f"### {_('Put aside for later')}\n\n" + "\n".join(parked))
    return [f"## {_('The cards')}", *parts] if parts else []


def _card(card: Mapping[str, Any], numbers: Mapping[str, str]) -> str:
    text = _("(out of sight)") if card["veiled"] else escape(card["text"])
    notes = "".join(f" · {escape(note)}" for note in card_notes(card))
    return f'- <a id="card-{card["key"]}"></a>{numbers[card["key"]]} {text}{notes}'
