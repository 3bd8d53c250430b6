import pytest

from tests import make
from tests.views import reading
from tests.views.parts import words_under
from timeline import index

pytestmark = pytest.mark.django_db
QUERIES = 12


@index.refreshed_at_once
def full_round(count: int = 1, **values):
    """A round with everything on it that the page shows, `count` times each."""
    held = make.round(number=2, place=make.place(), **values)
    make.round(agreement=held.agreement, number=1)
    make.round(agreement=held.agreement, number=3)
    make.citation(held)
    make.topic(held)
    for _each in range(count):
        delegate = make.delegate(held)
        make.appointment(delegate.official)
        said = make.statement(made_at_round=held, speaker=make.official())
        said.co_speakers.add(make.official())
        figure = make.figure(arose_at_round=held)
        for record in (said, figure):
            make.citation(record)
        make.citation(make.position(make.disagreement(held)))
        make.relation(held, said)
        make.relation(make.statement(speaker=make.official(), made_at_event=make.event()), held)
        make.relation(said, held, kind="answers")
    return held


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_round_asks_the_same_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    held = full_round(count)

    with django_assert_num_queries(QUERIES):
        assert client.get(held.get_absolute_url()).status_code == 200


def test_the_page_shows_the_date_the_place_the_outcome_and_who_says_so(client):
    held = make.round(when="2024-05-21/2024-05-23", place=make.place(name="Seoul"), venue="KIDA", outcome="Views met.")
    cited = make.citation(held, quote="The talks in Seoul took place")

    text = client.get(held.get_absolute_url()).text

    for shown in ("21–23 May 2024", "Seoul", "KIDA", "Views met.", "The talks in Seoul took place", cited.source.title):
        assert shown in text
    assert f'id="cite-{cited.code}"' in text


@pytest.mark.parametrize(("venue", "place"), [("Video conference", "Video conference"), ("", "not known, or by video")])
def test_of_a_round_without_a_place_the_page_says_how_it_was_held_where_that_is_known(client, venue, place):
    text = reading.words(client.get(make.round(venue=venue, place=None).get_absolute_url()))

    assert f"Place {place} Status held" in text


def test_the_delegations_face_each_other_with_the_role_and_the_post_of_that_day(client):
    held = make.round(when="2024-05-21")
    korean = make.delegate(held, role="chief delegate").official
    make.appointment(korean, title="Ambassador for the talks", start="2024-03-05")
    make.delegate(held, official=make.official(name="Linda Specht", country="US"), side="US", role="")

    response = client.get(held.get_absolute_url())

    assert words_under(response, "The delegations") == (
        "Republic of Korea Republic of Korea Lee Tae-woo 이태우 chief delegate; Ambassador for the talks head "
        "United States United States Linda Specht 이태우 role on this day unknown head"
    )


def test_a_post_at_an_organization_that_is_not_public_is_not_named(client):
    held = make.round(when="2024-05-21")
    official = make.delegate(held, role="").official
    make.appointment(official, title="Head of the hidden office", organization=make.organization(state="draft"))

    assert "Head of the hidden office" not in client.get(held.get_absolute_url()).text


def test_the_rounds_before_and_after_are_the_public_ones(client):
    held = make.round(number=3)
    first = make.round(agreement=held.agreement, number=1)
    make.round(agreement=held.agreement, number=2, state="draft")
    last = make.round(agreement=held.agreement, number=5)

    response = client.get(held.get_absolute_url())

    neighbours = [anchor for anchor in reading.anchors(response) if anchor.get("rel") in {"prev", "next"}]
    assert [anchor["href"] for anchor in neighbours] == [first.get_absolute_url(), last.get_absolute_url()]
    assert "round 3 of 5" in response.text


def test_a_round_of_an_agreement_that_is_not_public_stands_alone(client):
    held = make.round(agreement=make.agreement(name="Hidden Agreement", state="draft"), number=2)
    other = make.round(agreement=held.agreement, number=1)

    text = client.get(held.get_absolute_url()).text

    assert other.get_absolute_url() not in text
    assert "Hidden Agreement" not in text


