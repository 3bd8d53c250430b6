"""Exactly one revision for each changed record, whatever the path; none where nothing has changed."""

import pytest
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME

from tests import make
from tests.admin.forms import address, fields_of, post_add, post_change, row
from timeline import actions, history, index
from timeline.models import Citation, Event, Official, Revision, Round, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def desk(client, django_user_model):
    from tests.admin.signed_in import sign_in

    return sign_in(client, django_user_model.objects.create_superuser("minji", password="a long password"))


@pytest.fixture
def written():
    """What the history has got since: who, which record, what was done."""
    return Written()


class Written:
    def __init__(self):
        self.seen = set()

    def begin(self):
        self.seen = set(Revision.objects.values_list("pk", flat=True))

    @property
    def rows(self):
        new = Revision.objects.exclude(pk__in=self.seen).order_by("kind", "slug", "version")
        return [(each.kind, each.slug, each.act) for each in new]


def test_a_record_added_by_its_form_with_rows_is_one(desk, written):
    source, official = make.source(), make.official()
    agreement = make.agreement()
    written.begin()
    values = {"agreement": agreement.pk, "number": 2, "when": "2024-05-21", "slug": "round-2", "outcome": "Views."}
    values |= row("citations", 0, 1, source=source.pk, quote="It began.")
    values |= row("delegate_set", 0, 2, side="KR", official=official.pk, role="chief")

    post_add(desk, Round, **values)

    assert written.rows == [("round", "round-2", "created")]


def test_a_form_saved_as_it_was_writes_none(desk, written):
    event = make.event()
    make.citation(event)
    make.participant(event)
    written.begin()

    post_change(desk, event)

    assert written.rows == []


def test_a_changed_form_with_changed_rows_is_one(desk, written):
    event = make.event(state="draft", slug="event")
    citation = make.citation(event)
    written.begin()
    page = fields_of(desk.get(address(Event, "change", event.pk)))
    (prefix,) = (name[:-3] for name, value in page.items() if name.endswith("-id") and value == citation.pk)

    post_change(desk, event, title="Ministers met", **{f"{prefix}-quote": "They met."})

    assert written.rows == [("event", "event", "changed")]
    assert Citation.objects.get(pk=citation.pk).quote == "They met."


def test_a_changed_row_alone_is_a_change_of_its_record(desk, written):
    event = make.event(state="draft", slug="event")
    citation = make.citation(event)
    written.begin()
    citation.quote = "They met."
    citation.save()

    assert written.rows == [("event", "event", "changed")]


def test_a_row_that_moves_to_another_record_changes_both(written):
    one, other = make.event(slug="one"), make.event(slug="two")
    citation = make.citation(one)
    written.begin()
    with history.unit():
        citation.event = other
        citation.save()

    assert written.rows == [("event", "one", "changed"), ("event", "two", "changed")]


def test_a_row_that_is_deleted_is_a_change_of_its_record(written):
    official = make.official(slug="lee")
    citation = make.citation(make.appointment(official))
    written.begin()
    citation.delete()

    assert written.rows == [("official", "lee", "changed")]


def test_a_part_with_parts_is_one_change_when_it_goes(written):
    official = make.official(slug="lee")
    post = make.appointment(official)
    make.citation(post)
    make.citation(post)
    written.begin()
    with history.unit():
        post.delete()

    assert written.rows == [("official", "lee", "changed")]


def test_the_page_of_a_part_changes_its_record(desk, written):
    official = make.official(slug="lee", state="draft")
    post = make.appointment(official)
    written.begin()
    post_change(desk, post, title="Minister")

    assert written.rows == [("official", "lee", "changed")]


def test_publishing_from_the_list_is_one_for_each(desk, written):
    events = [make.event(state="draft", slug=f"event-{number}", title=f"Event {number}") for number in range(2)]
    for event in events:
        make.citation(event)
    written.begin()
    _from_list(desk, Event, "publish_selected", events, reason="Nobody else is here.")

    assert written.rows == [("event", "event-0", "published"), ("event", "event-1", "published")]


def _from_list(desk, model, action, records, **values):
    page = desk.get(address(model, "changelist"))
    from timeline.admin.seen import LIST_FIELD, seen_of

    posted = {"action": action, ACTION_CHECKBOX_NAME: [each.pk for each in records]} | values
    posted[LIST_FIELD] = [seen_of(type(each).objects.get(pk=each.pk)) for each in records]
    posted["_reason"] = values.get("reason", "")
    assert page.status_code == 200
    return desk.post(address(model, "changelist"), posted, follow=True)


