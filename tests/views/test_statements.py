import pytest

from tests import make
from tests.views import reading
from tests.views.parts import links_under, words_under
from timeline import index

pytestmark = pytest.mark.django_db
QUERIES = 12


@index.refreshed_at_once
def full_statement(count: int = 1):
    """A statement with everything on it that the page shows, `count` times each."""
    said = make.statement(speaker=make.official(), on_behalf_of=make.organization(), place=make.place())
    make.citation(said)
    for _each in range(count):
        said.co_speakers.add(make.official())
        make.appointment(said.speaker)
        make.citation(make.figure(arose_at_statement=said))
        make.citation(make.position(make.disagreement(said)))
        make.relation(said, make.event())
        make.relation(make.statement(speaker=make.official()), said, kind="answers")
        make.topic(said)
    return said


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_statement_asks_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    said = full_statement(count)

    with django_assert_num_queries(QUERIES):
        assert client.get(said.get_absolute_url()).status_code == 200


def test_the_words_stand_whole_in_their_language(client):
    words = "방위비 분담금은 " * 20 + "끝"
    said = make.statement(text=words, language="ko")

    text = client.get(said.get_absolute_url()).text

    assert f'<p lang="ko"><q>{words}</q></p>' in text


def test_a_translation_is_labelled_and_the_original_shown_beside_it(client):
    said = make.statement(is_translation=True, original_text="부적절하다", original_language="ko")

    text = client.get(said.get_absolute_url()).text

    assert "Translation, as the source printed it" in text
    assert '<p class="original" lang="ko"><q>부적절하다</q></p>' in text
    assert "In the original: Korean" in text


def test_the_speakers_stand_with_the_role_of_that_day(client):
    trump = make.official(name="Donald Trump", name_ko="", slug="trump-donald", country="US")
    make.appointment(trump, title="President of the United States", start="2017-01-20", end="2021-01-20")
    said = make.statement(when="2019-08-07", speaker=trump)
    said.co_speakers.add(make.official(name="Mark Esper", name_ko="", country="US"))

    response = client.get(said.get_absolute_url())

    assert words_under(response, "Speakers") == (
        "United States Donald Trump President of the United States United States Mark Esper role on this day unknown"
    )


def test_a_speaker_who_is_not_public_is_named_nowhere(client):
    said = make.statement(
        speaker=make.official(name="Hidden speaker", state="draft"),
        on_behalf_of=make.organization(name="Hidden body", state="draft"),
        attribution="",
    )

    text = client.get(said.get_absolute_url()).text

    assert "Hidden" not in text
    assert said.opening in text


def test_what_answers_a_statement_stands_beside_it_as_an_exchange(client):
    tweet, denial, other = (make.statement(when=f"2019-08-0{day}", text=f"Words of day {day}.") for day in (7, 8, 9))
    make.relation(denial, tweet, kind="answers")
    make.relation(other, tweet, kind="answers")

    pages = [client.get(each.get_absolute_url()) for each in (tweet, denial, other)]

    turns = [f"turn-{each.slug}" for each in (tweet, denial, other)]
    assert [[each for each in reading.ids(page) if each.startswith("turn-")] for page in pages] == [turns] * 3
    assert [links_under(page, "The exchange").count(f"#turn-{tweet.slug}") for page in pages] == [2, 2, 2]
    assert [words_under(page, "Connections") for page in pages] == ["", "", ""]


def test_a_statement_that_nothing_answers_has_no_exchange(client):
    said = make.statement()
    make.relation(said, make.statement(), kind="about")
    make.relation(make.statement(text="Hidden", state="draft"), said, kind="answers")

    response = client.get(said.get_absolute_url())

    assert words_under(response, "The exchange") == ""
    assert "Hidden" not in response.text


def test_an_answer_to_an_event_is_a_connection(client):
    said, hearing = make.statement(), make.event(title="A hearing")
    make.relation(said, hearing, kind="answers")

    assert links_under(client.get(said.get_absolute_url()), "Answers") == [hearing.get_absolute_url()]


def test_of_a_long_exchange_twelve_are_shown_and_the_page_s_own_among_them(client):
    tweet = make.statement()
    answers = [make.statement(when=f"2019-09-{day:02}") for day in range(1, 15)]
    for answer in answers:
        make.relation(answer, tweet, kind="answers")

    response = client.get(answers[-1].get_absolute_url())

    turns = [each for each in reading.ids(response) if each.startswith("turn-")]
    assert (len(turns), turns[0], turns[-1]) == (12, f"turn-{tweet.slug}", f"turn-{answers[-1].slug}")


def test_nothing_unpublished_around_a_statement_is_on_its_page(client):
    said = make.statement(
        made_at_event=make.event(title="Hidden occasion", state="draft"),
        place=make.place(name="Hidden place", state="draft"),
        agreement=make.agreement(name="Hidden agreement", state="draft"),
    )
    make.figure(arose_at_statement=said, as_stated="Hidden amount", state="withdrawn")
    make.citation(said, source=make.source(title="Hidden source", state="draft"), quote="Hidden quote")
    make.disagreement(said, question="Hidden question", state="draft")
    make.relation(said, make.statement(text="Hidden relation", state="draft"))
    make.topic(said, name="Hidden topic", state="draft")

    assert "Hidden" not in client.get(said.get_absolute_url()).text


def test_hostile_text_is_shown_as_text(client):
    hostile = '"><script>alert(1)</script>'
    said = make.statement(text=hostile, attribution=hostile, note=hostile, venue=hostile)

    text = client.get(said.get_absolute_url()).text

    assert "<script>alert" not in text
