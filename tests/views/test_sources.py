import pytest

from tests import make
from tests.views.reading import link_to_page, links, words

pytestmark = pytest.mark.django_db


def shown(client, query):
    text = words(client.get(f"/sources/{query}"))
    return [name for name in ("alpha", "beta", "gamma") if name in text]


def test_the_list_shows_the_newest_first_and_those_without_a_day_last(client):
    for title, day in (("alpha", "2019-08-08"), ("beta", ""), ("gamma", "2024-05")):
        make.source(title=title, published_on=day)

    assert words(client.get("/sources/")).endswith(
        "May 2024 gamma Yonhap · news · English 8 August 2019 alpha Yonhap · news · English "
        "day not known beta Yonhap · news · English"
    )


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["alpha", "beta", "gamma"]),
        ("?kind=legal", ["beta"]),
        ("?language=ko", ["gamma"]),
        ("?founding=1", ["alpha"]),
        ("?founding=1&language=ko", []),
    ],
)
def test_filters_narrow_the_list(client, query, names):
    make.source(title="alpha", founding_article=True)
    make.source(title="beta", kind="legal")
    make.source(title="gamma", language="ko")

    assert shown(client, query) == names


@pytest.mark.parametrize("query", ["kind=rumour", "language=xx", "founding=yes"])
def test_a_filter_value_that_does_not_exist_gets_a_sentence_and_a_way_on(client, query):
    response = client.get(f"/sources/?{query}")

    assert response.status_code == 400
    assert f"There is no {query.partition('=')[0]} “{query.partition('=')[2]}” in this list." in words(response)
    assert "/sources/" in links(response)


def test_the_page_shows_the_whole_work(client):
    source = make.source(
        title="Talks open",
        title_is_descriptive=True,
        via="Daum",
        agency="Yonhap News Agency",
        author="Song Sang-ho",
        founding_article=True,
        note="Read *online*.",
        archived_url="https://archive.example/1",
        archived_on="2024-06-01",
    )
    make.agreement(name="12th Special Measures Agreement", text_source=source)

    response = client.get(source.get_absolute_url())

    text = words(response)
    assert "Source, founding article [Talks open] The title in brackets is descriptive" in text
    assert (
        "Publisher Yonhap Read on Daum News agency Yonhap News Agency Author Song Sang-ho Published 24 May 2024 "
        "Language English Kind news Where to read it original archived copy ( 1 June 2024 ) "
        "Carries the text of 12th Special Measures Agreement Read online ." in text
    )
    assert {source.url, source.archived_url} <= set(links(response))


def test_a_source_without_an_address_says_so(client):
    assert "no address is known" in words(client.get(make.source(url="").get_absolute_url()))


def test_the_page_reaches_whatever_rests_on_the_source_with_the_exact_words(client):
    source, official = make.source(), make.official(name="Lee Tae-woo")
    disagreement = make.disagreement(question="On which day?")
    targets = [
        make.agreement(),
        make.round(),
        make.event(),
        make.statement(),
        make.figure(),
        official,
        make.appointment(official, title="Chief negotiator"),
        make.organization(),
        make.position(disagreement, reports="2024-05-21/2024-05-23"),
    ]
    cited = [
        make.citation(target, source=source, quote=f"quote {number}", locator=f"p. {number}", note=f"note {number}")
        for number, target in enumerate(targets)
    ]

    response = client.get(source.get_absolute_url())
    text, addresses = words(response), links(response)

    for number, citation in enumerate(cited):
        assert f"quote {number} " in text
        assert f" p. {number} note {number} in the original on its page" in text
        assert citation.record.get_absolute_url() in addresses
        assert f"{citation.record.get_absolute_url().partition('#')[0]}#{citation.fragment}" in addresses
    assert "for the post: Chief negotiator" in text
    assert "for the position: 21–23 May 2024" in text


def test_citations_of_one_record_stand_together_and_events_in_the_order_of_their_days(client):
    source = make.source()
    later, earlier = make.event(slug="2020-b", title="Later"), make.event(slug="2019-a", title="Earlier")
    for number, event in enumerate((later, earlier, later)):
        make.citation(event, source=source, quote=f"quote {number}", order=number)

    text = words(client.get(source.get_absolute_url()))

    assert text.count("Later") == 1
    assert [text.index(each) for each in ("Earlier", "quote 1", "Later", "quote 0", "quote 2")] == sorted(
        text.index(each) for each in ("Earlier", "quote 1", "Later", "quote 0", "quote 2")
    )


