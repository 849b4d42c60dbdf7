"""The demo cluster on paper: every reference resolves, and there is something in it worth finding."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

from app.core.i18n import ALL_LANGUAGES
from app.features.accounts.models import ClusterRole
from app.features.initiatives import models as initiatives
from app.features.introductions import models as introductions
from app.features.organisations import models as organisations
from app.features.rooms.models import LONGEST_BODY

FEATURES = Path(__file__).parents[3] / "app" / "features"
LANGUAGES_OF = {
    "IT": {"it", "de", "sl"},
    "FR": {"fr"},
    "BE": {"fr", "nl", "de"},
    "CY": {"el"},
    "PL": {"pl"},
    "HR": {"hr", "it"},
    "SI": {"sl", "it"},
}
NEIGHBOURS_LANGUAGES = {"en", "de", "it"}
"""What a story may be told in beside the languages of the country."""
STAFF = {"facilitator", "manager"}

Record = dict[str, Any]


def load(name: str, feature: str = "demo") -> list[Record]:
    return json.loads((FEATURES / feature / "data" / f"{name}.json").read_text(encoding="utf-8"))


def by_key(name: str) -> dict[str, Record]:
    return {record["key"]: record for record in load(name)}


def pickable(name: str) -> dict[str, Record]:
    return {concept["code"]: concept for concept in load(name, "taxonomy") if not concept.get("group")}


def members_of(*keys: str) -> set[str]:
    return {person["key"] for person in load("people") if person["organisation"] in keys}


def partners_of(initiative: Record) -> list[str]:
    return [initiative["lead"], *(partner["organisation"] for partner in initiative["partners"])]


@pytest.mark.parametrize(
    "name", ["organisations", "people", "initiatives", "introductions", "collaborations"]
)
def test_keys_are_given_once(name: str) -> None:
    assert len(by_key(name)) == len(load(name))


def test_eighty_organisations_of_eleven_types_live_in_seven_countries() -> None:
    places = Counter(organisation["country"] for organisation in load("organisations"))
    assert places == {"IT": 17, "FR": 14, "BE": 13, "PL": 12, "CY": 8, "HR": 8, "SI": 8}
    types = Counter(organisations.OrganisationType(o["type"]) for o in load("organisations"))
    assert len(types) == 11
    assert types[organisations.OrganisationType.WISE] >= 20


def test_some_organisations_are_unclaimed_some_are_paused_and_all_joined_before_they_did_anything() -> None:
    everybody = by_key("organisations")
    unclaimed = {key for key, record in everybody.items() if record.get("unclaimed")}
    assert len(unclaimed) >= 8
    assert not unclaimed & {person["organisation"] for person in load("people")}
    paused = [record for record in everybody.values() if "paused_for_days" in record]
    assert len(paused) >= 2 and all(0 < record["paused_for_days"] < 700 for record in paused)
    for initiative in load("initiatives"):
        taking_part = [*initiative["partners"], *initiative["applications"]]
        begun = [(initiative["lead"], initiative["days_ago"]["posted"])]
        begun += [(each["organisation"], each["days_ago"]) for each in taking_part]
        for key, days in begun:
            assert key not in unclaimed and days < everybody[key].get("joined_days_ago", 1050), key


def test_organisations_hold_concepts_that_exist() -> None:
    sectors, skills, goals = pickable("sectors"), pickable("skills"), pickable("goals")
    regions = pickable("regions")
    for organisation in load("organisations"):
        name = organisation["key"]
        for field, concepts, fewest, most in (
            ("sectors", sectors, 1, 4),
            ("offers", skills, 3, 5),
            ("seeks", skills, 2, 4),
            ("goals", goals, 1, 3),
            ("cooperation", pickable("cooperations"), 0 if organisation.get("unclaimed") else 1, 2),
        ):
            codes = organisation.get(field, [])
            assert set(codes) <= set(concepts), (name, field)
            assert fewest <= len(codes) == len(set(codes)) <= most, (name, field)
        assert not set(organisation["offers"]) & set(organisation["seeks"]), name
        assert regions[organisation["region"]]["country"] == organisation["country"], name


def test_organisations_are_believable() -> None:
    for organisation in load("organisations"):
        name = organisation["key"]
        assert 0 < len(organisation["name"]) <= organisations.LONGEST_NAME
        assert 34 < organisation["lat"] < 56 and -5 < organisation["lon"] < 34, name
        assert 1950 < organisation["founded"] < 2026, name
        assert 0 <= organisation["disadvantaged"] <= organisation["employed"], name
        host = urlsplit(organisation["website"]).hostname or ""
        assert host == f"{name}.example.org"
        if organisation["type"] == "wise":
            assert organisation["disadvantaged"] >= organisation["employed"] * 0.3, name


def test_every_organisation_tells_its_story_in_its_own_language() -> None:
    told: set[str] = set()
    for organisation in load("organisations"):
        stories = organisation["stories"]
        told.update(stories)
        assert set(stories) & LANGUAGES_OF[organisation["country"]], organisation["key"]
        told_in = LANGUAGES_OF[organisation["country"]] | NEIGHBOURS_LANGUAGES
        assert set(stories) <= told_in, organisation["key"]
        assert set(stories) <= set(organisation["languages"]), organisation["key"]
        for story in stories.values():
            assert 60 <= len(story.split()) <= 160, organisation["key"]
    assert told == set(ALL_LANGUAGES)
    in_several = [o["key"] for o in load("organisations") if len(o["stories"]) > 1]
    assert len(in_several) >= 12


def test_story_pages_are_whole_and_told_in_all_languages() -> None:
    stories, homes = load("stories"), by_key("organisations")
    assert len({story["organisation"] for story in stories}) == len(stories) >= 12
    assert {story["lang"] for story in stories} == set(ALL_LANGUAGES)
    for story in stories:
        home = homes[story["organisation"]]
        assert not home.get("unclaimed") and story["lang"] in home["languages"], home["key"]
        assert home["founded"] <= story["year"] < 2026, home["key"]
        assert 0 < len(story["title"]) <= organisations.LONGEST_STORY_TITLE, home["key"]
        assert all(10 <= len(story[part].split()) <= 60 for part in ("problem", "tool", "effect")), home[
            "key"
        ]


def test_most_needs_are_met_by_somebody_abroad() -> None:
    everybody = load("organisations")
    for organisation in everybody:
        abroad = [other for other in everybody if other["country"] != organisation["country"]]
        met = [code for code in organisation["seeks"] if any(code in other["offers"] for other in abroad)]
        assert len(met) >= 2, organisation["key"]


def test_some_sectors_are_rare_and_shared_across_a_border() -> None:
    countries: dict[str, list[str]] = {}
    for organisation in load("organisations"):
        for code in organisation["sectors"]:
            countries.setdefault(code, []).append(organisation["country"])
    rare = [code for code, homes in countries.items() if len(homes) == 2 and len(set(homes)) == 2]
    assert len(rare) >= 4


def test_every_claimed_organisation_has_an_editor_and_every_person_an_organisation() -> None:
    people, homes = load("people"), by_key("organisations")
    assert len(people) == 78
    assert len({person["email"] for person in people}) == len(people)
    for person in people:
        assert person["organisation"] in homes, person["key"]
        assert person["email"].endswith(f"@{person['organisation']}.example"), person["key"]
        assert person["locale"] in {"en", "it"} and person["locale"] in {"en", *person["spoken"]}
        organisations.MembershipRole(person["role"])
        ZoneInfo(person["timezone"])
    claimed = {key for key, home in homes.items() if not home.get("unclaimed")}
    assert {person["organisation"] for person in people if person["role"] == "editor"} == claimed


def test_the_cast_is_the_one_that_can_be_signed_in_as() -> None:
    people = by_key("people")
    assert (people["member-it"]["organisation"], people["member-it"]["locale"]) == ("il-filo-verde", "it")
    assert people["member-pl"]["organisation"] == "zielona-spoldzielnia"
    roles = {key: ClusterRole(person["cluster_role"]) for key, person in people.items()}
    assert {key: role for key, role in roles.items() if role is not ClusterRole.MEMBER} == {
        "facilitator": ClusterRole.FACILITATOR,
        "manager": ClusterRole.MANAGER,
    }


def test_seven_initiatives_stand_in_four_states() -> None:
    states = Counter(initiatives.InitiativeState(record["state"]) for record in load("initiatives"))
    assert set(states) == set(initiatives.InitiativeState)
    assert states.total() == 7 and states[initiatives.InitiativeState.OPEN] == 4


def test_initiatives_name_people_places_and_concepts_that_exist() -> None:
    homes, skills = by_key("organisations"), pickable("skills")
    topics = pickable("sectors") | pickable("goals")
    countries = {concept["country"] for concept in load("regions", "taxonomy")}
    for initiative in load("initiatives"):
        assert initiative["person"] in members_of(initiative["lead"]), initiative["key"]
        assert set(initiative["concepts"]) <= set(topics), initiative["key"]
        assert date.fromisoformat(initiative["starts"]) < date.fromisoformat(initiative["ends"])
        partners = partners_of(initiative)
        assert set(partners) <= set(homes) and len(partners) == len(set(partners)), initiative["key"]
        for role in initiative["roles"]:
            assert set(role["skills"]) <= set(skills), initiative["key"]
            assert set(role["countries"]) <= countries, initiative["key"]
            assert all(organisations.OrganisationType(value) for value in role["types"])


def test_initiatives_fit_what_the_application_accepts() -> None:
    for initiative in load("initiatives"):
        assert initiative["lang"] in initiative["texts"], initiative["key"]
        for text in initiative["texts"].values():
            assert 0 < len(text["title"]) <= initiatives.LONGEST_TITLE
            assert 0 < len(text["summary"]) <= initiatives.LONGEST_SUMMARY
            assert 0 < len(text["challenge"]) <= initiatives.LONGEST_CHALLENGE
        assert 0 < len(initiative["roles"]) <= initiatives.MOST_ROLES
        taken = Counter(partner["role"] for partner in initiative["partners"])
        for number, role in enumerate(initiative["roles"]):
            assert 0 < len(role["title"][initiative["lang"]]) <= initiatives.LONGEST_ROLE_TITLE
            assert taken.pop(number, 0) <= role["seats"] <= initiatives.MOST_SEATS
        assert not taken, initiative["key"]


def test_partners_bring_what_their_role_wants() -> None:
    homes = by_key("organisations")
    for initiative in load("initiatives"):
        for partner in initiative["partners"]:
            role, home = initiative["roles"][partner["role"]], homes[partner["organisation"]]
            assert set(role["skills"]) & set(home["offers"]), (initiative["key"], home["key"])
            assert not role["countries"] or home["country"] in role["countries"]
            assert not role["types"] or home["type"] in role["types"]


def test_seeds_across_borders_still_lacks_two_seats_that_somebody_could_fill() -> None:
    seeds = by_key("initiatives")["seeds-across-borders"]
    assert (seeds["state"], seeds["lead"]) == ("open", "il-filo-verde")
    assert sum(role["seats"] for role in seeds["roles"]) == 6
    assert len(seeds["partners"]) == 4
    filled = {partner["role"] for partner in seeds["partners"]}
    empty = [role for number, role in enumerate(seeds["roles"]) if number not in filled]
    asked = {application["organisation"] for application in seeds["applications"]}
    outside = [o for o in load("organisations") if o["key"] not in {*partners_of(seeds), *asked}]
    for role in empty:
        assert any(
            set(role["skills"]) & set(home["offers"])
            and (not role["countries"] or home["country"] in role["countries"])
            and (not role["types"] or home["type"] in role["types"])
            for home in outside
        ), role["title"]["en"]


def test_applications_wait_only_where_they_may() -> None:
    pending = 0
    for initiative in load("initiatives"):
        for application in initiative["applications"]:
            pending += 1
            assert initiative["state"] == "open"
            assert application["organisation"] not in partners_of(initiative)
            assert application["person"] in members_of(application["organisation"])
            assert 0 <= application["role"] < len(initiative["roles"])
            assert 0 < len(application["message"]) <= initiatives.LONGEST_MESSAGE
    assert pending >= 2


def test_introductions_are_between_people_who_may_and_leave_the_cast_free_to_meet() -> None:
    pairs, states = [], Counter()
    for introduction in load("introductions"):
        assert introduction["person"] in members_of(introduction["asked_by"]), introduction["key"]
        assert introduction["to"] in by_key("organisations")
        state = introductions.IntroductionState(introduction["state"])
        states[state] += 1
        if state is introductions.IntroductionState.ASKED:
            assert "answered_by" not in introduction
            assert 0 < introduction["days_ago"] < introductions.EXPIRES_DAYS
        else:
            assert introduction["answered_by"] in members_of(introduction["to"])
        assert 0 < len(introduction["message"]) <= introductions.LONGEST_MESSAGE
        pairs.append(frozenset((introduction["asked_by"], introduction["to"])))
    assert len(pairs) == len(set(pairs)) and all(len(pair) == 2 for pair in pairs)
    assert frozenset(("il-filo-verde", "zielona-spoldzielnia")) not in pairs
    assert states["accepted"] == 2 and states["declined"] == 1
    waiting = Counter(i["to"] for i in load("introductions") if i["state"] == "asked")
    assert waiting["il-filo-verde"] and waiting["zielona-spoldzielnia"]


def test_people_talk_in_initiatives_under_way_and_in_each_accepted_introduction_and_theme() -> None:
    rooms = load("rooms")
    under_way = {i["key"] for i in load("initiatives") if i["state"] != "draft"}
    accepted = {i["key"] for i in load("introductions") if i["state"] == "accepted"}
    assert len(under_way & {room.get("initiative") for room in rooms}) == 3
    assert sorted(room["introduction"] for room in rooms if "introduction" in room) == sorted(accepted)
    assert sorted(room["theme"] for room in rooms if "theme" in room) == sorted(by_key("themes"))
    owners = {"initiative", "introduction", "theme"}
    assert all(len(owners & room.keys()) == 1 for room in rooms)


def test_only_those_who_may_enter_a_room_talk_in_it() -> None:
    for room in load("rooms"):
        if "initiative" in room:
            allowed = members_of(*partners_of(by_key("initiatives")[room["initiative"]])) | STAFF
        elif "theme" in room:
            allowed = set(by_key("people"))
            assert room["messages"][0]["minutes_ago"] < by_key("themes")[room["theme"]]["days_ago"] * 24 * 60
        else:
            introduction = by_key("introductions")[room["introduction"]]
            allowed = members_of(introduction["asked_by"], introduction["to"])
            assert room["messages"][0]["minutes_ago"] < introduction["days_ago"] * 24 * 60
        assert {message["author"] for message in room["messages"]} <= allowed


def test_talk_runs_forward_in_the_languages_that_people_speak() -> None:
    spoken = {person["key"]: {"en", *person["spoken"]} for person in load("people")}
    heard: set[str] = set()
    for room in load("rooms"):
        assert 8 <= len(room["messages"]) <= 30
        times = [message["minutes_ago"] for message in room["messages"]]
        assert times == sorted(set(times), reverse=True) and times[-1] > 0
        for number, message in enumerate(room["messages"]):
            assert message["lang"] in spoken[message["author"]], message["body"]
            assert 0 < len(message["body"]) <= LONGEST_BODY
            assert message.get("reply_to", -1) < number
            heard.add(message["lang"])
    assert heard == {"it", "fr", "nl", "el", "pl", "en"}


def test_past_collaborations_give_organisations_partners_in_common() -> None:
    topics = pickable("sectors") | pickable("skills")
    neighbours: dict[str, set[str]] = {}
    for collaboration in load("collaborations"):
        partners = collaboration["partners"]
        assert set(partners) <= set(by_key("organisations")) and len(set(partners)) == len(partners) >= 3
        assert collaboration["source"] == "demo"
        assert set(collaboration["concepts"]) <= set(topics)
        assert date.fromisoformat(collaboration["started"]) < date.fromisoformat(collaboration["ended"])
        for partner in partners:
            neighbours.setdefault(partner, set()).update(set(partners) - {partner})
    strangers = [
        (one, other)
        for one in neighbours
        for other in neighbours
        if one < other and other not in neighbours[one] and neighbours[one] & neighbours[other]
    ]
    assert len(strangers) >= 10
