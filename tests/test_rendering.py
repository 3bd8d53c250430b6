from html import unescape

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.rendering import MARKDOWN, TAGS, is_plain, markdown, plain_text, with_fragments


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One *word* and **two**.", "<p>One <em>word</em> and <strong>two</strong>.</p>\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("[here](javascript:alert(1))", "<p>[here](javascript:alert(1))</p>\n"),
        ("![picture](https://elsewhere.example/a.png)", "<p></p>\n"),
        (
            "[source](https://news.example/a)",
            '<p><a href="https://news.example/a" rel="noopener nofollow">source</a></p>\n',
        ),
        ("# Not a heading", "Not a heading\n"),
    ],
)
def test_markdown_becomes_clean_html(text, html):
    assert markdown(text) == html


@given(
    st.lists(st.sampled_from([*"abZ9 .,;:()-–’“'%$₩/…=+#~|{}@?&<>*_`!\\[]가漢é\u3000\u200b\xa0\n", "\n\n", "1. "])).map(
        "".join
    )
)
def test_plain_words_become_what_markdown_makes_of_them(text):
    made = MARKDOWN.render(text)

    if is_plain(text):
        assert markdown(text) == nh3.clean(made, tags=TAGS)
        assert plain_text(text) == " ".join(unescape(nh3.clean(made, tags=set())).split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Talks began, and ended: 1.04 (won).", True), ("One.\n\nTwo.", True), ("- one", False), ("1. one", False),
     ("One\ntwo", False), ("One *word*", False), ("One & two", False), ("One ", False), ("", False)],
)  # fmt: skip
def test_what_is_plain(text, expected):
    assert is_plain(text) == expected


def test_a_description_has_the_words_without_the_signs():
    text = "One *word* & [a source](https://news.example/a).\n\nTwo <b>tags</b>."

    assert plain_text(text) == "One word & a source. Two <b>tags</b>."


def link(fragment):
    return f'<a class="fragment" href="#{fragment}" aria-label="Link here"></a>'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("One.\n\nTwo.", f'<p id="note-1">One.{link("note-1")}</p>\n<p id="note-2">Two.{link("note-2")}</p>\n'),
        ("- a\n- b", f'<ul id="note-1">\n<li>a</li>\n<li>b{link("note-1")}</li>\n</ul>\n'),
        ("> One.\n>\n> Two.", f'<blockquote id="note-1">\n<p>One.</p>\n<p>Two.</p>\n{link("note-1")}</blockquote>\n'),
        ("- a\n\n  - b\n\nEnd.", None),
    ],
)
def test_each_paragraph_list_and_quotation_can_be_linked_to(text, html):
    made = with_fragments(markdown(text), "note", "Link here")

    assert html is None or made == html
    assert made.count(" id=") == made.count('class="fragment"')


def test_a_list_within_a_list_belongs_to_it():
    made = with_fragments(markdown("- a\n\n  - b\n\nEnd."), "note", "Link here")

    assert (made.count("id="), made.count('id="note-2">End.')) == (2, 1)
