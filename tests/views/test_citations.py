"""How the page of a record offers itself to be cited: on the page, in its header, and as files."""

import json
import re
from html import unescape

import pytest
import rispy
from django.utils.http import parse_header_parameters
from pybtex.database import parse_string

from tests import make
from tests.views.reading import ids, words
from timeline import citing
from timeline.models import Redirect

pytestmark = pytest.mark.django_db
FORMS = ("bib", "ris", "json")
MAKERS = {
    "agreements": make.agreement,
    "rounds": make.round,
    "events": make.event,
    "statements": make.statement,
    "officials": make.official,
    "organizations": make.organization,
    "places": make.place,
    "topics": make.topic,
    "figures": make.figure,
    "sources": make.source,
}


@pytest.fixture(autouse=True)
def _address(settings):
    settings.SITE_URL = "https://sma.example"


def metas(response):
    pairs = re.findall(r'<meta name="([^"]+)" content="([^"]*)">', response.text)
    return {name: unescape(content) for name, content in pairs if name.startswith(("citation_", "z:"))}


def links(response):
    """Relation and type of each link of the header, with its address."""
    found = {}
    for link in response["Link"].split(", "):
        address, _semicolon, rest = link.partition("; ")
        _nothing, parameters = parse_header_parameters(f"x; {rest}")
        found[parameters["rel"], parameters.get("type", "")] = address.strip("<>")
    return found


# --- the files


@pytest.mark.parametrize("family", MAKERS)
def test_each_kind_of_record_has_its_citation_in_three_forms(client, family):
    record = MAKERS[family](code="abcd2345")
    page = record.get_absolute_url()

    bibtex, ris, csl = (client.get(f"{page}cite.{form}") for form in FORMS)

    assert [each.status_code for each in (bibtex, ris, csl)] == [200, 200, 200]
    assert page.startswith(f"/{family}/")
    assert list(parse_string(bibtex.text, "bibtex").entries) == ["sma-timeline-abcd2345"]
    assert rispy.loads(ris.text)[0]["id"] == "sma-timeline-abcd2345"
    assert [each["id"] for each in json.loads(csl.text)] == ["sma-timeline-abcd2345"]


@pytest.mark.parametrize(
    ("form", "content_type", "name"),
    [
        ("bib", "application/x-bibtex; charset=utf-8", "sma-12-round-2.bib"),
        ("ris", "application/x-research-info-systems; charset=utf-8", "sma-12-round-2.ris"),
        ("json", "application/vnd.citationstyles.csl+json", "sma-12-round-2.csl.json"),
    ],
)
def test_a_file_says_what_it_is_and_how_it_is_called(client, form, content_type, name):
    make.round(slug="sma-12-round-2")

    response = client.get(f"/rounds/sma-12-round-2/cite.{form}")

    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    assert (
        client.get(f"/rounds/sma-12-round-2/cite.{form}", headers={"If-None-Match": response["ETag"]}).status_code
        == 304
    )


@pytest.mark.parametrize(
    ("form", "content_type", "text"),
    [
        ("bib", "application/x-bibtex; charset=utf-8", "% Withdrawn on 2024-05-24: It was entered twice.\n"),
        (
            "ris",
            "application/x-research-info-systems; charset=utf-8",
            "TY  - GEN\r\nN1  - Withdrawn on 2024-05-24: It was entered twice.\r\nER  - \r\n",
        ),
        ("json", "application/json", '{"error": "Withdrawn on 2024-05-24: It was entered twice."}\n'),
    ],
)
def test_of_a_withdrawn_record_a_file_says_why_in_its_own_form(client, form, content_type, text):
    gone = make.statement(state="withdrawn", withdrawal_reason="It was\nentered twice.", text="Nobody may read this.")

    response = client.get(f"{gone.get_absolute_url()}cite.{form}")

    assert (response.status_code, response["Content-Type"], response.text) == (410, content_type, text)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_a_renamed_record_is_at_its_new_address(client, form):
    make.official(slug="new")
    Redirect.objects.create(kind="official", old_slug="old", new_slug="new")

    response = client.get(f"/officials/old/cite.{form}")

    assert (response.status_code, response["Location"]) == (301, f"/officials/new/cite.{form}")


@pytest.mark.parametrize(
    "address",
    [
        "/rounds/none/cite.bib",
        "/rounds/hidden/cite.bib",
        "/events/shown/cite.bib",
        "/rounds/shown/cite.xml",
        "/nowhere/shown/cite.bib",
        "/gaps/a-gap/cite.bib",
        "/disagreements/a-question/cite.ris",
    ],
)
def test_there_is_no_file_of_what_is_not_there(client, address):
    make.round(slug="shown")
    make.round(slug="hidden", state="draft")
    make.gap(slug="a-gap")
    make.disagreement(make.figure(), slug="a-question")

    assert client.get(address).status_code == 404


def test_a_file_is_only_read(client):
    assert client.post(f"{make.round().get_absolute_url()}cite.bib").status_code == 405


@pytest.mark.parametrize("count", [1, 3])
def test_a_file_costs_the_same_queries_for_one_speaker_and_for_three(client, django_assert_num_queries, count):
    made = make.statement(speaker=make.official())
    made.co_speakers.set([make.official() for _each in range(count)])

    with django_assert_num_queries(3):  # the content version, the statement, those who speak with its speaker
        client.get(f"{made.get_absolute_url()}cite.bib")


