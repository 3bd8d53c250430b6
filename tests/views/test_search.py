import json
import re

import pytest
from django.http import QueryDict

from tests import make
from tests.views.reading import anchors, links, words
from timeline.search import counting

pytestmark = pytest.mark.django_db
SEARCH, JSON, SUGGESTIONS = "/search/", "/search.json", "/search/suggestions.json"
HTMX = {"HX-Request": "true"}


def asked_of(path, response):
    """What the page's only link to a path asks for."""
    link = next(link for link in links(response) if link.startswith(f"{path}?"))
    return QueryDict(link.partition("?")[2]).dict()


def titles(response):
    return [row["title"] for row in response.json()["results"]]


def test_a_search_shows_what_it_found(client):
    event = make.event(title="Talks open in Honolulu", summary="The *costs* were shared. Nothing else was.")

    response = client.get(SEARCH, {"q": "costs"})

    assert "1 result for “ costs ”" in words(response)
    assert event.get_absolute_url() in links(response)
    assert "The <mark>costs</mark> were shared." in response.text


def test_the_words_are_marked_in_the_korean_name_as_well(client):
    make.agreement(name="12th Agreement", name_ko="제12차 방위비분담특별협정")

    response = client.get(SEARCH, {"q": "방위비분담"})

    assert "제12차 <mark>방위비분담</mark>특별협정" in response.text


def test_an_empty_search_says_how_to_search(client):
    response = client.get(SEARCH)

    assert (response.status_code, "How to search" in words(response)) == (200, True)
    assert f"{SEARCH}?q=11th%20SMA" in links(response)


@pytest.mark.parametrize(
    ("asked", "address"),
    [
        ("highest increase", "/figures/#contribution_heading"),
        ("분담금이 가장 많이 오른 해", "/figures/#contribution_heading"),
        ("shortest agreement", "/agreements/"),
        ("compare the 11th and 12th SMA", "/agreements/compare/?a=sma-11&b=sma-12"),
        ("11차 12차 협정 비교", "/agreements/compare/?a=sma-11&b=sma-12"),
        ("compare the 11th and 99th SMA", "/figures/#contribution_heading"),
    ],
)
def test_what_compares_leads_to_where_it_stands_side_by_side(client, asked, address):
    for ordinal in (11, 12):
        make.agreement(ordinal=ordinal)

    response = client.get(SEARCH, {"q": asked})

    assert ("Side by side:" in words(response), address in links(response)) == (True, True)


@pytest.mark.parametrize("asked", ["increase", "latest agreement", "most troops", "11th and 12th SMA"])
def test_what_compares_no_payments_and_agreements_leads_nowhere_else(client, asked):
    assert "Side by side:" not in words(client.get(SEARCH, {"q": asked}))


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
    assert found.json()["facets"]["kind"] == [{"value": "round", "label": "Round", "count": 1, "is_exact": True}]
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

    assert facets["person"] == [{"value": "specht-linda", "label": "Linda Specht", "count": 1, "is_exact": True}]
    assert titles(client.get(JSON, {"q": "visit", "person": "specht-linda"})) == ["A visit"]


def test_a_misspelt_word_is_answered_with_what_was_meant(client):
    make.official(name="Linda Specht", name_ko="")

    response = client.get(SEARCH, {"q": "Spect"})

    assert "Nothing was found for “ Spect ”. These are the results for Specht ." in words(response)
    assert f"{SEARCH}?q=Specht" in links(response)
    assert titles(client.get(JSON, {"q": "Spect"})) == ["Linda Specht"]


def test_where_there_are_few_results_a_better_spelling_is_only_offered(client):
    make.event(title="A base and a camp")
    make.event(title="Basecamp opens")

    response = client.get(SEARCH, {"q": "base camp"})

    assert "Did you mean basecamp ?" in words(response)
    assert titles(client.get(JSON, {"q": "base camp"})) == ["A base and a camp"]


def test_a_better_spelling_of_all_the_words_comes_before_most_of_them(client):
    make.event(title="Specht leads the delegation")

    response = client.get(SEARCH, {"q": "Spect leads delegation"})

    assert "These are the results for Specht leads delegation ." in words(response)


def test_all_that_leads_on_from_the_results_of_what_was_meant_asks_for_it(client):
    for number in range(25):
        make.event(title=f"Specht arrives, day {number}", when=f"2024-05-{number + 1:02}")

    response = client.get(SEARCH, {"q": "Spect"})

    leading = [link for link in links(response) if link.startswith((f"{SEARCH}?", f"{JSON}?"))]
    assert {QueryDict(link.partition("?")[2])["q"] for link in leading} == {"Specht"}
    assert "after" in QueryDict(next(each["href"] for each in anchors(response) if "next" in each.get("rel", "")))


def test_most_of_the_words_are_better_than_nothing(client):
    make.event(title="A lion and a drum")
    make.event(title="A zebra")

    response = client.get(SEARCH, {"q": "lion drum zebra"})

    assert "No record has all of these words; these have most of them. Meeting" in words(response)


