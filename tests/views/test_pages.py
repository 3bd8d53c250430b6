from decimal import Decimal

import pytest
from django.contrib import admin
from django.core.exceptions import BadRequest
from django.test import Client, RequestFactory
from django.urls import path

from tests import make
from tests.views import reading
from tests.views.parts import links_under, words_under
from timeline import index
from timeline.models import Redirect
from timeline.views import pages

OVERVIEW_QUERIES = 9
BAND_QUERIES = 5  # kept afterwards, until the content changes
CARD_QUERIES = 1  # kept as well
KINDS = ["agreement", "round", "event", "statement", "figure", "official", "organization", "place", "topic", "source"]


@index.refreshed_at_once
def full_overview(count: int = 1):
    for _each in range(count):
        agreement = make.agreement(status="in_force", covers_from=2021)
        make.stage(agreement, make.event(kind="signing", agreement=agreement))
        make.round(agreement=agreement)
        make.citation(make.figure(agreement=agreement), source=make.source(founding_article=True))
        make.statement(agreement=agreement)


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_overview_asks_no_more_for_more_records(client, django_assert_num_queries, count):
    full_overview(count)
    client.get("/")

    with django_assert_num_queries(OVERVIEW_QUERIES):
        assert client.get("/").status_code == 200


@pytest.mark.django_db
def test_the_band_is_drawn_once_for_each_version_of_the_content(client, django_assert_num_queries):
    full_overview()

    with django_assert_num_queries(OVERVIEW_QUERIES + BAND_QUERIES + CARD_QUERIES):
        assert 'class="band overview-band"' in client.get("/").text


@pytest.mark.django_db
def test_what_is_agreed_for_the_first_year_stands_beside_the_agreement_in_force_each_value_once(client):
    agreement = make.agreement(status="in_force", covers_from=2026)
    make.figure(agreement=agreement, year_from=2026, year_to=2026)
    twice = make.figure(agreement=agreement, year_from=2026, year_to=2026, amount=Decimal(1_520_000_000_000))
    make.figure(agreement=agreement, year_from=2026, year_to=2026, amount=Decimal(1_520_000_000_000))
    make.citation(twice)

    links = links_under(client.get("/"), "For 2026")

    assert [link for link in links if "#" not in link][:1] == [twice.get_absolute_url()]
    assert len([link for link in links if "#" not in link]) == 2


@pytest.mark.django_db
def test_of_one_value_the_figure_with_the_most_sources_stands_for_it_however_often_one_is_quoted(client):
    agreement = make.agreement(status="in_force", covers_from=2026)
    quoted, carried = (make.figure(agreement=agreement, year_from=2026, year_to=2026) for _each in range(2))
    once = make.source()
    for cited in (once, once, once):
        make.citation(quoted, source=cited)
    for cited in (once, make.source()):
        make.citation(carried, source=cited)

    response = client.get("/")

    assert words_under(response, "For 2026") == "₩1.1833 trillion 2 sources"
    assert links_under(response, "For 2026")[0] == carried.get_absolute_url()


@pytest.mark.django_db
def test_the_overview_of_an_empty_knowledge_base_says_so(client):
    response = client.get("/")

    assert words_under(response, "Where things stand") == "No agreement is published yet."
    assert words_under(response, "The money at a glance") == "No agreement is published yet."


@pytest.mark.django_db
def test_the_counts_of_the_overview_are_those_of_the_published_records(client):
    agreement = make.agreement()
    for kind in KINDS[4:]:
        getattr(make, kind)()
        getattr(make, kind)(state="draft")
    for kind in ("round", "event", "statement"):
        getattr(make, kind)(agreement=agreement)
        getattr(make, kind)(agreement=agreement, state="withdrawn")
    make.disagreement()
    make.disagreement(state="draft")
    make.gap()
    make.gap(state="in_review")

    assert words_under(client.get("/"), "What is in here") == (
        "1 agreement 1 round 1 event 1 statement 1 figure 1 official 1 organization 1 place 1 topic 1 source "
        "1 disagreement 1 gap"
    )


@pytest.mark.django_db
def test_every_count_of_the_overview_leads_to_its_list(client):
    links = links_under(client.get("/"), "What is in here")

    assert [client.get(link).status_code for link in links] == [200] * 12


