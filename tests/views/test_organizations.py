import json

import pytest

from tests import make
from tests.views.reading import ids, words
from timeline.pictures import facts
from timeline.views import organizations

pytestmark = pytest.mark.django_db


def test_the_list_is_grouped_by_side_seoul_first(client):
    make.organization(
        name="Department of State", abbreviation="", kind="department", country="US", name_ko="미국 국무부"
    )
    make.organization(name="NATO", abbreviation="", kind="alliance", country="INT", name_ko="")
    make.organization(name="National Assembly", abbreviation="", kind="legislature", country="KR", name_ko="국회")

    text = words(client.get("/organizations/"))

    assert text.endswith(
        "Republic of Korea Republic of Korea National Assembly 국회 legislature "
        "United States United States Department of State 미국 국무부 department "
        "International International NATO alliance"
    )


def test_no_reader_is_told_that_a_body_is_of_another_kind(client):
    party = make.organization(name="Green Party", abbreviation="GP", kind="other", country="KR", name_ko="")
    make.organization(name="Blue Party", abbreviation="", kind="other", country="KR", name_ko="")
    card = client.get(f"/embed/organization/{party.slug}/").text

    assert words(client.get("/organizations/")).endswith(
        "Republic of Korea Blue Party Republic of Korea Green Party GP"
    )
    assert "Kind" not in words(client.get(party.get_absolute_url()))
    assert ("Green Party" in card, "other" in card) == (True, False)
    assert json.dumps(facts.cards([party])[party.pk].kind) == '"Organization"'


def test_the_page_shows_names_kind_people_and_words(client):
    ministry = make.organization(
        name="Ministry of Foreign Affairs", aliases=["MOFAT", "외교통상부"], note="Renamed in 2013."
    )
    official = make.official(name="Lee Tae-woo")
    make.appointment(official, title="Chief negotiator", organization=ministry)
    make.statement(on_behalf_of=ministry, text="The talks have yet to begin.", attribution="")
    make.citation(ministry, quote="the foreign ministry said")

    response = client.get(ministry.get_absolute_url())
    text = words(response)

    for shown in (
        "Ministry of Foreign Affairs 외교부",
        "Abbreviation MOFA",
        "Other names MOFAT 외교통상부",
        "Renamed in 2013.",
        "Lee Tae-woo 이태우 Chief negotiator from 5 March 2024 , end not recorded · sources",
        "The talks have yet to begin.",
        "the foreign ministry said",
    ):
        assert shown in text
    assert ministry.citations.get().fragment in ids(response)


def test_a_long_list_of_posts_is_cut_and_says_so(client, monkeypatch):
    monkeypatch.setattr(organizations, "MOST_POSTS", 2)
    ministry = make.organization()
    for number in range(3):
        make.appointment(make.official(), title=f"Post {number}", start=f"202{number}", organization=ministry)

    text = words(client.get(ministry.get_absolute_url()))

    assert ("Post 1" in text, "Post 2" in text) == (True, False)
    assert "The first 2 posts are shown; there are more." in text


def test_nothing_of_a_draft_stands_on_the_page(client):
    ministry, hidden = make.organization(), {"state": "draft"}
    make.appointment(make.official(name="Secret official", **hidden), title="Secret post", organization=ministry)
    make.citation(ministry, source=make.source(**hidden), quote="secret quote")
    make.statement(on_behalf_of=ministry, text="Secret words.", **hidden)
    make.disagreement(ministry, question="Secret question?", **hidden)
    make.statement(on_behalf_of=ministry, speaker=make.official(name="Secret speaker", **hidden), text="Shown.")

    text = words(client.get(ministry.get_absolute_url()))

    assert "Shown." in text
    assert "ecret" not in text.replace("Secretary", "")


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_of_everything_as_for_one(client, django_assert_num_queries, count):
    ministry = make.organization()
    for _each in range(count):
        make.citation(ministry)
        make.appointment(make.official(), organization=ministry)
        make.citation(make.position(make.disagreement(ministry)))
        make.statement(on_behalf_of=ministry)

    with django_assert_num_queries(8):
        client.get(ministry.get_absolute_url())


def test_hostile_words_are_shown_as_words(client):
    ministry = make.organization(name="<b>MOFA</b>", aliases=["<i>MOFAT</i>"], note="<script>x</script>")
    make.appointment(make.official(name="<u>Lee</u>"), title="<s>Chief</s>", organization=ministry)

    html = client.get(ministry.get_absolute_url()).text

    for hostile in ("<b>MOFA", "<i>MOFAT", "<script>x", "<u>Lee", "<s>Chief"):
        assert hostile not in html


def test_the_posts_of_all_people_are_drawn_on_one_scale_without_those_of_drafts(client):
    ministry = make.organization()
    make.appointment(make.official(), organization=ministry, start="2019-01-01", end="2019-12-31")
    make.appointment(make.official(), organization=ministry, start="2020-01-01", end="2020-12-31")
    make.appointment(make.official(state="draft"), organization=ministry, start="1990-01-01", end="2030-12-31")

    html = client.get(ministry.get_absolute_url()).text

    assert html.count("strip--track") == 2
    assert '<rect class="strip__held" x="49.93%" y="25%" width="50.07%" height="50%"/>' in html
