import pytest
from django.http import Http404

from tests import make
from timeline.models import Redirect, Round, Tombstone
from timeline.views.records import Gone, Moved, find

pytestmark = pytest.mark.django_db


def renamed(kind, old_slug, new_slug):
    return Redirect.objects.create(kind=kind, old_slug=old_slug, new_slug=new_slug)


def tombstone(kind, slug, code="gone2345"):
    return Tombstone.objects.create(
        kind=kind, code=code, slug=slug, withdrawn_at=make.FIRST_PUBLISHED, reason="It was a call."
    )


def test_a_published_record_is_found_by_its_slug_in_one_query(django_assert_num_queries):
    held = make.round()

    with django_assert_num_queries(1):
        assert find(Round, held.slug) == held


def test_a_slug_in_another_case_leads_to_the_page_for_good(client):
    held = make.round(slug="sma-12-round-2")

    response = client.get("/rounds/SMA-12-Round-2/?after=x")

    assert (response.status_code, response["Location"]) == (301, "/rounds/sma-12-round-2/?after=x")
    with pytest.raises(Moved) as moved:
        find(Round, "SMA-12-round-2")
    assert moved.value.url == held.get_absolute_url()


def test_an_old_slug_leads_to_the_newest_one_in_one_hop(client):
    make.round(slug="third")
    renamed("round", "first", "second")
    renamed("round", "second", "third")

    response = client.get("/rounds/first/")

    assert (response.status_code, response["Location"]) == (301, "/rounds/third/")


def test_renamings_that_lead_in_a_circle_end_in_404(client):
    renamed("round", "first", "second")
    renamed("round", "second", "first")

    assert client.get("/rounds/first/").status_code == 404


def test_an_old_slug_of_another_kind_of_record_leads_nowhere(client):
    make.round(slug="new")
    renamed("event", "old", "new")

    assert client.get("/rounds/old/").status_code == 404


def test_a_withdrawn_record_answers_410_with_the_reason_and_the_date_and_without_its_content(client):
    held = make.round(state="withdrawn", outcome="Nobody may read this.", withdrawal_reason="It was entered twice.")

    response = client.get(held.get_absolute_url())

    text = response.text
    assert response.status_code == 410
    assert "It was entered twice." in text
    assert "24 May 2024" in text
    assert 'href="/timeline/"' in text
    assert "Nobody may read this." not in text
    with pytest.raises(Gone):
        find(Round, held.slug)


def test_the_page_of_a_withdrawn_gap_leads_to_the_other_gaps(client):
    gap = make.gap(state="withdrawn", withdrawal_reason="It was found.")

    response = client.get(f"/e/{gap.code}/", follow=True)

    assert (response.status_code, '<a href="/gaps/">All gaps</a>' in response.text) == (410, True)


def test_an_old_slug_of_a_withdrawn_record_says_so_itself(client):
    make.round(slug="new", state="withdrawn", withdrawal_reason="It was a call.")
    renamed("round", "old", "new")

    response = client.get("/rounds/old/")

    assert response.status_code == 410
    assert "It was a call." in response.text


def test_what_is_left_of_a_withdrawn_record_answers_as_the_record_would(client):
    gone = tombstone("round", "gone")
    renamed("round", "old", "gone")

    answers = [
        client.get(address) for address in ("/rounds/gone/", "/rounds/Gone/", "/rounds/old/", f"/e/{gone.code}/")
    ]

    assert [answer.status_code for answer in answers] == [410] * 4
    assert all("It was a call." in answer.text and "24 May 2024" in answer.text for answer in answers)


def test_what_is_left_of_a_merged_record_leads_on(client):
    make.round(slug="kept")
    gone = tombstone("round", "gone")
    renamed("round", "gone", "kept")

    for address in ("/rounds/gone/", f"/e/{gone.code}/"):
        response = client.get(address)
        assert (response.status_code, response["Location"]) == (301, "/rounds/kept/")


def test_a_record_that_is_there_again_goes_before_its_tombstone(client):
    held = make.round(slug="here")
    Tombstone.objects.create(
        kind="round", code=held.code, slug="here", withdrawn_at=make.FIRST_PUBLISHED, reason="Why."
    )

    assert client.get("/rounds/here/").status_code == 200
    assert client.get(f"/e/{held.code}/")["Location"] == "/rounds/here/"


def test_a_tombstone_of_another_kind_says_nothing_here(client):
    tombstone("event", "gone")

    assert client.get("/rounds/gone/").status_code == 404


@pytest.mark.parametrize("state", ["draft", "in_review"])
def test_an_unpublished_record_answers_as_one_that_never_was(client, state):
    hidden = make.round(slug="hidden", state=state)
    renamed("round", "old", "hidden")

    answers = {client.get(f"/rounds/{slug}/").status_code for slug in ("hidden", "HIDDEN", "old", "never-was")}

    assert answers == {404}
    with pytest.raises(Http404):
        find(Round, hidden.slug)


def test_a_record_page_answers_reading_only(client):
    held = make.round()

    assert client.post(held.get_absolute_url()).status_code == 405
