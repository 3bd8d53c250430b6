"""Back, and saved again: the same form adds nothing a second time, and says where the first one stands."""

import pytest

from tests import make
from tests.admin.forms import address, errors_of, fields_of, post_form, row
from timeline import contents
from timeline.admin import once
from timeline.models import (
    Appointment,
    Citation,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Position,
    Proposal,
    Revision,
    Round,
    Topic,
)

pytestmark = [pytest.mark.both, pytest.mark.django_db]
FIGURE = {"as_stated": "$5 billion", "stance": "demanded", "party": "US", "measure": "total", "stated_on": "2019-11-15"}
GAP = {"text": "Nobody says how long the talks took.", "since": "2024-05-23"}
DISAGREEMENT = {"question": "How many were furloughed?", "field": "amount", "followed": "4,500", "why": "It was paid."}
DISAGREEMENT |= row("positions", 0, 1, reports="4,500")
EVENT = {"title": "A hearing", "kind": "hearing", "when": "2019-11-15"}
ADDED = "Saved already: this form has added %s. What stands here now is not saved."


def link_to(record):
    page = address(type(record), "change", record.pk)
    return f'<a href="{page}">“{record}”</a>'


def saved(client, page, **values):
    """The page of the form as it is behind the Back button, after it was saved."""
    shown = client.get(page)
    assert post_form(client, shown, **values).redirect_chain
    return shown


def again(client, shown, **values):
    return post_form(client, shown, **values)


def ticked(refused):
    return {"_another": refused.context["another_name"]}


@pytest.mark.parametrize(
    ("kind", "typed"),
    [(Figure, FIGURE), (Gap, GAP), (Disagreement, DISAGREEMENT), (Event, EVENT), (Topic, {"name": "Furlough"})],
)
def test_the_same_form_saved_twice_adds_one_record_and_links_to_it(desk, kind, typed):
    shown = saved(desk, address(kind, "add"), **typed)

    refused = again(desk, shown, **typed)

    made = kind.objects.get()
    assert errors_of(refused)["__all__"] == [ADDED % link_to(made)]
    assert link_to(made) in refused.text
    assert (made.version, Revision.objects.of(made).count()) == (1, 1)


def test_what_the_second_time_said_stands_in_the_form_that_is_shown_again(desk):
    shown = saved(desk, address(Figure, "add"), **FIGURE)

    refused = again(desk, shown, **FIGURE | {"as_stated": "$4.7 billion"})

    assert fields_of(refused)["as_stated"] == "$4.7 billion"
    assert [each.as_stated for each in Figure.objects.all()] == ["$5 billion"]


def test_who_means_another_one_ticks_the_box_and_adds_that_once(desk):
    shown = saved(desk, address(Figure, "add"), **FIGURE)
    other = FIGURE | {"as_stated": "$4.7 billion"}
    box = ticked(again(desk, shown, **other))

    for _each in range(2):
        last = again(desk, shown, **other, **box)

    assert sorted(each.as_stated for each in Figure.objects.all()) == ["$4.7 billion", "$5 billion"]
    assert errors_of(last)["__all__"] == [ADDED % link_to(Figure.objects.get(as_stated="$4.7 billion"))]


def test_a_form_with_errors_stays_the_same_form_and_so_does_its_box(desk):
    shown = saved(desk, address(Figure, "add"), **FIGURE)
    box = ticked(again(desk, shown, **FIGURE))

    wrong = again(desk, shown, **FIGURE | {"stated_on": "in May"}, **box)

    assert (wrong.context["form_name"], wrong.context["is_another"]) == (shown.context["form_name"], True)
    assert post_form(desk, wrong, stated_on="2019-05", **ticked(wrong)).redirect_chain
    assert Figure.objects.count() == 2


def test_a_form_that_could_not_be_saved_was_not_saved(desk):
    shown = desk.get(address(Figure, "add"))
    again(desk, shown, **FIGURE | {"stated_on": "in May"})

    assert again(desk, shown, **FIGURE).redirect_chain
    assert Figure.objects.count() == 1


def test_every_form_that_is_opened_is_another_one(desk):
    for since in ("2024-05-23", "2024-05-24"):
        saved(desk, address(Gap, "add"), **GAP | {"since": since})

    assert Gap.objects.count() == 2


