"""The Markdown that members write: what is written is what is read, and nothing of it can do harm."""

from __future__ import annotations

import html
import re
from collections import Counter

import nh3
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.core.markdown import MAX_MARKS, cut, escaped, render, unclean, words
from app.core.markdown_inline import LINK_REL, TAGS
from app.core.text import tidy

ATTACKS = [
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    '<img src=x onerror="alert(1)">',
    "<style>body{display:none}</style>",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](JAVASCRIPT:alert(1))",
    'https://example.org/"onmouseover="alert(1)',
    "[<img src=x onerror=alert(1)>](https://example.org)",
]
PIECES = [
    *("a", "é", "7", "Łódź", " ", "  ", "\n", "\n\n", "    ", "\t", ".", ",", ")", "(", "]", "[", "!", "\u00a0", "\\", '"'),
    *("*", "**", "***", "_", "__", "~~", "`", "``", "```", "```py", "> ", ">", "- ", "* ", "+ ", "1. ", "2. ", "3) "),
    *("# ", "--", "---", "===", "&amp;", "&#49;", "<b>", "<!--", "[a](", "](", "](http://b.eu)", "![c](https://d.it/e.png)"),
    *("https://f.org/g_(h)", "http://1.2.3.4.5", "http://i:99999", "www.j.fr", "k@l.pl", "mailto:m@n.gr", "15. "),
    *("http://müller.de/ü", "http://xn--a", "http://r%zz", "<https://s.es>", "http://t|u", "*v\nw*", "[o]: http://p.de 'q'"),
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=60)
ADDRESS = re.compile(r'href="([^"]*)"')


def link(address: str, label: str | None = None) -> str:
    """A link as it is shown."""
    return f'<a href="{address}" rel="{LINK_REL}">{label or address}</a>'


def shown(markup: str) -> Counter[str]:
    """How often each letter and digit is in what a reader sees, the numbers of lists and the addresses of links included."""
    numbers = [
        str(number) for inner in re.split(r"<ol>", markup)[1:] for number in range(1, inner.count("<li>") + 1)
    ]
    parts = [words(markup), *map(html.unescape, ADDRESS.findall(markup)), *numbers]
    return letters("".join(parts))


def letters(text: str) -> Counter[str]:
    """How often each letter and digit is in a text."""
    return Counter(filter(str.isalnum, text))


@given(TEXTS)
@example("15. 3. 2026 um 10 Uhr")
@example("1. a\n1. b\n3. c")
@example("```python\nx\n```")
@example('[a](https://b.it "c")')
@example("[d]: https://e.it 'f'\n[d]")
def test_every_letter_and_digit_of_a_text_is_shown(text: str) -> None:
    """In the words, in the number of an item or in the address of a link."""
    text = tidy(text)
    assert not letters(text) - shown(render(text))


@given(TEXTS)
def test_the_cleaner_finds_nothing_to_change(text: str) -> None:
    """What the renderer makes is safe by itself."""
    markup = unclean(tidy(text))
    schemes = {"http", "https", "mailto"}
    assert (
        nh3.clean(markup, tags=TAGS, attributes={"a": {"href"}}, url_schemes=schemes, link_rel=LINK_REL)
        == markup
    )


@pytest.mark.parametrize(
    ("rule", "tag"),
    [
        ("*a*", "em"),
        ("**a**", "strong"),
        ("_a_", "em"),
        ("__a__", "strong"),
        ("***a***", "em"),
        ("a\nb", "br"),
        ("a", "p"),
        ("- a\n- b", "ul"),
        ("* a\n* b", "li"),
        ("1. a\n2. b", "ol"),
        ("1) a\n2) b", "ol"),
        ("> a", "blockquote"),
        ("`a & b`", "code"),
        ("```\na < b\n```", "pre"),
        ("[a](https://b.it/?c&d)", "a"),
        ("[a](mailto:b@c.it)", "a"),
        ("www.b.it", "a"),
    ],
)
def test_the_cleaner_changes_nothing_that_a_rule_makes(rule: str, tag: str) -> None:
    """Every rule makes its tag, and the cleaner lets it pass as it is."""
    assert f"<{tag}" in unclean(rule)
    assert render(rule) == unclean(rule)


