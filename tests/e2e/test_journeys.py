"""Three people in three browsers walk the ways that the house is built for, one of them in Italian on a phone."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import DESK, PHONE, Walk
from tests.e2e.talk import go_offline
from tests.e2e.walker import Walker
from tests.support.app import LiveServer

pytestmark = pytest.mark.slow
NAME, ADDRESS, PASSWORD = "Nora Bassi", "nora@mensa-di-nora.example", "sette gatti sul tetto"
KITCHEN = "La Mensa di Nora"
ASKED = "Ciao Marek, cuciniamo per tre scuole e vorremmo un orto. Ne parliamo mezz'ora?"
TITLE = "Alveari sui tetti"


def join(nora: Walker) -> None:
    """Create an account and show that the address is one's own, by the link in the mail."""
    nora.field("Your name").fill(NAME)
    nora.field("Email address").fill(ADDRESS)
    nora.field("Password").fill(PASSWORD)
    nora.button("Join").click()
    expect(nora.page).to_have_url(re.compile("/join/sent"))
    expect(nora.main).to_contain_text(ADDRESS)
    nora.page.goto(nora.link_of_mail(ADDRESS, "verify"))
    nora.button("Yes, it is mine").click()
    expect(nora.link("Create your organisation").first).to_be_visible()


def create_organisation(nora: Walker) -> None:
    """Say what one does, with words typed in one's own language or another."""
    nora.link("Create your organisation").first.click()
    nora.page.locator("[name=name]").fill(KITCHEN)
    nora.page.locator("[name=type]").select_option("wise")
    nora.page.locator("[name=country]").select_option("IT")
    nora.page.locator("[name=city]").fill("Pavia")
    nora.choose("What field do you work in?", "ristorazione", "sector:food-catering")
    nora.choose("What are you good at?", "catering", "skill:catering")
    nora.choose("What are you good at?", "job coaching", "skill:job-coaching")
    nora.choose("What do you look for in a partner?", "giardinaggio ecologico", "skill:ecological-gardening")
    nora.choose("Which languages do you work in?", "inglese", "language:en")
    nora.page.locator("[name=story]").fill(
        "Cuciniamo per tre scuole, con verdure vicine e mani nuove al mestiere."
    )
    nora.button("Create the organisation").click()
    expect(nora.page.locator(".flash-problem, .notice-problem")).to_have_count(0)
    expect(nora.page).not_to_have_url(re.compile("/organisations/new"))


def test_a_newcomer_finds_a_partner_abroad_and_they_talk(demo: LiveServer, walk: Walk) -> None:
    """Journeys 1 and 2: from the directory to a room of two."""
    nora, marek = walk(demo, "it", PHONE), walk(demo, "en", DESK)

    nora.open("/")
    nora.link("See who is here").click()
    nora.main.get_by_role("searchbox").fill("ristorazione")
    nora.main.get_by_role("searchbox").press("Enter")
    expect(nora.page).to_have_url(re.compile("q=ristorazione"))
    nora.link("La Marmite Partagée").click()
    expect(nora.page.get_by_role("heading", level=1)).to_have_text("La Marmite Partagée")
    expect(nora.main.locator(".story[lang=fr]").first).to_be_attached()
    nora.link("Join").click()
    join(nora)
    create_organisation(nora)

    nora.open("/suggestions")
    row = nora.main.locator("li.row").filter(has_text="Zielona Spółdzielnia")
    expect(row.locator(".reason").first).to_be_visible()
    countries = {meta.rpartition(", ")[2] for meta in nora.main.locator("li.row .row-meta").all_inner_texts()}
    assert len(countries) > 1 and "Italia" not in countries and "Italy" not in countries
    say_not_now(nora)
    row.get_by_role("link", name=nora.read("Ask for an introduction")).click()
    nora.field("Your message").fill(ASKED)
    nora.button("Ask for an introduction").click()
    expect(nora.page).not_to_have_url(re.compile("/introductions/ask/"))

    marek.sign_in_as("member-pl")
    marek.open("/introductions")
    asking = marek.main.locator("li.row").filter(has_text=KITCHEN)
    expect(asking).to_contain_text("Ne parliamo mezz'ora?")
    asking.get_by_role("button", name="Accept").click()
    expect(marek.page).to_have_url(re.compile(r"/rooms/\d+"))

    nora.open("/rooms")
    nora.main.get_by_role("link", name=re.compile(KITCHEN)).first.click()
    nora.connected()
    marek.connected()
    nora.say("Eccomi, Marek")
    expect(marek.main.locator(".message").last).to_contain_text("Eccomi, Marek")
    marek.say("Cześć, the garden waits for you")
    expect(nora.main.locator(".message").last).to_contain_text("the garden waits for you")
    assert nora.said() == marek.said()
    assert nora.said()[-2:] == ["Eccomi, Marek", "Cześć, the garden waits for you"]
    assert nora.problems == marek.problems == []


def say_not_now(nora: Walker) -> None:
    """Set a suggestion aside because of its country: the list changes; take that back: it is as it was."""
    titles = nora.main.locator("li.row .row-title")
    before = titles.all_inner_texts()
    name = next(title for title in before if title != "Zielona Spółdzielnia")
    row = nora.main.locator("li.row").filter(has_text=name).first
    row.locator("summary").filter(has_text=nora.read("Not now…")).click()
    row.locator("[name=reason][value=other_country]").click()
    expect(nora.main.get_by_role("status")).to_contain_text(name)
    assert name not in titles.all_inner_texts()
    nora.button("Undo").first.click()
    expect(titles.filter(has_text=name)).to_have_count(1)
    assert titles.all_inner_texts() == before


