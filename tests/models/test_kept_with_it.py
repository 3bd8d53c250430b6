"""What is made of a record is made once for each instance, and never shown of another."""

from tests import make
from timeline.models import Event
from timeline.models.base import kept_with_it

made = []


@kept_with_it
def title(event):
    made.append(event.title)
    return event.title


def test_it_is_made_once_for_an_instance_and_again_for_the_next_one(db):
    event = make.event(title="Talks")

    assert [title(event), title(event), title(Event.objects.get())] == ["Talks"] * 3
    assert made == ["Talks"] * 2


def test_nothing_is_also_kept(db):
    asked = []

    @kept_with_it
    def nothing(event):
        asked.append(event)

    event = make.event()

    assert (nothing(event), nothing(event), asked) == (None, None, [event])
