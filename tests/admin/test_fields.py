"""What can be typed into the fields: slugs made of themselves, lists of lines, and input that is none."""

import pytest
from django.contrib import admin
from django.db.models import CheckConstraint, F, Q
from django.urls import reverse

from tests import make
from tests.admin.forms import address, errors_of, fields_of, our_admins, post_add, post_change, post_form, row
from tests.admin.records import MAKERS, RECORDS
from timeline.admin import inlines
from timeline.admin.forms import DatesField, LinesField
from timeline.constraint_words import SAID_BY_CLEAN, SENTENCES
from timeline.models import (
    Agreement,
    Appointment,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Place,
    Position,
    Redirect,
    Round,
    Source,
    Statement,
    Topic,
)
from timeline.slugs import propose

pytestmark = pytest.mark.django_db
PAGES = {page.opts.model_name: page for page in our_admins()}


@pytest.mark.parametrize(
    ("record", "slug"),
    [
        (Agreement(ordinal=7), "sma-07"),
        (Disagreement(question="How much was agreed for 1998?"), "how-much-agreed-1998"),
        (Event(when="2025-01-22", title="The call of Rubio and Rutte"), "2025-01-22-call-rubio-rutte"),
        (Event(when="1991-05~", title="A visit"), "1991-05-visit"),
        (
            Figure(stance="demanded", year_from=2020, as_stated="nearly $5 billion"),
            "fig-2020-demanded-nearly-5-billion",
        ),
        (Gap(text="The signatories were not found."), "signatories-not-found"),
        (Official(name="Joseph Yun", family_name="Yun", given_name="Joseph"), "yun-joseph"),
        (Official(name="Lee Tae-woo", family_name="Lee", given_name="Tae-woo"), "lee-tae-woo"),
        (Organization(country="KR", abbreviation="MOFA", name="Ministry of Foreign Affairs"), "kr-mofa"),
        (Organization(country="US", name="Department of State"), "us-department-state"),
        (Place(name="Camp Humphreys"), "camp-humphreys"),
        (
            Source(publisher="Yonhap", published_on="2024-05-24", title="Talks open in Seoul"),
            "yonhap-2024-05-24-talks-open-seoul",
        ),
        (
            Statement(when="2019-08-07", attribution="a Seoul official", text="We have not agreed."),
            "2019-08-07-seoul-official-we-not-agreed",
        ),
        (Topic(name="Troop levels"), "troop-levels"),
    ],
)
def test_a_slug_is_made_of_what_the_record_says(record, slug):
    assert propose(record) == slug


def test_a_round_is_named_after_its_agreement_and_number():
    assert propose(Round(agreement=make.agreement(ordinal=12), number=2)) == "sma-12-round-2"


def test_a_statement_is_named_after_its_speaker():
    speaker = make.official(family_name="Trump")

    assert propose(Statement(when="2019-08-07", speaker=speaker, text="Substantially more.")) == (
        "2019-08-07-trump-substantially-more"
    )


def test_a_proposed_slug_that_is_taken_gets_a_number():
    make.place(slug="seoul")
    Redirect.objects.create(kind="place", old_slug="seoul-2", new_slug="seoul")

    assert propose(Place(name="Seoul")) == "seoul-3"


def test_events_do_not_propose_the_slug_of_a_statement():
    make.statement(slug="2019-08-07-answer")

    assert propose(Event(when="2019-08-07", title="Answer")) == "2019-08-07-answer-2"


def test_a_name_in_hangul_alone_is_named_by_its_code():
    official = Official(name="이태우")

    assert propose(official) == official.code


def test_an_emptied_slug_stays_as_it_was(desk):
    record = make.place(slug="seoul")

    post_change(desk, record, slug="", name="Seoul City")

    record.refresh_from_db()
    assert (record.slug, record.name) == ("seoul", "Seoul City")


def test_a_slug_with_capitals_gets_a_sentence(desk):
    response = post_add(desk, Topic, name="Furlough", slug="Furlough Talks")

    assert errors_of(response) == {
        "slug": ["Use small letters a to z, digits and single hyphens, such as sma-12-round-2."]
    }


def test_other_names_are_typed_one_on_a_line(desk):
    record = MAKERS["official"](aliases=["Yi Tae-u"])

    post_change(desk, record, aliases="Yi Tae-u\r\n\r\n  Lee Taewoo \r\nYi Tae-u")

    record.refresh_from_db()
    assert record.aliases == ["Yi Tae-u", "Lee Taewoo"]


