import pytest
from django.urls import reverse

from tests import make
from tests.views.reading import ids, links, words

pytestmark = pytest.mark.django_db


def test_the_list_shows_names_side_and_latest_post(client):
    official = make.official(name="Lee Tae-woo", name_ko="이태우", country="KR")
    make.appointment(official, title="Chief negotiator", start="2024-03-05")
    make.appointment(official, title="Consul general in Sydney", start="2020-05-01")

    assert "Republic of Korea Lee Tae-woo 이태우 Chief negotiator, from 5 March 2024 , end not recorded" in words(
        client.get("/officials/")
    )


def test_the_list_narrows_to_a_side(client):
    make.official(name="Lee Tae-woo", country="KR")
    make.official(name="Linda Specht", country="US", name_order="given_first")

    text = words(client.get("/officials/?country=US"))

    assert ("Linda Specht" in text, "Lee Tae-woo" in text) == (True, False)


def test_a_side_that_does_not_exist_gets_a_sentence(client):
    response = client.get("/officials/?country=JP")

    assert response.status_code == 400
    assert "There is no country “JP” in this list. It can be: KR, US, INT." in words(response)


def test_a_letter_leads_to_the_family_names_that_begin_with_it(client):
    for slug in ("abrams-robert", "betts-timothy", "specht-linda"):
        make.official(slug=slug, name=slug)

    assert "?country=KR&after=b" in links(client.get("/officials/?country=KR"))
    text = words(client.get("/officials/?after=b"))
    assert ("abrams-robert" in text, "betts-timothy" in text, "specht-linda" in text) == (False, True, True)


def test_the_page_shows_names_posts_and_everything_said(client):
    ministry = make.organization(name="Ministry of Foreign Affairs")
    official = make.official(
        name="Lee Tae-woo",
        name_ko="이태우",
        name_ko_basis="standard",
        aliases=["Yi T'ae-u", "이 태우"],
        note="A *diplomat*.",
    )
    post = make.appointment(
        official, title="Chief negotiator", title_ko="협상대표", organization=ministry, note="By press."
    )
    make.citation(post, quote="named the nation's chief negotiator")
    make.citation(official, quote="Lee Tae-woo, a career diplomat", locator="p. 3")
    make.chief_negotiator(make.agreement(name="12th Special Measures Agreement"), official=official, note="All rounds.")
    make.statement(speaker=official, text="Our position is well prepared.", attribution="")

    text = words(client.get(official.get_absolute_url()))

    for shown in (
        "이태우 (the established Korean form)",
        "Yi T'ae-u 이 태우",
        "A diplomat .",
        "Chief negotiator 협상대표",
        "Ministry of Foreign Affairs 외교부 from 5 March 2024 , end not recorded Source 2 Yonhap",
        "By press.",
        "Our position is well prepared.",
        "12th Special Measures Agreement for the Republic of Korea All rounds.",
        "named the nation's chief negotiator",
        "Lee Tae-woo, a career diplomat p. 3",
    ):
        assert shown in text


def test_korean_forms_of_the_name_are_marked_as_korean(client):
    official = make.official(aliases=["이 태우", "Yi T'ae-u"])

    html = client.get(official.get_absolute_url()).text

    assert '<li lang="ko">이 태우</li>' in html
    assert "<li>Yi T&#39;ae-u</li>" in html


def test_citations_of_the_official_and_of_posts_have_their_place_on_the_page(client):
    official = make.official()
    own, of_post = make.citation(official), make.citation(make.appointment(official))

    assert {own.fragment, of_post.fragment} < set(ids(client.get(official.get_absolute_url())))


def test_nothing_of_a_draft_stands_on_the_page(client):
    official, hidden = make.official(), {"state": "draft"}
    make.appointment(official, title="Secret post", organization=make.organization(**hidden))
    make.citation(official, source=make.source(title="Secret source", **hidden), quote="secret quote")
    make.chief_negotiator(make.agreement(name="Secret agreement", **hidden), official=official)
    make.statement(speaker=official, text="Secret words.", **hidden)
    make.participant(make.event(title="Secret event", **hidden), official=official)
    make.disagreement(official, question="Secret question?", **hidden)
    make.statement(speaker=official, text="Shown.", agreement=make.agreement(name="Secret agreement", **hidden))

    text = words(client.get(official.get_absolute_url())) + words(client.get("/officials/"))

    assert "Shown." in text
    assert "ecret" not in text


def test_a_draft_has_no_page_and_a_withdrawn_official_says_why(client):
    assert client.get(make.official(state="draft").get_absolute_url()).status_code == 404
    gone = client.get(
        make.official(state="withdrawn", withdrawal_reason="Two people were mixed up.").get_absolute_url()
    )
    assert gone.status_code == 410
    assert "Two people were mixed up." in words(gone)


def test_hostile_words_are_shown_as_words(client):
    official = make.official(
        name="<b>Lee</b>", aliases=["<i>Yi</i>"], note="<script>x</script>", summary="[a](javascript:x)"
    )
    make.appointment(official, title="<u>Chief</u>", note="<script>y</script>")

    html = client.get(official.get_absolute_url()).text

    for hostile in ("<b>Lee", "<i>Yi", "<script>x", "<u>Chief", "<script>y", 'href="javascript:'):
        assert hostile not in html


def test_a_page_of_the_stream_that_is_none_gets_a_sentence(client):
    response = client.get(make.official().get_absolute_url() + "?after=nonsense")

    assert response.status_code == 400
    assert "“nonsense” is no page of this list." in words(response)


def test_page_two_of_what_was_said_continues_where_page_one_ended(client):
    official = make.official(slug="lee-tae-woo")
    for day in range(1, 29):
        make.statement(speaker=official, when=f"2019-01-{day:02}", text=f"Words {day:03}.", slug=f"january-{day:02}")
        make.statement(
            speaker=official, when=f"2019-02-{day:02}", text=f"Words {day + 28:03}.", slug=f"february-{day:02}"
        )

    first = client.get("/officials/lee-tae-woo/")
    following = next(each for each in links(first) if each.startswith("?after="))
    second = client.get("/officials/lee-tae-woo/" + following)

    assert ("Words 050." in words(first), "Words 051." in words(first)) == (True, False)
    assert ("Words 050." in words(second), "Words 051." in words(second)) == (False, True)


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_of_everything_as_for_one(client, django_assert_num_queries, count):
    official = make.official()
    for _each in range(count):
        make.citation(make.appointment(official, organization=make.organization()))
        make.citation(official)
        make.chief_negotiator(make.agreement(), official=official)
        make.citation(make.position(make.disagreement(official)))
        make.statement(speaker=official)
        make.participant(make.event(), official=official)

    with django_assert_num_queries(9):
        client.get(reverse("official-detail", args=[official.slug]))


def test_each_post_is_drawn_to_scale_beside_its_words(client):
    official = make.official(country="US")
    make.appointment(official, title="Negotiator", start="2019-01-01", end="2019-12-31")
    make.appointment(official, title="Consul", start="", attested=["2021-03-10"])
    make.appointment(official, title="Dates unknown", start="")

    html = client.get(official.get_absolute_url()).text

    assert html.count("strip--track strip-us") == 2
    assert '<rect class="strip__held" x="0%" y="25%" width="24.98%" height="50%"/>' in html
    assert html.count('<rect class="strip__tick"') == 1
