"""An editor adds a round with everything that belongs to it on one page."""

import pytest

from tests import make
from tests.admin.forms import address, errors_of, fields_of, messages_of, post_add, post_change, row
from timeline import index
from timeline.models import Citation, ContentVersion, Figure, Revision, Round, Statement

pytestmark = [pytest.mark.deep(9, of="this file"), pytest.mark.django_db]
QUOTE = "The talks in Seoul took place from Tuesday through Thursday"


@pytest.fixture
def typed():
    """The second round of the 12th talks with two delegates, a citation, a statement and a figure."""
    agreement, source = make.agreement(ordinal=12), make.source()
    heads = make.official(), make.official(name="Linda Specht", country="US", slug="specht-linda")
    for head in heads:
        make.citation(head)
    return {
        "agreement": agreement.pk,
        "number": 2,
        "name_ko": "제12차 한미 방위비분담특별협정 체결을 위한 제2차 회의",
        "when": "2024-05-21/2024-05-23",
        "place": make.place().pk,
        "outcome": "Views were exchanged.",
        **row("delegate_set", 0, 2, side="KR", official=heads[0].pk, role="chief delegate", is_head="on"),
        **row("delegate_set", 1, 2, side="US", official=heads[1].pk, role="chief delegate", is_head="on"),
        **row("citations", 0, 1, source=source.pk, quote=QUOTE),
        **row(
            "statements",
            0,
            1,
            text="We seek a mutually acceptable outcome.",
            speaker=heads[1].pk,
            language="en",
            medium="remarks",
            cited_source=source.pk,
        ),
        **row(
            "figures",
            0,
            1,
            as_stated="1.1833 trillion won",
            stance="reported",
            party="KR",
            measure="total",
            amount="1183300000000",
            currency="KRW",
            year_from=2021,
            year_to=2021,
            cited_source=source.pk,
        ),
    }


def test_a_round_with_its_delegations_citation_statement_and_figure_is_added_in_one_post(desk, editor, typed):
    response = post_add(desk, Round, **typed)

    assert response.redirect_chain == [(address(Round, "changelist"), 302)]
    made = Round.objects.get()
    statement, figure = made.statements.get(), made.figures.get()
    assert (made.slug, made.state, made.created_by, made.updated_by) == ("sma-12-round-2", "draft", editor, editor)
    assert [each.side for each in made.delegate_set.in_order().order_by("side")] == ["KR", "US"]
    assert [each.quote for each in made.citations.all()] == [QUOTE]
    assert (statement.when, statement.agreement, statement.created_by) == (made.when, made.agreement, editor)
    assert statement.slug == "2024-05-21-lee-we-seek-mutually-acceptable-outcome"
    assert (figure.stated_on, figure.agreement, figure.state) == (made.when, made.agreement, "draft")
    assert figure.slug == "fig-2021-reported-1-1833-trillion-won"
    assert [each.quote for each in statement.citations.all()] == [statement.text]
    assert [each.quote for each in figure.citations.all()] == [figure.as_stated]


def test_save_and_publish_publishes_the_round_with_the_drafts_entered_on_its_form(desk, typed):
    response = post_add(desk, Round, button="_publish", **typed)

    assert [each.state for each in (Round.objects.get(), Statement.objects.get(), Figure.objects.get())] == [
        "published"
    ] * 3
    assert messages_of(response)[-3:-1] == [
        "“12th Special Measures Agreement talks, round 2” is public now.",
        "2 drafts entered on its form are public as well.",
    ]


def test_publishing_is_written_into_the_history(desk, typed):
    post_add(desk, Round, button="_publish", **typed)

    assert [
        (each.kind, each.version, each.act, each.state) for each in Revision.objects.exclude(by=None).order_by("kind")
    ] == [
        ("figure", 1, "created", "published"),
        ("round", 1, "created", "published"),
        ("statement", 1, "created", "published"),
    ]


def test_a_round_without_a_citation_is_saved_as_a_draft_and_the_editor_is_told_why(desk, typed):
    without = {
        name: value for name, value in typed.items() if not name.startswith(("citations", "statements", "figures"))
    }

    response = post_add(desk, Round, button="_publish", **without)

    made = Round.objects.get()
    assert made.state == "draft"
    assert response.redirect_chain == [(address(Round, "change", made.pk), 302)]
    assert any("citation" in said for said in messages_of(response))


def test_when_a_draft_on_its_form_cannot_be_published_the_round_is_not_either(desk, typed):
    typed["statements-0-cited_source"] = ""

    post_add(desk, Round, button="_publish", **typed)

    assert {each.state for each in (Round.objects.get(), Statement.objects.get(), Figure.objects.get())} == {"draft"}


