"""What the page of each kind of record says in structured data: the whole object, as a program reads it."""

from decimal import Decimal

import pytest
from django.conf import settings

from tests import make
from tests.linked_data import reading

pytestmark = pytest.mark.django_db
SITE = settings.SITE_URL
FIRST_PUBLISHED = "2024-05-24T09:00:00+00:00"
EDTF = "http://id.loc.gov/datatypes/edtf"


def permanent(record):
    return f"{SITE}/e/{record.code}/"


def page_address(record):
    return SITE + record.get_absolute_url()


def korean(text):
    return {"@language": "ko", "@value": text}


def about(client, record):
    """What the page says of the record itself."""
    return reading.graph_of(client.get(record.get_absolute_url()))[1]


def named(record, kind, name, *other_names):
    """How a record is named where another is the matter."""
    node = {"@type": kind, "@id": permanent(record), "name": name}
    if other_names:
        node["alternateName"] = list(other_names)
    return node | {"url": page_address(record)}


def whole(record, kind, name, **values):
    return named(record, kind, name) | {"image": f"{page_address(record)}card.png"} | values


def work(source):
    return {
        "@type": "NewsArticle",
        "@id": permanent(source),
        "name": "Talks open in Seoul",
        "headline": "Talks open in Seoul",
        "publisher": {"@type": "Organization", "name": "Yonhap"},
        "datePublished": "2024-05-24",
        "inLanguage": "en",
        "url": "https://news.example/talks-open-in-seoul",
    }


def quotation(record, citation):
    return {
        "@type": "Quotation",
        "@id": f"{permanent(record)}#cite-{citation.code}",
        "text": "The talks in Seoul took place from Tuesday through Thursday",
        "inLanguage": "en",
        "isPartOf": work(citation.source),
    }


def seoul(place):
    return named(place, "Place", "Seoul", korean("서울")) | {
        "address": {"@type": "PostalAddress", "addressCountry": "KR"},
        "geo": {"@type": "GeoCoordinates", "latitude": 37.5665, "longitude": 126.978},
    }


def test_a_round_is_an_event_of_its_talks(client):
    agreement = make.agreement(ordinal=12, name="12th SMA", name_ko="", talks_opened="2024-04")
    held = make.round(agreement=agreement, number=2, name_ko="제2차 회의", place=make.place(), venue="KIDA")
    cited, head = make.citation(held), make.delegate(held).official
    said = make.statement(made_at_round=held, attribution="a Seoul official", text="We met.")
    talks = {
        "@type": "Event",
        "@id": f"{permanent(agreement)}#talks",
        "name": "Talks on the 12th SMA",
        "url": f"{page_address(agreement)}#talks",
        "startDate": "2024-04",
    }
    person = named(head, "Person", "Lee Tae-woo", korean("이태우"))

    assert about(client, held) == whole(
        held,
        "Event",
        "12th SMA talks, round 2",
        alternateName=[korean("제2차 회의")],
        description="Views were exchanged.",
        eventStatus="https://schema.org/EventScheduled",
        superEvent=talks,
        startDate="2024-05-21",
        endDate="2024-05-23",
        location=[{"@type": "Place", "name": "KIDA", "containedInPlace": seoul(held.place)}],
        about=[named(agreement, "Legislation", "12th SMA")],
        attendee=[{"@type": "Role", "attendee": person, "roleName": "chief delegate"}],
        performer=[{"@type": "Role", "performer": person, "roleName": "chief delegate"}],
        recordedIn=[named(said, "Quotation", "a Seoul official: “We met.”")],
        subjectOf=[quotation(held, cited)],
    )


def test_an_event_names_both_its_places_and_who_took_part(client):
    event = make.event(place=make.place(), title_ko="장관 회담")
    second = make.place(name="Washington", name_ko="")
    event.also_at.add(second, event.place)
    body = make.participant(event, organization=make.organization(name_ko=""), role="").organization

    assert about(client, event) == whole(
        event,
        "Event",
        "Ministers meet in Seoul",
        alternateName=[korean("장관 회담")],
        description="They met.",
        keywords="Meeting",
        startDate="2019-08-09",
        endDate="2019-08-09",
        location=[seoul(event.place), named(second, "Place", "Washington")],
        attendee=[named(body, "GovernmentOrganization", "Ministry of Foreign Affairs")],
    )


