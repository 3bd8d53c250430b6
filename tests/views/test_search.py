import json

import pytest

from tests import make
from tests.views.reading import links, words

pytestmark = pytest.mark.django_db
SEARCH, JSON, SUGGESTIONS = "/search/", "/search.json", "/search/suggestions.json"


def titles(response):
    return [row["title"] for row in response.json()["results"]]


def test_a_search_shows_what_it_found(client):
    event = make.event(title="Talks open in Honolulu", summary="The *costs* were shared. Nothing else was.")

    response = client.get(SEARCH, {"q": "costs"})

    assert "1 result" in words(response)
    assert event.get_absolute_url() in links(response)
    assert "The <mark>costs</mark> were shared." in response.text


def test_an_empty_search_says_how_to_search(client):
    response = client.get(SEARCH)

    assert (response.status_code, "How to search" in words(response)) == (200, True)
    assert f"{SEARCH}?q=11th%20SMA" in links(response)


def test_what_is_typed_is_escaped(client):
    response = client.get(SEARCH, {"q": "<script>alert(1)</script>"})

    assert "<script>alert" not in response.text
    assert "&lt;script&gt;alert" in response.text


def test_json_has_the_same_rows(client):
    for number in range(25):
        make.event(title=f"Talks, day {number}", when=f"2019-08-{number + 1:02}")

    page, rows = client.get(SEARCH, {"q": "talks"}), client.get(JSON, {"q": "talks"}).json()["results"]

    assert len(rows) == 20
    assert [row["title"] for row in rows] == [f"Talks, day {number}" for number in range(24, 4, -1)]
    assert [link for link in links(page) if link.startswith("/events/")] == [
        row["url"].partition(":8000")[2] for row in rows
    ]


def test_the_next_page_goes_on_where_the_first_ends(client):
    for number in range(25):
        make.event(title=f"Talks, day {number}", when=f"2019-08-{number + 1:02}")

    first = client.get(JSON, {"q": "talks"}).json()
    second = client.get(first["next"].partition(":8000")[2]).json()

    assert [row["title"] for row in second["results"]] == [f"Talks, day {number}" for number in range(4, -1, -1)]
    assert (second["total"], second["next"]) == (25, None)


def test_facets_narrow_down_and_are_taken_back(client):
    agreement = make.agreement(ordinal=12, name="12th SMA")
    make.round(agreement=agreement, number=1)
    make.event(title="Round table on nothing", when="2020-01-01")

    found = client.get(JSON, {"q": "round", "kind": "round"})

    assert titles(found) == ["12th SMA talks, round 1"]
    assert found.json()["facets"]["kind"] == [{"value": "round", "label": "Round", "count": 1}]
    assert f"{SEARCH}?q=round" in links(client.get(SEARCH, {"q": "round", "kind": "round"}))


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"agreement": "12"}, ["12th SMA talks, round 1"]),
        ({"year": "2020"}, ["A round of golf"]),
        ({"year": "nonsense"}, []),
        ({"kind": "nonsense"}, []),
        ({"kind": "%"}, []),
        ({"agreement": "x" * 100}, []),
        ({"person": "nobody"}, []),
        ({"after": "nonsense", "kind": "meeting"}, ["A round of golf"]),
    ],
)
def test_a_value_that_does_not_exist_finds_nothing(client, chosen, expected):
    make.round(agreement=make.agreement(ordinal=12, name="12th SMA"), number=1)
    make.event(title="A round of golf", when="2020-01-01")

    response = client.get(JSON, {"q": "round"} | chosen)

    assert (response.status_code, titles(response)) == (200, expected)


def test_people_are_counted(client):
    guest = make.official(slug="specht-linda", name="Linda Specht", name_ko="")
    make.participant(make.event(title="A visit"), official=guest)
    make.event(title="Another visit")

    facets = client.get(JSON, {"q": "visit"}).json()["facets"]

    assert facets["person"] == [{"value": "specht-linda", "label": "Linda Specht", "count": 1}]
    assert titles(client.get(JSON, {"q": "visit", "person": "specht-linda"})) == ["A visit"]


def test_a_misspelt_word_is_answered_with_what_was_meant(client):
    make.official(name="Linda Specht", name_ko="")

    response = client.get(SEARCH, {"q": "Spect"})

    assert "Nothing has these words. These are the results of: Specht" in words(response)
    assert titles(client.get(JSON, {"q": "Spect"})) == ["Linda Specht"]


def test_most_of_the_words_are_better_than_nothing(client):
    make.event(title="Talks open in Honolulu")

    response = client.get(SEARCH, {"q": "talks honolulu zebra"})

    assert "Nothing has all of these words; these have most of them." in words(response)


def test_the_words_are_kept_on_the_way_to_the_timeline_and_back(client):
    make.event(title="Talks open in Honolulu")

    there = client.get(SEARCH, {"q": "talks honolulu"})
    back = client.get("/timeline/", {"q": "talks honolulu"})

    assert "/timeline/?q=talks+honolulu" in links(there)
    assert '<form class="site-search" role="search" action="/search/">' in back.text
    assert '<input id="site_search" type="search" name="q" value="talks honolulu"' in back.text


def test_suggestions_are_for_programs(client):
    make.official()

    response = client.get(SUGGESTIONS, {"q": "taew"})

    assert [each["title"] for each in response.json()["suggestions"]] == ["Lee Tae-woo"]


@pytest.mark.parametrize("state", ["draft", "in_review", "withdrawn"])
@pytest.mark.parametrize("address", [SEARCH, JSON, SUGGESTIONS])
def test_what_is_not_public_is_not_found(client, address, state):
    shown = make.event(title="A xylophone was played")
    hidden = make.event(title="A xylophone was broken")
    hidden.state = state
    if state == "withdrawn":
        hidden.withdrawn_at, hidden.withdrawal_reason = hidden.published_at, "Entered twice."
    hidden.save()

    response = client.get(address, {"q": "xylophone"})

    assert (shown.slug in response.text, hidden.slug in response.text, "broken" in response.text) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize("address", [SEARCH, JSON, SUGGESTIONS])
@pytest.mark.parametrize("typed", ['"', "''; DROP TABLE", "kind:", "a" * 3_000, "NEAR(", "\\", "*", "-", "\ud800", "ﷺ"])
def test_whatever_is_typed_there_is_an_answer(client, address, typed):
    response = client.get(address, {"q": typed.encode("utf-8", "surrogatepass")})

    assert response.status_code == 200


@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("asked", ["talks", "Spect", "who:specht in:seoul talks", "When did the talks open in Seoul?"])
def test_a_page_costs_the_same_whatever_it_shows(client, count, asked, django_assert_max_num_queries):
    for number in range(count):
        event = make.event(title=f"Talks open in Seoul, day {number}", place=make.place())
        make.participant(event, official=make.official(name=f"Linda Specht {number}", name_ko=""))

    with django_assert_max_num_queries(12):
        response = client.get(SEARCH, {"q": asked})

    assert "result" in words(response)


def test_json_is_json_in_hangul(client):
    make.official()

    assert "이태우" in client.get(JSON, {"q": "이태우"}).text
    assert json.loads(client.get(JSON, {"q": "이태우"}).text)["total"] == 1