def test_nothing_unpublished_around_a_round_is_on_its_page(client):
    held = make.round(place=make.place(name="Hidden place", state="draft"))
    make.delegate(held, official=make.official(name="Hidden delegate", state="draft"))
    make.statement(made_at_round=held, text="Hidden words", state="draft")
    make.statement(
        made_at_round=held, text="Words by nobody", speaker=make.official(name="Hidden speaker", state="draft")
    )
    make.figure(arose_at_round=held, as_stated="Hidden amount", state="draft")
    make.citation(held, source=make.source(title="Hidden source", state="draft"), quote="Hidden quote")
    make.disagreement(held, question="Hidden question", state="draft")
    make.topic(held, name="Hidden topic", state="draft")
    make.relation(held, make.event(title="Hidden event", state="draft"))
    make.position(make.disagreement(held), reports="Shown position")

    text = client.get(held.get_absolute_url()).text

    assert "Hidden" not in text
    assert "Words by nobody" in text
    assert "Shown position" in text


def test_the_words_of_both_capitals_face_each_other(client):
    held = make.round(when="2024-05-21/2024-05-23")
    washington = {"speaker": make.official(name="Linda Specht", name_ko="", country="US"), "attribution": ""}
    make.statement(made_at_round=held, text="We made progress.", when="2024-05-24", **washington)
    make.statement(made_at_round=held, text="Views were exchanged.", on_behalf_of=make.organization(country="KR"))
    make.statement(made_at_round=held, text="Nobody knows who said this.")

    words = words_under(client.get(held.get_absolute_url()), "What the two capitals said")

    order = [words.index(each) for each in ("Views were", "We made progress.", "Other voices", "Nobody knows")]
    assert order == sorted(order)


def test_a_side_without_words_says_so(client):
    held = make.round()
    make.statement(made_at_round=held, speaker=make.official(country="US"))

    words = words_under(client.get(held.get_absolute_url()), "What the two capitals said")

    assert words.count("No words of this side on the round are recorded.") == 1


def test_what_was_said_about_a_round_elsewhere_stands_whole_on_its_page(client):
    held = make.round()
    said = make.statement(text="We work toward a mutually acceptable agreement.", made_at_event=make.event())
    make.relation(said, held)
    make.relation(make.statement(text="Hidden", state="draft"), held)

    response = client.get(held.get_absolute_url())

    assert words_under(response, "Connections") == ""
    assert "We work toward a mutually acceptable agreement." in words_under(response, "What the two capitals said")
    assert "Hidden" not in response.text


def test_a_readout_published_afterwards_at_a_connected_event_stands_on_the_page_of_the_round(client):
    held = make.round(when="2024-05-21/2024-05-23")
    readout, hidden = make.event(), make.event(state="draft")
    for event in (readout, hidden):
        make.relation(event, held, kind="related")
    make.statement(made_at_event=readout, text="Shown: the readout.", when="2024-05-24")
    make.statement(made_at_event=readout, text="Left out: said before.", when="2024-05-18")
    make.statement(made_at_event=hidden, text="Left out: at a draft.", when="2024-05-24")

    text = client.get(held.get_absolute_url()).text

    assert ("Shown:" in text, "Left out:" in text) == (True, False)


def test_the_round_is_marked_among_the_rounds_of_its_talks(client):
    held = make.round(number=2)
    make.round(agreement=held.agreement, number=1)
    make.round(agreement=held.agreement, number=3, outcome="Hidden", state="draft")

    anchors = reading.anchors(client.get(held.get_absolute_url()))

    assert [each["href"] for each in anchors if each.get("aria-current") == "page"] == [held.get_absolute_url()]


def test_hostile_text_is_shown_as_text(client):
    hostile = "<script>alert(1)</script>"
    held = make.round(venue=hostile, outcome=hostile, date_note=hostile)
    make.delegate(held, role=hostile)
    make.citation(held, quote=hostile)

    text = client.get(held.get_absolute_url()).text

    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") >= 5


def test_more_than_fifty_statements_lead_on_to_the_timeline(client):
    held = make.round(number=1)
    for _each in range(51):
        make.statement(made_at_round=held)

    response = client.get(held.get_absolute_url())

    assert response.text.count('<figure class="quotation') == 50
    assert words_under(response, "What the two capitals said").endswith("More, on the timeline")