@pytest.mark.parametrize(
    ("edtf", "start", "end"),
    [
        ("2024-05-21", "2024-05-21", "2024-05-21"),
        ("2024-05", "2024-05", "2024-05"),
        ("1991", "1991", "1991"),
        ("2024-05/2024-06-02", "2024-05", "2024-06-02"),
        ("2013-07~", {"@type": EDTF, "@value": "2013-07~"}, {"@type": EDTF, "@value": "2013-07~"}),
        ("2019-02-10?/2019-02", {"@type": EDTF, "@value": "2019-02-10?"}, "2019-02"),
    ],
)
def test_a_date_is_given_as_exactly_as_it_is_known_and_no_more(client, edtf, start, end):
    said = about(client, make.event(when=edtf))

    assert (said["startDate"], said["endDate"]) == (start, end)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("held", "https://schema.org/EventScheduled"),
        ("cancelled", "https://schema.org/EventCancelled"),
        ("cut_short", None),  # schema.org has no word for it
    ],
)
def test_the_status_of_a_round_is_said_where_there_is_a_word_for_it(client, status, said):
    assert about(client, make.round(status=status)).get("eventStatus") == said


def test_a_statement_is_a_quotation_by_those_who_spoke(client):
    speaker, joint = make.official(), make.official(name="Linda Specht", name_ko="", slug="a-specht", country="US")
    body, occasion = make.organization(name_ko=""), make.event(title="Press briefing")
    said = make.statement(
        text="한국은 부담키로 했다",
        language="ko",
        is_translation=True,
        original_text="South Korea will pay.",
        original_language="en",
        speaker=speaker,
        on_behalf_of=body,
        attribution="officials of both sides",
        made_at_event=occasion,
        place=make.place(),
    )
    said.co_speakers.add(joint)
    cited = make.citation(said)
    printed = make.citation(said, quote="“한국은 부담키로 했다”고 말했다", order=2, source=make.source(language="ko"))
    both = [named(speaker, "Person", "Lee Tae-woo", korean("이태우")), named(joint, "Person", "Linda Specht")]

    found = about(client, said)

    assert [each["text"] for each in found.pop("citation")] == [cited.quote, printed.quote]
    assert found == whole(
        said,
        "Quotation",
        "Lee Tae-woo: “한국은 부담키로 했다”",
        text="한국은 부담키로 했다",
        inLanguage="ko",
        translationOfWork={"@type": "Quotation", "text": "South Korea will pay.", "inLanguage": "en"},
        description="Translation, as the source printed it",
        spokenByCharacter=both,
        creator=both,
        creditText="officials of both sides",
        sourceOrganization=named(body, "GovernmentOrganization", "Ministry of Foreign Affairs"),
        dateCreated="2019-08-07",
        locationCreated=seoul(said.place),
        recordedAt=named(occasion, "Event", "Press briefing"),
        keywords="post on a social network",
        isPartOf=[{"@type": "NewsArticle", "@id": permanent(printed.source)}],
    )


