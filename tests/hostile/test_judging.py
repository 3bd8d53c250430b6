"""The judge of the hostile requests knows what it looks for."""

import pytest

from tests.hostile.judging import findings, leads_away, running
from tests.hostile.texts import SCRIPTS
from tests.served import Answer

SNIFF = ("X-Content-Type-Options", "nosniff")
HTML = ("Content-Type", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Answer(500, [SNIFF], b""), "status 500"),
        (Answer(503, [SNIFF], b""), "status 503"),
        (Answer(200, [SNIFF, ("X-A", "a\r\nX-Zq9: 1")], b""), "the header 'X-A' is split: 'a\\r\\nX-Zq9: 1'"),
        (Answer(200, [SNIFF, ("X-Zq9", "1")], b""), "the header 'X-Zq9' is split: '1'"),
        (Answer(200, [SNIFF, ("Set-Cookie", "zq9=1")], b""), "a cookie was planted: 'zq9=1'"),
        (
            Answer(200, [SNIFF, ("Set-Cookie", "messages=1; Path=zq9")], b""),
            "a cookie was planted: 'messages=1; Path=zq9'",
        ),
        (Answer(302, [SNIFF, ("Location", "//zq9.example/")], b""), "it leads away: '//zq9.example/'"),
        (Answer(200, [HTML], b"a"), "its type may be guessed"),
        (Answer(200, [SNIFF], b"a" * 3_000_001), "it has 3000001 bytes"),
        (Answer(200, [SNIFF], b"Traceback (most recent call last)"), "a traceback"),
        (Answer(200, [SNIFF, HTML], b"<script>zq9()</script>"), "<script> 'zq9()'"),
        (Answer(200, [SNIFF, ("Content-Type", "application/json")], b'{"a": zq9'), "it is no JSON"),
        (Answer(200, [SNIFF, ("Content-Type", "application/atom+xml")], b"<a>\x01</a>"), "it is no XML"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_must_not_be_there_is_found(answer, sentence):
    assert findings("/timeline/", answer, 0.1) == [sentence]


def test_letters_of_ours_that_a_signed_cookie_has_by_chance_are_no_finding():
    assert findings("/", Answer(200, [SNIFF, ("Set-Cookie", " messages=.eJwzq9Rdf; Path=/")], b""), 0.1) == []


def test_what_takes_too_long_is_found():
    assert findings("/", Answer(200, [SNIFF], b""), 3.2) == ["it took 3.2 s of the processor"]


def test_a_drawing_that_is_still_to_be_made_is_no_finding():
    later = Answer(503, [SNIFF, ("Retry-After", "60")], b"")

    assert findings("/events/a/card.png", later, 0) == []
    assert findings("/oembed", Answer(501, [SNIFF], b""), 0) == []


@pytest.mark.parametrize(
    "location", ["//evil", "/\\evil", "https://evil/", "\t//evil", "javascript:a", "///evil", "https:///evil"]
)
def test_a_redirect_to_elsewhere_is_seen_as_a_browser_sees_it(location):
    assert leads_away(location, "testserver")


@pytest.mark.parametrize("location", ["/", "/a?next=//evil", "http://testserver/a", "https://testserver/", "?a=b"])
def test_a_redirect_within_the_site_is_none(location):
    assert not leads_away(location, "testserver")


@pytest.mark.parametrize("text", [text for text in SCRIPTS if text.startswith(('"', "'", "<"))])
def test_what_is_put_into_a_page_as_it_came_is_found(text):
    assert [*running(f"<!doctype html><p>{text}</p><input value=\"{text}\"><input value='{text}'>")]


@pytest.mark.parametrize("text", SCRIPTS)
def test_what_is_escaped_is_not(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;").replace("'", "&#39;")

    assert [*running(f'<!doctype html><p>{escaped}</p><input value="{escaped}">')] == []
