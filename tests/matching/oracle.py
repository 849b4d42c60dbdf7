"""Every term of the score counted again from the records alone, slowly and by other code than the engine's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from math import log, log1p, sqrt

from numpy import float32

from app.matching.records import Feedback, Profile, Project, ReasonKind
from app.matching.scoring.weights import Weights
from tests.matching.oracle_query import Asked, asked_by

K = ReasonKind
Terms = dict[str, tuple[ReasonKind, float]]
MEETING = (
    (K.SHARED_SECTOR, K.RELATED_SECTOR, "sectors", "sectors"),
    (K.THEY_OFFER, K.THEY_OFFER_RELATED, "seeks", "offers"),
    (K.THEY_SEEK, K.THEY_SEEK_RELATED, "offers", "seeks"),
    (K.SHARED_GOAL, None, "goals", "goals"),
    (K.COOPERATION, None, "cooperation", "cooperation"),
    (K.TECHNOLOGY_SOUGHT, None, "provides", "cooperation"),
)
"""What a concept that both name is called, and one that is near it; how the asker holds it, and how the other."""


NEEDS_FIRST = ("meets_need", "needs_you", "newcomer", "first_to_meet")


def facet_of(code: str) -> str:
    """The facet of a concept: by how its code begins, else a topic."""
    return next((facet for facet in ("region", "programme") if code.startswith(f"{facet}:")), "topic")


class Recount:
    """A cluster as its rows say; `today` is the moment from which the past is seen."""

    def __init__(
        self,
        profiles: Sequence[Profile],
        projects: Sequence[Project],
        broader: Mapping[str, str],
        weights: Weights,
        links: Sequence[tuple[str, str, float]] | None = None,
    ) -> None:
        self.rows = {one.id: one for one in profiles}
        self.broader = broader
        self.links = None if links is None else {frozenset(link[:2]): link[2] for link in links}
        self.works = projects
        self.weights = weights
        days = [one.started for one in projects if one.started]
        self.today = max(days, default=date(1, 1, 1))
        self.project_orgs = {one.id: one.partners for one in projects if len(one.partners) > 1}
        self.weight_of = {
            one.id: 0.5 ** ((self.today - (one.started or self.today)).days / 365.25 / 2) for one in projects
        }
        self.adjacency = {
            one: {two for team in self.project_orgs.values() if one in team for two in team} - {one}
            for one in self.rows
        }
        self.record = {one: self._record(one) for one in self.rows}
        self.holders = {
            way: Counter(code for one in profiles for code in getattr(one, way))
            for way in ("sectors", "offers", "seeks", "goals", "cooperation")
        }
        self.strength = {
            one: sum(self.weight_of[at] / len(team) for at, team in self.project_orgs.items() if one in team)
            for one in self.rows
        }

    def asked_by(self, number: int, feedback: Iterable[Feedback] = ()) -> Asked:
        """What an organisation's own page, past and feedback ask for."""
        worked_on = {code: sums[0] for code, sums in self.record[number].items()}
        there = [one for one in feedback if one.other in self.rows]
        return asked_by(self.rows[number], worked_on, there)

    def parts(self, me: Asked, other: int) -> dict[ReasonKind, float]:
        """What each kind of reason comes to; those that are naught left out."""
        you = self.rows[other]
        learnt = self._learnt(me)
        worth = {**self.weights.hand_set, **learnt, "well_known": -me.popularity_penalty}
        worth |= {name: me.needs_first * worth.get(name, 0.0) for name in NEEDS_FIRST}
        terms = {**self._content(me, you), **self._said(me, you), **self._aside(me, you)}
        terms |= {**self._topics(me, you), **self._network(me, you), **self._needs_first(me, you)}
        found: dict[ReasonKind, float] = defaultdict(float)
        for name, (kind, value) in terms.items():
            found[kind] += worth.get(name, 0.0) * value
        return {kind: part for kind, part in found.items() if abs(part) > 1e-9}

    def _learnt(self, me: Asked) -> Mapping[str, float]:
        if any(self.adjacency[one] for one in me.seats):
            return self.weights.warm
        worked = any(one in work.partners for work in self.works for one in me.seats)
        return (self.weights.untied if worked else {}) or self.weights.cold

    def answers(self, me: Asked, other: int) -> bool:
        """Whether somebody holds, or has worked on, anything of what is asked for, or near it."""
        terms = {**self._content(me, self.rows[other]), **self._topics(me, self.rows[other])}
        shown = (K.TRACK_RECORD.value, *(kind for row in MEETING for kind in row[:2]))
        return any(terms[name][1] > 0 for name in shown if name in terms)

    def _content(self, me: Asked, you: Profile) -> Terms:
        found: Terms = {}
        for same, alike, mine, theirs in MEETING:
            held, shares = getattr(you, theirs), self._shares(getattr(me, mine), theirs)
            found[same] = (same, sum(shares[code] for code in held & shares.keys()))
            if same is K.THEY_SEEK:
                found[alike] = (alike, self._needs_nearly_met(shares, held))
            elif alike:
                near = [
                    share * max((self._kin(code, one, theirs) for one in held), default=0.0)
                    for code, share in shares.items()
                    if code not in held
                ]
                found[alike] = (alike, sum(near))
        return found

    def _needs_nearly_met(self, shares: Mapping[str, float], needs: frozenset[str]) -> float:
        """Each need counts for the offer that comes nearest to it alone, and each offer for its nearest need."""
        counted: dict[str, float] = {}
        for need in needs - shares.keys():
            values = {code: share * self._kin(code, need, "seeks") for code, share in shares.items()}
            nearest = max(sorted(values), key=lambda code: values[code], default="")
            counted[nearest] = max(counted.get(nearest, 0.0), values.get(nearest, 0.0))
        return sum(counted.values())

    def _needs_first(self, me: Asked, you: Profile) -> Terms:
        """Whether a need is met exactly, either way, and how new somebody is who meets one."""
        meets, needed = float(bool(me.seeks & you.offers)), float(bool(me.offers & you.seeks))
        lift = 0.0 if you.joined is None else 1 - max((self.today - you.joined).days, 0) / 90
        return {
            "meets_need": (K.MEETS_NEED, meets),
            "needs_you": (K.NEEDS_YOU, needed),
            "newcomer": (K.NEWCOMER, max(lift, 0.0) * max(meets, needed)),
        }

    def repeat_penalty(self, me: Asked) -> float:
        """What another one from the same country costs: a share of what exact matches could come to."""
        asked = {
            "shared_sector": me.sectors,
            "they_offer": me.seeks,
            "they_seek": me.offers,
            "shared_goal": me.goals,
            "cooperation": me.cooperation,
            "technology_sought": me.provides,
        }
        whole = sum(self.weights.hand_set.get(name, 0.0) for name, codes in asked.items() if codes)
        return self.weights.repeat_country * max(1.0, whole)

    def _shares(self, asked: frozenset[str], way: str) -> dict[str, float]:
        """How much of what is asked for each concept is, the rare counting more."""
        worth = {code: log(1 + len(self.rows) / max(self.holders[way][code], 1)) for code in asked}
        return {code: value / sum(worth.values()) for code, value in worth.items()}

    def _kin(self, one: str, other: str, way: str) -> float:
        """Of skills the strength of their link, if links are given; else Lin's measure: twice what the nearest common
        ancestor says, beside what the two say.
        """
        if self.links is not None and way in {"offers", "seeks"}:
            return self.links.get(frozenset({one, other}), 0.0)
        common = [code for code in self._line(one) if code in self._line(other)]
        metadata = [self._says(code, way) for code in (*common[:1], one, other)]
        return (
            min(2 * metadata[0] / (metadata[1] + metadata[2]), 1.0)
            if common and metadata[1] + metadata[2]
            else 0.0
        )

    def _says(self, code: str, way: str) -> float:
        """The fewer hold a concept or one below it, the more it says; who holds two of these counts twice."""
        under = sum(count for held, count in self.holders[way].items() if code in self._line(held))
        return -log((min(under, len(self.rows)) + 1) / (len(self.rows) + 1))

    def _line(self, code: str) -> list[str]:
        return [code, *self._line(self.broader[code])] if code in self.broader else [code]

    def _said(self, me: Asked, you: Profile) -> Terms:
        """What stands in a profile, word for word."""
        return {
            "language": (K.LANGUAGE, float(bool(me.languages & you.languages))),
            "country_wanted": (K.COUNTRY_WANTED, float(you.country in me.countries)),
            "type_wanted": (K.TYPE_WANTED, float(you.type in me.types)),
            "hands_nearly_full": (K.HANDS_NEARLY_FULL, me.waiting.get(you.id, you.open_introductions)),
        }

    def _aside(self, me: Asked, you: Profile) -> Terms:
        """How much one is like each of those set aside: in what the asker does not do itself, and in the country."""
        alike, there = 0.0, 0
        for them in [self.rows[one] for one, why in me.aside if why == "other_sector"]:
            way = "sectors" if them.sectors else "topics"
            whole = getattr(them, way)
            strange = {code for code in whole if code not in me.sectors and code not in me.topics} or whole
            alike += sum(1 / len(strange) for code in strange if code in getattr(you, way))
        for one, why in me.aside:
            there += why == "other_country" and self.rows[one].country == you.country
        return {
            "set_aside_sector": (K.LIKE_ONE_SET_ASIDE, alike),
            "set_aside_country": (K.COUNTRY_SET_ASIDE, there),
        }

    def _record(self, one: int) -> dict[str, tuple[int, float, float, float]]:
        """Concept → projects on it, company met there, recent joint ones, share of a walk."""
        found = {code: [0.0] * 4 for code in self.rows[one].topics}
        for work in self.works:
            size = len(work.partners)
            weight = self.weight_of[work.id] if size > 1 else 0.0
            for code in work.concepts if one in work.partners else ():
                sums = found.setdefault(code, [0.0] * 4)
                for at, value in enumerate((1.0, weight * (size - 1), weight, weight / size)):
                    sums[at] += value
        return {code: (max(sums[0], 1), *sums[1:]) for code, sums in found.items()}  # type: ignore[misc]

    def _rarity(self, code: str) -> float:
        return log1p(len(self.rows) / max(sum(code in one for one in self.record.values()), 1))

    def _topics(self, me: Asked, you: Profile) -> Terms:
        known = {code for one in self.record.values() for code in one}
        everything = {
            code: weight * self._rarity(code) for code, weight in me.topics.items() if code in known
        }
        found: Terms = {}
        for facet in ("region", "programme"):
            asked = {code: worth for code, worth in everything.items() if facet_of(code) == facet}
            if asked:
                theirs = {code: sums for code, sums in self.record[you.id].items() if facet_of(code) == facet}
                logs = {code: log1p(sums[0]) for code, sums in theirs.items()}
                mean = sum(asked[code] * logs[code] for code in logs.keys() & asked.keys()) / sum(
                    asked.values()
                )
                found[f"{facet}_record"] = (K.TRACK_RECORD, mean)
                found[f"{facet}_profile"] = (K.SIMILAR_PROFILE, self._cosine(asked, logs))
        asked = {code: worth for code, worth in everything.items() if facet_of(code) == "topic"}
        return {**found, **self._topic_terms(asked, you)} if asked else found

    def _cosine(self, asked: Mapping[str, float], logs: Mapping[str, float]) -> float:
        rare = {code: value * self._rarity(code) for code, value in logs.items()}
        norms = sqrt(sum(one**2 for one in asked.values())), sqrt(sum(one**2 for one in rare.values()))
        return sum(rare[code] * asked[code] for code in rare.keys() & asked.keys()) / (
            norms[0] * max(norms[1], 1e-9)
        )

    def _topic_terms(self, asked: Mapping[str, float], you: Profile) -> Terms:
        whole, record = sum(asked.values()), self.record[you.id]
        theirs = {code: sums for code, sums in record.items() if facet_of(code) == "topic"}
        length = sum(sums[0] for sums in record.values())
        usual = sum(sums[0] for one in self.record.values() for sums in one.values()) / len(self.rows)
        slow = 1.2 * (0.25 + 0.75 * length / usual)
        breadth = log1p(whole**2 / sum(one**2 for one in asked.values()))
        angle = self._cosine(asked, {code: log1p(sums[0]) for code, sums in theirs.items()})

        def mean(measure: Mapping[str, float]) -> float:
            return sum(asked[code] * measure[code] for code in measure.keys() & asked.keys()) / whole

        return {
            "track_record": (K.TRACK_RECORD, mean({code: log1p(sums[0]) for code, sums in theirs.items()})),
            "recent_record": (K.TRACK_RECORD, mean({code: log1p(sums[2]) for code, sums in theirs.items()})),
            "active_in_topic": (
                K.ACTIVE_IN_TOPIC,
                mean({code: log1p(sums[1]) for code, sums in theirs.items()}),
            ),
            "topic_depth": (
                K.SIMILAR_PROFILE,
                (breadth - log(2))
                * mean({code: sums[0] * 2.2 / (sums[0] + slow) for code, sums in theirs.items()}),
            ),
            "similar_profile": (K.SIMILAR_PROFILE, breadth * angle),
        }

    def _network(self, me: Asked, you: Profile) -> Terms:
        theirs = self.adjacency[you.id]
        seats = sum(len(team) - 1 for team in self.project_orgs.values() if you.id in team)
        met = {self.rows[one].country for seat in me.seats for one in self.adjacency[seat]}
        near = [self._near(seat, you.id) for seat in me.seats if self.adjacency[seat]]
        shared, lately, walked = (sum(one[at] for one in near) for at in range(3))
        return {
            "partners_shared": (K.PARTNERS_IN_COMMON, shared),
            "recent_partners": (K.PARTNERS_IN_COMMON, lately),
            "walk_proximity": (K.NEAR_IN_NETWORK, walked),
            "well_known": (K.WELL_KNOWN, log1p(len(theirs))),
            "well_connected": (K.WELL_CONNECTED, log1p(len(theirs))),
            "same_partners": (K.SAME_PARTNERS, log(max(seats, 1) / max(len(theirs), 1))),
            "knows_country": (
                K.KNOWS_COUNTRY,
                log1p(sum(self.rows[one].country == me.country for one in theirs)),
            ),
            "country_pair": (K.COUNTRY_PAIR, self._odds("country", me.country, you.country)),
            "type_pair": (K.TYPE_PAIR, self._odds("type", me.type, you.type)),
            "new_country": (K.NEW_COUNTRY, float(bool(met) and you.country not in met)),
        }

    def _near(self, me: int, you: int) -> tuple[float, float, float]:
        """Partners in common, those lately, and the walk from one to the other, each by its own measure."""
        mine, theirs = self.adjacency[me], self.adjacency[you]
        lately = sum(self._bond(me, one) * self._bond(one, you) / self.strength[one] for one in mine & theirs)
        shared = len(mine & theirs) / (sqrt(len(mine) * len(theirs)) + 30)
        walked = self._walked(me, you) / max(len(theirs), 1) ** self.weights.walk_exponent
        return shared, log1p(10 * lately), log1p(1e4 * walked)

    def _bond(self, one: int, other: int) -> float:
        together = [at for at, team in self.project_orgs.items() if {one, other} <= team]
        return float(float32(sum(self.weight_of[at] / len(self.project_orgs[at]) for at in together)))

    def _walked(self, asking: int, other: int) -> float:
        """Three steps from project to project, or one over a topic of the asker's own projects."""
        here = {asking: 1.0}
        for _ in range(3):
            there: dict[int, float] = defaultdict(float, {asking: 0.5})
            for one, share in here.items():
                for two in (one, *self.adjacency[one]) if self.strength[one] else ():
                    edge = self.strength[one] if one == two else self._bond(one, two)
                    there[two] += 0.5 * share * edge / self.strength[one]
            here = there
        over: dict[str, float] = defaultdict(float)
        for work in self.works:
            if asking in self.project_orgs.get(work.id, ()):
                for code in work.concepts:
                    step = self.weight_of[work.id] / len(work.partners) / self.strength[asking]
                    over[code] += step / len(work.concepts)
        by_topic = 0.0
        for code, share in over.items():
            strength = sum(one[code][3] for one in self.record.values() if code in one)
            by_topic += share * self.record[other].get(code, (0, 0, 0, 0.0))[3] / max(strength, 1e-12)
        return 0.7 * here[other] + 0.3 * by_topic

    def _odds(self, field: str, mine: str | None, theirs: str) -> float:
        """How much more often two groups work together across borders than their ties let expect."""
        seen: Counter[tuple[str | None, str]] = Counter()
        for one, met in self.adjacency.items():
            for two in met:
                if self.rows[one].country != self.rows[two].country:
                    seen[getattr(self.rows[one], field), getattr(self.rows[two], field)] += 1
        each: Counter[str | None] = Counter()
        for (one, _), count in seen.items():
            each[one] += count
        expected = each[mine] * each[theirs] / max(each.total(), 1)
        return log((seen[mine, theirs] + 20) / (expected + 20))