def test_a_form_that_was_asked_for_anew_and_says_the_same_is_the_same_form(desk):
    saved(desk, address(Gap, "add"), **GAP)

    refused = again(desk, desk.get(address(Gap, "add")), **GAP)

    assert errors_of(refused)["__all__"] == [ADDED % link_to(Gap.objects.get())]
    assert errors_of(again(desk, refused, since="2024-05-24"))["__all__"] == [ADDED % link_to(Gap.objects.get())]


def test_who_means_the_same_once_more_ticks_the_box(desk):
    saved(desk, address(Gap, "add"), **GAP)
    anew = desk.get(address(Gap, "add"))

    assert again(desk, anew, **GAP, **ticked(again(desk, anew, **GAP))).redirect_chain
    assert Gap.objects.count() == 2


def test_what_somebody_else_or_an_hour_later_says_the_same_is_another_form(desk, jun, monkeypatch):
    saved(desk, address(Gap, "add"), **GAP)
    saved(jun, address(Gap, "add"), **GAP)
    now = once.time.time()
    monkeypatch.setattr(once.time, "time", lambda: now + once.SECONDS)
    saved(desk, address(Gap, "add"), **GAP)

    assert Gap.objects.count() == 3


def test_the_same_words_that_could_not_be_saved_before_are_saved(desk):
    wrong = GAP | {"since": "in May"}
    again(desk, desk.get(address(Gap, "add")), **wrong)
    again(desk, desk.get(address(Gap, "add")), **wrong)

    saved(desk, address(Gap, "add"), **GAP)

    assert Gap.objects.count() == 1


def test_a_record_that_was_deleted_since_is_named_and_does_not_come_back(desk):
    shown = saved(desk, address(Gap, "add"), **GAP)
    slug = Gap.objects.get().slug
    Gap.objects.get().delete()

    refused = again(desk, shown, **GAP)

    assert errors_of(refused)["__all__"] == [ADDED % f"“{slug}”, which was deleted since"]
    assert not Gap.objects.exists()


def test_a_round_is_named_and_not_what_was_entered_on_its_form(desk):
    typed = {"agreement": make.agreement().pk, "number": 2, "when": "2024-05-21", "status": "held"}
    typed |= row("figures", 0, 1, **FIGURE)
    shown = saved(desk, address(Round, "add"), **typed)

    refused = again(desk, shown, **typed)

    assert errors_of(refused)["__all__"][-1] == ADDED % link_to(Round.objects.get())
    assert Figure.objects.count() == 1


def test_a_figure_entered_on_the_form_of_a_stored_round_is_added_once(desk):
    talks = make.round(state="draft")
    typed = row("figures", 0, 1, **FIGURE)
    shown = saved(desk, address(Round, "change", talks.pk), **typed)

    refused = again(desk, shown, **typed)

    assert errors_of(refused)["__all__"] == [ADDED % link_to(Figure.objects.get())]


def test_a_citation_entered_on_the_form_of_a_stored_record_is_the_same_when_both_changes_are_kept(desk):
    official = make.official(state="draft")
    typed = row("citations", 0, 1, source=make.source().pk, quote="As it was.")
    shown = saved(desk, address(Official, "change", official.pk), **typed)
    clash = again(desk, shown, **typed | {"summary": "Led the talks."})

    desk.post(clash.context["merge_url"], {"payload": clash.context["payload"]})

    official.refresh_from_db()
    assert (official.summary, official.citations.count()) == ("Led the talks.", 1)


def test_a_post_added_on_its_own_page_is_added_once(desk):
    official = make.official(state="draft")
    typed = {"official": official.pk, "title": "Chief negotiator", "attested": "2019-03"}
    typed |= row("citations", 0, 1, source=make.source().pk, quote="As it was.")
    shown = saved(desk, address(Appointment, "add"), **typed)

    refused = again(desk, shown, **typed)

    said = "Saved already: what this form adds stands in %s. What stands here now is not saved."
    assert errors_of(refused)["__all__"] == [said % link_to(official)]
    assert (Appointment.objects.count(), Citation.objects.count()) == (1, 1)


def test_a_position_that_waits_for_a_reviewer_is_proposed_once(jun):
    disagreement = make.disagreement(make.figure())
    make.citation(make.position(disagreement))
    typed = {"disagreement": disagreement.pk, "reports": "4,500"}
    typed |= row("citations", 0, 1, source=make.source().pk, quote="As it was.")
    shown = saved(jun, address(Position, "add"), **typed)

    again(jun, shown, **typed | {"reports": "4,700"})

    proposed = contents.from_json(Proposal.objects.get().content)
    assert [piece.values["reports"] for piece in proposed if piece.kind is Position][1:] == ["4,700"]