def test_the_names_stand_on_their_lines_when_the_page_opens(desk):
    record = make.official(aliases=["Yi Tae-u", "Lee Taewoo"])

    form = desk.get(address(Official, "change", record.pk)).context["adminform"].form

    assert "Yi Tae-u\nLee Taewoo</textarea>" in str(form["aliases"])


def test_names_that_were_not_touched_are_no_change():
    assert not LinesField().has_changed(["Yi Tae-u", "Lee Taewoo"], "Yi Tae-u\r\nLee Taewoo\r\n")


def test_a_day_in_the_post_that_is_none_is_named_by_its_line(desk):
    record = make.official()

    response = post_change(
        desk, record, **row("appointments", 0, 1, title="Minister", attested="2019-03\n2019-02-30\nMarch")
    )

    assert errors_of(response)["appointments-0-attested"][0] == ("Line 2: “2019-02-30” is not a day of the calendar.")
    assert errors_of(response)["appointments-0-attested"][1].startswith("Line 3: “March” is not a date")


def test_days_in_the_post_are_kept_as_a_list(desk):
    record = make.official()
    make.citation(record)

    post_change(desk, record, **row("appointments", 0, 1, title="Minister", attested="2019-11-04\n2019-03"))

    assert Appointment.objects.get().attested == ["2019-11-04", "2019-03"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("fine\n\x00", "Line 2 has a NUL character in it: type it anew."),
        ("x" * 201, "Line 1 is longer than 200 characters."),
        ("\n".join(str(number) for number in range(101)), "At most 100 lines, please."),
    ],
)
def test_a_list_of_lines_that_cannot_be_kept_gets_a_sentence(desk, typed, sentence):
    assert errors_of(post_change(desk, make.official(), aliases=typed))["aliases"][0] == sentence


def test_dates_are_lines_too():
    assert DatesField(required=False).clean("") == []


def test_a_post_that_ends_before_it_starts_gets_a_sentence(desk):
    post = make.appointment(make.official(), start="2020-01", end="")

    assert errors_of(post_change(desk, post, end="2019")) == {"end": ["The post ends before it starts."]}


@pytest.mark.parametrize(
    ("maker", "values", "sentence"),
    [
        (make.agreement, {"covers_from": 2026, "covers_to": 2020}, "agreement_ends_after_it_begins"),
        (make.figure, {"year_from": 2026, "year_to": 2020}, "figure_years_are_in_order"),
        (make.figure, {"growth_percent_to": 8}, "figure_growth_range_is_in_order"),
        (make.round, {"number": 0}, "round_numbers_begin_at_one"),
        (make.statement, {"original_text": "더"}, "statement_original_names_its_language"),
    ],
)
def test_a_combination_that_the_database_refuses_gets_a_sentence(desk, maker, values, sentence):
    assert errors_of(post_change(desk, maker(state="draft"), **values)) == {"__all__": [SENTENCES[sentence]]}


def test_an_amount_without_a_currency_gets_a_sentence(desk):
    response = post_change(desk, make.figure(), currency="")

    assert "An amount needs its currency, and a currency its amount." in errors_of(response)["currency"]


def test_a_change_of_an_appointment_is_a_change_of_its_official(desk, editor):
    post = MAKERS["appointment"]()
    post.official.refresh_from_db()
    before = post.official.version

    post_change(desk, post, title="Minister")

    post.official.refresh_from_db()
    assert (post.official.version, post.official.updated_by) == (before + 1, editor)


def test_a_change_of_an_appointment_that_its_published_official_does_not_bear_is_refused_in_words(desk):
    post = make.appointment(make.official())  # published, as if from before there were rules, and cited nowhere

    response = post_change(desk, post, title="Minister")

    post.refresh_from_db()
    assert post.title == "Chief negotiator"
    assert response.context["adminform"].form["title"].value() == "Minister"
    assert len(errors_of(response)["__all__"]) == 1


def test_citations_of_a_position_are_entered_on_its_own_page(desk):
    position = make.position(make.disagreement())

    post_change(desk, position, **row("citations", 0, 1, source=make.source().pk, quote="399 million dollars"))

    assert [each.quote for each in position.citations.all()] == ["399 million dollars"]


def test_a_position_can_be_added_on_a_page_of_its_own(desk):
    disagreement = MAKERS["disagreement"]()
    typed = row("citations", 0, 1, source=make.source().pk, quote="314 million dollars")

    post_add(desk, Position, disagreement=disagreement.pk, reports="USD 314 million", **typed)

    assert Position.objects.get(reports="USD 314 million").citations.get().quote == "314 million dollars"


