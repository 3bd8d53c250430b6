import datetime as dt

import pytest

from tests import make
from timeline import actions, contents, index, roles
from timeline.models import Entry, Event, Redirect, Topic

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 1, 15, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def editor():
    return make.user(roles.CHIEF_EDITOR, "editor")


def ready(**values):
    event = make.event(state="draft", **values)
    make.citation(event)
    return event


def test_a_published_draft_is_public_and_says_since_when_and_by_whom(editor):
    event = ready()

    actions.publish(event, by=editor, at=NOW)

    event.refresh_from_db()
    assert (event.state, event.published_at, event.updated_by) == ("published", NOW, editor)
    assert Entry.objects.get().slug == event.slug


def test_publishing_a_round_publishes_the_drafts_entered_on_its_form(editor):
    round = make.round(state="draft")
    said, arose = make.statement(made_at_round=round, state="draft"), make.figure(arose_at_round=round, state="draft")
    elsewhere = make.statement(state="draft")
    for record in (round, said, arose):
        make.citation(record)

    assert actions.publish(round, by=editor, at=NOW) == [round, said, arose]

    elsewhere.refresh_from_db()
    assert elsewhere.state == "draft"


def states(*records):
    return [type(record).objects.get(pk=record.pk).state for record in records]


@pytest.fixture
def round_and_source():
    """A draft, and what was entered on its form: a statement, and the source of both."""
    round, source = make.round(state="draft"), make.source(state="draft")
    said = make.statement(made_at_round=round, state="draft")
    for record in (round, said):
        make.citation(record, source=source)
    return round, said, source


def test_a_source_goes_with_what_cites_it_to_review_and_back_and_to_the_public(editor, round_and_source):
    round, said, source = round_and_source
    assert actions.submit(round, by=editor) == [round, said, source]
    assert states(round, said, source) == ["in_review"] * 3

    assert actions.send_back(round, by=editor, remark="Whose words?") == [round, said, source]
    assert states(round, said, source) == ["draft"] * 3

    assert actions.publish(round, by=editor, reason="Nobody else is there.") == [round, said, source]
    assert states(round, said, source) == ["published"] * 3


def test_who_added_the_source_does_not_review_it(editor, round_and_source):
    round, _said, source = round_and_source
    jun = make.user(roles.EDITOR, "jun")
    type(source).objects.update(created_by=jun)

    with pytest.raises(actions.Refused, match="You have written at “"):
        actions.publish(round, by=jun)

    assert states(*round_and_source) == ["draft"] * 3


def test_a_withdrawn_source_does_not_come_back_with_what_cites_it(editor):
    event, source = make.event(state="draft"), make.source(state="withdrawn")
    make.citation(event, source=source)

    with pytest.raises(actions.Refused, match="which readers do not see"):
        actions.publish(event, by=editor)

    assert states(event, source) == ["draft", "withdrawn"]


def test_a_source_added_in_a_proposal_is_public_once_that_is_approved(editor):
    event, source, hana = make.event(), make.source(state="draft"), make.user(roles.CONTRIBUTOR)
    make.citation(event)
    cited = make.citation(event, source=source)
    (whole,) = contents.read_records([event]).values()
    cited.delete()
    proposal = actions.propose(event, whole, by=hana)

    actions.approve(proposal, by=editor)

    assert states(event, source) == ["published", "published"]
    assert event.citations.count() == 2


def test_a_record_without_a_citation_cannot_be_published(editor):
    event = make.event(state="draft")

    with pytest.raises(actions.Refused, match="citation"):
        actions.publish(event, by=editor)

    event.refresh_from_db()
    assert (event.state, Entry.objects.count()) == ("draft", 0)


def test_one_draft_that_is_not_ready_holds_the_round_back(editor):
    round = make.round(state="draft")
    make.citation(round)
    make.statement(made_at_round=round, state="draft")

    with pytest.raises(actions.Refused, match="citation"):
        actions.publish(round, by=editor)

    round.refresh_from_db()
    assert round.state == "draft"


def test_what_is_refused_within_a_larger_change_is_taken_back(editor):
    uncited = make.event(state="draft")

    with index.at_once(), pytest.raises(actions.Refused):
        actions.publish(uncited, by=editor)

    assert list(Event.objects.values_list("state", flat=True)) == ["draft"]


def test_what_is_public_cannot_be_published_again(editor):
    event = make.event(title="Ministers meet")

    with pytest.raises(actions.Refused) as refusal:
        actions.publish(event, by=editor)

    assert refusal.value.sentences == ["“Ministers meet” is published already."]


