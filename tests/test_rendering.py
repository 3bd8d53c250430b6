import pytest

from timeline.rendering import markdown, plain_text


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


def test_a_description_has_the_words_without_the_signs():
    text = "One *word* & [a source](https://news.example/a).\n\nTwo <b>tags</b>."

    assert plain_text(text) == "One word & a source. Two <b>tags</b>."
