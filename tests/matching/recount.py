"""Every term of the score counted again from profiles and projects alone, slowly and by other code than the engine's."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from math import log, log1p, sqrt

from app.matching.records import Profile, Project, ReasonKind
from app.matching.weights import Weights

K = ReasonKind


class Recount:
    """A cluster as its rows say; `today` is the moment from which the past is seen."""

    def __init__(self, profiles: Sequence[Profile], projects: Sequence[Project], weights: Weights) -> None:
        self.rows = {one.id: one for one in profiles}
        self.works = projects
        self.weights = weights
        days = [one.started for one in projects if one.started]
        self.today = max(days, default=date(1, 1, 1))
        self.teams = {one.id: one.partners for one in projects if len(one.partners) > 1}
        self.weight_of = {
            one.id: 0.5 ** ((self.today - (one.started or self.today)).days / 365.25 / 2) for one in projects
        }
        self.ties = {
            one: {two for team in self.teams.values() if one in team for two in team} - {one}
            for one in self.rows
        }
        self.record = {one: self._record(one) for one in self.rows}
        self.trodden = {
            one: sum(self.weight_of[at] / len(team) for at, team in self.teams.items() if one in team)
            for one in self.rows
        }

    def parts(self, asking: int, other: int) -> dict[ReasonKind, float]:
        """What each kind of reason comes to; those that are naught left out."""
        me, you = self.rows[asking], self.rows[other]
        learnt = self.weights.warm if self.ties[asking] else self.weights.cold
        worth = {**self.weights.judged, **learnt}
        terms = {**self._content(me, you), **self._topics(me, you), **self._network(me, you)}
        found: dict[ReasonKind, float] = defaultdict(float)
        for name, (kind, value) in terms.items():
            found[kind] += worth.get(name, 0.0) * value
        return {kind: part for kind, part in found.items() if abs(part) > 1e-9}

    def _content(self, me: Profile, you: Profile) -> dict[str, tuple[ReasonKind, float]]:
        return {
            "shared_sector": (K.SHARED_SECTOR, self._share(me.sectors, you.sectors, "sectors")),
            "they_offer": (K.THEY_OFFER, self._share(me.seeks, you.offers, "offers")),
            "they_seek": (K.THEY_SEEK, self._share(me.offers, you.seeks, "seeks")),
            "shared_goal": (K.SHARED_GOAL, self._share(me.goals, you.goals, "goals")),
            "language": (K.LANGUAGE, float(bool(me.languages & you.languages))),
            "hands_nearly_full": (K.HANDS_NEARLY_FULL, you.open_introductions),
        }

    def _share(self, asked: frozenset[str], held: frozenset[str], relation: str) -> float:
        """What somebody holds of what is asked for, the rare counting more."""
        counts = {code: sum(code in getattr(row, relation) for row in self.rows.values()) for code in asked}
        worth = {code: log(1 + len(self.rows) / max(count, 1)) for code, count in counts.items()}
        return sum(worth[code] for code in asked & held) / sum(worth.values()) if asked else 0.0

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

    def _topics(self, me: Profile, you: Profile) -> dict[str, tuple[ReasonKind, float]]:
        mine = dict.fromkeys(me.topics | me.sectors | me.offers, log(2))
        mine.update({code: log1p(sums[0]) for code, sums in self.record[me.id].items()})
        known = {code for one in self.record.values() for code in one}
        asked = {code: weight * self._rarity(code) for code, weight in mine.items() if code in known}
        theirs, whole = self.record[you.id], sum(asked.values())
        if not whole:
            return {}
        length = sum(sums[0] for sums in theirs.values())
        usual = sum(sums[0] for one in self.record.values() for sums in one.values()) / len(self.rows)
        slow = 1.2 * (0.25 + 0.75 * length / usual)
        norm = sqrt(sum(one**2 for one in asked.values()))
        breadth = log1p(whole**2 / norm**2)
        rare = {code: log1p(sums[0]) * self._rarity(code) for code, sums in theirs.items()}
        angle = sum(rare[code] * asked[code] for code in rare.keys() & asked.keys())
        angle /= norm * max(sqrt(sum(one**2 for one in rare.values())), 1e-9)

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

    def _network(self, me: Profile, you: Profile) -> dict[str, tuple[ReasonKind, float]]:
        mine, theirs = self.ties[me.id], self.ties[you.id]
        seats = sum(len(team) - 1 for team in self.teams.values() if you.id in team)
        common = len(mine & theirs)
        lately = sum(
            self._bond(me.id, one) * self._bond(one, you.id) / self.trodden[one] for one in mine & theirs
        )
        countries = {self.rows[one].country for one in mine}
        return {
            "partners_shared": (K.PARTNERS_IN_COMMON, sqrt(common / (len(mine | theirs) + 10))),
            "recent_partners": (K.PARTNERS_IN_COMMON, log1p(10 * lately)),
            "near_by_topic": (K.NEAR_IN_NETWORK, log1p(1e4 * self._walked(me.id, you.id)) if mine else 0.0),
            "well_connected": (K.WELL_CONNECTED, log1p(len(theirs))),
            "same_partners": (K.SAME_PARTNERS, log(max(seats, 1) / max(len(theirs), 1))),
            "knows_country": (
                K.KNOWS_COUNTRY,
                log1p(sum(self.rows[one].country == me.country for one in theirs)),
            ),
            "country_pair": (K.COUNTRY_PAIR, self._odds("country", me.country, you.country)),
            "type_pair": (K.TYPE_PAIR, self._odds("type", me.type, you.type)),
            "new_country": (K.NEW_COUNTRY, float(bool(mine) and you.country not in countries)),
        }

    def _bond(self, one: int, other: int) -> float:
        together = [at for at, team in self.teams.items() if {one, other} <= team]
        return sum(self.weight_of[at] / len(self.teams[at]) for at in together)

    def _walked(self, asking: int, other: int) -> float:
        """Three steps from project to project, or one over a topic of the asker's own projects."""
        here = {asking: 1.0}
        for _ in range(3):
            there: dict[int, float] = defaultdict(float, {asking: 0.5})
            for one, share in here.items():
                for at, team in self.teams.items() if self.trodden[one] else ():
                    step = self.weight_of[at] / len(team) / self.trodden[one]
                    for two in team if one in team else ():
                        there[two] += 0.5 * share * step
            here = there
        over: dict[str, float] = defaultdict(float)
        for work in self.works:
            if asking in self.teams.get(work.id, ()):
                for code in work.concepts:
                    step = self.weight_of[work.id] / len(work.partners) / self.trodden[asking]
                    over[code] += step / len(work.concepts)
        by_topic = 0.0
        for code, share in over.items():
            trodden = sum(one[code][3] for one in self.record.values() if code in one)
            by_topic += share * self.record[other].get(code, (0, 0, 0, 0.0))[3] / max(trodden, 1e-12)
        return 0.7 * here[other] + 0.3 * by_topic

    def _odds(self, field: str, mine: str, theirs: str) -> float:
        """How much more often two groups work together across borders than their ties let expect."""
        seen: Counter[tuple[str, str]] = Counter()
        for one, met in self.ties.items():
            for two in met:
                if self.rows[one].country != self.rows[two].country:
                    seen[getattr(self.rows[one], field), getattr(self.rows[two], field)] += 1
        each: Counter[str] = Counter()
        for (one, _), count in seen.items():
            each[one] += count
        expected = each[mine] * each[theirs] / max(each.total(), 1)
        return log((seen[mine, theirs] + 20) / (expected + 20))
