"""The methods that ship: tried ways through a design session, as data with their sources.

A design session keeps a snapshot of what it was made from, so a newer `version` changes nothing that was prepared before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class PhasePlan:
    """One phase of a method: its kind, its words, its length in minutes.

    `columns` are laid out on the board when the phase begins, `policy` is what differs from the kind's own policy.
    """

    kind: str
    title: LazyString
    prompt: LazyString
    minutes: int
    columns: tuple[LazyString, ...] = ()
    policy: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Method:
    """A tried way: what it is good for, for how many people, where it comes from, and its phases in their order."""

    code: str
    version: int
    name: LazyString
    promise: LazyString
    people: LazyString
    source: str
    url: str
    phases: tuple[PhasePlan, ...]

    @property
    def minutes(self) -> int:
        """How long it takes in all."""
        return sum(phase.minutes for phase in self.phases)


WELCOME = _l("Welcome")
CHECK_OUT = _l("Check-out")
COMMIT = _l("Commit")

DOUBLE_DIAMOND = Method(
    code="double_diamond_90",
    version=1,
    name=_l("Double diamond in 90 minutes"),
    promise=_l(
        "Understand a shared problem before you solve it, and leave with something that somebody will do."
    ),
    people=_l("5 to 20 people"),
    source="Design Council, Framework for Innovation (the Double Diamond), 2004 and 2019",
    url="https://www.designcouncil.org.uk/our-resources/framework-for-innovation/",
    phases=(
        PhasePlan(
            "welcome",
            WELCOME,
            _l("Say your name, your place and one thing that went well this week."),
            5,
        ),
        PhasePlan(
            "silent_writing",
            _l("Discover"),
            _l("What do you see in your own work? One observation on each card; nobody reads it yet."),
            10,
            columns=(_l("What we see"), _l("What makes it hard"), _l("What helps already")),
        ),
        PhasePlan(
            "reveal", _l("Read"), _l("Read what the others wrote. Ask where you do not understand."), 5
        ),
        PhasePlan(
            "cluster",
            _l("Define"),
            _l("Put together what belongs together, and give each group a name."),
            10,
        ),
        PhasePlan(
            "how_might_we",
            _l("How might we"),
            _l("Turn the strongest group into a question that begins with “How might we”."),
            8,
            columns=(_l("How might we…"),),
        ),
        PhasePlan(
            "dot_vote",
            _l("Vote"),
            _l("Which question is worth our next hour? Share your points out."),
            5,
            policy={"vote": 3},
        ),
        PhasePlan(
            "breakout",
            _l("Develop"),
            _l(
                "In small groups: find as many answers as you can, then choose one and say how it would work."
            ),
            20,
            columns=(_l("Ideas"), _l("What we propose")),
        ),
        PhasePlan(
            "consent",
            _l("Decide"),
            _l(
                "Is this good enough for now and safe enough to try? Say what would harm, and mend it together."
            ),
            12,
        ),
        PhasePlan("commitments", COMMIT, _l("Who does what, and by when? If it rains, then what?"), 10),
        PhasePlan("check_out", CHECK_OUT, _l("One word each: how do you leave?"), 5),
    ),
)

ONE_TWO_FOUR_ALL = Method(
    code="one_two_four_all",
    version=1,
    name=_l("1-2-4-All"),
    promise=_l("Hear everybody within half an hour: alone, in pairs, in fours, then all together."),
    people=_l("6 to 40 people"),
    source="Henri Lipmanowicz and Keith McCandless, The Surprising Power of Liberating Structures, 2014",
    url="https://www.liberatingstructures.com/1-1-2-4-all/",
    phases=(
        PhasePlan("welcome", WELCOME, _l("This is the question. Read it once, slowly."), 3),
        PhasePlan(
            "silent_writing",
            _l("Alone"),
            _l("What comes to your mind? Write it for yourself."),
            4,
            columns=(_l("Ideas"),),
        ),
        PhasePlan(
            "pairs_fours",
            _l("In pairs"),
            _l("Tell each other. Build one better idea out of two."),
            5,
            policy={"size": 2},
        ),
        PhasePlan(
            "pairs_fours",
            _l("In fours"),
            _l("Two pairs meet. What do you have in common, and what is new?"),
            8,
            policy={"size": 4},
        ),
        PhasePlan(
            "rounds",
            _l("All"),
            _l("Each group tells the one idea that must not be lost."),
            8,
        ),
        PhasePlan("commitments", COMMIT, _l("What happens with it, and who sees to it?"), 5),
    ),
)

LEAN_RETROSPECTIVE = Method(
    code="lean_retrospective",
    version=1,
    name=_l("Lean retrospective"),
    promise=_l("Look back together without blame, and change one thing before you meet again."),
    people=_l("4 to 15 people"),
    source="Esther Derby and Diana Larsen, Agile Retrospectives, 2006; Jim Benson and Jeremy Lightsmith, Lean Coffee, 2009",
    url="https://leancoffee.org/",
    phases=(
        PhasePlan(
            "welcome", WELCOME, _l("Whatever we find: everybody did what they could with what they knew."), 5
        ),
        PhasePlan(
            "silent_writing",
            _l("Look back"),
            _l("What should stay, what was hard, what shall we try? Nobody learns who wrote what."),
            10,
            columns=(_l("Keep"), _l("Hard"), _l("Try")),
            policy={"anonymous": True},
        ),
        PhasePlan("reveal", _l("Read"), _l("Read all of it before you speak of any of it."), 4),
        PhasePlan("cluster", _l("Put together"), _l("Put together what says the same."), 8),
        PhasePlan("dot_vote", _l("Choose"), _l("What is worth talking about today?"), 4, policy={"vote": 3}),
        PhasePlan(
            "rounds", _l("Talk"), _l("One topic after the other; everybody once before anybody twice."), 16
        ),
        PhasePlan("commitments", COMMIT, _l("One small change: who, what, by when?"), 9),
        PhasePlan("check_out", CHECK_OUT, _l("Was this hour worth it? One sentence."), 4),
    ),
)

CONSENT_DECISION = Method(
    code="consent_decision",
    version=1,
    name=_l("Consent decision"),
    promise=_l("Decide together on something that everybody can live with, and write down every objection."),
    people=_l("3 to 20 people"),
    source="Sociocracy 3.0, Consent Decision-Making, James Priest, Bernhard Bockelbrink and Liliana David",
    url="https://patterns.sociocracy30.org/consent-decision-making.html",
    phases=(
        PhasePlan("welcome", WELCOME, _l("What drives us to decide this now?"), 4),
        PhasePlan(
            "silent_writing",
            _l("What matters"),
            _l("What must a good decision take care of? Write it down before you hear the others."),
            6,
            columns=(_l("It must"), _l("It must not")),
        ),
        PhasePlan("reveal", _l("Read"), _l("Read what matters to the others."), 4),
        PhasePlan(
            "consent",
            _l("Consent"),
            _l("Clarify, react, object, integrate, and test again until no objection stands."),
            24,
        ),
        PhasePlan("commitments", COMMIT, _l("Who does what, and when do we look at it again?"), 8),
        PhasePlan("check_out", CHECK_OUT, _l("How was it to decide like this?"), 4),
    ),
)

METHODS: Mapping[str, Method] = {
    method.code: method for method in (DOUBLE_DIAMOND, ONE_TWO_FOUR_ALL, LEAN_RETROSPECTIVE, CONSENT_DECISION)
}
"""The methods by their codes, in the order in which they are offered."""
