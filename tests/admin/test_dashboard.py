"""The first page of the desk says what waits, what is missing, what comes next and what has changed."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import timezone

from tests import make
from tests.admin.forms import address
from tests.admin.signed_in import sign_in
from timeline import actions, contents, history, roles
from timeline.admin.dashboard import PARTS, SHOWN
from timeline.models import Event, LinkCheck, Proposal, Round, Statement, Topic

pytestmark = pytest.mark.django_db
HOME = reverse("admin:index")


@pytest.fixture
def person(django_user_model, client_class):
    """Somebody signed in, in a role."""

    def make_one(role, name):
        user = django_user_model.objects.create_user(name, password="a long password", is_staff=True)
        user.groups.add(Group.objects.get(name=role))
        return sign_in(client_class(), user), user

    return make_one


@pytest.fixture
def client_class():
    from django.test import Client

    return Client


@pytest.fixture
def contributor(person):
    return person(roles.CONTRIBUTOR, "writer")


@pytest.fixture
def reviewer(person):
    return person(roles.EDITOR, "reader")


def part(client, name):
    return next(each for each in client.get(HOME).context["parts"] if each.name == name)


def words(client, name):
    return [line.words for line in part(client, name).first]


def written(record, by):
    with history.unit(by=by):
        record.created_by = record.updated_by = by
        record.save()
    return record


def test_what_others_gave_to_review_waits_the_oldest_first(contributor, reviewer):
    later, earlier = (written(make.topic(name=name, state="draft"), contributor[1]) for name in ("Later", "Earlier"))
    actions.submit(earlier, by=contributor[1])
    actions.submit(later, by=contributor[1])

    assert words(reviewer[0], "review") == ["Earlier", "Later"]
    assert part(reviewer[0], "review").first[0].url == address(Topic, "change", earlier.pk)


def test_a_source_does_not_wait_beside_what_it_was_added_for(contributor, reviewer):
    event, source = (written(make_one(state="draft"), contributor[1]) for make_one in (make.event, make.source))
    make.citation(event, source=source)
    assert words(contributor[0], "drafts") == [str(event)]

    actions.submit(event, by=contributor[1])
    assert words(reviewer[0], "review") == [str(event)]

    actions.send_back(event, by=reviewer[1], remark="Whose words?")
    assert words(contributor[0], "sent-back") == [str(event)]


def test_ones_own_work_does_not_wait_for_oneself(reviewer):
    own = written(make.topic(state="draft"), reviewer[1])
    actions.submit(own, by=reviewer[1])

    assert words(reviewer[0], "review") == []


def test_a_round_stands_for_what_was_entered_on_its_form(contributor, reviewer):
    made = written(make.round(state="draft"), contributor[1])
    written(make.statement(state="draft", made_at_round=made), contributor[1])
    assert words(contributor[0], "drafts") == [str(made)]

    actions.submit(made, by=contributor[1])

    assert words(reviewer[0], "review") == [str(made)]


def test_a_source_goes_with_what_cites_it(contributor, reviewer):
    made = written(make.round(state="draft"), contributor[1])
    make.citation(made, source=written(make.source(state="draft"), contributor[1]))
    actions.submit(made, by=contributor[1])
    assert words(reviewer[0], "review") == [str(made)]

    actions.send_back(made, by=reviewer[1], remark="Quote it.")

    assert words(contributor[0], "sent-back") == [str(made)]


def test_a_proposed_change_waits_beside_the_drafts(contributor, reviewer):
    topic = make.topic(name="Furlough")
    (whole,) = contents.read_records([topic]).values()
    proposal = actions.propose(topic, whole, by=contributor[1], remark="A better name.")

    (line,) = part(reviewer[0], "review").first

    assert (line.words, line.url, line.remark) == (
        "Furlough",
        reverse("admin:timeline_proposal_change", args=[proposal.pk]),
        "A better name.",
    )


def test_what_was_sent_back_comes_with_its_remark_and_is_no_draft_beside_it(contributor, reviewer):
    topic = written(make.topic(name="Furlough", state="draft"), contributor[1])
    other = written(make.topic(name="Other", state="draft"), contributor[1])
    actions.submit(topic, by=contributor[1])
    actions.send_back(topic, by=reviewer[1], remark="Say which year.")

    (line,) = part(contributor[0], "sent-back").first

    assert (line.words, line.remark) == ("Furlough", "Say which year.")
    assert words(contributor[0], "drafts") == [str(other)]
    assert words(reviewer[0], "sent-back") == []


def test_what_is_in_review_again_is_not_sent_back_any_more(contributor, reviewer):
    topic = written(make.topic(state="draft"), contributor[1])
    actions.submit(topic, by=contributor[1])
    actions.send_back(topic, by=reviewer[1], remark="Say which year.")
    actions.submit(topic, by=contributor[1])

    assert words(contributor[0], "sent-back") == []


def test_a_proposal_that_was_sent_back_comes_with_the_answer(contributor, reviewer):
    topic = make.topic()
    (whole,) = contents.read_records([topic]).values()
    proposal = actions.propose(topic, whole, by=contributor[1])
    actions.send_proposal_back(proposal, by=reviewer[1], remark="Cite it.")

    assert [line.remark for line in part(contributor[0], "sent-back").first] == ["Cite it."]


def test_nobody_elses_drafts_are_shown(contributor, reviewer):
    written(make.topic(state="draft"), reviewer[1])

    assert words(contributor[0], "drafts") == []


def test_a_long_part_is_cut_and_leads_to_all_of_it(contributor):
    for _each in range(SHOWN + 1):
        written(make.topic(state="draft"), contributor[1])

    shown = part(contributor[0], "drafts")

    assert (len(shown.first), shown.all_url) == (SHOWN, reverse("admin:timeline_desk", args=["drafts"]))
    assert len(contributor[0].get(shown.all_url).context["part"].first) == SHOWN + 1


def test_each_gap_is_counted_as_its_list_counts(desk):
    make.official(name_ko="", name_ko_basis="")
    make.official(name_ko="", name_ko_basis="", state="draft")
    alone, official, both = make.event(), make.event(), make.event()
    make.citation(alone)
    make.citation(official, source=make.source(kind="official", archived_url="https://archive.example/1"))
    make.citation(both, source=make.source(url="https://news.example/2"))
    make.citation(both, source=make.source(url=""))

    lines = part(desk, "gaps").lines

    assert [(line.words, line.note) for line in lines] == [
        ("Officials without a Korean name", "1"),
        ("Events on one source alone", "1"),
        ("Sources without an archived copy", "2"),
    ]
    assert [str(desk.get(line.url).context["cl"].result_count) for line in lines] == [line.note for line in lines]


def test_a_single_source_that_is_known_and_right_is_no_gap(desk):
    make.citation(make.event(acknowledged="single-source: only one paper was there"))

    assert words(desk, "gaps") == ["Sources without an archived copy"]


def test_the_next_rounds_stand_in_the_order_of_their_days_with_the_way_to_add_one(desk):
    agreement = make.agreement(status="under_negotiation")
    for number, when, status in ((3, "2030-05", "scheduled"), (2, "2030-04", "scheduled"), (1, "2029-12", "held")):
        make.round(agreement=agreement, number=number, when=when, status=status)

    shown = part(desk, "scheduled")

    assert [line.url for line in shown.first] == [
        address(Round, "change", Round.objects.get(number=number).pk) for number in (2, 3)
    ]
    assert shown.next_round.number == 4


def test_stale_links_lead_to_the_field_of_their_source(desk):
    source, well = make.source(title="Gone"), make.source(url="https://news.example/well")
    long_ago = timezone.now() - dt.timedelta(days=5)
    check = {"last_checked_at": timezone.now(), "field": "url"}
    LinkCheck.objects.create(
        source=source, address=source.url, outcome="gone", failures=4, first_failed_at=long_ago, **check
    )
    LinkCheck.objects.create(source=well, address=well.url, outcome="ok", **check)

    (line,) = part(desk, "links").first

    assert line.url.endswith(f"/source/{source.pk}/change/#id_url")
    assert line.note.startswith("address: dead, since ")


def test_the_latest_changes_lead_to_the_history(desk, editor):
    topic = written(make.topic(name="Furlough"), editor)

    line = part(desk, "changes").first[0]

    assert (line.words, line.url) == ("Furlough", address(Topic, "history", topic.pk))
    assert "minji" in line.note


def test_a_deleted_record_is_named_among_the_changes(desk, editor):
    topic = written(make.topic(state="draft", slug="gone-for-good"), editor)
    actions.delete(topic, by=editor)

    line = part(desk, "changes").first[0]

    assert (line.words, line.url) == ("topic gone-for-good, which is deleted", "")


def test_the_page_of_the_app_lists_its_kinds_of_record(desk):
    page = desk.get(reverse("admin:app_list", args=["timeline"]))

    assert address(Topic, "changelist") in page.text.partition('id="content-main"')[2]
    assert "Waiting for review" not in page.text


def test_each_role_sees_what_it_can_do_something_about(person):
    seen = {
        role: [each.name for each in person(role, f"person-{number}")[0].get(HOME).context["parts"]]
        for number, role in enumerate((roles.CONTRIBUTOR, roles.EDITOR, roles.ADMINISTRATOR))
    }

    assert seen == {
        roles.CONTRIBUTOR: [name for name in PARTS if name != "review"],
        roles.EDITOR: list(PARTS),
        roles.ADMINISTRATOR: [],
    }


@pytest.mark.parametrize("name", ["review", "no-such-part"])
def test_a_part_that_is_not_for_the_role_does_not_answer(contributor, name):
    assert contributor[0].get(reverse("admin:timeline_desk", args=[name])).status_code == 404


@pytest.mark.parametrize("name", PARTS)
def test_every_part_has_a_page_of_its_own(desk, name):
    assert desk.get(reverse("admin:timeline_desk", args=[name])).status_code == 200


def test_the_page_costs_the_same_for_one_of_each_kind_and_for_four(
    contributor, reviewer, django_assert_max_num_queries, django_assert_num_queries
):
    def of_each_kind():
        writer = contributor[1]
        made = written(make.round(state="draft", status="scheduled"), writer)
        given = [made, written(make.topic(state="draft"), writer), written(make.event(state="draft"), writer)]
        for each in given:
            actions.submit(each, by=writer)
        written(make.statement(state="draft"), reviewer[1])
        written(make.figure(state="draft"), reviewer[1])
        make.citation(make.event(), source=make.source())
        topic = make.topic()
        (whole,) = contents.read_records([topic]).values()
        actions.propose(topic, whole, by=writer)
        source = make.source()
        at = timezone.now()
        LinkCheck.objects.create(
            source=source,
            field="url",
            address=source.url,
            outcome="gone",
            failures=1,
            first_failed_at=at,
            last_checked_at=at,
        )

    of_each_kind()
    reviewer[0].get(HOME)
    with django_assert_max_num_queries(25) as few:
        reviewer[0].get(HOME)
    for _each in range(3):
        of_each_kind()

    with django_assert_num_queries(len(few)):
        reviewer[0].get(HOME)
    assert Proposal.objects.count() == 4
    assert Statement.objects.count() == 4
    assert Event.objects.filter(state="in_review").count() == 4