def post_initiative(giulia: Walker) -> None:
    """Post an initiative with two seats, on a phone."""
    giulia.open("/initiatives")
    giulia.link("Post an initiative").click()
    giulia.page.locator("[name=title]").fill(TITLE)
    giulia.page.locator("[name=summary]").fill(
        "Dieci alveari in tre città, curati da chi cerca un primo lavoro."
    )
    for number, (title, typed, code) in enumerate(
        [
            ("Chi conosce le api", "apicoltura", "skill:beekeeping"),
            ("Chi porta il miele in città", "bicicletta", "skill:cycle-delivery"),
        ]
    ):
        row = giulia.page.locator(f"#roles-{number}")
        if number:
            giulia.button("Add a role").click()
            expect(row).to_be_visible()
            expect(giulia.page.locator("#roles [role=combobox]")).to_have_count(4)
        row.locator(f"[name=roles-{number}-title]").fill(title)
        giulia.choose("Skills you look for", typed, code, row)
    giulia.button("Keep the draft").last.click()
    expect(giulia.page.get_by_role("heading", level=1)).to_have_text(TITLE)
    giulia.button("Open it").click()


def covers(walker: Walker, filled: int) -> None:
    """The bar and the sentence say how many of the two seats are taken."""
    sentence = walker.count(
        "%(filled)d of %(num)d seat filled", "%(filled)d of %(num)d seats filled", 2, filled=filled
    )
    expect(walker.page.locator("#roles > p").first).to_have_text(sentence)
    expect(walker.page.locator("#roles > svg.coverage rect")).to_have_count(filled)


def test_an_initiative_fills_a_seat_and_three_people_talk_through_a_tunnel(
    demo: LiveServer, walk: Walk
) -> None:
    """Journey 3: posted, applied to, accepted, talked about; one of three goes offline and misses nothing."""
    giulia, marek, nadia = walk(demo, "it", PHONE), walk(demo), walk(demo)
    giulia.sign_in_as("member-it")
    post_initiative(giulia)
    covers(giulia, 0)
    bees = giulia.page.locator("article.seat").filter(has_text="Chi conosce le api")
    expect(bees).to_contain_text("Zielona Spółdzielnia")

    marek.sign_in_as("member-pl")
    marek.open("/initiatives")
    marek.link(TITLE).click()
    seat = marek.page.locator("article.seat").filter(has_text="Chi conosce le api")
    seat.locator("summary").first.click()
    seat.locator("textarea").fill("Mamy dwanaście uli w Nowej Hucie i pszczelarkę, która lubi uczyć.")
    seat.locator("select[name=lang]").select_option("pl")
    seat.get_by_role("button", name="Apply as Zielona Spółdzielnia").click()
    expect(marek.main).to_contain_text("Your application")

    giulia.page.reload()
    asking = giulia.page.locator("#applications")
    expect(asking).to_contain_text("Mamy dwanaście uli")
    asking.get_by_role("button", name=giulia.read("Accept")).click()
    covers(giulia, 1)

    nadia.sign_in_as("facilitator")
    for person in (giulia, marek, nadia):
        person.open("/initiatives")
        person.link(TITLE).click()
        person.link("Open your room").click()
        person.connected()
    through_a_tunnel(giulia, marek, nadia)
    keeps_what_waits(giulia, marek)
    marek.open("/initiatives")
    marek.link(TITLE).click()
    covers(marek, 1)
    assert marek.problems == nadia.problems == []


def everybody_has(count: int, *people: Walker) -> None:
    """Each list is complete, dense, in the same order, and has each message once."""
    for person in people:
        expect(person.page.locator(".message[data-seq]")).to_have_count(count)
        expect(person.page.locator(".message-waiting")).to_have_count(0)
    lists: list[Any] = [(person.numbers(), person.said()) for person in people]
    assert all(each == lists[0] for each in lists)
    assert lists[0][0] == list(range(1, count + 1))
    assert len(set(lists[0][1])) == count


def through_a_tunnel(giulia: Walker, marek: Walker, nadia: Walker) -> None:
    """One goes offline, all write, she returns."""
    giulia.say("Benvenuti")
    expect(marek.main.locator(".message").last).to_contain_text("Benvenuti")
    nadia.say("Good to see you two")
    everybody_has(2, giulia, marek, nadia)
    go_offline(giulia.page)
    for number in range(3):
        giulia.say(f"Dalla galleria {number}")
        marek.say(f"From the roof {number}")
    nadia.say("Giulia is in a tunnel")
    expect(giulia.page.locator(".message-waiting")).to_have_count(3)
    expect(marek.page.locator(".message")).to_have_count(6)
    giulia.context.set_offline(False)
    everybody_has(9, giulia, marek, nadia)
    assert giulia.said()[-3:] == [f"Dalla galleria {number}" for number in range(3)]


def keeps_what_waits(giulia: Walker, marek: Walker) -> None:
    """A page that is loaded anew while messages wait does not lose them."""
    go_offline(giulia.page)
    giulia.say("Scritto senza rete")
    expect(giulia.page.locator(".message-waiting")).to_have_count(1)
    with pytest.raises(Error):
        giulia.page.reload()
    giulia.context.set_offline(False)
    giulia.page.goto(marek.page.url.replace("/en/", f"/{giulia.lang}/"))
    expect(giulia.main.locator(".message[data-seq]").last).to_contain_text("Scritto senza rete")
    expect(marek.main.locator(".message").last).to_contain_text("Scritto senza rete")
    everybody_has(10, giulia, marek)