@pytest.mark.django_db
def test_the_overview_says_where_the_newest_agreement_stands(client):
    make.agreement(ordinal=11, name="11th Agreement", status="expired")
    current = make.agreement(ordinal=12, name="12th Agreement", name_ko="", status="in_force", covers_from=2026)
    make.stage(current, make.event(when="2024-11-29"), stage="in_force")
    make.stage(current, make.event(when="2024-11-04"), stage="signed")
    make.round(agreement=current, number=7, when="2024-08-27")
    make.round(agreement=current, number=8, when="2024-09-25/2024-09-27")
    make.round(agreement=current, number=9, when="2024-10-01", state="draft")

    assert words_under(client.get("/"), "Where things stand") == (
        "12th Agreement Status in force Covers 2026–2030 Latest round Round 8 , 25–27 September 2024 "
        "signed 4 November 2024 in force 29 November 2024"
    )


@pytest.mark.django_db
def test_won_and_dollars_stand_in_columns_of_their_own(client):
    agreement = make.agreement(covers_from=2021)
    won = make.figure(agreement=agreement)
    dollars = make.figure(agreement=agreement, amount=Decimal(1_000_000_000), currency="USD", as_stated="$1 billion")
    make.figure(agreement=agreement, stance="demanded")
    make.figure(agreement=agreement, measure="part")
    make.figure(agreement=agreement, state="draft")

    response = client.get("/")

    assert [link for link in links_under(response, "The money at a glance") if "#" not in link] == [
        agreement.get_absolute_url(),
        won.get_absolute_url(),
        dollars.get_absolute_url(),
    ]
    assert words_under(response, "The money at a glance").index("In won") < words_under(
        response, "The money at a glance"
    ).index("In dollars")


@pytest.mark.django_db
def test_the_overview_shows_the_six_newest_entries_and_the_founding_articles(client):
    for day in range(1, 13):
        make.event(title=f"Day {day}.", when=f"2024-01-{day:02}")
    make.event(title="Hidden", when="2024-02-01", state="draft")
    make.source(title="Founding", founding_article=True)
    make.source(title="Hidden", founding_article=True, state="draft")

    response = client.get("/")

    newest = words_under(response, "Newest entries")
    assert [day for day in range(1, 13) if f"Day {day}." in newest] == list(range(7, 13))
    assert "Founding" in words_under(response, "The founding articles")
    assert "Hidden" not in response.text


@pytest.mark.django_db
def test_the_overview_answers_reading_only(client):
    assert client.post("/").status_code == 405


# --- about, and what stands on every page ---------------------------------------------------------------------------


def test_the_page_about_the_site_needs_no_database(client):
    response = client.get("/about/")

    assert response.status_code == 200
    assert "CC BY 4.0" in words_under(response, "Licence")


def test_every_page_names_its_own_address_and_language(client):
    text = client.get("/about/").text

    assert '<link rel="canonical" href="http://127.0.0.1:8000/about/">' in text
    assert '<html lang="en">' in text


def test_an_error_is_reported_by_mail_with_the_address_of_the_page_filled_in(client, settings):
    settings.ERROR_REPORT_ADDRESS = "editors@sma.example"

    text = client.get("/about/").text

    assert 'href="mailto:editors@sma.example?subject=An%20error%20on%20the%20SMA%20Timeline&amp;' in text
    assert "body=The%20page%3A%20http%3A//127.0.0.1%3A8000/about/" in text


def test_without_an_address_for_errors_there_is_no_link_to_report_them(client):
    assert "mailto:" not in client.get("/about/").text


def test_the_page_that_one_is_on_is_marked_in_the_navigation(client, db):
    assert client.get("/agreements/").text.count('<a href="/agreements/" aria-current="page">') == 2
    agreement = make.agreement()
    assert client.get(agreement.get_absolute_url()).text.count('<a href="/agreements/" aria-current="true">') == 2


# --- short links -----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*KINDS, "disagreement", "gap"])
def test_a_short_link_leads_to_the_page_of_the_record(client, kind):
    record = getattr(make, kind)()

    responses = [client.get(f"/e/{code}/") for code in (record.code, record.code.upper())]

    assert [(each.status_code, each["Location"]) for each in responses] == [(301, record.get_absolute_url())] * 2


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*KINDS, "disagreement", "gap"])
def test_a_short_link_says_nothing_of_a_draft(client, kind):
    record = getattr(make, kind)(state="draft")

    assert client.get(f"/e/{record.code}/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [*KINDS, "disagreement", "gap"])
def test_a_short_link_to_a_withdrawn_record_ends_at_410(client, kind):
    record = getattr(make, kind)(state="withdrawn")

    assert client.get(f"/e/{record.code}/", follow=True).status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["abcd2345", "A", "no-code", "%EA%B0%80", "x" * 300])
