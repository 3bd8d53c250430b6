from urllib.parse import urlencode

import pytest
from defusedxml import ElementTree
from django.conf import settings

from tests import make
from tests.linked_data.reading import open_graph
from timeline import actions
from timeline.enums import State

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL


def ask(client, url, **query):
    return client.get("/oembed", {"url": url} | query)


def page_address(record):
    return SITE + record.get_absolute_url()


def test_the_answer_holds_what_the_specification_wants(client):
    event = make.event(slug="2019-08-09-ministers-meet")
    frame = (
        f'<iframe src="{SITE}/embed/event/2019-08-09-ministers-meet/" '
        'title="Ministers meet in Seoul, on the SMA Timeline" width="600" height="{height}" '
        'loading="lazy" style="border:0;max-width:100%"></iframe>'
    )

    response = ask(client, page_address(event))

    found = response.json()
    height = found["height"]
    assert response["Content-Type"] == "application/json"
    assert 150 < height < 400
    assert found == {
        "version": "1.0",
        "type": "rich",
        "title": "Ministers meet in Seoul",
        "provider_name": "SMA Timeline",
        "provider_url": f"{SITE}/",
        "url": page_address(event),
        "html": frame.replace("{height}", str(height)),
        "width": 600,
        "height": height,
        "thumbnail_url": f"{page_address(event)}card.png",
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
    }


def test_xml_says_the_same_as_json(client):
    event = make.event(title="A & B <c>\ufffe")

    response = ask(client, page_address(event), format="xml")

    found = {each.tag: each.text for each in ElementTree.fromstring(response.content)}
    wanted = {name: str(value) for name, value in ask(client, page_address(event)).json().items()}
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    assert found == {name: value.replace("\ufffe", "\ufffd") for name, value in wanted.items()}


@pytest.mark.parametrize("end", ["", "?utm_source=x", "#cite-abcd", "?after=x#top"])
def test_an_address_is_known_with_whatever_stands_behind_it(client, end):
    event = make.event()

    assert ask(client, page_address(event) + end).json()["url"] == page_address(event)


@pytest.mark.parametrize("form", ["/e/{code}/", "/e/{code}", "/events/{slug}", "/embed/event/{slug}/"])
def test_short_links_cards_and_addresses_without_a_slash_name_the_record_too(client, form):
    event = make.event()

    asked = SITE + form.format(code=event.code, slug=event.slug)

    assert ask(client, asked).json()["url"] == page_address(event)


def test_an_old_slug_names_the_record_as_it_is_called_now(client, django_user_model):
    event = make.event(slug="old")
    make.citation(event)
    actions.rename(event, slug="new", by=django_user_model.objects.create_superuser("chief"))

    assert ask(client, f"{SITE}/events/old/").json()["url"] == f"{SITE}/events/new/"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/events/x/",
        f"{SITE}.elsewhere.example/events/x/",
        f"{SITE}/events/nowhere/",
        f"{SITE}/timeline/",
        f"{SITE}/e/zzzzzzzz/",
        f"{SITE}/e/!/",
        f"{SITE}/corrections/event/abcdefgh/",
        f"{SITE}/admin/",
        "javascript:alert(1)",
        "http://[::1",
        "/events/x/",
        "x" * 3_000,
    ],
)
def test_what_is_not_there_is_not_found(client, url):
    response = ask(client, url)

    assert (response.status_code, response.text) == (
        404,
        "Nothing that can be embedded is published at this address.",
    )


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
def test_of_what_is_not_public_yet_nothing_is_said(client, state):
    event = make.event(state=state)

    assert [ask(client, url).status_code for url in (page_address(event), f"{SITE}/e/{event.code}/")] == [404, 404]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_what_was_withdrawn_is_gone_and_says_why(client, form):
    event = make.event(state=State.WITHDRAWN, withdrawal_reason="Entered twice.")

    response = ask(client, page_address(event), format=form)

    assert response.status_code == 410
    assert [word in response.text for word in ("Entered twice.", "2024-05-24")] == [True, True]


def test_a_short_link_of_what_was_withdrawn_is_gone_as_well(client):
    event = make.event(state=State.WITHDRAWN)

    assert ask(client, f"{SITE}/e/{event.code}/").status_code == 410


def test_a_format_that_nobody_knows_is_not_implemented(client):
    assert ask(client, page_address(make.event()), format="yaml").status_code == 501


@pytest.mark.parametrize("value", ["", "0", "-5", "4.5", "wide", "99999", "٣٢٠", "1" * 1_000])
@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
def test_a_bound_that_is_no_number_of_pixels_is_a_bad_request(client, name, value):
    response = ask(client, page_address(make.event()), **{name: value})

    assert (response.status_code, response.text) == (400, f"{name} must be a number of pixels from 1 to 10000.")


def test_a_question_without_an_address_is_a_bad_request(client):
    assert client.get("/oembed").status_code == 400


@pytest.mark.parametrize(("most", "width"), [("320", 320), ("500", 500), ("4000", 800), ("200", 200)])
def test_the_card_is_no_wider_than_asked(client, most, width):
    found = ask(client, page_address(make.event()), maxwidth=most).json()

    assert found["width"] == width
    assert f'width="{width}" height="{found["height"]}"' in found["html"]


@pytest.mark.parametrize("most", ["1", "33", "34", "35", "60"])
def test_a_frame_in_which_no_word_fits_has_a_height_as_well(client, most):
    found = ask(client, page_address(make.event()), maxwidth=most).json()

    assert (found["width"], 100 < found["height"] < 10_000) == (int(most), True)


def test_the_card_and_its_picture_are_no_larger_than_asked(client):
    found = ask(client, page_address(make.event()), maxwidth="600", maxheight="120").json()

    assert (found["height"], "thumbnail_url" in found) == (120, False)


def test_more_words_make_a_taller_card(client):
    short, long = make.statement(text="No."), make.statement(text="substantially more " * 30)

    heights = [ask(client, page_address(said), maxwidth="400").json()["height"] for said in (short, long)]

    assert heights[1] > heights[0] + 200


def test_pages_of_other_sites_may_read_it(client):
    assert ask(client, page_address(make.event()))["Access-Control-Allow-Origin"] == "*"


def test_the_page_of_a_record_leads_to_it_in_both_forms(client):
    event = make.event()
    page = client.get(event.get_absolute_url()).text
    query = urlencode({"url": page_address(event)})

    for media_type, form in (("application/json+oembed", "json"), ("text/xml+oembed", "xml")):
        link = f'<link rel="alternate" type="{media_type}" href="{SITE}/oembed?{query}&amp;format={form}"'
        assert link in page
        assert client.get(f"/oembed?{query}&format={form}").status_code == 200


def test_its_picture_is_that_of_the_page(client):
    event = make.event()

    shown = open_graph(client.get(event.get_absolute_url()))

    assert shown["og:image"] == ask(client, page_address(event)).json()["thumbnail_url"]


def test_an_answer_costs_three_queries(client, django_assert_num_queries):
    said = make.statement(speaker=make.official())
    make.citation(said)

    with django_assert_num_queries(3):
        ask(client, page_address(said))
