import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.http import QueryDict

from tests import make
from tests.views import reading
from timeline import index

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
VENDOR = Path(settings.BASE_DIR) / "timeline/static/timeline/vendor"


@pytest.fixture
@index.refreshed_at_once
def talks():
    """A bit of everything that the band draws, and two more entries."""
    seoul, washington = make.place(slug="seoul"), make.place(slug="washington", country="US", name="Washington")
    sma = make.agreement(ordinal=11, covers_from=2020, covers_to=2025, talks_opened="2019-09-24")
    make.round(agreement=sma, number=1, place=seoul, when="2019-09-24/2019-09-25")
    make.round(agreement=sma, number=2, place=washington, when="2019-10-23")
    make.stage(sma, make.event(kind="signing", when="2021-04-08", agreement=sma), stage="signed")
    moon = make.official(slug="moon-jae-in", name="Moon Jae-in", family_name="Moon", given_name="Jae-in")
    make.appointment(moon, title="President of the Republic of Korea", start="2017-05-10", end="2022-05-09")
    make.statement(speaker=moon, when="2019-08-07", agreement=sma)
    make.event(kind="call", when="2019-08-09", summary="They spoke of *furlough*.")
    return sma


def options(response, name):
    select = re.search(rf'<select id="filter_{name}".*?</select>', response.text, re.DOTALL)[0]
    return re.findall(r'<option value="([^"]*)"( selected| disabled)?>([^<]*)</option>', select)


def chips(response):
    return re.findall(r'<li><a href="([^"]*)" title="Take this filter away">', response.text)


def band_links(response):
    return re.findall(
        r'<a[^>]* href="([^"]+)"', response.text[: response.text.index("timeline__columns")].partition("band__wide")[2]
    )


def view_of(text):
    """The part that changes, without the page around it."""
    return text[text.index('<div id="timeline_view"') : text.rindex("</div>") + len("</div>")].strip()


def test_each_option_shows_how_many_entries_it_would_leave(client, talks):
    response = client.get("/timeline/?kind=statement")

    assert options(response, "kind") == [
        ("", "", "any kind"),
        ("round", "", "Round (2)"),
        ("statement", " selected", "Statement (1)"),
        ("call", "", "Call (1)"),
        ("signing", "", "Signing (1)"),
    ]
    assert options(response, "official") == [("", "", "anybody"), ("moon-jae-in", "", "Moon, Jae-in (1)")]


def test_what_would_leave_nothing_is_left_out_or_greyed_unless_it_is_chosen(client, talks):
    response = client.get("/timeline/?kind=call&official=moon-jae-in")

    assert options(response, "official") == [("", "", "anybody"), ("moon-jae-in", " selected", "Moon, Jae-in (0)")]
    assert options(response, "place") == [("", "", "anywhere")]
    assert options(response, "agreement")[1:] == [("11", " disabled", "11th Special Measures Agreement (0)")]


def test_chosen_filters_are_links_that_take_them_away(client, talks):
    response = client.get("/timeline/?agreement=sma-11&kind=round&kind=call&q=of+furlough&order=newest")

    kept = [sorted(QueryDict(url.partition("?")[2].replace("&amp;", "&")).keys()) for url in chips(response)]

    assert kept == [
        ["kind", "order", "q"],
        ["agreement", "kind", "order", "q"],
        ["agreement", "kind", "order", "q"],
        ["agreement", "kind", "order"],
    ]


def test_the_form_keeps_values_that_its_lists_cannot_show(client, talks):
    source = make.source(slug="yonhap")
    make.citation(talks, source=source)

    response = client.get("/timeline/?kind=round&kind=call&source=yonhap&order=newest")

    assert re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', response.text) == [
        ("kind", "round"),
        ("source", "yonhap"),
        ("order", "newest"),
    ]


def test_untouched_fields_of_the_form_leave_the_address(client, talks):
    response = client.get("/timeline/?agreement=&kind=call&from=&to=+&q=")

    assert (response.status_code, response.headers["Location"]) == (302, "/timeline/?kind=call")


def test_a_jump_to_a_year_keeps_the_filter_and_begins_there(client, talks):
    url = next(link for link in reading.links(client.get("/timeline/?agreement=11")) if "after=2021" in link)

    response = client.get(url)

    assert re.findall(r'<article class="entry entry--(\w+)"', response.text) == ["event"]
    assert options(response, "agreement")[1][1] == " selected"


def test_a_year_of_which_the_filter_leaves_nothing_is_no_link(client, talks):
    response = client.get("/timeline/?kind=call")

    assert "<span>2021</span>" in response.text
    assert "after=2019-01-01" in response.text


