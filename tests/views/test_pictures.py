"""The addresses of pictures."""

import pytest

from tests import make
from timeline import actions, linked_data
from timeline.models import Event
from timeline.pictures import kept, plain, png
from timeline.pictures.drawing import draw

pytestmark = pytest.mark.django_db
draws = pytest.mark.draws


@pytest.fixture(autouse=True)
def drawings(settings, tmp_path):
    settings.DRAWINGS_DIR = tmp_path / "drawings"


def address(record):
    return f"{record.get_absolute_url()}card.png"


def test_until_a_picture_is_drawn_the_card_of_the_site_is_shown_for_a_minute(client):
    response = client.get(address(make.event()))

    assert (response.status_code, response.headers["Content-Type"]) == (200, "image/png")
    assert response.headers["Cache-Control"] == "public, max-age=60"
    assert response.content == plain().png == kept.PLAIN.read_bytes()
    assert png.HEADER.unpack_from(response.content, 16)[:2] == (1200, 630)


@draws
def test_each_kind_of_record_with_a_page_has_its_picture_at_its_address(client):
    made = [getattr(make, name)() for name in ("round", "event", "statement", "figure", "official", "organization")]
    made += [make.place(), make.topic(), make.source(), make.agreement()]
    draw()

    responses = [client.get(address(each)) for each in made]

    assert [response.status_code for response in responses] == [200] * 10
    assert [response.content for response in responses] == [kept.file_of(each).read_bytes() for each in made]
    assert {response.headers["Cache-Control"] for response in responses} == {"public, no-cache"}


@draws
def test_who_has_the_picture_is_not_sent_it_again(client):
    event = make.event()
    draw()
    first = client.get(address(event))

    again = client.get(address(event), headers={"If-None-Match": first.headers["ETag"]})
    head = client.head(address(event))

    assert (again.status_code, again.content) == (304, b"")
    assert (head.status_code, head.headers["ETag"]) == (200, first.headers["ETag"])


@draws
def test_after_a_change_the_old_picture_is_not_shown(client):
    event = make.event()
    draw()
    before = client.get(address(event))

    Event.objects.get().delete()
    event = make.event(slug=event.slug, title="Ministers meet in Honolulu")
    meanwhile = client.get(address(event), headers={"If-None-Match": before.headers["ETag"]})
    draw()
    after = client.get(address(event))

    assert (meanwhile.status_code, meanwhile.content) == (200, plain().png)
    assert len({before.content, after.content, plain().png}) == 3


@draws
def test_what_was_withdrawn_is_gone_and_what_was_renamed_has_moved(client, admin_user):
    withdrawn, renamed = make.event(), make.event(slug="old-name")
    old = address(renamed)
    draw()

    actions.withdraw(withdrawn, reason="Entered twice.", by=admin_user)
    actions.rename(renamed, slug="new-name", by=admin_user)
    gone, moved = client.get(address(withdrawn)), client.get(old)

    assert (gone.status_code, "Entered twice." in gone.text) == (410, True)
    assert (moved.status_code, moved.headers["Location"]) == (301, "/events/new-name/card.png")


@pytest.mark.parametrize(
    "wrong",
    ["/events/nowhere/card.png", "/nothing/x/card.png", "/gaps/sma-07/card.png", "/disagreements/x/card.png"],
)
def test_what_has_no_page_has_no_picture(client, wrong):
    assert client.get(wrong).status_code == 404


@pytest.mark.parametrize("state", ["draft", "in_review"])
@draws
def test_a_draft_has_no_picture(client, state):
    event = make.event()
    draw()

    Event.objects.update(state=state)

    assert client.get(address(event)).status_code == 404


def test_pages_name_the_picture_that_is_there(client, settings):
    event = make.event()

    picture = linked_data.card(event)

    assert picture.url == settings.SITE_URL + address(event)
    assert (picture.width, picture.height) == png.HEADER.unpack_from(client.get(address(event)).content, 16)[:2]


@pytest.mark.parametrize("name", ["event", "statement", "figure", "official"])
def test_a_picture_costs_few_queries(client, django_assert_max_num_queries, name):
    record = getattr(make, name)()

    with django_assert_max_num_queries(3):
        client.get(address(record))


def test_no_other_method_is_answered(client):
    assert client.post(address(make.event())).status_code == 405
