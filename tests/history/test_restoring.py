"""A restore gives back every field, every part and their order: in what is said and in the rows of the database."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests import make
from tests.history.records import MAKERS, parts_of, rows, whole
from timeline import actions, history, roles
from timeline.contents import OWNERS
from timeline.contents.pieces import content_of
from timeline.models import Citation, Event, Proposal, Revision, Source
from timeline.models.fields import EdtfField
from timeline.models.sources import validate_web_address

pytestmark = pytest.mark.django_db

WAYS = st.sampled_from(["edit", "delete", "reorder", "add", "swap"])
EDITS = st.lists(st.tuples(WAYS, st.integers(0, 30)), max_size=4)
NOT_CHANGED = {"slug", "country", "time_zone", "original_text", "code"}
PHASES = [Phase.explicit, Phase.reuse, Phase.generate]  # a smaller example would take minutes, and say no more


def test_the_kinds_here_have_every_kind_of_part():
    assert {type(part) for maker in MAKERS.values() for part in parts_of(maker())} == set(OWNERS)


def said(whole):
    """In their order, all pieces with all that they say."""
    return [(each.key, each.owner, content_of(each)) for each in whole]


def newest(record):
    return Revision.objects.of(record).order_by("-version").first()


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", sorted(MAKERS))
@given(edits=EDITS)
@settings(max_examples=4, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_edited_comes_back_as_it_was(kind, edits):
    with history.unit():
        record = MAKERS[kind](state="draft")
    before, stored = whole(record), rows(record)
    revision = newest(record)
    with history.unit():
        for edit, number in edits:
            _do(edit, number, type(record).objects.get(pk=record.pk))

    actions.restore(revision, by=None)

    assert said(whole(record)) == said(before)
    assert rows(record) == stored


def _do(edit, number, record):
    parts = parts_of(record)
    part = parts[number % len(parts)] if parts else None
    match edit:
        case "edit":
            for row in filter(None, (record, part)):
                _change_texts(row, number)
        case "delete" if part is not None:
            part.delete()
        case "reorder":
            _reorder(record, parts)
        case "add":
            _add(record)
        case "swap":
            _swap(parts)


def _change_texts(row, number):
    for field in row._meta.concrete_fields:
        is_text = field.get_internal_type() in {"CharField", "TextField"} and not isinstance(field, EdtfField)
        if is_text and field.editable and not field.choices and field.name not in NOT_CHANGED:
            start = "https://changed.example/" if validate_web_address in field.validators else "changed "
            setattr(row, field.name, f"{start}{number}"[: field.max_length])
    row.save()


def _reorder(record, parts):
    for place, part in enumerate(reversed(parts)):
        if hasattr(part, "order"):
            type(part).objects.filter(pk=part.pk).update(order=place)
    history.touch(record)


def _add(record):
    for field in record._meta.many_to_many:
        getattr(record, field.name).clear()
    if hasattr(record, "citations") and not isinstance(record, Source):
        make.citation(record)


def _swap(parts):
    """Two parts take one another's texts."""
    citations = [each for each in parts if isinstance(each, Citation)]
    if len(citations) > 1:
        one, other = citations[0], citations[-1]
        one.quote, other.quote = other.quote, one.quote
        one.save()
        other.save()


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", sorted(MAKERS))
def test_a_deleted_record_comes_back_with_all_that_it_had(kind, django_user_model):
    editor = django_user_model.objects.create_user("minji")
    with history.unit():
        record = MAKERS[kind](state="draft", created_by=editor)
    before, stored = whole(record), rows(record)
    actions.delete(record, by=editor)
    assert not type(record).objects.filter(code=record.code).exists()

    restored = actions.restore(Revision.objects.deletions().get(), by=editor)

    assert said(whole(restored)) == said(before)
    assert rows(restored) == stored
    assert not Revision.objects.deletions().exists()


def test_one_that_was_in_review_comes_back_as_a_draft():
    event = make.event(state="in_review")
    actions.delete(event, by=None)

    assert actions.restore(Revision.objects.deletions().get(), by=None).state == "draft"