def test_htmx_gets_the_part_of_the_page_that_changes(client, talks):
    page = client.get("/timeline/?kind=round")
    part = client.get("/timeline/?kind=round&q=", headers=HTMX)

    assert view_of(part.text) == view_of(page.text.partition("</main>")[0])
    assert part.text.strip().startswith('<div id="timeline_view"')
    assert part.headers["HX-Push-Url"] == "/timeline/?kind=round"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_caches_keep_page_and_part_apart(client, talks, headers):
    assert "HX-Request" in client.get("/timeline/", headers=headers).headers["Vary"]


def test_going_back_gets_the_whole_page(client, talks):
    response = client.get("/timeline/", headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert response.text.startswith("<!doctype html>")


def test_a_bad_filter_is_refused_in_place(client, talks):
    response = client.get("/timeline/?from=2019-13", headers=HTMX)

    assert (response.status_code, response.headers["HX-Retarget"]) == (400, "#timeline_problem")
    assert response.text.strip().startswith('<p class="problem" role="alert">“2019-13” is no date for “from”')


def test_every_mark_of_the_band_leads_to_a_page(client, talks):
    links = band_links(client.get("/timeline/"))

    assert len(links) > 20
    assert {client.get(link.replace("&amp;", "&")).status_code for link in set(links)} == {200}


def test_every_mark_of_the_band_has_a_text_alternative(client, talks):
    text = client.get("/timeline/").text.partition("timeline__columns")[0].partition("band__wide")[2]

    marks = re.findall(r"<a [^>]*>.*?</a>", text, re.DOTALL)

    assert [mark for mark in marks if not re.search(r'<title>\S|class="tip"[^>]*>\S', mark)] == []


def test_what_is_hidden_is_in_no_part_of_the_page(client, talks):
    secret = make.official(name="Secret", state="draft")
    make.event(state="draft", title="Secret", kind="visit", when="1999")
    make.participant(make.event(agreement=make.agreement(name="Secret", state="draft")), official=secret)
    make.appointment(secret, title="Acting President", start="2018-01-01")

    text = client.get("/timeline/").text

    assert "Secret" not in text
    assert ("Visit" in text, "1999" in text) == (False, False)


def test_a_card_is_rendered_anew_when_it_changes(client, talks):
    event = make.event(title="Before")
    client.get("/timeline/")

    event.title = "After"
    event.save()

    text = client.get("/timeline/").text
    assert ("After" in text, "Before" in text) == (True, False)


def test_a_source_quoted_twice_is_one_source_on_a_card(client):
    event, once = make.event(), make.source()
    for cited in (once, once, make.source()):
        make.citation(event, source=cited)

    assert "2 sources" in reading.words(client.get("/timeline/"))


def test_an_exchange_is_marked_at_both_ends(client):
    claim, denial = make.statement(text="Talks have begun."), make.statement(text="Not yet.", attribution="a ministry")
    make.relation(denial, claim, kind="answers")

    text = reading.words(client.get("/timeline/"))

    assert "Answers: a Seoul official: “Talks have begun.” , 7 August 2019" in text
    assert "Answered by: a ministry: “Not yet.” , 7 August 2019" in text


def test_ids_are_unique_whatever_folds(client):
    briefing = make.event(when="2019-08-01")
    for _each in range(14):
        make.statement(made_at_event=briefing, when="2019-08-01")

    ids = reading.ids(client.get("/timeline/"))

    assert len(ids) == len(set(ids))
    assert briefing.slug in ids


@pytest.mark.parametrize("method", ["post", "options"])
def test_the_timeline_is_only_read(client, method):
    assert getattr(client, method)("/timeline/").status_code == 405


def test_an_empty_timeline_says_so(client):
    response = client.get("/timeline/")

    assert "No entry fits." in reading.words(response)
    assert "band__wide" not in response.text


def test_where_no_entry_fits_a_link_leads_to_the_whole_timeline(client):
    response = client.get("/timeline/?q=nothing-of-this-kind")

    assert 'or look at <a href="/timeline/">the whole timeline</a>.' in response.text


def test_the_busiest_page_stays_within_ten_queries(client, talks, django_assert_max_num_queries):
    make.entries(10_000)
    make.source(slug="s")
    make.organization(slug="o")
    make.topic(slug="t")
    query = "agreement=11&official=moon-jae-in&organization=o&topic=t&place=seoul&source=s&from=2001&to=2030&q=x"
    client.get(f"/timeline/?{query}")

    with django_assert_max_num_queries(10):
        assert client.get(f"/timeline/?{query}").status_code == 200


def test_vendored_files_are_what_their_notes_say():
    noted = [json.loads(path.read_text()) for path in VENDOR.glob("*.json")]
    noted = [note for note in noted if {"file", "sha256"} <= set(note)]

    assert "htmx.min.js" in {note["file"] for note in noted}
    for note in noted:
        assert hashlib.sha256((VENDOR / note["file"]).read_bytes()).hexdigest() == note["sha256"]
        assert {"name", "version", "origin", "licence"} <= set(note)
