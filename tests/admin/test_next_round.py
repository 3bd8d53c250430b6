"""The form of the next round begins where the round before it ended."""

import pytest
from django.urls import reverse

from tests import make
from tests.admin.forms import address, errors_of, fields_of, row
from timeline import index
from timeline.models import Agreement, Round

pytestmark = pytest.mark.django_db


def begin(desk, agreement):
    return desk.get(f"{address(Round, 'add')}?next_of={agreement.pk}")


def rows_of(page, prefix):
    fields = fields_of(page)
    numbers = range(int(fields[f"{prefix}-TOTAL_FORMS"]))
    return [
        {name.split("-", 2)[2]: value for name, value in fields.items() if name.startswith(f"{prefix}-{each}-")}
        for each in numbers
    ]


@pytest.fixture
@index.refreshed_at_once
def talks():
    """Two rounds of the 12th talks: in Honolulu, then in Seoul, where both heads were named."""
    agreement = make.agreement(ordinal=12, status="under_negotiation")
    honolulu = make.place(name="Honolulu", country="US", slug="honolulu")
    make.round(agreement=agreement, number=1, place=honolulu, when="2024-04-23/2024-04-25")
    second = make.round(agreement=agreement, number=2, place=make.place())
    make.delegate(second, side="KR")
    make.delegate(second, side="US", official=make.official(name="Linda Specht", country="US", slug="specht"))
    make.delegate(second, side="KR", official=make.official(slug="aide"), is_head=False, role="aide")
    return agreement


def test_the_next_number_of_the_talks_is_proposed_as_scheduled_without_a_day(desk, talks):
    fields = fields_of(begin(desk, talks))

    assert [fields[name] for name in ("agreement", "number", "status", "when")] == [talks.pk, 3, "scheduled", ""]
    assert Round.objects.count() == 2


def test_the_heads_of_the_last_round_that_was_held_are_proposed_with_their_roles(desk, talks):
    make.round(agreement=talks, number=3, status="scheduled", when="2024-06")

    rows = rows_of(begin(desk, talks), "delegate_set")

    heads = Round.objects.get(number=2).delegate_set.filter(is_head=True).order_by("side")
    assert [(each["side"], each["official"], each["role"], each.get("is_head")) for each in rows] == [
        (head.side, head.official_id, "chief delegate", True) for head in heads
    ]


def test_a_head_that_is_a_body_is_proposed_as_well(desk):
    held = make.round(number=4)
    body = make.organization()
    make.delegate(held, official=None, organization=body, role="")

    rows = rows_of(begin(desk, held.agreement), "delegate_set")

    assert [each["organization"] for each in rows] == [body.pk, ""]


def test_after_seoul_the_talks_go_where_they_last_were_on_the_other_side(desk, talks):
    assert fields_of(begin(desk, talks))["place"] == Round.objects.get(number=1).place_id


def test_after_the_other_side_they_go_back_to_seoul(desk, talks):
    make.round(agreement=talks, number=3, place=make.place(name="Washington", country="US"), when="2024-06-10")

    assert fields_of(begin(desk, talks))["place"] == Round.objects.get(number=2).place_id


def test_the_other_side_is_looked_for_in_earlier_talks_where_these_have_not_been_there(desk):
    washington = make.place(name="Washington", country="US")
    make.round(agreement=make.agreement(ordinal=11), number=7, place=washington, when="2020-03-17")
    first = make.round(agreement=make.agreement(ordinal=12), number=1, place=make.place())

    assert fields_of(begin(desk, first.agreement))["place"] == washington.pk


def test_a_cancelled_round_and_one_elsewhere_do_not_change_whose_turn_it_is(desk, talks):
    make.round(agreement=talks, number=3, place=make.place(name="Singapore", country="SG"), when="2024-06-10")
    make.round(agreement=talks, number=4, place=make.place(country="US"), when="2024-06-20", status="cancelled")

    assert fields_of(begin(desk, talks))["place"] == Round.objects.get(number=1).place_id