@pytest.mark.deep(5)
@pytest.mark.parametrize("name", sorted(MAKERS.keys() - {"redirect"}))
def test_a_page_saved_as_it_was_opened_changes_no_word(desk, name):
    record = MAKERS[name]()
    before = _kept(record)

    response = post_change(desk, record)

    assert "adminform" not in response.context, errors_of(response)
    assert _kept(record) == before


def _kept(record):
    housekeeping = {"version", "updated_at", "updated_by_id", "created_by_id"}
    stored = type(record).objects.filter(pk=record.pk).values().get()
    return {key: value for key, value in stored.items() if key not in housekeeping}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Fur\u200blough\ufeff", "Furlough"),
        ("\u202eFurlough\u202c\u200f", "Furlough"),
        ("Unpaid\tleave", "Unpaid leave"),
        ("Unpaid\u00a0 leave\x07", "Unpaid leave"),
        ("\u1112\u1161\u11ab\u1100\u116e\u11a8", "한국"),
    ],
)
def test_what_cannot_be_seen_is_not_kept_of_a_pasted_line(desk, typed, kept):
    record = make.organization(state="draft")

    post_change(desk, record, name=typed, aliases=typed)

    record.refresh_from_db()
    assert (record.name, record.aliases) == (kept, [kept])


def test_a_name_that_cannot_be_seen_is_none(desk):
    page = post_add(desk, Topic, name="\u200b\ufeff")

    assert errors_of(page)["name"] == ["This field is required."]
    assert not Topic.objects.exists()


def test_line_breaks_of_word_processors_are_line_breaks_and_what_cannot_be_seen_goes(desk):
    event = make.event(state="draft")

    post_change(desk, event, note="One.\x0bTwo.\u2028Thr\u00adee.\u200b", when="2024-05-21\u200b")

    event.refresh_from_db()
    assert (event.note, event.when) == ("One.\nTwo.\nThree.", "2024-05-21")


def test_spaces_around_the_slash_of_a_span_mean_nothing(desk):
    event = make.event(state="draft")

    post_change(desk, event, when=" 2024-05-21 / 2024-05-23 ")

    event.refresh_from_db()
    assert event.when == "2024-05-21/2024-05-23"


def test_line_breaks_are_kept_as_one_character(desk):
    record = make.topic(description="One.\nTwo.")

    post_change(desk, record, description="One.\r\nTwo.\r\nThree.")

    record.refresh_from_db()
    assert record.description == "One.\nTwo.\nThree."


def text_fields():
    """Every field for text of every page, the rows within it included."""
    for name in RECORDS:
        page = PAGES[name]
        for field in page.model._meta.fields:
            if f"'{field.name}'" in str(page.main) and field.get_internal_type() in {"CharField", "TextField"}:
                yield name, field.name


@pytest.mark.deep(8)
@pytest.mark.parametrize("typed", ["a\x00b", "9" * 201_000], ids=["nul", "far too long"])
@pytest.mark.parametrize("name", sorted({name for name, _field in text_fields()}))
def test_a_nul_or_an_endless_text_is_an_error_of_each_field(desk, name, typed):
    fields = {field for other, field in text_fields() if other == name}

    response = post_change(desk, MAKERS[name](), **dict.fromkeys(fields, typed))

    assert response.status_code == 200
    assert set(errors_of(response)) - {"__all__"} == fields


@pytest.mark.deep(5)
@pytest.mark.parametrize("typed", ["\x00", "9" * 30, "-1", "x", "²"])
@pytest.mark.parametrize("field", ["agreement", "place", "also_at", "position", "citations-0-source"])
def test_a_key_that_is_none_is_an_error_of_its_field(desk, field, typed):
    response = post_change(desk, MAKERS["event"](), **{field: typed})

    assert response.status_code == 200
    assert set(errors_of(response)) == {field}


@pytest.mark.deep(2)
@pytest.mark.parametrize("number", ["99999", "9" * 400, "1_000", "２０２４", " +400.0 "])
def test_a_forged_number_of_rows_gets_a_sentence(desk, number):
    response = post_change(desk, MAKERS["event"](), **{"citations-TOTAL_FORMS": number})

    assert response.status_code == 200
    assert "Please submit at most 21 forms." in response.content.decode()


