import pytest

from tests import make
from tests.admin.forms import address
from tests.admin.records import MAKERS
from timeline.models import Appointment, Event, Figure, Official, Place, Source, Statement

pytestmark = pytest.mark.django_db


def listed(desk, model, **query):
    return set(desk.get(address(model, "changelist"), query).context["cl"].result_list)


def test_records_with_and_without_a_citation(desk):
    cited, bare = make.official(), make.official()
    make.citation(cited)

    assert listed(desk, Official, cited="yes") == {cited}
    assert listed(desk, Official, cited="no") == {bare}


def test_positions_and_appointments_with_and_without_a_citation(desk):
    cited, bare = MAKERS["appointment"](), make.appointment(make.official())

    assert listed(desk, Appointment, cited="yes") == {cited}
    assert listed(desk, Appointment, cited="no") == {bare}


def test_records_without_a_korean_name(desk):
    named, unnamed = make.place(), make.place(name_ko="")

    assert listed(desk, Place, korean="yes") == {named}
    assert listed(desk, Place, korean="no") == {unnamed}


def test_events_without_a_korean_title(desk):
    titled, untitled = make.event(title_ko="회담"), make.event()

    assert listed(desk, Event, korean="yes") == {titled}
    assert listed(desk, Event, korean="no") == {untitled}


def test_sources_on_which_nothing_rests(desk):
    unused, used = make.source(), make.source()
    make.citation(make.official(), source=used)

    assert listed(desk, Source, used="yes") == {used}
    assert listed(desk, Source, used="no") == {unused}


def test_sources_without_an_address_or_an_archived_copy(desk):
    without, archived = make.source(url=""), make.source(archived_url="https://archive.example/1")

    assert listed(desk, Source, address="no") == {without}
    assert listed(desk, Source, archived="yes") == {archived}


def test_figures_that_are_words_alone(desk):
    number, words = make.figure(), make.figure(amount=None, currency="", as_stated="substantially more")

    assert listed(desk, Figure, has_amount="yes") == {number}
    assert listed(desk, Figure, has_amount="no") == {words}


def test_posts_held_at_an_unknown_time(desk):
    known, unknown = make.appointment(make.official()), make.appointment(make.official(), start="")

    assert listed(desk, Appointment, day="yes") == {known}
    assert listed(desk, Appointment, day="no") == {unknown}


def test_statements_by_the_side_of_whoever_speaks(desk):
    korean = make.statement(speaker=make.official(country="KR"))
    american = make.statement(on_behalf_of=make.organization(country="US"))
    make.statement()

    assert listed(desk, Statement, side="KR") == {korean}
    assert listed(desk, Statement, side="US") == {american}


def test_records_by_their_state(desk):
    draft = make.place(state="draft")
    make.place()

    assert listed(desk, Place, state="draft") == {draft}


@pytest.mark.parametrize("words", ["이태우", "tae-woo", "Yi Taeu", "이 태우 씨"])
def test_officials_are_found_by_their_names_in_both_languages_and_in_other_forms(desk, words):
    official = make.official(aliases=["Yi Taeu", "이 태우 씨"])
    make.official(name="Linda Specht", name_ko="", family_name="Specht", given_name="Linda", slug="specht-linda")

    assert listed(desk, Official, q=words) == {official}
