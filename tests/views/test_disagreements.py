import pytest
from django.urls import reverse

from tests import make
from tests.views.reading import ids, links, words
from timeline.models import Redirect

pytestmark = pytest.mark.django_db


def test_each_stands_under_its_slug_with_positions_sources_and_records(client):
    figure = make.figure(as_stated="3억9천9백만달러")
    statement = make.statement(text="We agreed.", attribution="an official")
    disagreement = make.disagreement(figure, statement, slug="payment-for-1998")
    position = make.position(disagreement, reports="USD 310 million")
    citation = make.citation(position, quote="it was readjusted", locator="p. 9")

    response = client.get("/disagreements/")
    text = words(response)

    for part in (
        "How much was agreed for 1998? USD 310 million",
        "it was readjusted p. 9",
        "We follow: USD 399 million It is the sum of the announcement.",
        "It concerns: figure agreed: 3억9천9백만달러 statement an official: “We agreed.”",
    ):
        assert part in text
    assert {"payment-for-1998", citation.fragment} <= set(ids(response))
    assert {figure.get_absolute_url(), statement.get_absolute_url()} <= set(links(response))
    assert '<span lang="ko">3억9천9백만달러</span>' in response.text


def test_the_page_says_once_that_sources_disagree_and_not_on_each_card(client):
    make.disagreement(slug="first", question="How much?")
    make.disagreement(slug="second", question="Since when?")

    text = words(client.get("/disagreements/"))

    assert "which we follow, and why. Across the agreements How much? We follow:" in text
    assert "disagree" not in text.casefold().removeprefix("disagreements")


def test_its_address_leads_to_it_whichever_page_it_stands_on(client):
    for number in range(53):
        make.disagreement(slug=f"question-{number:03}")
    last = make.disagreement(slug="question-999", question="The last?")

    response = client.get(last.get_absolute_url())

    assert last.get_absolute_url() == "/disagreements/?at=question-999#question-999"
    assert "question-999" in ids(response)
    assert "?before=.question-999" in links(response)


def test_a_page_that_goes_on_from_there_forgets_where_it_began(client):
    for number in range(3):
        make.disagreement(slug=f"question-{number}")

    response = client.get("/disagreements/?at=question-1&after=.question-1")

    assert ids(response).count("question-2") == 1
    assert "question-1" not in ids(response)


def test_they_stand_by_the_first_agreement_that_they_concern(client):
    ninth, tenth = (make.agreement(ordinal=ordinal, name=name) for ordinal, name in ((9, "9th SMA"), (10, "10th SMA")))
    make.disagreement(make.figure(agreement=tenth), slug="c")
    make.disagreement(make.round(agreement=tenth), make.event(agreement=ninth), slug="b")
    make.disagreement(make.official(), slug="a")
    make.disagreement(make.statement(agreement=make.agreement(ordinal=8, name="8th", state="draft")), slug="d")

    response = client.get("/disagreements/")

    wanted = ["about_none", "a", "d", "about_sma-09", "b", "about_sma-10", "c"]
    assert [each for each in ids(response) if each in wanted] == wanted
    assert "Across the agreements 2 9th SMA 1 10th SMA 1" in words(response)
    assert "8th" not in response.text


def test_pages_of_many_agreements_go_on_from_one_another(client):
    agreements = [make.agreement(ordinal=ordinal) for ordinal in range(1, 7)]
    for number in range(60):
        make.disagreement(agreements[number // 10], slug=f"question-{number:03}")

    first = client.get("/disagreements/")
    second = client.get(f"/disagreements/{next(link for link in links(first) if link.startswith('?after='))}")

    shown = [[each for each in ids(page) if each.startswith("question-")] for page in (first, second)]
    assert [*shown[0], *shown[1]] == [f"question-{number:03}" for number in range(60)]


@pytest.mark.parametrize("parameter", ["after", "before"])
def test_an_address_from_when_they_stood_by_slug_leads_there(client, parameter):
    make.disagreement(slug="question-1")

    moved = client.get(f"/disagreements/?{parameter}=question-1")

    assert (moved.status_code, moved["Location"]) == (301, "/disagreements/?at=question-1#question-1")


def test_an_old_slug_leads_to_the_new_one_and_an_unknown_one_nowhere(client):
    disagreement = make.disagreement(slug="new-slug")
    Redirect.objects.create(kind="disagreement", old_slug="old-slug", new_slug="new-slug")

    moved = client.get("/disagreements/?at=old-slug")

    assert (moved.status_code, moved["Location"]) == (301, disagreement.get_absolute_url())
    assert client.get("/disagreements/?at=never").status_code == 404


def test_a_withdrawn_one_says_why_and_a_draft_does_not_exist(client):
    withdrawn = make.disagreement(state="withdrawn", withdrawal_reason="It was one question.")
    draft = make.disagreement(state="draft")

    gone = client.get(withdrawn.get_absolute_url())

    assert gone.status_code == 410
    assert "It was one question." in words(gone)
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_nothing_of_a_draft_stands_on_the_page(client):
    hidden = {"state": "draft"}
    speaker = make.official(name="Secret speaker", **hidden)
    shown = make.statement(speaker=speaker, text="Shown words.", attribution="")
    disagreement = make.disagreement(shown, make.event(title="Secret event", **hidden))
    make.citation(
        make.position(disagreement), source=make.source(publisher="Secret paper", **hidden), quote="secret quote"
    )

    text = words(client.get(reverse("disagreement-list")))

    assert ("Shown words." in text, "ecret" in text) == (True, False)


def test_hostile_words_are_shown_as_words(client):
    disagreement = make.disagreement(
        make.event(title="<i>They meet</i>"), followed="<u>five</u>", why="<script>x</script>"
    )
    make.position(disagreement, reports="<s>four</s>")

    html = client.get("/disagreements/").text

    for hostile in ("<i>They", "<u>five", "<script>x", "<s>four"):
        assert hostile not in html