def test_a_better_spelling_that_has_not_all_words_either_is_offered_and_not_taken(client):
    make.event(title="A zebra")
    make.official(name="Linda Specht", name_ko="")

    page, rows = (client.get(path, {"q": "Spehct zebra"}) for path in (SEARCH, JSON))

    assert "Did you mean Specht zebra ?" in words(page)
    assert [row["title"] for row in rows.json()["results"]] == ["A zebra"]


def test_words_that_no_record_has_are_named(client):
    make.event(title="A lion and a drum")

    page, rows = (client.get(path, {"q": "lion drum <zebra> flute"}) for path in (SEARCH, JSON))

    assert "No record has “<zebra>”, “flute” ; these have all or most of the other words." in words(page)
    assert rows.json()["words_in_no_record"] == ["<zebra>", "flute"]


def test_single_words_are_said_to_be_single_ones(client):
    for title in ("A lion", "A drum", "A zebra"):
        make.event(title=title)

    said = words(client.get(SEARCH, {"q": "lion drum zebra", "order": "date"}))

    assert "No record has most of these words together; these have at least one of them." in said


def test_the_words_are_kept_on_the_way_to_the_timeline_and_back(client):
    make.event(title="Talks open in Honolulu")

    there = client.get(SEARCH, {"q": "talks honolulu"})
    back = client.get("/timeline/", {"q": "talks honolulu"})

    assert asked_of("/timeline/", there) == {"q": "talks honolulu"}
    assert asked_of(SEARCH, back) == {"q": "talks honolulu"}
    assert '<form class="site-search" role="search" action="/search/">' in back.text
    assert '<input id="site_search" type="search" name="q" value="talks honolulu"' in back.text


def test_filters_that_both_know_are_kept_on_the_way_to_the_timeline_and_back(client):
    agreement = make.agreement(ordinal=12, name="12th SMA")
    visit = make.event(title="Talks in Seoul", kind="visit", when="2024-05-21", agreement=agreement)
    make.participant(visit, official=make.official(slug="specht-linda"))
    chosen = {"q": "talks", "kind": "visit", "agreement": "12", "year": "2024", "person": "specht-linda"}

    there = asked_of("/timeline/", client.get(SEARCH, chosen | {"order": "date"}))

    assert there == {
        "q": "talks",
        "agreement": "12",
        "kind": "visit",
        "official": "specht-linda",
        "from": "2024",
        "to": "2024",
        "order": "newest",
    }
    timeline = client.get("/timeline/", there)
    assert visit.get_absolute_url() in links(timeline)
    assert asked_of(SEARCH, timeline) == chosen | {"order": "date"}


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"q": "talks", "kind": "official"}, {"q": "talks"}),
        ({"q": "talks", "kind": "nonsense", "agreement": "99", "person": "nobody", "year": "0000"}, {"q": "talks"}),
        ({"q": "talks", "agreement": "x" * 100, "year": "２０２４"}, {"q": "talks"}),
        ({"q": "talks after:2019-06 before:2020-03"}, {"q": "talks", "from": "2019-07-01", "to": "2020-02-29"}),
        ({"q": "talks after:2020 before:2019"}, {"q": "talks"}),
        ({"q": "a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11 l12"}, {"q": "a1 b2 c3 d4 e5 f6 g7 h8 i9 j10"}),
        ({"q": "When did the talks open?"}, {"q": "talks open"}),
    ],
)
def test_the_timeline_is_never_asked_what_it_refuses(client, asked, expected):
    make.event(title="Talks", when="2019-08-01")

    response = client.get(SEARCH, asked)
    there = asked_of("/timeline/", response)

    assert there == expected
    assert client.get("/timeline/", there).status_code == 200


def test_the_timeline_without_words_does_not_offer_a_search(client):
    make.event(kind="visit")

    response = client.get("/timeline/", {"kind": "visit"})

    assert [link for link in links(response) if link.startswith(SEARCH)] == []


def test_htmx_gets_the_part_of_the_page_that_changes_and_its_title(client):
    make.event(title="Talks open", kind="visit")

    page = client.get(SEARCH, {"q": "talks", "kind": "visit"})
    part = client.get(SEARCH, {"q": "talks", "kind": "visit"}, headers=HTMX)

    title = "<title>Search: talks (Visit) · SMA Timeline</title>"
    assert (title in page.text, title in part.text) == (True, True)
    view = part.text[part.text.index('<div id="search_view"') :].strip()
    assert (view in page.text, "<h1>" in part.text) == (True, False)
    assert "HX-Request" in page.headers["Vary"]


def test_going_back_gets_the_whole_page(client):
    response = client.get(SEARCH, {"q": "talks"}, headers=HTMX | {"HX-History-Restore-Request": "true"})

    assert response.text.startswith("<!doctype html>")


def test_what_is_chosen_is_kept_by_the_form_and_marked_in_its_list(client):
    make.event(title="Talks open", kind="visit", when="2024-05-21")

    response = client.get(SEARCH, {"q": "talks", "kind": "visit", "year": "2024", "order": "date"})

    assert re.findall(r'<input type="hidden" form="search_form" name="(\w+)" value="(\w+)">', response.text) == [
        ("kind", "visit"),
        ("year", "2024"),
        ("order", "date"),
    ]
    marked = [each["href"] for each in anchors(response) if each.get("aria-current") == "true"]
    assert marked == [f"{SEARCH}?q=talks&year=2024&order=date", f"{SEARCH}?q=talks&kind=visit&order=date"]