def test_the_first_round_of_an_agreement_has_the_number_one_and_nothing_else(desk):
    agreement = make.agreement()

    page = begin(desk, agreement)

    fields = fields_of(page)
    assert [fields["agreement"], fields["number"], fields["place"]] == [agreement.pk, 1, ""]
    assert {each["official"] for each in rows_of(page, "delegate_set")} == {""}


def test_the_rows_that_were_proposed_are_saved_as_they_stand(desk, talks):
    page = begin(desk, talks)

    desk.post(
        page.request["PATH_INFO"] + f"?next_of={talks.pk}", fields_of(page) | {"when": "2024-06-10", "_save": "1"}
    )

    made = Round.objects.get(number=3)
    assert (made.state, made.status, made.place.name) == ("draft", "scheduled", "Honolulu")
    assert sorted((each.side, each.is_head, each.role) for each in made.delegate_set.all()) == [
        ("KR", True, "chief delegate"),
        ("US", True, "chief delegate"),
    ]


def test_a_row_that_is_emptied_is_not_saved(desk, talks):
    page = begin(desk, talks)
    emptied = {"delegate_set-1-side": "", "delegate_set-1-official": "", "delegate_set-1-role": ""}
    fields = fields_of(page) | emptied | {"when": "2024-06-10", "_save": "1"}
    del fields["delegate_set-1-is_head"]

    response = desk.post(f"{address(Round, 'add')}?next_of={talks.pk}", fields)

    assert response.status_code == 302, errors_of(response)
    assert [each.side for each in Round.objects.get(number=3).delegate_set.all()] == ["KR"]


def test_a_round_with_everything_needs_few_fields(desk, talks):
    """Counted: what an editor fills in for a round with its source, a statement and two figures."""
    source = make.source()
    typed = {
        "when": "2024-06-10/2024-06-12",
        "status": "held",
        "outcome": "Views were exchanged.",
        **row("citations", 0, 1, source=source.pk, quote="The talks took place from Tuesday through Thursday"),
        **row(
            "statements", 0, 1, text="We seek a fair outcome.", attribution="a Seoul official", cited_source=source.pk
        ),
        **row("statements", 0, 1, language="en", medium="remarks"),
        **row(
            "figures", 0, 2, as_stated="1.1 trillion won", stance="reported", measure="total", cited_source=source.pk
        ),
        **row(
            "figures", 1, 2, as_stated="1.3 trillion won", stance="demanded", measure="total", cited_source=source.pk
        ),
    }

    response = desk.post(
        f"{address(Round, 'add')}?next_of={talks.pk}", fields_of(begin(desk, talks)) | typed | {"_save": "1"}
    )

    assert response.status_code == 302, errors_of(response)
    made = Round.objects.get(number=3)
    assert (made.statements.count(), made.figures.count(), made.delegate_set.count()) == (1, 2, 2)
    assert len([name for name in typed if not name.endswith("TOTAL_FORMS")]) == 18


@pytest.mark.parametrize("key", ["999999", "x", "%C2%BD", "1" * 2_000, ""])
def test_an_address_that_names_no_agreement_gives_an_ordinary_empty_form(desk, key):
    page = desk.get(f"{address(Round, 'add')}?next_of={key}")

    assert (page.status_code, fields_of(page)["agreement"]) == (200, "")


def test_the_pages_of_a_round_and_its_agreement_and_the_list_lead_to_the_form(desk, talks):
    expected = f"{reverse('admin:timeline_round_add')}?next_of={talks.pk}"
    make.agreement(ordinal=13, status="expired")

    first = Round.objects.get(number=1)
    pages = [
        desk.get(each)
        for each in (
            address(Round, "change", first.pk),
            address(Agreement, "change", talks.pk),
            address(Round, "changelist"),
        )
    ]

    assert [page.context["next_round"].url for page in pages] == [expected] * 3
    assert all(f'href="{expected}"' in page.text for page in pages)


def test_who_may_not_add_rounds_is_offered_none(client, django_user_model, talks):
    from django.contrib.auth.models import Permission

    from tests.admin.signed_in import sign_in

    reader = django_user_model.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_round"))

    page = sign_in(client, reader).get(address(Round, "changelist"))

    assert "next_of=" not in page.text