def test_no_form_names_a_speaker_who_is_not_public(client):
    hidden = make.official(name="Somebody Zyzzyva", name_ko="비밀", state="draft")
    made = make.statement(speaker=hidden, attribution="", on_behalf_of=make.organization(name="Zyzzyva", state="draft"))
    made.co_speakers.add(hidden)
    page = made.get_absolute_url()

    texts = [client.get(address).text for address in (page, *(f"{page}cite.{form}" for form in FORMS))]

    assert "7 August 2019: “South Korea" in texts[1]
    assert [text for text in texts if "Zyzzyva" in text or "비밀" in text] == []


# --- the page


def test_a_page_brings_the_styles_and_the_files_to_copy(client):
    made = make.round(agreement=make.agreement(ordinal=12), number=2, code="abcd2345")

    response = client.get(made.get_absolute_url())

    shown = words(response)
    title = "12th Special Measures Agreement talks, round 2"
    address = "https://sma.example/e/abcd2345/"
    assert f"Chicago, note SMA Timeline, “{title},” May 24, 2024, {address}. " in shown
    assert f"Chicago, bibliography SMA Timeline. “{title}.” May 24, 2024. {address}. " in shown
    assert f"APA SMA Timeline. (2024, May 24). {title} . {address} " in shown
    sheet = citing.Sheet(made)
    for text in (sheet.bibtex, sheet.ris, sheet.csl_json):
        assert re.sub(r"\s+", " ", text).strip() in shown
    assert [each for each in ids(response) if each.startswith("cite_")] == [
        "cite_this",
        "cite_note",
        "cite_bibliography",
        "cite_apa",
        "cite_bib",
        "cite_ris",
        "cite_json",
    ]


def test_each_copy_button_points_at_a_text_of_the_page(client):
    made = make.statement()
    make.citation(made)

    response = client.get(made.get_absolute_url())

    targets = re.findall(r'data-copy="#(cite_[^"]+)"', response.text)
    assert len(targets) == 9
    assert set(targets) <= set(ids(response))


def test_the_page_of_a_quotation_brings_its_source_as_well(client):
    made = make.statement(speaker=make.official())
    make.citation(made, source=make.source(title="Trump says Seoul will pay", author="유인호", slug="a-source"))

    response = client.get(made.get_absolute_url())

    assert "The source itself Chicago, note 유인호 , “Trump says Seoul will pay,” Yonhap , May 24, 2024" in words(
        response
    )
    assert 'href="/sources/a-source/cite.bib"' in response.text


def test_the_page_of_a_quotation_says_nothing_of_a_source_that_is_not_public(client):
    made = make.statement()
    make.citation(made, source=make.source(title="Zyzzyva", publisher="Zyzzyva", state="draft"))

    response = client.get(made.get_absolute_url())

    assert "The source itself" not in words(response)
    assert "Zyzzyva" not in response.text


def test_the_page_of_a_source_cites_the_work_and_names_it_to_zotero(client):
    made = make.source(title="Talks <open> & close", author="Choe Sang-Hun")

    response = client.get(made.get_absolute_url())

    assert "Choe Sang-Hun, “Talks <open> & close,” Yonhap , May 24, 2024" in words(response)
    (span,) = re.findall(r'<span class="Z3988" title="([^"]+)">', response.text)
    assert unescape(span) == citing.coins(citing.item_of(made))
    assert metas(response) == {}


def test_the_tags_for_citation_managers(client):
    made = make.statement(speaker=make.official(), code="abcd2345", text='He said "yes" & <no>.')

    assert metas(client.get(made.get_absolute_url())) == {
        "z:itemType": "webpage",
        "citation_title": 'Lee Tae-woo (이태우), 7 August 2019: “He said "yes" & <no>.”',
        "citation_date": "2024-05-24",
        "citation_publisher": "SMA Timeline",
        "citation_public_url": "https://sma.example/e/abcd2345/",
        "citation_language": "en",
        "citation_abstract": '“He said "yes" & <no>.”',
    }


def test_no_page_has_a_class_in_which_zotero_looks_for_authors(client):
    made = make.statement(speaker=make.official())
    make.citation(made, source=make.source(author="Choe Sang-Hun"))

    text = client.get(made.get_absolute_url()).text

    assert re.findall(r'class="[^"]*(?:byline|vcard)[^"]*"', text) == []


def test_pages_that_are_no_record_offer_no_citation(client):
    response = client.get("/timeline/")

    assert metas(response) == {}
    assert "Link" not in response
    assert "Cite this" not in words(response)


# --- the header


@pytest.mark.parametrize("family", MAKERS)
def test_the_link_header_leads_to_the_short_address_and_the_other_forms(client, family):
    record = MAKERS[family](code="abcd2345")
    page = f"https://sma.example{record.get_absolute_url()}"

    assert links(client.get(record.get_absolute_url())) == {
        ("cite-as", ""): "https://sma.example/e/abcd2345/",
        ("describedby", "application/json"): f"{page.rstrip('/')}.json",
        ("describedby", "application/vnd.citationstyles.csl+json"): f"{page}cite.json",
        ("alternate", "application/x-bibtex"): f"{page}cite.bib",
        ("alternate", "application/x-research-info-systems"): f"{page}cite.ris",
        ("license", ""): "https://creativecommons.org/licenses/by/4.0/",
    }


def test_only_the_page_itself_has_the_header(client):
    gone = make.round(state="withdrawn")
    make.round(slug="new")
    Redirect.objects.create(kind="round", old_slug="old", new_slug="new")

    answers = [client.get(address) for address in (gone.get_absolute_url(), "/rounds/old/", "/rounds/none/")]

    assert [(answer.status_code, answer.has_header("Link")) for answer in answers] == [
        (410, False),
        (301, False),
        (404, False),
    ]