def test_page_two_of_what_rests_on_it_continues_where_page_one_ended(client):
    source, event = make.source(), make.event()
    for number in range(53):
        make.citation(event, source=source, quote=f"quote {number:03}", order=number)

    first = client.get(source.get_absolute_url())
    second = client.get(source.get_absolute_url() + link_to_page(first, "next"))

    assert ("quote 049" in words(first), "quote 050" in words(first)) == (True, False)
    assert ("quote 049" in words(second), "quote 050" in words(second)) == (False, True)
    assert client.get(source.get_absolute_url() + "?after=nonsense").status_code == 400


def test_pasted_text_never_shows(client):
    source = make.source(private_text="Secret pasted text")
    make.citation(make.event(), source=source)

    for address in ("/sources/", source.get_absolute_url()):
        assert "Secret pasted text" not in client.get(address).text


def test_nothing_of_a_draft_stands_on_the_page(client):
    source, hidden = make.source(), {"state": "draft"}
    official = make.official()
    for target in (
        make.agreement(name="Secret agreement", **hidden),
        make.round(**hidden),
        make.event(title="Secret event", **hidden),
        make.statement(text="Secret words.", **hidden),
        make.figure(as_stated="secret figure", **hidden),
        make.official(name="Secret official", **hidden),
        make.organization(name="Secret body", **hidden),
        make.appointment(official, title="Secret post", organization=make.organization(**hidden)),
        make.position(make.disagreement(question="Secret question?", **hidden)),
    ):
        make.citation(target, source=source, quote="secret quote")
    make.agreement(name="Secret text", text_source=source, **hidden)
    round = make.round(agreement=make.agreement(name="Secret agreement", **hidden))
    make.citation(round, source=source, quote="shown quote")
    speaker = make.official(name="Secret speaker", **hidden)
    make.citation(make.statement(speaker=speaker, attribution=""), source=source, quote="shown too")

    text = words(client.get(source.get_absolute_url()))

    assert ("shown quote" in text, "shown too" in text, "ecret" in text) == (True, True, False)


def test_a_source_on_which_nothing_rests_says_so(client):
    assert "Nothing rests on this source yet." in words(client.get(make.source().get_absolute_url()))


def test_hostile_words_are_shown_as_words(client):
    source = make.source(title="<b>Talks</b>", note="<script>x</script>", author="<i>Song</i>")
    make.citation(make.event(title="<u>They meet</u>"), source=source, quote="<s>words</s>", note="<em>n</em>")

    html = client.get(source.get_absolute_url()).text

    for hostile in ("<b>Talks", "<script>x", "<i>Song", "<u>They", "<s>words", "<em>n"):
        assert hostile not in html


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_of_everything_as_for_one(client, django_assert_num_queries, count):
    source = make.source()
    for _each in range(count):
        make.citation(make.round(), source=source)
        make.citation(make.statement(speaker=make.official(), on_behalf_of=make.organization()), source=source)
        make.citation(make.appointment(make.official()), source=source)
        make.citation(make.position(make.disagreement()), source=source)
        make.agreement(text_source=source)

    with django_assert_num_queries(3):
        client.get(source.get_absolute_url())


def test_the_page_counts_also_what_stands_on_the_pages_after_it(client, django_assert_num_queries):
    source = make.source()
    for _each in range(51):
        make.citation(make.event(), source=source)

    with django_assert_num_queries(4):
        html = words(client.get(source.get_absolute_url()))

    assert "What rests on it 51 events The same" in html


def test_the_page_counts_the_public_records_that_rest_on_it(client):
    source = make.source()
    event = make.event()
    make.citation(event, source=source, quote="one place")
    make.citation(event, source=source, quote="another place")
    make.citation(make.appointment(official := make.official()), source=source)
    make.citation(official, source=source)
    make.citation(make.event(state="draft"), source=source)
    make.citation(make.figure(), source=source)
    make.citation(make.figure(), source=source)

    assert "What rests on it 1 event 2 figures 1 official The same" in words(client.get(source.get_absolute_url()))
