"""Links of a finished page, as they stand in the copy."""

import pytest

from timeline.static_copy.links import Known, Rewriter, Timetable


def rewritten(page, address="/events/talks/"):
    return Rewriter(Timetable()).page(page.encode(), address)


@pytest.mark.parametrize(
    ("page", "written", "leads_to"),
    [
        ('<a href="/places/seoul/">', '<a href="../../places/seoul/index.html">', {"/places/seoul/"}),
        ('<a\nhref="/">', '<a\nhref="../../index.html">', {"/"}),
        ('<a data-href="/" href="/about/">', '<a data-href="/" href="../../about/index.html">', {"/about/"}),
        ('<img alt="" src="/card.png">', '<img alt="" src="../../card.png">', {"/card.png"}),
        (
            '<video poster="/card.png" src="/v.mp4">',
            '<video poster="../../card.png" src="../../v.mp4">',
            {"/card.png", "/v.mp4"},
        ),
        ('<a href="#top"><a href="https://example.org/">', '<a href="#top"><a href="https://example.org/">', set()),
        ('<a href="/api/">', '<a href="http://127.0.0.1:8000/api/">', set()),
        (
            '<a href="/about/">1</a><form action="/"><a href="/"></form> 2',
            '<a href="../../about/index.html">1</a>2',
            {"/about/"},
        ),
        ("no link at all", "no link at all", set()),
        ('<a href="/about/', '<a href="../../about/index.html', {"/about/"}),
    ],
)
def test_what_belongs_to_the_site_is_led_to_from_where_the_page_stands(page, written, leads_to):
    assert rewritten(page) == (written.encode(), leads_to)


@pytest.mark.parametrize("path", ["/", "/about/", "/events/talks.json", "/search/", "/api/v1/", "/static/a~b-c_d.css"])
def test_a_plain_address_is_written_as_any_other(path):
    known = Known(Rewriter(Timetable()), 2)

    assert (known[path.encode()], known.leads[path.encode()]) == known.lead(path.encode(), "")
