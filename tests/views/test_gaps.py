import pytest

from tests import make
from tests.views.reading import ids, links, words
from timeline import derived_gaps

pytestmark = pytest.mark.django_db


def test_recorded_gaps_are_grouped_by_agreement_those_of_none_first(client):
    make.gap(agreement=make.agreement(ordinal=7, name="7th Agreement"), text="Signatories.", slug="sma-07-signatories")
    make.gap(agreement=make.agreement(ordinal=1, name="1st Agreement"), text="Last day.")
    make.gap(text="No treaty *text* in full.")

    response = client.get("/gaps/")

    assert (
        "Looked for and not found Known since January 2026 . Across the agreements No treaty text in full. "
        "1st Agreement Last day. 7th Agreement Signatories. What the records themselves leave out"
    ) in words(response)
    assert "sma-07-signatories" in ids(response)


def test_a_gap_says_since_when_it_is_known_where_most_are_known_since_another_date(client):
    for number in range(2):
        make.gap(text=f"Old {number}.", slug=f"old-{number}")
    make.gap(text="New.", slug="newest", since="2026-03")

    assert (
        "Known since January 2026 , where no other date stands. "
        "Across the agreements New. known since March 2026 Old 0. Old 1. What the records"
    ) in words(client.get("/gaps/"))


def test_derived_gaps_stand_beside_them_with_their_counts(client):
    agreement = make.agreement(name="7th Agreement", status="under_negotiation")
    make.round(agreement=agreement, number=3)

    text = words(client.get("/gaps/"))

    assert (
        "Rounds that must have been but are not recorded 2 "
        "A later round of the same talks is recorded, so their numbers leave these out. "
        "Show : Rounds that must have been but are not recorded 7th Agreement : round 1 7th Agreement : round 2"
    ) in text
    assert "Officials without a Korean name 0" in text


def test_the_title_of_a_work_that_lacks_something_stands_in_its_language(client):
    make.source(publisher="Newsis", title="방위비분담금 합의", language="ko", url="")

    assert 'Newsis, <span lang="ko">방위비분담금 합의</span></a>' in client.get("/gaps/").text


def test_a_long_finding_shows_the_first_and_says_of_how_many(client, monkeypatch):
    monkeypatch.setattr(derived_gaps, "SHOWN", 2)
    for number in range(3):
        make.official(name=f"Official {number}", name_ko="", slug=f"official-{number}")

    text = words(client.get("/gaps/"))

    assert "Officials without a Korean name 3" in text
    assert (
        "Show the first 2 : Officials without a Korean name Official 0 Official 1 These are the first 2 of 3." in text
    )


def test_its_address_leads_to_a_gap_whichever_page_it_stands_on(client):
    agreement = make.agreement(ordinal=7)
    for number in range(53):
        make.gap(slug=f"a-{number:03}")
    last = make.gap(agreement=agreement, slug="a-000-of-the-seventh")

    response = client.get(last.get_absolute_url())

    assert last.slug in ids(response)
    assert "/gaps/#derived_gaps" in links(response)
    assert client.get("/gaps/?at=never").status_code == 404


def test_nothing_of_a_draft_stands_on_the_page(client):
    hidden = {"state": "draft"}
    make.gap(text="Shown gap.", agreement=make.agreement(name="Secret agreement", **hidden))
    make.round(number=4, agreement=make.agreement(name="Secret talks", **hidden))
    make.statement(speaker=make.official(name="Secret speaker", **hidden), is_translation=True)
    make.official(name="Secret official", name_ko="", **hidden)
    make.source(title="Secret source", url="", **hidden)
    make.figure(as_stated="secret figure", party="", **hidden)

    text = words(client.get("/gaps/"))

    assert ("Across the agreements Shown gap." in text, "ecret" in text) == (True, False)


def test_hostile_words_are_shown_as_words(client):
    make.gap(text="<script>x</script>")
    make.official(name="<b>Lee</b>", name_ko="")

    html = client.get("/gaps/").text

    assert ("<script>x" in html, "<b>Lee" in html) == (False, False)


@pytest.mark.parametrize("query", ["", "?at=gap-1", "?after=1.gap-0"])
def test_every_page_of_the_list_asks_at_most_twelve_times(client, django_assert_max_num_queries, query):
    agreement = make.agreement(ordinal=1)
    make.round(agreement=agreement, number=3)
    for number in range(3):
        make.gap(agreement=agreement, slug=f"gap-{number}")
    make.citation(make.event())

    with django_assert_max_num_queries(12):
        client.get(f"/gaps/{query}")
