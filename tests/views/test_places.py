from decimal import Decimal

import pytest
from django.utils import translation

from tests import make
from tests.views.reading import words
from timeline.views.places import coordinates, country_name

pytestmark = pytest.mark.django_db


def test_the_list_shows_both_names_kind_and_country(client):
    make.place(name="Seoul", name_ko="서울", kind="city", country="KR")

    assert words(client.get("/places/")).endswith("Seoul 서울 city, South Korea")


def test_the_page_shows_where_it_is_and_what_happened_there(client):
    seoul = make.place(name="Seoul", name_ko="서울")
    make.event(place=seoul, title="Ministers meet in Seoul")
    make.event(title="Elsewhere")

    text = words(client.get(seoul.get_absolute_url()))

    assert "Country South Korea Coordinates 37.5665° N, 126.978° E Time zone Asia/Seoul" in text
    assert ("Ministers meet in Seoul" in text, "Elsewhere" in text) == (True, False)


@pytest.mark.parametrize(
    ("latitude", "longitude", "shown"),
    [
        ("37.56650", "126.97800", "37.5665° N, 126.978° E"),
        ("-33.90000", "-70.00000", "33.9° S, 70° W"),
        ("0", "0", "0° N, 0° E"),
    ],
)
def test_coordinates_are_degrees_in_words(latitude, longitude, shown):
    assert coordinates(Decimal(latitude), Decimal(longitude)) == shown


def test_countries_are_named_in_the_language_of_the_page():
    assert (country_name("US"), country_name("ZX")) == ("United States", "ZX")
    with translation.override("ko"):
        assert country_name("US") == "미국"


def test_nothing_of_a_draft_stands_on_the_page(client):
    seoul = make.place()
    make.event(place=seoul, title="Secret event", state="draft")
    make.round(place=seoul, agreement=make.agreement(name="Secret agreement", state="draft"), outcome="Shown.")

    text = words(client.get(seoul.get_absolute_url()))

    assert ("Shown." in text, "Secret" in text) == (True, False)


def test_a_place_where_nothing_happened_says_so(client):
    assert "No entry fits." in words(client.get(make.place().get_absolute_url()))


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_entries_as_for_one(client, django_assert_num_queries, count):
    seoul = make.place()
    for _each in range(count):
        make.citation(make.event(place=seoul))

    with django_assert_num_queries(5):
        client.get(seoul.get_absolute_url())