def test_a_figure_is_a_claim_with_its_amount_its_growth_and_the_words_of_its_source(client):
    agreement, event = make.agreement(name="11th SMA", name_ko=""), make.event(title="Deal announced")
    figure = make.figure(
        agreement=agreement,
        arose_at_event=event,
        usd_equivalent=Decimal("1040000000.50"),
        growth_percent=Decimal("13.9"),
        growth_percent_to=Decimal("14"),
        year_to=None,
    )
    cited = make.citation(figure)

    assert about(client, figure) == whole(
        figure,
        "Claim",
        "agreed: 1.1833 trillion won",
        text="1.1833 trillion won",
        description="Agreed: ₩1.1833 trillion (2021–…)",
        keywords=["agreed", "total for the year", "Republic of Korea"],
        dateCreated="2021-03-10",
        temporalCoverage="2021/..",
        about=[
            {"@type": "MonetaryAmount", "value": 1183300000000, "currency": "KRW"},
            {"@type": "MonetaryAmount", "value": "1040000000.5", "currency": "USD"},
            {
                "@type": "QuantitativeValue",
                "name": "+13.9 % – +14 %",
                "unitText": "%",
                "unitCode": "P1",
                "minValue": "13.9",
                "maxValue": 14,
            },
            named(agreement, "Legislation", "11th SMA"),
        ],
        recordedAt=named(event, "Event", "Deal announced"),
        appearance=[{"@type": "NewsArticle", "@id": permanent(cited.source)}],
        citation=[quotation(figure, cited)],
    )


def test_a_figure_that_somebody_named_is_part_of_what_was_said(client):
    said = make.statement(text="We want five billion.")
    figure = make.figure(arose_at_statement=said, amount=None, currency="", growth_percent=Decimal("50"))

    found = about(client, figure)

    assert found["isPartOf"] == named(said, "Quotation", "a Seoul official: “We want five billion.”")
    assert "recordedAt" not in found
    assert [each["value"] for each in found["about"]] == [50]


def test_an_official_held_each_post_in_its_time(client):
    official = make.official(aliases=["Yi Tae-u", "Lee Tae-woo"], suffix="Jr.", summary="A *diplomat*.")
    body = make.organization(name_ko="")
    make.appointment(official, organization=body, title="Minister", title_ko="장관", start="2024-03", end="2024-11-04")
    make.appointment(official, title="Envoy", start="", attested=["2025-01-20"])
    cited = make.citation(official)

    assert about(client, official) == whole(
        official,
        "Person",
        "Lee Tae-woo",
        alternateName=[korean("이태우"), "Yi Tae-u", "Lee Tae-woo"],
        familyName="Lee",
        givenName="Tae-woo",
        honorificSuffix="Jr.",
        description="A diplomat.",
        worksFor=[
            {
                "@type": "OrganizationRole",
                "worksFor": named(body, "GovernmentOrganization", "Ministry of Foreign Affairs"),
                "roleName": ["Minister", korean("장관")],
                "startDate": "2024-03",
                "endDate": "2024-11-04",
                "description": "March 2024 – 4 November 2024",
            }
        ],
        hasOccupation=[
            {
                "@type": "Role",
                "hasOccupation": {"@type": "Occupation", "name": "Envoy"},
                "roleName": ["Envoy"],
                "description": "seen in the post: 20 January 2025",
            }
        ],
        subjectOf=[quotation(official, cited)],
    )


@pytest.mark.parametrize(
    ("kind", "said"), [("ministry", "GovernmentOrganization"), ("alliance", "Organization"), ("other", "Organization")]
)
def test_an_organization_is_one_of_a_government_only_where_it_is(client, kind, said):
    body = make.organization(kind=kind, aliases=["Foreign Ministry"])

    assert about(client, body) == whole(
        body,
        said,
        "Ministry of Foreign Affairs",
        alternateName=[korean("외교부"), "MOFA", "Foreign Ministry"],
    )


def test_a_place_says_where_it_is(client):
    place = make.place()

    assert about(client, place) == seoul(place) | {"image": f"{page_address(place)}card.png"}


def test_the_page_of_a_topic_lists_its_entries(client):
    event = make.event()
    topic = make.topic(event, description="Workers on *unpaid* leave.")

    page, thread = reading.graph_of(client.get(topic.get_absolute_url()))

    assert thread == whole(
        topic, "Thing", "Furlough", alternateName=[korean("무급휴직")], description="Workers on unpaid leave."
    )
    assert (page["@type"], page["about"]) == ("CollectionPage", {"@id": permanent(topic)})
    assert page["mainEntity"] == {
        "@type": "ItemList",
        "numberOfItems": 1,
        "itemListElement": [
            {"@type": "ListItem", "position": 1, "url": page_address(event), "name": "Ministers meet in Seoul"}
        ],
    }