def test_withdrawing_from_the_list_is_one(desk, written):
    event = make.event(slug="event")
    make.citation(event)
    written.begin()
    _from_list(desk, Event, "withdraw_selected", [event], withdraw="1", reason="It was entered twice.")

    assert written.rows == [("event", "event", "withdrawn")]


def test_deleting_from_the_list_is_one(desk, written):
    event = make.event(state="draft", slug="event")
    make.citation(event)
    written.begin()
    _from_list(desk, Event, "delete_selected", [event], post="yes")

    assert not Event.objects.exists()
    assert written.rows == [("event", "event", "deleted")]


def test_a_change_of_state_is_one(written):
    event = make.event(state="draft", slug="event")
    make.citation(event)
    written.begin()
    actions.submit(event, by=None)
    actions.send_back(event, by=None, remark="The day is missing.")
    actions.publish(event, by=None)
    actions.withdraw(event, by=None, reason="It was entered twice.")

    assert [act for _kind, _slug, act in written.rows] == ["submitted", "sent_back", "published", "withdrawn"]


def test_a_round_published_with_what_was_entered_on_its_form_is_one_for_each(written):
    round = make.round(state="draft", slug="round")
    statement = make.statement(state="draft", made_at_round=round, slug="statement")
    make.citation(round)
    make.citation(statement)
    written.begin()
    actions.publish(round, by=None)

    assert written.rows == [("round", "round", "published"), ("statement", "statement", "published")]


def test_renaming_is_one(written):
    event = make.event(slug="old")
    written.begin()
    actions.rename(event, slug="new", by=None)

    assert written.rows == [("event", "new", "renamed")]


def test_restoring_is_one(written):
    event = make.event(slug="event", state="draft", title="Before")
    make.citation(event)
    before = Revision.objects.of(event).newest_first().first()
    event.title = "After"
    event.save()
    written.begin()
    actions.restore(before, by=None)

    assert written.rows == [("event", "event", "restored")]


def test_restoring_what_it_says_already_is_none(written):
    event = make.event(slug="event", state="draft")
    written.begin()
    actions.restore(Revision.objects.of(event).get(), by=None)

    assert written.rows == []


def test_bringing_back_what_was_deleted_is_one(written):
    event = make.event(slug="event", state="draft")
    make.citation(event)
    actions.delete(event, by=None)
    deletion = Revision.objects.deletions().get()
    written.begin()
    actions.restore(deletion, by=None)

    assert written.rows == [("event", "event", "restored")]


def test_loading_files_is_one_for_each_that_is_added_or_updated(written, tmp_path):
    from timeline.fixture_files.exporting import export
    from timeline.fixture_files.loading import load

    event, other = make.event(slug="event", title="Ministers meet"), make.event(slug="other")
    make.citation(event)
    make.citation(other)
    export(tmp_path)
    load(tmp_path)
    text = (tmp_path / "07-events.yaml").read_text()
    (tmp_path / "07-events.yaml").write_text(text.replace("Ministers meet\n", "Ministers met\n", 1))
    Event.objects.filter(pk=other.pk).update(title="Ministers met elsewhere")
    written.begin()
    load(tmp_path)
    assert written.rows == [("event", "event", "loaded")]

    with history.suspended(), index.suspended():
        Event.objects.all().delete()
    from timeline.models import LoadedRecord

    LoadedRecord.objects.all().delete()
    written.begin()
    load(tmp_path)
    assert [row[:2] for row in written.rows] == [("event", "event"), ("event", "other")]


@pytest.mark.parametrize(
    "join",
    [
        lambda topic, event: topic.events.add(event),
        lambda topic, event: topic.events.set([event]),
        lambda topic, event: event.topics.add(topic),
        lambda topic, event: event.topics.set([topic]),
    ],
)
def test_members_of_a_topic_from_either_side_change_the_topic(written, join):
    topic, event = make.topic(slug="topic"), make.event()
    written.begin()
    join(topic, event)

    assert written.rows == [("topic", "topic", "changed")]


@pytest.mark.parametrize(
    "part",
    [
        lambda topic, event: topic.events.remove(event),
        lambda topic, event: topic.events.clear(),
        lambda topic, event: topic.events.set([]),
        lambda topic, event: event.topics.remove(topic),
        lambda topic, event: event.topics.clear(),
    ],
)
def test_taking_members_out_from_either_side_changes_the_topic(written, part):
    event = make.event()
    topic = make.topic(event, slug="topic")
    written.begin()
    part(topic, event)

    assert written.rows == [("topic", "topic", "changed")]