@pytest.mark.parametrize(
    "text",
    [
        "15. 3. 2026 um 10 Uhr",
        "4. lipca",
        "1. maja",
        "- one",
        "2*3*4",
        "2 * 3 * 4",
        "a_b_c",
        "~~cancelled~~ confirmed",
        "# 1",
        "#1",
        "***",
        "---",
        "* * *",
        "&amp; &#49;",
        "<b>x</b>",
        "[a]: b\n[a]",
        "Title\n===",
        "Ciao\n--\nGiulia",
        "```\nnever closed",
        "[a](b) [c](/d) [e](ftp://f.it)",
        "+39 011 123",
        ">5 and >=3",
        "1. a\n1. b",
        "2. a\n3. b",
        "    four spaces",
        "a\nb\n\nc",
        "\\\\server\\share",
        "@giulia@example.org",
        "a@b, www.a and http://",
        "http://1.2.3.4.5",
        "¯\\(ツ)/¯",
    ],
)
def test_what_is_no_mark_is_shown_as_it_was_written(text: str) -> None:
    """Dates, sums, signatures, and all of Markdown that is not offered."""
    assert render(text) == escaped(text)
    assert words(render(text)) == " ".join(text.split())


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("- a\n- b\nc", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n<p>c</p>\n"),
        ("a:\n1. b\n2. c", "<p>a:</p>\n<ol>\n<li>b</li>\n<li>c</li>\n</ol>\n"),
        ("- a\n  - b\n  - c\n- d", "<ul>\n<li>a\n<ul>\n<li>b</li>\n<li>c</li>\n</ul></li>\n<li>d</li>\n</ul>\n"),
        ("1. a\n\n   b\n2. c", "<ol>\n<li>\n<p>a</p>\n<p>b</p>\n</li>\n<li>c</li>\n</ol>\n"),
        ("1. a\n2. b\n4. c", "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<p>4. c</p>\n"),
        ("> a\n> > b", "<blockquote>\n<p>a</p>\n<blockquote>\n<p>b</p>\n</blockquote>\n</blockquote>\n"),
        ("```py\na\n  *b*\n```", "<pre><code>py\na\n  *b*\n</code></pre>\n"),
        ("*a **b** `*c`* d", "<p><em>a <strong>b</strong> <code>*c</code></em> d</p>\n"),
        ("*a _b* c_", "<p><em>a _b</em> c_</p>\n"),
        ("\\*a\\* \\- b", "<p>*a* - b</p>\n"),
        ("``a ` b``", "<p><code>a ` b</code></p>\n"),
    ],
)  # fmt: skip
def test_the_marks_on_offer_make_what_they_say(text: str, markup: str) -> None:
    """Emphasis, lists, quotes and code."""
    assert render(text) == markup


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("see https://a.it/b?c=d&e.", f"see {link('https://a.it/b?c=d&amp;e')}."),
        ("(https://a.it/b_(c))", f"({link('https://a.it/b_(c)')})"),
        ("HTTP://A.IT, ok", f"{link('HTTP://A.IT')}, ok"),
        ("www.a.it!", f"{link('http://www.a.it', 'www.a.it')}!"),
        ("info@a.it.", f"{link('mailto:info@a.it', 'info@a.it')}."),
        ("**https://a.it**", f"<strong>{link('https://a.it')}</strong>"),
        ("„https://a.it“", f"„{link('https://a.it')}“"),
        ("<https://a.it>", f"&lt;{link('https://a.it')}&gt;"),
        ("[a *b*](https://c.it/d_(e))", link("https://c.it/d_(e)", "a <em>b</em>")),
        ("[a](www.b.it)", link("http://www.b.it", "a")),
        ("[a](b@c.it)", link("mailto:b@c.it", "a")),
        ("[https://a.it](https://b.it)", link("https://b.it", "https://a.it")),
        ("![a](https://b.it/c.png)", f"![a]({link('https://b.it/c.png')})"),
        (
            "[![a](https://b.it/c.png)](https://d.it)",
            f"[![a]({link('https://b.it/c.png')})]({link('https://d.it')})",
        ),
        ("[a]: https://b.it", f"[a]: {link('https://b.it')}"),
        ("https://a.it/b*c*d_e_", f"{link('https://a.it/b*c*d_e')}_"),
        ("http://müller.de/ä", link("http://müller.de/ä")),
    ],
)
def test_addresses_are_links(text: str, inner: str) -> None:
    """Written bare or with a label; brackets are balanced, and the dot that ends a sentence is none of theirs."""
    assert render(text) == f"<p>{inner}</p>\n"


@given(
    st.text(st.sampled_from("abÉłώπ9 ,.;:?!'\"()/%€–*_`[&<@"), max_size=12)
    | st.lists(st.sampled_from(["https", "http", "://", "www", ".", "a", "it", " ", "@", ":", "/"])).map(
        "".join
    )
)
def test_a_line_of_words_looks_as_if_it_had_been_parsed(text: str) -> None:
    """A line that seems to need no parser is what the parser would make of it."""
    assert render(text.strip()) == unclean(text.strip())


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_brings_nothing_alive(attack: str) -> None:
    """Whatever is written, the page only shows it."""
    markup = unclean(attack).lower()
    assert not re.search(r"<(script|img|style)|<[^>]* on\w+=", markup)
    assert not re.search(r'href="(javascript|data)', markup)


@pytest.mark.parametrize(
    "unit",
    ["![", "[", "*a_ ", "> ", ">", "`", "` ", "- ", "*", "_*", "a@b.it ", "http://a^ ", "[a](", "*a\n\n"],
)
def test_a_text_full_of_marks_is_shown_as_it_was_written(unit: str) -> None:
    """What no person writes is not parsed, so that it costs no more than words do."""
    text = (unit * 4000)[:4000].strip()
    assert render(text) == escaped(text)


def test_a_long_text_with_as_many_marks_as_people_use_is_rendered() -> None:
    """The limit on marks is far from what a long story holds."""
    story = "\n\n".join(["**Seeds** for *everybody*, see [us](https://a.it)"] * (MAX_MARKS // 7))
    assert render(story).count("<strong>") == MAX_MARKS // 7


def test_nesting_ends_where_nobody_can_follow() -> None:
    """Deeper quotes are shown with their marks."""
    markup = render("> " * 20 + "a")
    assert markup.count("<blockquote>") == 8
    assert words(markup) == "> " * 12 + "a"


@given(st.text(max_size=400), st.integers(min_value=10, max_value=200))
def test_a_cut_line_is_never_longer_than_asked(text: str, length: int) -> None:
    """A card keeps its shape."""
    assert len(cut(text, length)) <= length


def test_a_line_is_cut_between_words() -> None:
    """With a mark that something is left out."""
    assert cut(words(render("**Seeds**, and *tools* & more")), 16) == "Seeds, and…"
    assert cut("one two", 7) == "one two"