def test_drafts_added_to_a_published_round_are_published_by_its_button(desk, typed):
    made = make.round(agreement=make.agreement(), place=make.place())
    make.citation(made)
    rows = {name: value for name, value in typed.items() if name.startswith(("statements", "figures"))}

    post_change(desk, made, button="_publish", **rows)

    assert [Statement.objects.get().state, Figure.objects.get().state] == ["published", "published"]


def test_a_change_that_leaves_a_published_round_without_a_citation_is_refused_and_stays_typed(desk):
    made = make.round(outcome="As it was.")
    citation = make.citation(made)

    response = post_change(desk, made, outcome="Typed anew.", **{"citations-0-DELETE": "on"})

    made.refresh_from_db()
    assert made.outcome == "As it was."
    assert list(made.citations.all()) == [citation]
    assert response.context["adminform"].form["outcome"].value() == "Typed anew."
    assert len(errors_of(response)["__all__"]) == 1


def test_a_delegate_named_twice_gets_a_sentence(desk, typed):
    typed["delegate_set-1-official"] = typed["delegate_set-0-official"]

    response = post_add(desk, Round, **typed)

    assert errors_of(response) == {"delegate_set-1-official": ["This is named in another row already."]}
    assert not Round.objects.exists()


def test_two_delegates_that_trade_places_get_a_sentence(desk):
    made = make.round()
    make.citation(made)
    first, second = make.delegate(made, order=1), make.delegate(made, order=2)

    response = post_change(
        desk, made, **{"delegate_set-0-official": second.official_id, "delegate_set-1-official": first.official_id}
    )

    assert errors_of(response)["__all__"] == [
        "Another record or row holds one of these values at this moment. Nothing was saved."
    ]


def test_a_delegate_who_is_neither_a_person_nor_a_body_gets_a_sentence(desk, typed):
    typed["delegate_set-1-official"] = ""

    response = post_add(desk, Round, **typed)

    assert errors_of(response) == {
        "delegate_set-1-__all__": ["Choose exactly one of: official, organization."],
    }


def test_a_quote_in_a_statements_row_needs_its_source(desk, typed):
    typed |= {"statements-0-cited_source": "", "statements-0-cited_quote": "mutually acceptable"}

    response = post_add(desk, Round, **typed)

    assert errors_of(response) == {"statements-0-cited_source": ["Say from which source the quote is."]}


def test_a_statement_longer_than_a_quotation_needs_the_words_that_matter(desk, typed):
    typed["statements-0-text"] = "word " * 41

    response = post_add(desk, Round, **typed)

    assert errors_of(response) == {
        "statements-0-cited_quote": ["A quotation has at most 40 words; this has 41. Keep those that carry the fact."]
    }


def test_a_statement_can_have_a_day_of_its_own(desk, typed):
    post_add(desk, Round, **typed | {"statements-0-when": "2024-05-23"})

    assert Statement.objects.get().when == "2024-05-23"


def test_saving_a_round_again_cites_nothing_twice(desk, typed):
    post_add(desk, Round, **typed)
    before = Citation.objects.count()

    post_change(desk, Round.objects.get(), outcome="Changed.")

    assert Citation.objects.count() == before
    assert Round.objects.get().outcome == "Changed."


def test_a_statement_on_the_form_of_its_round_cannot_be_deleted_there(desk):
    made = make.round()
    make.statement(made_at_round=made)

    page = desk.get(address(Round, "change", made.pk))

    assert "statements-0-DELETE" not in fields_of(page)


@pytest.mark.parametrize(
    ("typed_date", "sentence"),
    [
        ("2024-02-30", "“2024-02-30” is not a day of the calendar."),
        ("2024-05-23/2024-05-21", "“2024-05-23/2024-05-21” ends before it begins."),
        ("2024-05-21/..", "“2024-05-21/..” has an open end. Give both ends, or one date."),
    ],
)
def test_a_date_that_is_none_gets_a_sentence_on_its_field(desk, typed, typed_date, sentence):
    response = post_add(desk, Round, **typed | {"when": typed_date})

    assert errors_of(response) == {"when": [sentence]}


def test_a_number_that_the_talks_have_already_gets_a_sentence(desk, typed):
    agreement = make.agreement()
    make.round(agreement=agreement, number=2)

    response = post_add(desk, Round, **typed | {"agreement": agreement.pk})

    assert errors_of(response) == {"__all__": ["Round with this Agreement and Number already exists."]}


def test_all_that_one_form_saves_and_publishes_is_one_new_version_of_the_content(desk, typed):
    before = ContentVersion.current()

    post_add(desk, Round, **typed, _publish="on")

    assert Round.objects.get().is_published
    assert ContentVersion.current() == before + 1
    assert index.differences() == []
