"""Of an answer by mail only what its writer wrote is kept, whatever her program and language."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from app.features.notifications.reply_text import cut_quotes, reply_text

WORDS = "Volentieri!\n\nCi sentiamo giovedì."
QUOTED = "> ##- Write your answer above this line ##-\n>\n> INN-CO Cluster\n> Marek wrote to you"
OURS = "##- Write your answer above this line ##-\n\nINN-CO Cluster\nMarek wrote to you"
INTRODUCTIONS = (
    "On Mon, 30 Nov 2026 at 10:15, Trama <reply+aa@in.example.org> wrote:",
    "On Mon, 30 Nov 2026 at 10:15, Trama <\nreply+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@in.example.org> wrote:",
    "Il giorno lun 30 nov 2026 alle ore 10:15 Trama <reply+aa@in.example.org> ha scritto:",
    "Le lun. 30 nov. 2026 à 10:15, Trama <reply+aa@in.example.org> a écrit :",
    "Op ma 30 nov 2026 om 10:15 schreef Trama <reply+aa@in.example.org>:",
    "Am Mo., 30. Nov. 2026 um 10:15 Uhr schrieb Trama <reply+aa@in.example.org>:",
    "Στις Δευ 30 Νοε 2026 στις 10:15 π.μ., ο χρήστης Trama <reply+aa@in.example.org>\nέγραψε:",
    "pon., 30 lis 2026 o 10:15 Trama <reply+aa@in.example.org> napisał(a):",
    "pon, 30. stu 2026. u 10:15 Trama <reply+aa@in.example.org> napisao je:",
    "V pon., 30. nov. 2026 ob 10:15 je oseba Trama <reply+aa@in.example.org> napisala:",
)
HEADS = (
    "-----Original Message-----\nFrom: Trama <reply+aa@in.example.org>\n"
    "Sent: Monday, 30 November 2026 10:15\nTo: Giulia\nSubject: Hello",
    "________________________________\nDa: Trama <reply+aa@in.example.org>\n"
    "Inviato: lunedì 30 novembre 2026 10:15\nA: Giulia\nOggetto: Ciao",
    "De : Trama <reply+aa@in.example.org>\nEnvoyé : lundi 30 novembre 2026 10:15\nÀ : Giulia\nObjet : Bonjour",
    "Van: Trama <reply+aa@in.example.org>\nVerzonden: maandag 30 november 2026 10:15\nAan: Giulia\nOnderwerp: Dag",
    "Von: Trama <reply+aa@in.example.org>\nGesendet: Montag, 30. November 2026 10:15\nAn: Giulia\nBetreff: Hallo",
    "Από: Trama <reply+aa@in.example.org>\nΣτάλθηκε: Δευτέρα, 30 Νοεμβρίου 2026 10:15\nΠρος: Giulia\nΘέμα: Γεια",
    "Od: Trama <reply+aa@in.example.org>\nWysłano: poniedziałek, 30 listopada 2026 10:15\nDo: Giulia\nTemat: Hej",
    "Šalje: Trama <reply+aa@in.example.org>\nPoslano: ponedjeljak, 30. studenoga 2026. 10:15\nPrima: Giulia\nPredmet: Bok",
    "Od: Trama <reply+aa@in.example.org>\nPoslano: ponedeljek, 30. november 2026 10:15\nZa: Giulia\nZadeva: Zdravo",
)


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_a_quoted_mail_and_the_line_that_introduces_it_go(introduction: str) -> None:
    assert cut_quotes(f"{WORDS}\n\n{introduction}\n\n{QUOTED}") == WORDS
    assert cut_quotes(f"{WORDS}\n{introduction}\n{QUOTED}") == WORDS


@pytest.mark.parametrize("head", HEADS)
def test_a_mail_that_is_quoted_by_its_head_goes(head: str) -> None:
    assert cut_quotes(f"{WORDS}\n\n{head}\n\n{OURS}") == WORDS


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{WORDS}\n\n-- \nGiulia Ferri\nIl Filo Verde", WORDS),
        (f"> What do you need?\nSeeds.\n> When?\nIn May.\n{QUOTED}", "Seeds.\nIn May."),
        (
            "Three things:\nPro: cheap\nContra: far\nCost: 2,000",
            "Three things:\nPro: cheap\nContra: far\nCost: 2,000",
        ),
        ("We meet at 10:30:\nat the station", "We meet at 10:30:\nat the station"),
        (QUOTED, ""),
        ("", ""),
    ],
)
def test_what_she_wrote_stays(text: str, kept: str) -> None:
    assert cut_quotes(text) == kept


def test_a_mail_of_html_alone_is_read_without_what_it_quotes() -> None:
    mail = EmailMessage()
    html = (
        "<html><head><style>p {color: red}</style></head><body><p>Volentieri &amp; presto!<br>Giovedì?</p>"
        '<div class="gmail_quote">Il giorno … ha scritto:<blockquote><p>##- x ##-</p><div>Marek</div></blockquote></div>'
        "<p></p></body></html>"
    )
    mail.set_content(html, subtype="html")
    assert reply_text(mail) == "Volentieri & presto!\nGiovedì?"


def test_lines_that_were_wrapped_for_sending_are_joined() -> None:
    mail = EmailMessage()
    mail.set_content("One sentence that is \nwrapped.\nAnother.\n-- \nGiulia", cte="8bit")
    mail.set_param("format", "flowed")
    assert reply_text(mail) == "One sentence that is wrapped.\nAnother."
