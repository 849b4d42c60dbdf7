"""Who sees a person's email address is said in the same words wherever it is said."""

from __future__ import annotations

from collections.abc import Callable

from app.features.accounts.policy import WHO_SEES_ADDRESS
from tests.support.door import Door
from tests.support.factories import Cast

SENTENCE = "seen by the managers of the cluster and by those who act for your organisations"


def test_join_privacy_and_members_say_the_same_of_the_address(door: Callable[..., Door], cast: Cast) -> None:
    assert SENTENCE in str(WHO_SEES_ADDRESS)
    members = f"/en/organisations/{cast.organisation.slug}/members"
    for browser, path in ((door(), "/en/join"), (door(), "/en/privacy"), (door(cast.member), members)):
        assert SENTENCE in browser.get(path).text, path


def test_what_is_said_is_so(door: Callable[..., Door], cast: Cast) -> None:
    members = f"/en/organisations/{cast.organisation.slug}/members"
    for person, status in (
        (cast.representative, 200),
        (cast.manager, 200),
        (cast.other, 403),
        (cast.facilitator, 403),
    ):
        seen = door(person).get(members)
        assert seen.status == status and (cast.member.email in seen.text) == (status == 200)