def test_joining_what_is_joined_is_none(written):
    event = make.event()
    topic = make.topic(event)
    written.begin()
    topic.events.add(event)
    event.topics.set([topic])

    assert written.rows == []


def test_clearing_from_the_other_side_changes_every_topic_once(written):
    event = make.event()
    for number in range(3):
        make.topic(event, slug=f"topic-{number}")
    written.begin()
    event.topics.clear()

    assert [slug for _kind, slug, _act in written.rows] == ["topic-0", "topic-1", "topic-2"]


def test_joint_speakers_and_further_places_are_changes(written):
    statement, event = make.statement(slug="statement"), make.event(slug="event")
    official, place = make.official(), make.place()
    written.begin()
    statement.co_speakers.add(official)
    place.also_events.add(event)

    assert written.rows == [("event", "event", "changed"), ("statement", "statement", "changed")]


def test_what_is_deleted_is_taken_out_of_what_named_it_and_that_is_written_down(written):
    event = make.event(state="draft", slug="event")
    make.topic(event, slug="topic")
    make.disagreement(event, slug="question")
    make.relation(make.statement(slug="statement"), event)
    written.begin()
    actions.delete(event, by=None)

    assert written.rows == [
        ("disagreement", "question", "changed"),
        ("event", "event", "deleted"),
        ("statement", "statement", "changed"),
        ("topic", "topic", "changed"),
    ]
    assert Revision.objects.filter(act="deleted").values_list("unit", flat=True).get() in set(
        Revision.objects.filter(kind="topic").values_list("unit", flat=True)
    )


def test_a_queryset_deleted_in_a_shell_is_one_for_each(written):
    for number in range(2):
        make.citation(make.event(state="draft", slug=f"event-{number}"))
    written.begin()
    Event.objects.all().delete()

    assert written.rows == [("event", "event-0", "deleted"), ("event", "event-1", "deleted")]


def test_a_plain_save_in_a_shell_is_one_and_a_second_one_none(written):
    event = make.event(slug="event")
    written.begin()
    event.title = "Ministers met"
    event.save()
    event.save()

    assert written.rows == [("event", "event", "changed")]
    assert event.version == Event.objects.get(pk=event.pk).version == 2


def test_a_record_of_which_the_history_knows_nothing_is_written_down_as_it_was_found(written):
    with history.suspended():
        event = make.event(slug="event", title="Before")
    written.begin()
    event.title = "After"
    event.save()

    assert written.rows == [("event", "event", "found"), ("event", "event", "changed")]


def test_several_saves_in_one_unit_are_one(written):
    event, source = make.event(slug="event"), make.source()
    written.begin()
    with history.unit():
        for number in range(3):
            event.title = f"Title {number}"
            event.save()
            make.citation(event, source=source)

    assert written.rows == [("event", "event", "changed")]


def test_what_is_made_and_deleted_in_one_unit_is_none(written):
    written.begin()
    with history.unit():
        make.event(state="draft").delete()

    assert written.rows == []


def test_a_deletion_that_a_transaction_took_back_is_none(written):
    from django.db import transaction

    official = make.official(state="draft", slug="lee")
    written.begin()
    with history.unit():
        try:
            with transaction.atomic():
                Official.objects.filter(pk=official.pk).delete()
                raise ValueError
        except ValueError:
            pass

    assert written.rows == []


def test_after_a_deletion_that_failed_parts_are_noticed_again(written):
    from django.db.models.signals import post_delete

    event = make.event(state="draft", slug="event")
    citation = make.citation(event)

    def fail(**kwargs):
        raise ValueError("half way")

    post_delete.connect(fail, sender=Citation)
    try:
        with pytest.raises(ValueError, match="half way"), history.unit():
            event.delete()
    finally:
        post_delete.disconnect(fail, sender=Citation)
    written.begin()
    Citation.objects.get(pk=citation.pk).delete()

    assert written.rows == [("event", "event", "changed")]


def test_touched_without_a_change_is_none_and_with_one_it_is_one(written):
    topic = make.topic(slug="topic")
    written.begin()
    with history.unit():
        history.touch(topic)
    assert written.rows == []

    with history.unit():
        history.touch(topic)
        Topic.objects.filter(pk=topic.pk).update(name="Another")
    assert written.rows == [("topic", "topic", "changed")]