def test_a_code_that_no_record_has_answers_404(client, code):
    assert client.get(f"/e/{code}/").status_code == 404


# --- what went wrong -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "suggested"),
    [
        ("/rounds/sma-12-round-20/", ["/rounds/sma-12-round-2/"]),
        ("/officials/linda-specht/", ["/officials/specht-linda/"]),
        ("/officials/spect-linda/", ["/officials/specht-linda/"]),
        ("/sma-12-round-2", ["/rounds/sma-12-round-2/"]),
        ("/rounds/", []),
        ("/zz/", []),
        ("/officials/%EC%9D%B4/", []),
    ],
)
def test_a_misspelt_address_suggests_published_records_near_it(client, address, suggested):
    agreement = make.agreement(ordinal=12)
    make.round(agreement=agreement, number=2)
    make.round(agreement=agreement, number=20, slug="sma-12-round-22", state="draft")
    make.official(name="Linda Specht", slug="specht-linda")

    response = client.get(address)

    assert response.status_code == 404
    assert links_under(response, "Did you mean?") == suggested


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_suggestions_cost_two_queries(django_assert_num_queries, count):
    agreement = make.agreement(ordinal=12)
    for number in range(count):
        make.statement(slug=f"2019-08-07-substantially-more-{number}", agreement=agreement, speaker=make.official())

    with django_assert_num_queries(2):
        found = pages.suggestions("/statements/2019-08-07-substantially/")

    assert len(found) == count


@pytest.mark.django_db
def test_a_missing_page_is_not_to_be_indexed_and_leads_on(client):
    response = client.get("/no/such/page/")

    assert response.status_code == 404
    assert '<meta name="robots" content="noindex">' in response.text
    assert "canonical" not in response.text
    assert "/timeline/" in reading.links(response)


@pytest.mark.django_db
def test_the_address_of_a_missing_page_is_never_printed_raw(client):
    assert "<script>alert" not in client.get("/%3Cscript%3Ealert(1)%3C/script%3E/").text


def broken(request):
    raise RuntimeError("secret of the server")


def unreadable(request):
    raise BadRequest("secret of the parser")


urlpatterns = [path("broken/", broken), path("unreadable/", unreadable), path("admin/", admin.site.urls)]
handler400 = "timeline.views.pages.bad_request"
handler500 = "timeline.views.pages.server_error"


@pytest.mark.urls(__name__)
def test_a_fault_of_ours_is_answered_without_the_database_and_without_saying_what_it_was():
    response = Client(raise_request_exception=False).get("/broken/")

    assert response.status_code == 500
    assert "Something broke" in response.text
    assert "secret" not in response.text


def test_the_page_for_faults_needs_no_manifest_of_static_files(settings):
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    }

    response = pages.server_error(RequestFactory().get("/"))

    assert response.status_code == 500
    assert "stylesheet" not in response.text


def test_a_request_that_cannot_be_read_is_answered_with_a_sentence(client):
    response = pages.bad_request(RequestFactory().get("/"), BadRequest("secret of the parser"))

    assert response.status_code == 400
    assert "The server could not make sense of this request." in response.text
    assert "secret" not in response.text


@pytest.mark.django_db
def test_a_form_that_is_too_long_is_answered_with_a_sentence(client):
    response = client.post("/admin/login/", {"username": "a" * 3_000_000})

    assert response.status_code == 413
    assert "What was sent is too long: at most 2.5\xa0MB. Go back and shorten it." in response.text


def test_what_is_not_allowed_leads_editors_to_sign_in():
    response = pages.forbidden(RequestFactory().get("/"), PermissionError())

    assert response.status_code == 403
    assert "/admin/" in reading.links(response)


@pytest.mark.django_db
def test_a_short_link_to_a_renamed_record_leads_to_where_it_stands_now(client):
    held = make.round(slug="new")
    Redirect.objects.create(kind="round", old_slug="old", new_slug="new")

    assert client.get(f"/e/{held.code}/")["Location"] == "/rounds/new/"
