"""A room on a cluster, in two real browsers: one of them offline for a while, and processes that die meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, expect

from app.features.accounts.models import Person
from config import Settings
from tests.e2e.conftest import let_in
from tests.e2e.talk import connected, go_offline, numbers, said, say
from tests.support.factories import Cast, Make
from tests.support.nursery import Nursery, QuickCluster

PATIENCE = 60_000
TEN = range(1, 11)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.redis,
    pytest.mark.postgres,
    pytest.mark.parametrize("database", ["postgres"], indirect=True),
    pytest.mark.xdist_group("nursery"),
]


@pytest.fixture
def cluster(nursery: Nursery, settings: Settings) -> Iterator[QuickCluster]:
    """Two processes behind a balancer, on PostgreSQL and Redis."""
    with QuickCluster(nursery, settings, 2) as cluster:
        yield cluster


@pytest.fixture
def open_room(
    app: Flask, cluster: QuickCluster, make: Make, cast: Cast, new_context: Callable[..., BrowserContext]
) -> Callable[[Person], Page]:
    """A person's browser at the page of the same room, connected."""
    initiative = make.initiative(cast.organisation)
    make.partner(initiative, cast.other_organisation)
    address = f"{cluster.url}/en/rooms/{make.room(initiative).id}"

    def enter(person: Person) -> Page:
        context = new_context(viewport={"width": 1360, "height": 880})
        context.set_default_timeout(PATIENCE)
        let_in(context, app, person, cluster.url)
        page = context.new_page()
        page.goto(address)
        return connected(page)

    return enter


def test_ten_messages_each_way_while_one_is_offline_and_processes_die_make_the_same_list(
    open_room: Callable[[Person], Page], cluster: QuickCluster, cast: Cast
) -> None:
    expect.set_options(timeout=PATIENCE)
    giulia, marek = open_room(cast.member), open_room(cast.other)
    address = giulia.url
    say(giulia, "Before the tunnel")
    for page in (giulia, marek):
        expect(page.locator("#message-1")).to_be_visible()
    go_offline(giulia)
    for number in TEN:
        say(giulia, f"From the tunnel {number}")
        say(marek, f"From outside {number}")
        if number == 5:
            cluster.kill_worker(0)
    expect(giulia.locator(".message-waiting")).to_have_count(len(TEN))
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        giulia.reload()
    expect(marek.locator(".message[data-seq]")).to_have_count(1 + len(TEN))
    cluster.start_worker(0)
    giulia.context.set_offline(False)
    giulia.goto(address)
    expect(marek.locator(".message[data-seq]", has_text="From the tunnel 1").first).to_be_visible()
    cluster.kill_worker(1)
    for page in (giulia, marek):
        expect(page.locator(".message[data-seq]")).to_have_count(1 + 2 * len(TEN))
        expect(page.locator(".message-waiting")).to_have_count(0)
    assert numbers(giulia) == numbers(marek) == list(range(1, 2 + 2 * len(TEN)))
    assert said(giulia) == said(marek)
    assert said(giulia) == [
        "Before the tunnel",
        *(f"From outside {number}" for number in TEN),
        *(f"From the tunnel {number}" for number in TEN),
    ]
