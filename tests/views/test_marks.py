"""Numbers beside facts, and the list at the foot of the page to which they belong."""

import re

import pytest

from tests import make
from timeline.environment import marks

pytestmark = pytest.mark.django_db


def card_citation(supports="", **values):
    return {"code": "abc", "supports": supports} | values


def numbers(text):
    """The numbers that stand beside facts, in the order of the page."""
    return re.findall(r'<span class="visually-hidden">Sources? </span>([^<]+)</summary>', text)


def listed(text):
    """The codes of the list at the foot, in its order."""
    return re.findall(r'id="cite-([a-z0-9]+)"', text[text.index('id="record_sources"') :])


@pytest.mark.parametrize(
    ("supports", "field", "shown"),
    [
        (["", "", ""], "when", "1–3"),
        (["", "when", ""], "when", "2"),
        (["", "when", ""], "place", "1, 3"),
        (["", "when", ""], "", "1, 3"),
        (["when"], "place", ""),
        (["", "place", "", "", ""], "when", "1, 3–5"),
        ([], "when", ""),
    ],
)
def test_a_fact_has_the_numbers_that_name_it_else_those_of_the_whole_record(supports, field, shown):
    assert marks([card_citation(each) for each in supports], field).words == shown


def test_numbers_of_a_view_come_before_places_in_the_list():
    assert marks([card_citation(number=7), card_citation(number=9)]).words == "7, 9"


def test_a_citation_that_names_the_date_stands_beside_the_date(client):
    event = make.event()
    whole = make.citation(event, order=0)
    of_date = make.citation(event, order=1, supports="when", quote="on Friday")

    text = client.get(event.get_absolute_url()).text

    date = text[text.index("<dt>Date</dt>") :]
    assert numbers(date)[0] == "2"
    assert listed(text) == [whole.code, of_date.code]


def test_a_number_opens_the_source_its_words_and_its_links_in_place(client):
    event = make.event()
    source = make.source(url="https://news.example/a", archived_url="https://archive.example/a")
    make.citation(event, source=source, quote="They met on Friday", locator="paragraph 3")

    text = client.get(event.get_absolute_url()).text

    opened = text[text.index('<details class="cite-marks">') :].partition("</details>")[0]
    for shown in (
        "They met on Friday",
        "paragraph 3",
        source.get_absolute_url(),
        "https://news.example/a#:~:text=They%20met%20on%20Friday",
        "https://archive.example/a",
    ):
        assert shown in opened


def test_without_an_archived_copy_there_is_no_link_to_one(client):
    event = make.event()
    make.citation(event, source=make.source(archived_url=""))

    assert "archived copy" not in client.get(event.get_absolute_url()).text


def test_an_official_and_the_posts_are_numbered_together(client):
    official = make.official()
    own = make.citation(official)
    of_post = make.citation(make.appointment(official))

    text = client.get(official.get_absolute_url()).text

    assert (numbers(text), listed(text)) == (["1", "2"], [own.code, of_post.code])


def test_a_post_without_a_citation_of_its_own_has_those_of_the_official(client):
    official = make.official()
    make.citation(official)
    make.citation(official)
    make.appointment(official)

    assert numbers(client.get(official.get_absolute_url()).text) == ["1–2", "1–2"]


def test_a_citation_of_a_draft_source_leaves_no_number(client):
    event = make.event()
    make.citation(event, source=make.source(state="draft", title="Secret source"))

    text = client.get(event.get_absolute_url()).text

    assert ("Secret" in text, numbers(text)) == (False, [])


def test_no_place_on_a_page_is_named_twice(client):
    official = make.official()
    make.citation(official)
    make.citation(make.appointment(official))
    make.citation(make.position(make.disagreement(official)))

    ids = re.findall(r'\sid="([^"]+)"', client.get(official.get_absolute_url()).text)

    assert len(ids) == len(set(ids))