def test_an_agreement_is_a_treaty_with_the_day_of_its_signature(client):
    agreement = make.agreement(
        name="12th SMA",
        name_ko="제12차 협정",
        formal_title_ko="특별조치에 관한 협정",
        status="in_force",
        summary="Five years.",
        talks_opened="2024-04-23",
        talks_concluded="2024-10-02",
        text_source=make.source(),
    )
    signing = make.event(kind="signing", title="12th SMA signed", when="2024-11-04")
    make.stage(agreement, signing)
    cited = make.citation(agreement)

    assert about(client, agreement) == whole(
        agreement,
        "Legislation",
        "12th SMA",
        alternateName=[korean("제12차 협정"), korean("특별조치에 관한 협정")],
        description="Five years.",
        legislationIdentifier=permanent(agreement),
        legislationType="treaty",
        legislationDate="2024-11-04",
        legislationLegalForce="https://schema.org/InForce",
        legislationJurisdiction=[
            {"@type": "Country", "name": "Republic of Korea", "identifier": "KR"},
            {"@type": "Country", "name": "United States", "identifier": "US"},
        ],
        temporalCoverage="2026/2030",
        subjectOf=[
            {
                "@type": "Event",
                "@id": f"{permanent(agreement)}#talks",
                "name": "Talks on the 12th SMA",
                "url": f"{page_address(agreement)}#talks",
                "startDate": "2024-04-23",
                "endDate": "2024-10-02",
            },
            named(signing, "Event", "12th SMA signed"),
        ],
        citation=[quotation(agreement, cited), work(agreement.text_source)],
    )


@pytest.mark.parametrize("status", ["under_negotiation", "concluded", "expired"])
def test_only_an_agreement_in_force_has_legal_force(client, status):
    assert about(client, make.agreement(status=status))["legislationLegalForce"] == "https://schema.org/NotInForce"


def test_a_source_is_the_work_itself_and_not_our_page_about_it(client):
    source = make.source(agency="Reuters", author="By Kim", archived_url="https://archive.example/1")

    assert about(client, source) == work(source) | {
        "sourceOrganization": {"@type": "Organization", "name": "Reuters"},
        "creditText": "By Kim",
        "archivedAt": "https://archive.example/1",
    }


@pytest.mark.parametrize(
    ("kind", "said"),
    [("news", "NewsArticle"), ("official", "CreativeWork"), ("research", "Report"), ("social", "SocialMediaPosting")],
)
def test_a_source_is_called_what_it_is_and_a_title_of_ours_is_no_headline(client, kind, said):
    found = about(client, make.source(kind=kind, title_is_descriptive=True, published_on=""))

    assert (found["@type"], "headline" in found, "datePublished" in found) == (said, False, False)


def test_the_page_itself_says_where_it_stands_and_when_it_was_published(client):
    event = make.event()

    page = reading.graph_of(client.get(event.get_absolute_url()))[0]

    assert page == {
        "@type": "WebPage",
        "@id": page_address(event),
        "url": page_address(event),
        "name": "Ministers meet in Seoul",
        "inLanguage": "en",
        "isPartOf": {"@type": "WebSite", "@id": f"{SITE}/#website", "name": "SMA Timeline", "url": f"{SITE}/"},
        "breadcrumb": {
            "@type": "BreadcrumbList",
            "itemListElement": [
                {"@type": "ListItem", "position": 1, "name": "SMA Timeline", "item": f"{SITE}/"},
                {"@type": "ListItem", "position": 2, "name": "Timeline", "item": f"{SITE}/timeline/"},
                {"@type": "ListItem", "position": 3, "name": "Ministers meet in Seoul", "item": page_address(event)},
            ],
        },
        "mainEntity": {"@id": permanent(event)},
        "datePublished": FIRST_PUBLISHED,
        "dateModified": FIRST_PUBLISHED,
        "primaryImageOfPage": {
            "@type": "ImageObject",
            "url": f"{page_address(event)}card.png",
            "width": 1200,
            "height": 630,
        },
    }
