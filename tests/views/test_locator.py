import hashlib
import json
import re
from decimal import Decimal
from itertools import pairwise

import pytest

from tests import make
from timeline.views import locator
from timeline.views.locator import Window, clipped, kilometres, locate

VENDOR = locator.MAP_FILE.parent


def at(latitude, longitude, **values):
    return make.place(latitude=Decimal(latitude), longitude=Decimal(longitude), **values)


def test_the_map_is_the_file_that_its_origin_is_written_down_for():
    origin = json.loads((VENDOR / "natural-earth.json").read_text(encoding="utf-8"))
    content = (VENDOR / origin["file"]).read_bytes()

    assert VENDOR / origin["file"] == locator.MAP_FILE
    assert (hashlib.sha256(content).hexdigest(), len(content) < 40_000) == (origin["sha256"], True)
    assert (VENDOR / origin["licence_file"]).is_file()


def test_no_line_of_the_map_runs_across_the_date_line():
    sheets = locator.sheets().values()
    lines = [line for sheet in sheets for line in (*sheet.land, *sheet.borders)]

    assert max(abs(one[0] - other[0]) for line in lines for one, other in pairwise(line)) < 40


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("37.5665", "126.978"), ("38.9072", "-77.0369"), ("46.8027", "9.836"), ("1.3521", "103.8198"), ("21.3", "-157.9")],
)
def test_the_mark_stands_where_the_coordinates_say(latitude, longitude):
    found = locate(at(latitude, longitude))
    window = found.near.window

    east = window.west + float(found.here.x) / 100 * window.width
    north = window.north - float(found.here.y) / 100 * window.height

    assert (round(east, 1), round(north, 1)) == (round(float(longitude), 1), round(float(latitude), 1))


@pytest.mark.django_db
def test_the_mark_stands_in_the_middle_and_the_world_shows_the_same_point():
    found = locate(at("0", "0"))

    assert (found.here.x, found.here.y) == ("50", "50")
    assert (found.here_in_the_world.x, found.here_in_the_world.y) == ("50", "59.15")


@pytest.mark.django_db
@pytest.mark.parametrize(("latitude", "longitude"), [("90", "180"), ("-90", "-180"), ("0", "180"), ("47", "146")])
def test_at_the_edges_of_the_world_the_map_still_has_its_proportions(latitude, longitude):
    window = locate(at(latitude, longitude)).near.window

    assert window.width > 0
    assert window.height > 0
    assert (window.west >= -180, window.east <= 180) == (True, True)


@pytest.mark.django_db
def test_other_public_places_on_the_map_stand_with_their_distance():
    seoul = at("37.5665", "126.978", name="Seoul")
    at("37.4563", "126.7052", name="Incheon")
    at("35.8562", "129.2247", name="Gyeongju")
    at("36.5", "127.8", name="Secret", state="draft")
    at("38.9", "-77.03", name="Washington")

    neighbours = locate(seoul).neighbours

    assert [(mark.place.name, mark.km) for mark in neighbours] == [("Incheon", 27), ("Gyeongju", 276)]


@pytest.mark.django_db
def test_a_name_that_would_cover_another_is_left_to_the_list():
    seoul = at("37.5665", "126.978", name="Seoul")
    at("37.4563", "126.7052", name="Incheon")
    at("33.4996", "126.5312", name="Jeju")

    assert [(mark.place.name, mark.is_named) for mark in locate(seoul).neighbours] == [
        ("Incheon", False),
        ("Jeju", True),
    ]


@pytest.mark.django_db
def test_a_long_name_stands_to_the_left_before_it_is_cut_at_the_edge_of_the_map():
    middle = at("38.4", "-92.3", name="Middle")
    at("38.88", "-77.1", name="Arlington")
    at("44.5", "-77.1", name="Arlington, Virginia")

    neighbours = locate(middle).neighbours

    assert [(mark.place.name, mark.is_named, mark.names_to_the_left) for mark in neighbours] == [
        ("Arlington", True, False),
        ("Arlington, Virginia", True, True),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "above"), [("Seoul", False), ("The Hamptons, New York", True)])
def test_a_name_too_long_for_half_of_the_map_stands_above_its_mark(client, name, above):
    place = at("38.4", "-92.3", name=name)

    text = client.get(place.get_absolute_url()).text

    assert locate(place).here.names_above == above
    assert ('dy="-12" text-anchor="middle"' in text) == above


@pytest.mark.django_db
def test_a_long_name_that_fits_on_neither_side_is_left_to_the_list():
    middle = at("38.4", "-92.3", name="Middle")
    at("44.5", "-91.5", name="A very long name of a place in Wisconsin")

    assert [mark.is_named for mark in locate(middle).neighbours] == [False]


@pytest.mark.django_db
def test_a_mark_of_a_country_says_that_it_stands_for_its_middle(client):
    country = at("36.5", "127.8", kind="country")

    text = client.get(country.get_absolute_url()).text

    assert "(about its middle)" in text
    assert 'class="map__area"' in text


@pytest.mark.django_db
def test_the_page_draws_the_mark_and_says_it_in_words(client):
    text = client.get(at("0", "0", name="Null Island").get_absolute_url()).text

    assert 'aria-label="Map: Null Island at 0° N, 0° E"' in text
    assert re.search(r'<circle class="map__dot map__dot--here" cx="50%" cy="50%" r="6"/>', text)


def test_an_area_is_cut_at_the_window_and_one_degree_around_it():
    square = [(-10.0, -10.0), (10.0, -10.0), (10.0, 10.0), (-10.0, 10.0)]

    assert sorted(clipped(square, Window(0, 0, 4, 4))) == [(-1, -1), (-1, 5), (5, -1), (5, 5)]
    assert clipped(square, Window(20, 20, 24, 24)) == []


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [((0, 0), (0, 0), 0), ((0, 0), (180, 0), 20015), ((126.978, 37.5665), (-77.0369, 38.9072), 11151)],
)
def test_distances_are_as_the_crow_flies(one, other, km):
    assert kilometres(one, other) == pytest.approx(km, abs=20)
