"""The way from an initiative's page into its room."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.door import Door
from tests.support.factories import Cast, Make


def test_partners_and_facilitators_find_the_room_on_the_initiatives_page_and_others_do_not(
    door: Callable[..., Door], make: Make, cast: Cast
) -> None:
    initiative = make.initiative(cast.organisation)
    path, room = f"/en/initiatives/{initiative.slug}", f"/en/rooms/{make.room(initiative).id}"
    for person in (cast.member, cast.representative, cast.facilitator, cast.manager):
        page = door(person).get(path)
        assert [link.get_text() for link in page.soup.select(f"main a[href='{room}']")] == ["Open your room"]
    for person in (None, cast.other, cast.newcomer):
        assert room not in door(person).get(path).html