def test_a_number_below_zero_makes_no_room_for_rows_of_another_kind(desk):
    forged = {"participants-TOTAL_FORMS": "-999", "citations-TOTAL_FORMS": "300"}

    response = post_change(desk, MAKERS["event"](), **forged)

    assert "Please submit at most 21 forms." in response.content.decode()


def test_forged_numbers_of_rows_of_all_kinds_build_few_forms(desk):
    shown = desk.get(address(Event, "change", MAKERS["event"]().pk))
    forged = dict.fromkeys((name for name in fields_of(shown) if name.endswith("-TOTAL_FORMS")), "140")

    response = post_form(desk, shown, **forged)

    assert len(forged) > 4
    assert all(len(each.formset.forms) <= 21 for each in response.context["inline_admin_formsets"])


def test_a_record_that_has_more_rows_than_are_posted_as_a_rule_is_saved(desk, monkeypatch):
    monkeypatch.setattr(inlines, "MOST_POSTED", 2)
    event = MAKERS["event"]()
    for _each in range(4):
        make.citation(event)

    post_change(desk, event, title="Ministers meet again")

    event.refresh_from_db()
    assert event.title == "Ministers meet again"


@pytest.mark.parametrize("query", ["?q=%00", "?agreement__id__exact=%00", "?first_day__year=%00"])
def test_a_nul_in_the_query_of_a_list_is_refused(desk, query):
    assert desk.get(address(Round, "changelist") + query).status_code == 400


@pytest.mark.deep(5)
@pytest.mark.parametrize(
    "query",
    [
        "?q=" + "x" * 3_000,
        "?q=%27%22%5C%25_",
        "?cited=perhaps",
        "?state=nowhere",
        "?agreement__id__exact=" + "9" * 30,
        "?agreement__id__exact=x",
        "?first_day__year=99999",
        "?first_day__year=x",
        "?first_day__month=13&first_day__year=2020",
        "?o=999.-998.x",
        "?p=999999999999999999999",
        "?p=x",
        "?no_such_field=1",
        "?all=x",
    ],
)
def test_a_query_that_means_nothing_is_no_error(desk, query):
    MAKERS["round"]()

    response = desk.get(address(Round, "changelist") + query, follow=True)

    assert response.status_code == 200


def test_a_nul_in_a_choice_is_refused(desk):
    query = "?term=%00&app_label=timeline&model_name=round&field_name=agreement"

    assert desk.get(reverse("admin:autocomplete") + query).status_code == 400


@pytest.mark.parametrize("key", ["9" * 30, "x", "-1"])
def test_a_page_of_a_record_that_does_not_exist_leads_back(desk, key):
    assert desk.get(address(Round, "change", key)).url == reverse("admin:index")


@pytest.mark.parametrize("key", ["\x00", "9" * 30, "x"])
def test_an_action_on_rows_that_do_not_exist_is_no_error(desk, key):
    response = desk.post(
        address(Round, "changelist"), {"action": "publish_selected", "_selected_action": [key]}, follow=True
    )

    assert response.status_code == 200


def test_every_combination_that_a_form_can_break_is_answered_by_a_sentence():
    pages = [page for page in PAGES.values() if page.opts.model_name != "redirect"]
    forms = [(page.model, page.main if page.opts.model_name in RECORDS else page.fields) for page in pages]
    forms += [(inline.model, inline.fields or inline.fieldsets) for page in pages for inline in page.inlines]

    silent = {
        constraint.name
        for model, shown in forms
        for constraint in model._meta.constraints
        if isinstance(constraint, CheckConstraint) and _can_be_broken(model, constraint, str(shown))
    }

    assert silent - SAID_BY_CLEAN - set(SENTENCES) == set()


def _can_be_broken(model, constraint, shown):
    """A form checks what it shows all columns of; a choice or a required text settles a constraint by itself."""
    columns = [model._meta.get_field(name) for name in _columns(constraint.condition)]
    settled = all(
        column.choices or (column.get_internal_type() in {"CharField", "TextField"} and not column.blank)
        for column in columns
    )
    return all(f"'{column.name}'" in shown for column in columns) and not settled


def _columns(condition):
    found = set()
    for child in condition.children:
        if isinstance(child, Q):
            found |= _columns(child)
        else:
            found.add(child[0].partition("__")[0])
            found |= {child[1].name} if isinstance(child[1], F) else set()
    return found


def test_the_admin_is_ours():
    assert str(admin.site.site_title) == "SMA Timeline"