def test_where_filters_leave_nothing_they_can_be_taken_away(client):
    make.event(title="Talks open", kind="visit")

    response = client.get(SEARCH, {"q": "talks", "kind": "round"})

    assert "Nothing was found for “ talks ”." in words(response)
    assert f"{SEARCH}?q=talks" in links(response)


def test_counts_that_are_not_exact_say_so(client, monkeypatch):
    monkeypatch.setattr(counting, "EXACT_TO", 1)
    for _each in range(2):
        make.participant(make.event(title="A visit"), official=make.official(name="Linda Specht", name_ko=""))

    response = client.get(SEARCH, {"q": "visit"})

    assert "Person At least, counted in the newest 2,000 results Linda Specht 1+" in words(response)
    assert words(response).count("At least") == 1
    assert client.get(JSON, {"q": "visit"}).json()["facets"]["person"][0]["is_exact"] is False


def test_only_the_page_that_asks_nothing_is_for_search_engines(client):
    empty, asked = client.get(SEARCH), client.get(SEARCH, {"q": "talks"})

    assert re.findall(r'<(?:meta name="robots"|link rel="canonical")[^>]*>', empty.text) == [
        '<link rel="canonical" href="http://127.0.0.1:8000/search/">'
    ]
    assert re.findall(r'<(?:meta name="robots"|link rel="canonical")[^>]*>', asked.text) == [
        '<meta name="robots" content="noindex, follow">'
    ]
    assert '<link rel="alternate" type="application/json" href="/search.json?q=talks">' in asked.text


@pytest.mark.parametrize("address", [SEARCH, JSON, SUGGESTIONS])
def test_a_search_can_be_asked_and_not_posted(client, address):
    assert client.head(address, {"q": "talks"}).status_code == 200
    assert client.post(address, {"q": "talks"}).status_code == 405


def test_suggestions_come_with_their_number_and_dates_in_words(client):
    make.official(slug="lee-tae-woo", name="Lee Tae-woo", name_ko="이태우")
    make.event(slug="lee-arrives", title="Lee Tae-woo arrives", kind="visit", when="2024-05-21/2024-05-23")

    response = client.get(SUGGESTIONS, {"q": "taew"})

    assert response.json() == {
        "words": "2 suggestions",
        "suggestions": [
            {
                "title": "Lee Tae-woo",
                "title_ko": "이태우",
                "kind": "Official",
                "when": "",
                "url": "/officials/lee-tae-woo/",
            },
            {
                "title": "Lee Tae-woo arrives",
                "title_ko": "",
                "kind": "Visit",
                "when": "21–23 May 2024",
                "url": "/events/lee-arrives/",
            },
        ],
    }


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


@pytest.mark.deep(3)
@pytest.mark.parametrize("count", [1, 12])
@pytest.mark.parametrize("asked", ["talks", "Spect", "who:specht in:seoul talks", "When did the talks open in Seoul?"])
def test_a_page_costs_the_same_whatever_it_shows(client, count, asked, django_assert_max_num_queries):
    for number in range(count):
        event = make.event(title=f"Talks open in Seoul, day {number}", place=make.place())
        make.participant(event, official=make.official(name=f"Linda Specht {number}", name_ko=""))

    with django_assert_max_num_queries(24):
        response = client.get(SEARCH, {"q": asked})

    assert "result" in words(response)


def test_json_is_json_in_hangul(client):
    make.official()

    assert "이태우" in client.get(JSON, {"q": "이태우"}).text
    assert json.loads(client.get(JSON, {"q": "이태우"}).text)["total"] == 1


@pytest.mark.parametrize("order", ["", "date"])
def test_json_without_counts_has_the_same_rows_on_every_page(client, order):
    for number in range(25):
        make.event(title=f"Talks, day {number}", when=f"2019-08-{number + 1:02}")

    first = client.get(JSON, {"q": "talks", "order": order, "counts": "no"}).json()
    second = client.get(first["next"].partition(":8000")[2]).json()

    assert [row["title"] for row in first["results"] + second["results"]] == [
        f"Talks, day {number}" for number in range(24, -1, -1)
    ]
    assert [(page["total"], page["facets"]) for page in (first, second)] == [(None, {}), (None, {})]


def test_a_question_is_answered_by_what_has_all_its_words_and_then_by_what_has_most(client):
    make.event(title="Talks open in Honolulu", when="2024-04-23")
    make.event(title="Talks open in Seoul", when="2024-05-21")

    page, rows = (client.get(path, {"q": "When did the talks open in Honolulu?"}) for path in (SEARCH, JSON))

    assert [(row["title"], row["has_all_words"]) for row in rows.json()["results"]] == [
        ("Talks open in Honolulu", True),
        ("Talks open in Seoul", False),
    ]
    assert "1 result for" in words(page)
    assert "What follows has most of these words. Meeting 21 May 2024 Talks open in Seoul" in words(page)