def test_those_that_named_a_deleted_record_do_not_name_it_again():
    event = make.event(state="draft")
    topic = make.topic(event)
    actions.delete(event, by=None)
    actions.restore(Revision.objects.deletions().get(), by=None)
    assert list(topic.events.all()) == []

    actions.restore(Revision.objects.of(topic).order_by("version")[1], by=None)
    assert [each.code for each in topic.events.all()] == [event.code]


def test_what_stands_in_its_place_meanwhile_is_not_overwritten():
    event = make.event(state="draft", slug="meeting")
    actions.delete(event, by=None)
    make.event(slug="meeting", title="Another")

    with pytest.raises(actions.Refused):
        actions.restore(Revision.objects.deletions().get(), by=None)
    assert Event.objects.get().title == "Another"


def test_what_needs_something_that_is_gone_is_refused_with_a_sentence():
    place = make.place(state="draft")
    event = make.event(state="draft", place=place)
    with_place = newest(event)
    event.place = None
    event.save()
    place.delete()

    with pytest.raises(actions.Refused, match="no longer there: see “place” of a event"):
        actions.restore(with_place, by=None)


def test_a_state_an_address_and_the_days_of_a_state_stay():
    event = make.event(state="draft", slug="old", title="Before")
    make.citation(event)
    draft = newest(event)
    actions.publish(event, by=None)
    actions.rename(event, slug="new", by=None)
    event.title = "After"
    event.save()

    actions.restore(draft, by=None)
    event.refresh_from_db()

    assert (event.title, event.slug, event.state) == ("Before", "new", "published")
    assert event.published_at is not None


def test_of_what_is_public_it_is_a_proposal(django_user_model):
    editor = django_user_model.objects.create_user("minji")
    event = make.event(title="Before")
    make.citation(event)
    before = newest(event)
    event.title = "After"
    event.save()

    proposal = actions.restore(before, by=editor, why="The paper was right.", alone=True)

    event.refresh_from_db()
    assert isinstance(proposal, Proposal)
    assert event.title == "After"
    assert proposal.content[0]["values"]["title"] == "Before"


def test_of_what_is_public_nothing_waits_that_it_says_already(django_user_model):
    editor = django_user_model.objects.create_user("minji")
    event = make.event(title="Before")
    before = newest(event)
    for title in ("After", "Before"):
        event.title = title
        event.save()

    with pytest.raises(actions.Refused, match="nothing to restore"):
        actions.restore(before, by=editor)
    assert not Proposal.objects.exists()


def test_who_may_publish_alone_gives_a_reason(django_user_model):
    chief = django_user_model.objects.create_superuser("chief")
    event = make.event(title="Before")
    make.citation(event)
    before = newest(event)
    event.title = "After"
    event.save()
    assert chief.has_perm(roles.OVERRIDE)

    with pytest.raises(actions.Refused, match="Give the reason"):
        actions.restore(before, by=chief, alone=True)
    actions.restore(before, by=chief, alone=True, why="The paper was right.")

    assert newest(event).why == "The paper was right."
    assert Event.objects.get(pk=event.pk).title == "Before"


@pytest.mark.parametrize("state", ["draft", "published"])
def test_on_another_version_than_was_shown_it_is_refused(state, django_user_model):
    editor = django_user_model.objects.create_user("minji")
    event = make.event(title="Before", state=state)
    before = newest(event)
    event.title = "After"
    event.save()

    with pytest.raises(actions.Clash):
        actions.restore(before, by=editor, version=event.version - 1)
    assert not Proposal.objects.exists()


def test_one_deleted_meanwhile_is_not_brought_back_unasked():
    event = make.event(state="draft")
    revision = newest(event)
    actions.delete(event, by=None)

    with pytest.raises(actions.Refused, match="deleted meanwhile"):
        actions.restore(revision, by=None, version=1)
    assert not Event.objects.exists()
