"""What the parts of a decision are called on pages, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from app.features.decisions.models import Method

METHOD_NAMES: Mapping[Method, LazyString] = {
    Method.CONSENT: _l("Consent"),
    Method.YES_NO: _l("Yes or no"),
    Method.CHOOSE: _l("Tick what you like"),
    Method.RANKED: _l("Put in order, one wins"),
    Method.STV: _l("Put in order, several win"),
    Method.SCORE: _l("Give points"),
    Method.DOTS: _l("Share out dots"),
}
QUESTIONS: Mapping[Method, LazyString] = {
    Method.CONSENT: _l("Is there one text that we can improve together?"),
    Method.YES_NO: _l("Is it a yes or a no that must be counted?"),
    Method.RANKED: _l("Is it one of a few possibilities?"),
    Method.CHOOSE: _l("Is it one of many possibilities?"),
    Method.STV: _l("Are there several seats or places to fill?"),
    Method.DOTS: _l("Is something shared out, such as money or time?"),
    Method.SCORE: _l("Do we want to know how good each one is?"),
}
"""The chooser, in the order in which it asks."""
HOW: Mapping[Method, LazyString] = {
    Method.CONSENT: _l("It passes when enough have answered and nobody objects. Who objects says why."),
    Method.YES_NO: _l("Each organisation says yes, no, or abstains. The yes and the no are counted."),
    Method.RANKED: _l("Each puts the possibilities in order. The one that beats each other one wins."),
    Method.CHOOSE: _l("Each ticks all that it could live with. The one with the most ticks wins."),
    Method.STV: _l("Each puts the names in order. Votes that one does not need go on to the next."),
    Method.DOTS: _l("Each has ten dots and shares them out. The sums are compared."),
    Method.SCORE: _l("Each gives every possibility from 0 to 10 points. The sums are compared."),
}
ANSWERS: Mapping[str, LazyString] = {
    "agree": _l("We agree"),
    "concern": _l("We agree, and have a concern"),
    "object": _l("We object"),
    "yes": _l("Yes"),
    "no": _l("No"),
    "abstain": _l("We abstain"),
}
ANSWERS_OF: Mapping[Method, tuple[str, ...]] = {
    Method.CONSENT: ("agree", "concern", "object", "abstain"),
    Method.YES_NO: ("yes", "no", "abstain"),
}
MAJORITIES: Mapping[str, LazyString] = {
    "simple": _l("More yes than no"),
    "absolute": _l("Yes from more than half of all that may answer"),
    "two_thirds": _l("Two thirds yes: for what is hard to undo or costs others money"),
    "three_quarters": _l("Three quarters yes"),
}
QUORUMS: Mapping[str, LazyString] = {
    "1/2": _l("Half of them"),
    "2/3": _l("Two thirds of them"),
    "1/1": _l("All of them"),
}
