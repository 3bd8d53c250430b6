import pytest

from tests import make
from tests.views.parts import links_under, words_under
from timeline import index

pytestmark = pytest.mark.django_db
QUERIES = 12


@index.refreshed_at_once
def full_event(count: int = 1):
    """An event with everything on it that the page shows, `count` times each."""
    happened = make.event(place=make.place(), agreement=make.agreement())
    make.citation(happened)
    for _each in range(count):
        happened.also_at.add(make.place(name="Washington"))
        make.topic(happened)
        make.stage(make.agreement(), happened)
        participant = make.participant(happened)
        make.appointment(participant.official)
        said = make.statement(made_at_event=happened, speaker=make.official())
        said.co_speakers.add(make.official())
        figure = make.figure(arose_at_event=happened)
        for record in (said, figure):
            make.citation(record)
        make.citation(make.position(make.disagreement(happened)))
        make.relation(happened, said)
        make.relation(make.statement(speaker=make.official(), made_at_event=make.event()), happened)
    return happened


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_event_asks_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    happened = full_event(count)

    with django_assert_num_queries(QUERIES):
        assert client.get(happened.get_absolute_url()).status_code == 200


def test_the_page_shows_what_happened_when_where_and_who_says_so(client):
    happened = make.event(title="Rubio and Rutte speak", kind="call", when="2025-01-22", summary="They *spoke*.")
    make.participant(happened, official=make.official(name="Marco Rubio", country="US"), role="Secretary of State")
    make.citation(happened, quote="Secretary Rubio spoke with")

    text = client.get(happened.get_absolute_url()).text

    for shown in ("Rubio and Rutte speak", "Call", "22 January 2025", "<em>spoke</em>", "Secretary of State"):
        assert shown in text
    assert "Secretary Rubio spoke with" in text


def test_participants_of_both_sides_face_each_other(client):
    happened = make.event()
    for country in ("US", "KR", "INT"):
        make.participant(happened, official=make.official(name=f"One of {country}", name_ko="", country=country))

    words = words_under(client.get(happened.get_absolute_url()), "Who took part")

    assert [words.index(f"One of {country}") for country in ("KR", "US", "INT")] == sorted(
        words.index(f"One of {country}") for country in ("KR", "US", "INT")
    )


def test_both_places_of_an_event_are_named_once_each(client):
    seoul, washington = make.place(name="Seoul"), make.place(name="Washington", name_ko="")
    happened = make.event(place=seoul)
    happened.also_at.add(seoul, washington, make.place(name="Hidden", state="draft"))

    response = client.get(happened.get_absolute_url())

    assert words_under(response, "Place") == "Seoul 서울 ; Washington"


def test_the_page_says_which_legal_stage_the_event_was(client):
    signed = make.event(kind="signing")
    agreement = make.agreement(name="11th Special Measures Agreement")
    make.stage(agreement, signed, stage="signed")
    make.stage(make.agreement(name="Hidden agreement", state="draft"), signed, stage="signed")

    text = client.get(signed.get_absolute_url()).text

    assert f'signed: <a href="{agreement.get_absolute_url()}">11th Special Measures Agreement</a>' in text
    assert "Hidden agreement" not in text


def test_relations_are_shown_in_both_directions(client):
    happened, tweet, answer = make.event(), make.statement(), make.statement()
    make.relation(happened, tweet, kind="about")
    make.relation(answer, happened, kind="answers")
    make.relation(make.event(title="A reaction"), happened, kind="follows")

    response = client.get(happened.get_absolute_url())

    assert links_under(response, "About") == [tweet.get_absolute_url()]
    assert answer.text in words_under(response, "Said about it")
    assert words_under(response, "Followed by") == "event A reaction"


def test_nothing_unpublished_around_an_event_is_on_its_page(client):
    happened = make.event(
        agreement=make.agreement(name="Hidden agreement", state="draft"),
        place=make.place(name="Hidden place", state="draft"),
    )
    make.participant(happened, official=make.official(name="Hidden official", state="draft"))
    make.participant(happened, organization=make.organization(name="Hidden body", state="draft"))
    said = make.statement(made_at_event=happened, text="Public words")
    said.co_speakers.add(make.official(name="Hidden speaker", state="draft"))
    make.citation(said, source=make.source(title="Hidden source", state="draft"))
    make.figure(arose_at_event=happened, as_stated="Hidden amount", state="draft")
    make.disagreement(happened, question="Hidden question", state="draft")
    make.topic(happened, name="Hidden topic", state="draft")
    make.relation(make.statement(text="Hidden relation", state="draft"), happened)

    text = client.get(happened.get_absolute_url()).text

    assert "Hidden" not in text
    assert "Public words" in text


def test_hostile_text_is_shown_as_text(client):
    hostile = "<img src=x onerror=alert(1)>"
    happened = make.event(title=hostile, summary=hostile, note=hostile, title_ko=hostile)

    text = client.get(happened.get_absolute_url()).text

    assert "<img" not in text
    assert text.count("&lt;img") >= 4


def test_words_of_a_body_alone_are_not_said_for_it(client):
    happened = make.event()
    ministry = make.organization(country="KR", name="Ministry of Foreign Affairs", name_ko="")
    for attribution in ("", "a Seoul official"):
        make.statement(made_at_event=happened, on_behalf_of=ministry, attribution=attribution, text="The words.")

    words = words_under(client.get(happened.get_absolute_url()), "Said here")

    assert words.count(" for ") == 1
    assert "a Seoul official for Republic of Korea Ministry of Foreign Affairs" in words
