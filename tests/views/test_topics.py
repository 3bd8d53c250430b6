import pytest

from tests import make
from tests.views.reading import words

pytestmark = pytest.mark.django_db


def test_the_list_shows_names_description_and_the_count_of_public_entries(client):
    make.topic(make.event(), make.statement(), make.event(state="draft"), description="Who *pays*.")
    make.topic(name="Troop levels", name_ko="", slug="z")

    assert words(client.get("/topics/")).endswith("Furlough 무급휴직 2 entries Who pays . Troop levels 0 entries")


def test_the_list_is_in_the_order_of_names(client):
    make.topic(name="Troop levels", slug="a")
    make.topic(name="Base relocation", slug="z")

    text = words(client.get("/topics/"))

    assert text.index("Base relocation") < text.index("Troop levels")


def test_the_page_shows_its_entries_in_order(client):
    topic = make.topic(
        make.event(title="Second", when="2020-04-01"),
        make.event(title="First", when="2020-01-29"),
        description="Who pays.",
    )
    make.event(title="Elsewhere")

    text = words(client.get(topic.get_absolute_url()))

    assert "Topic Furlough 무급휴직 Who pays. On the timeline 2 entries on the timeline" in text
    assert 0 < text.index("First") < text.index("Second")
    assert "Elsewhere" not in text


def test_nothing_of_a_draft_stands_on_the_page(client):
    topic = make.topic(make.event(title="Shown"), make.event(title="Secret", state="draft"))

    text = words(client.get(topic.get_absolute_url()))

    assert ("Shown" in text, "Secret" in text, "1 entry on the timeline" in text) == (True, False, True)


def test_hostile_words_are_shown_as_words(client):
    topic = make.topic(name="<b>Furlough</b>", description="<script>x</script>")

    html = client.get(topic.get_absolute_url()).text

    assert ("<b>Furlough" in html, "<script>x" in html) == (False, False)


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_asks_as_often_for_six_entries_as_for_one(client, django_assert_num_queries, count):
    topic = make.topic(*(make.event() for _each in range(count)))

    with django_assert_num_queries(4):
        client.get(topic.get_absolute_url())