def test_a_withdrawn_record_keeps_reason_and_date_and_leaves_the_timeline(editor):
    event = make.event()

    actions.withdraw(event, reason=" Entered twice. ", by=editor, at=NOW)

    event.refresh_from_db()
    assert (event.state, event.withdrawn_at, event.withdrawal_reason) == ("withdrawn", NOW, "Entered twice.")
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("reason", ["", "   ", "NUL \x00", "long " * 2_000])
def test_a_withdrawal_needs_a_reason_that_readers_can_be_shown(editor, reason):
    event = make.event()

    with pytest.raises(actions.Refused):
        actions.withdraw(event, reason=reason, by=editor)

    event.refresh_from_db()
    assert event.state == "published"


def test_a_draft_cannot_be_withdrawn(editor):
    with pytest.raises(actions.Refused):
        actions.withdraw(make.event(state="draft"), reason="Never public.", by=editor)


def test_what_was_withdrawn_is_published_again_by_who_may_withdraw(editor):
    topic = make.topic(state="withdrawn")

    with pytest.raises(actions.Refused, match="ask a chief editor to publish it again"):
        actions.publish(topic, by=make.user(roles.EDITOR))
    actions.publish(topic, by=editor)

    assert Topic.objects.published().get() == topic


def test_publishing_again_keeps_the_first_date(editor):
    event = ready()
    actions.publish(event, by=editor, at=NOW)
    actions.withdraw(event, reason="By mistake.", by=editor)

    actions.publish(event, by=editor, reason="It was right.")

    event.refresh_from_db()
    assert (event.published_at, event.withdrawn_at, event.withdrawal_reason) == (NOW, None, "")


def test_a_renamed_record_leaves_a_redirect_and_chains_collapse(editor):
    event = make.event(slug="first")

    actions.rename(event, slug="second", by=editor)
    actions.rename(event, slug="third", by=editor)

    assert list(Redirect.objects.values_list("kind", "old_slug", "new_slug")) == [
        ("event", "first", "third"),
        ("event", "second", "third"),
    ]
    assert Entry.objects.get().slug == "third"


def test_a_record_may_go_back_to_a_name_of_its_own(editor):
    event = make.event(slug="first")

    actions.rename(event, slug="second", by=editor)
    actions.rename(event, slug="first", by=editor)

    assert list(Redirect.objects.values_list("old_slug", "new_slug")) == [("second", "first")]


def test_a_merged_record_is_neither_renamed_nor_published_while_its_address_leads_on(editor):
    event = make.event(slug="merged", state="withdrawn", title="They met")
    Redirect.objects.create(kind="event", old_slug="merged", new_slug="kept")
    sentence = "“They met” was merged into “kept”, and its address leads there: take the merge back first."

    for step in (lambda: actions.publish(event, by=None), lambda: actions.rename(event, slug="new", by=None)):
        with pytest.raises(actions.Refused) as refusal:
            step()
        assert refusal.value.sentences == [sentence]


def test_a_draft_that_was_never_public_leaves_none(editor):
    actions.rename(make.event(slug="first", state="draft"), slug="second", by=editor)

    assert Redirect.objects.count() == 0


@pytest.mark.parametrize("slug", ["taken", "old-name", "of-a-statement", "Not A Slug", ""])
def test_a_slug_that_is_or_was_anothers_or_is_none_is_refused(editor, slug):
    make.event(slug="taken")
    make.statement(slug="of-a-statement")
    Redirect.objects.create(kind="round", old_slug="old-name", new_slug="new-name")
    event = make.event(slug="mine")

    with pytest.raises(actions.Refused):
        actions.rename(event, slug=slug, by=editor)

    event.refresh_from_db()
    assert event.slug == "mine"


def test_a_record_deleted_meanwhile_is_not_brought_back(editor):
    event = ready()
    type(event).objects.filter(pk=event.pk).delete()

    with pytest.raises(actions.Refused, match="deleted meanwhile"):
        actions.publish(event, by=editor)


def test_a_source_on_which_a_public_record_rests_alone_cannot_be_withdrawn(editor):
    source, event = make.source(), make.event(title="Ministers meet")
    make.citation(event, source=source)
    position = make.position(make.disagreement(question="When did they meet?"))
    make.citation(position, source=source)

    with pytest.raises(actions.Refused) as refusal:
        actions.withdraw(source, reason="It was a hoax.", by=editor)

    source.refresh_from_db()
    ends = "rests on this source alone: give it another one first, or withdraw it."
    assert sorted(refusal.value.sentences) == [f"“Ministers meet” {ends}", f"“When did they meet?” {ends}"]
    assert source.state == "published"


def test_a_source_beside_which_another_stands_can_be_withdrawn(editor):
    source, event, official = make.source(), make.event(), make.official()
    for each in (source, make.source()):
        make.citation(event, source=each)
    make.citation(make.event(state="draft"), source=source)
    make.citation(make.appointment(official), source=source)

    actions.withdraw(source, reason="It was a hoax.", by=editor)

    source.refresh_from_db()
    assert (source.state, event.citations.published().count()) == ("withdrawn", 1)
