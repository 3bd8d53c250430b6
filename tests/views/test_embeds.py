import re

import pytest
from django.conf import settings

from tests import make
from tests.admin.records import MAKERS
from tests.views import reading
from timeline import actions
from timeline.enums import State
from timeline.views.embeds import MODELS

pytestmark = pytest.mark.django_db
EMBEDDED = sorted(MODELS)


def embedded(record):
    return f"/embed/{record._meta.model_name}/{record.slug}/"


def test_the_ten_kinds_that_have_pages_have_cards():
    assert EMBEDDED == [
        "agreement", "event", "figure", "official", "organization", "place", "round", "source", "statement", "topic",
    ]  # fmt: skip


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_card_of_each_kind_leads_to_its_page_and_its_permanent_link(client, name):
    record = MAKERS[name](state=State.PUBLISHED)

    found = reading.links(client.get(embedded(record)))

    assert found[0] == f"{settings.SITE_URL}{record.get_absolute_url()}"
    assert found[-1] == f"{settings.SITE_URL}/e/{record.code}/"


@pytest.mark.parametrize("name", EMBEDDED)
def test_the_card_of_each_kind_runs_nothing_and_asks_nothing(client, name):
    response = client.get(embedded(MAKERS[name](state=State.PUBLISHED)))

    assert re.findall(r"<script|style=| on[a-z]+=|<form", response.text) == []
    assert not response.cookies


def test_a_statement_is_quoted_whole_with_who_said_it_when_and_how_many_say_so(client):
    said = make.statement(
        text="South Korea has agreed to pay substantially more.",
        speaker=make.official(name="Donald J. Trump"),
        attribution="",
        on_behalf_of=make.organization(name="The White House"),
    )
    said.co_speakers.add(make.official(name="Linda Specht"))
    source = make.source()
    for cited in (source, source, make.source()):
        make.citation(said, source=cited)

    assert reading.words(client.get(embedded(said))) == (
        "Statement · post on a social network South Korea has agreed to pay substantially more. "
        "Donald J. Trump, Linda Specht, for The White House 7 August 2019 "
        f"SMA Timeline 2 sources {settings.SITE_URL.partition('://')[2]}/e/{said.code}/"
    )


def test_a_figure_shows_its_number_and_the_words_of_its_source(client):
    figure = make.figure()
    make.citation(figure)

    assert reading.words(client.get(embedded(figure))).startswith(
        "Figure · agreed · Republic of Korea ₩1.1833 trillion total for the year · 2021 1.1833 trillion won "
        "10 March 2021 SMA Timeline 1 source "
    )


def test_a_source_whose_headline_was_not_seen_has_its_title_in_brackets(client):
    source = make.source(title="Photo of the talks", title_is_descriptive=True)

    assert "[Photo of the talks]" in reading.words(client.get(embedded(source)))


def test_our_own_words_are_shortened_and_those_of_others_are_not(client):
    event, said = make.event(summary="word " * 200), make.statement(text="무급휴직 " * 60)

    assert reading.words(client.get(embedded(event))).count("word ") < 60
    assert reading.words(client.get(embedded(said))).count("무급휴직") == 60


def test_a_card_names_nothing_that_is_not_public(client):
    hidden = {"state": State.DRAFT}
    agreement, place = make.agreement(name="Hidden agreement", **hidden), make.place(name="Hidden place", **hidden)
    held = make.round(agreement=agreement, place=place)
    event = make.event(agreement=agreement, place=place)
    said = make.statement(
        speaker=make.official(name="Hidden speaker", **hidden),
        on_behalf_of=make.organization(name="Hidden body", **hidden),
    )
    said.co_speakers.add(make.official(name="Hidden joint speaker", **hidden))
    make.citation(said, source=make.source(title="Hidden source", **hidden))

    pages = [client.get(embedded(record)).text for record in (held, event, said)]

    assert [page for page in pages if "Hidden" in page or "source</a>" in page] == []
    assert "a Seoul official" in pages[-1]


@pytest.mark.deep(8)
@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW])
@pytest.mark.parametrize("name", EMBEDDED)
def test_what_is_not_public_yet_has_no_card(client, name, state):
    assert client.get(embedded(MAKERS[name](state=state))).status_code == 404


def test_what_was_withdrawn_says_so_in_its_frame(client):
    event = make.event(state=State.WITHDRAWN, withdrawal_reason="Entered *twice*.")

    response = client.get(embedded(event))

    assert response.status_code == 410
    assert reading.words(response) == "event This record was withdrawn Entered twice . 24 May 2024 SMA Timeline"


def test_an_old_slug_leads_to_the_card_of_the_new_one_in_one_hop(client, django_user_model):
    event = make.event(slug="old")
    make.citation(event)
    actions.rename(event, slug="new", by=django_user_model.objects.create_superuser("chief"))

    response = client.get("/embed/event/old/")

    assert (response.status_code, response.url) == (301, "/embed/event/new/")


@pytest.mark.parametrize("address", ["/embed/gap/x/", "/embed/user/x/", "/embed/rounds/x/", "/embed/event/no/"])
def test_nothing_else_has_a_card(client, address):
    assert client.get(address).status_code == 404


def test_hostile_texts_are_shown_as_text(client):
    event = make.event(title="</h1><script>alert(1)</script>", summary="<img src=x onerror=alert(1)>")

    page = client.get(embedded(event)).text

    assert re.findall(r"<(?:script|img)", page) == []
    assert "&lt;/h1&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("count", [1, 3])
def test_a_card_costs_four_queries_whatever_hangs_on_it(client, django_assert_num_queries, count):
    said = make.statement(speaker=make.official())
    for _each in range(count):
        said.co_speakers.add(make.official())
        make.citation(said)

    with django_assert_num_queries(4):  # the content version, the statement, its joint speakers, its citations
        client.get(embedded(said))


def test_who_has_the_card_is_told_that_nothing_changed(client):
    event = make.event()
    first = client.get(embedded(event))

    again = client.get(embedded(event), headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_the_page_of_a_record_offers_the_code_of_its_card(client):
    event = make.event(title="“A” <b> & 'C'")

    page = client.get(event.get_absolute_url()).text

    code = reading.plain(page.partition('<textarea id="embed_code"')[2].partition(">")[2].partition("</textarea>")[0])
    assert code.startswith(
        f'<iframe src="{settings.SITE_URL}{embedded(event)}" title="“A” &lt;b&gt; &amp; &#x27;C&#x27;,'
    )
    assert re.search(r'width="100%" height="\d{3}" loading="lazy" style="border:0;max-width:800px"></iframe>$', code)
