"""What lists, the overview and later pages say of themselves, and the one address that each has."""

import re

import pytest
from django.conf import settings

from tests import make
from tests.linked_data import reading
from timeline import linked_data
from timeline.linked_data import Distribution

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL


def canonical(client, address):
    found = re.findall(r'<link rel="canonical" href="([^"]+)">', client.get(address).text)
    return [each.replace("&amp;", "&").removeprefix(SITE) for each in found]


def test_a_list_is_a_collection_of_what_stands_on_it(client):
    first, second = make.topic(name="Furlough", slug="a"), make.topic(name="Troops", slug="b")

    (page,) = reading.graph_of(client.get("/topics/"))

    assert page == {
        "@type": "CollectionPage",
        "@id": f"{SITE}/topics/",
        "url": f"{SITE}/topics/",
        "name": "Topics",
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "@id": f"{SITE}/#website", "name": "SMA Timeline", "url": f"{SITE}/"},
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "SMA Timeline", "item": f"{SITE}/"},
                {"@type": "ListItem", "position": 2, "name": "Topics", "item": f"{SITE}/topics/"},
            ],
        },
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": 2,
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "url": SITE + first.get_absolute_url(), "name": "Furlough"},
                {"@type": "ListItem", "position": 2, "url": SITE + second.get_absolute_url(), "name": "Troops"},
            ],
        },
    }


def test_the_overview_says_how_the_site_is_searched_and_which_data_it_holds(client):
    site, data = reading.graph_of(client.get("/"))

    assert site == {
        "@type": "WebSite",
        "@id": f"{SITE}/#website",
        "url": f"{SITE}/",
        "name": "SMA Timeline",
        "inLanguage": "en",
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": f"{SITE}/search/?q={{search_term_string}}"},
            "query-input": "required name=search_term_string",
        },
    }
    assert (data["@type"], data["@id"], data["license"]) == (
        "Dataset",
        f"{SITE}/#dataset",
        "https://creativecommons.org/licenses/by/4.0/",
    )


def test_the_data_set_lists_the_files_that_it_is_taken_in():
    file = Distribution("/downloads/rounds.csv", "text/csv", "Rounds", size=1_234, sha256="ab" * 32)

    page, data = linked_data.data_page("/downloads/", "Downloads", [file], version="2026.11")["@graph"]

    assert page["mainEntity"] == {"@id": f"{SITE}/#dataset"}
    assert (data["version"], data["distribution"]) == (
        "2026.11",
        [
            {
                "@type": "DataDownload",
                "contentUrl": f"{SITE}/downloads/rounds.csv",
                "encodingFormat": "text/csv",
                "name": "Rounds",
                "contentSize": "1234 B",
                "sha256": "ab" * 32,
            }
        ],
    )


@pytest.mark.parametrize(
    ("asked", "stands_at"),
    [
        ("/timeline/", "/timeline/"),
        ("/timeline/?utm_source=x&fbclid=y", "/timeline/"),
        ("/timeline/?q=pay&country=US&country=KR&country=US", "/timeline/?country=US&country=KR&q=pay"),
        ("/timeline/?order=newest&kind=call", "/timeline/?kind=call&order=newest"),
        ("/timeline/?after=2019-01-01.00000.-", "/timeline/?after=2019-01-01.00000.-"),
        ("/timeline/?q=%22a+%26+b%22", "/timeline/?q=%22a+%26+b%22"),
        ("/officials/?country=US&after=b&x=1", "/officials/?country=US&after=b"),
        ("/figures/?stance=agreed&year=2021", "/figures/?year=2021&stance=agreed"),
        ("/sources/?founding=1", "/sources/?founding=1"),
        ("/disagreements/?after=.a", "/disagreements/?after=.a"),
        ("/about/?x=1", "/about/"),
        ("/?q=1", "/"),
    ],
)
def test_each_page_has_one_address_whatever_else_was_asked(client, asked, stands_at):
    assert canonical(client, asked) == [stands_at]


def test_the_page_of_a_record_has_one_address_and_each_later_page_of_its_entries_its_own(client):
    official = make.official()
    page = official.get_absolute_url()

    assert canonical(client, f"{page}?utm_source=x&kind=call") == [page]
    assert canonical(client, f"{page}?after=2019-01-01.00000.-") == [f"{page}?after=2019-01-01.00000.-"]


@pytest.mark.parametrize("address", ["/nowhere/", "/timeline/?from=yesterday", "/rounds/nowhere/"])
def test_a_page_that_says_what_went_wrong_has_no_address_and_no_tags(client, address):
    page = client.get(address).text

    assert [word for word in ("canonical", "og:", "ld+json") if word in page] == []


def test_every_list_and_the_overview_have_a_title_a_description_and_a_picture(client):
    for address in ("/", "/timeline/", "/topics/", "/figures/", "/gaps/", "/about/"):
        found = reading.open_graph(client.get(address))
        assert (found["og:type"], found["og:url"], found["og:locale"]) == ("website", SITE + address, "en_US")
        assert all(found[name] for name in ("og:title", "og:description", "og:image", "og:image:alt"))


def test_the_tags_of_a_record_are_those_of_its_page(client):
    event = make.event(title_ko="장관 회담")
    page = SITE + event.get_absolute_url()

    assert reading.open_graph(client.get(event.get_absolute_url())) == {
        "og:site_name": "SMA Timeline",
        "og:url": page,
        "og:title": "Ministers meet in Seoul, 9 August 2019",
        "og:description": "They met.",
        "og:type": "article",
        "og:locale": "en_US",
        "og:locale:alternate": "ko_KR",
        "article:published_time": "2024-05-24T09:00:00+00:00",
        "og:image": f"{page}card.png",
        "og:image:type": "image/png",
        "og:image:width": "1200",
        "og:image:height": "630",
        "og:image:alt": "Card of the event Ministers meet in Seoul, 9 August 2019",
    }


@pytest.mark.parametrize(("values", "locales"), [({"title_ko": ""}, None), ({"title_ko": "장관"}, "ko_KR")])
def test_korean_is_named_where_there_is_some(client, values, locales):
    found = reading.open_graph(client.get(make.event(**values).get_absolute_url()))

    assert found.get("og:locale:alternate") == locales


def test_the_page_of_a_person_is_a_profile(client):
    found = reading.open_graph(client.get(make.official().get_absolute_url()))

    assert (found["og:type"], found["profile:first_name"], found["profile:last_name"]) == ("profile", "Tae-woo", "Lee")


def test_a_twitter_card_is_a_large_picture_with_words_for_those_who_do_not_see_it(client):
    page = client.get(make.figure().get_absolute_url()).text

    assert dict(re.findall(r'<meta name="(twitter:[^"]+)" content="([^"]+)">', page)) == {
        "twitter:card": "summary_large_image",
        "twitter:image:alt": "Card of the figure agreed: 1.1833 trillion won, 10 March 2021",
    }


@pytest.mark.parametrize(
    ("make_one", "query"),
    [
        (lambda: make.agreement(ordinal=12), "agreement=12"),
        (lambda: make.official(slug="specht"), "official=specht"),
        (lambda: make.topic(slug="furlough"), "topic=furlough"),
        (lambda: make.source(slug="yonhap"), "source=yonhap"),
    ],
)
def test_what_belongs_to_a_record_can_be_followed(client, make_one, query):
    page = client.get(make_one().get_absolute_url()).text

    assert f'type="application/atom+xml" href="{SITE}/feeds/timeline.atom?{query}"' in page
    assert f'type="text/calendar" href="{SITE}/calendar.ics?{query}"' in page
