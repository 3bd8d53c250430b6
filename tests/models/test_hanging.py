"""What a record knows of what hangs on it: nothing is missed, and of most there is nothing to ask for."""

import pytest

from tests import make
from timeline.models import (
    Delegate,
    Event,
    Figure,
    Participant,
    Relation,
    Round,
    Stage,
    Statement,
)
from timeline.models.hanging import POINTERS, may_have, with_hints

pytestmark = [pytest.mark.both, pytest.mark.django_db]

# What makes something of a kind hang on a record.
ADDED = {
    "participant": make.participant,
    "delegate": make.delegate,
    "stage": lambda record: make.stage(make.agreement(), event=record),
    "statement": lambda record: make.statement(**{f"made_at_{record._meta.model_name}": record}),
    "figure": lambda record: make.figure(**{f"arose_at_{record._meta.model_name}": record}),
    "concernedrecord": make.disagreement,
    "event_also_at": lambda record: record.also_at.add(make.place()),
    "statement_co_speakers": lambda record: record.co_speakers.add(make.official()),
    **{f"topic_{kind}s": make.topic for kind in ("event", "round", "statement")},
    "relation": lambda record: make.relation(make.event(), record),
}
PAIRS = [(model, kind) for model, pointers in POINTERS.items() for kind, _columns in pointers]


def hinted(record):
    return with_hints(type(record).objects.filter(pk=record.pk)).get()


@pytest.mark.parametrize(("model", "kind"), PAIRS)
def test_it_is_known_of_each_kind_whether_it_may_be_there(model, kind):
    record = getattr(make, model._meta.model_name)()
    before = may_have(hinted(record), kind)
    ADDED[kind._meta.model_name](record)

    assert (before, may_have(hinted(record), kind)) == (False, True)


@pytest.mark.parametrize("model", [Event, Round, Statement])
def test_a_relation_that_begins_there_counts_as_one_that_ends_there(model):
    record = getattr(make, model._meta.model_name)()
    make.relation(record, make.event())

    assert may_have(hinted(record), Relation)


def test_where_nobody_has_asked_anything_may_be_there():
    assert may_have(make.event(), Participant)


def test_of_several_kinds_one_is_enough():
    event = make.event()
    make.figure(arose_at_event=event)

    assert (may_have(hinted(event), Stage, Figure), may_have(hinted(event), Stage, Statement)) == (True, False)


def test_what_is_not_public_is_counted_and_not_shown(client):
    round = make.round()
    Delegate.objects.create(
        round=round, side="US", official=make.official(state="draft", published_at=None, name="Nobody")
    )

    assert may_have(hinted(round), Delegate)
    assert "Nobody" not in client.get(round.get_absolute_url()).text


def test_a_page_on_which_nothing_hangs_is_asked_for_in_two_queries(client, django_assert_num_queries):
    event = make.event()

    with django_assert_num_queries(2):
        client.get(event.get_absolute_url())
