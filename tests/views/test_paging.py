import datetime as dt

import pytest
from django.http import QueryDict

from tests import make
from timeline.chronology import BadQuery
from timeline.models import Agreement, Figure, Gap, Organization, Source
from timeline.views.figures import IN_ORDER
from timeline.views.gaps import BY_AGREEMENT, recorded_gaps
from timeline.views.organizations import BY_SIDE, organizations_by_side
from timeline.views.paging import BY_SLUG, choice, day_value, number_value, shelf, year
from timeline.views.sources import NEWEST_FIRST

pytestmark = pytest.mark.django_db


def all_pages(records, order, size=2):
    """Forwards from the first page to the last, then back again."""
    forwards, backwards, page = [], [], shelf(records, order, QueryDict(), size=size)
    while True:
        forwards.append(page.records)
        if not page.next_key:
            break
        page = shelf(records, order, QueryDict(f"after={page.next_key}"), size=size)
    while page.previous_key:
        page = shelf(records, order, QueryDict(f"before={page.previous_key}"), size=size)
        backwards.append(page.records)
    return forwards, backwards


def assert_pages_hold_everything_once(records, order):
    forwards, backwards = all_pages(records, order)

    assert [record for page in forwards for record in page] == list(records)
    assert list(reversed(backwards)) == forwards[:-1]


def test_figures_without_a_year_come_last_and_none_is_lost_between_pages():
    for number, first_year in enumerate([2021, None, 2019, 2021, None, 2019, None]):
        make.figure(year_from=first_year, year_to=first_year, slug=f"fig-{number % 3}-{number}", stated_on="2021-03-10")

    assert_pages_hold_everything_once(Figure.objects.in_order(), IN_ORDER)


def test_sources_without_a_day_come_last_and_none_is_lost_between_pages():
    for number, day in enumerate(["2024-05-24", "", "2019-08", "", "2024-05-24", "2025", ""]):
        make.source(published_on=day, slug=f"source-{number}")

    assert_pages_hold_everything_once(Source.objects.newest_first(), NEWEST_FIRST)


def test_gaps_of_no_agreement_come_first_and_none_is_lost_between_pages():
    twelfth, first = make.agreement(ordinal=12), make.agreement(ordinal=1)
    for agreement in (twelfth, None, first, None, first, None, twelfth):
        make.gap(agreement=agreement)

    assert list(recorded_gaps()) == list(Gap.objects.in_order())
    assert_pages_hold_everything_once(recorded_gaps(), BY_AGREEMENT)


def test_organizations_are_in_the_order_of_their_sides_and_none_is_lost_between_pages():
    for country in ("INT", "KR", "US", "INT", "KR"):
        make.organization(country=country)

    assert [each.country for each in organizations_by_side()] == ["KR", "KR", "US", "INT", "INT"]
    assert_pages_hold_everything_once(organizations_by_side(), BY_SIDE)


def test_bodies_of_a_side_are_in_the_order_of_their_names_and_none_is_lost_between_pages():
    for slug, name in (("a", "Treasury"), ("b", "Mr. Ahn's Office"), ("c", "Assembly"), ("d", "Assembly")):
        make.organization(slug=slug, name=name, country="KR")

    assert [each.slug for each in organizations_by_side()] == ["c", "d", "b", "a"]
    assert_pages_hold_everything_once(organizations_by_side(), BY_SIDE)


@pytest.mark.parametrize("name", ["", "x", "ff", "00", "Assembly"])
def test_what_is_no_name_in_a_key_is_refused(client, name):
    assert client.get(f"/organizations/?after=0.{name}.slug").status_code == (200 if not name else 400)


def test_a_key_holds_when_the_record_at_the_edge_is_gone():
    for slug in ("a", "b", "c", "d"):
        make.organization(slug=slug)
    key = shelf(Organization.objects.in_order(), BY_SLUG, QueryDict(), size=2).next_key
    Organization.objects.filter(slug="b").delete()

    page = shelf(Organization.objects.in_order(), BY_SLUG, QueryDict(f"after={key}"), size=2)

    assert [each.slug for each in page.records] == ["c", "d"]


def test_a_page_can_begin_at_a_record():
    made = {slug: make.organization(slug=slug) for slug in ("a", "b", "c", "d")}

    page = shelf(Organization.objects.in_order(), BY_SLUG, QueryDict(), start=made["b"], size=2)

    assert [each.slug for each in page.records] == ["b", "c"]
    assert (page.previous_key, page.next_key) == ("b", "c")


def test_the_other_pages_keep_the_filters_and_nothing_of_the_page():
    for slug in ("a", "b", "c"):
        make.organization(slug=slug)

    page = shelf(Organization.objects.in_order(), BY_SLUG, QueryDict("kind=news&after=a&language=ko"), size=1)

    assert page.next_query == "?kind=news&language=ko&after=b"
    assert page.previous_query == "?kind=news&language=ko&before=b"


def test_beyond_the_last_page_there_is_nothing_and_no_page_to_go_to():
    make.organization(slug="a")

    page = shelf(Organization.objects.in_order(), BY_SLUG, QueryDict("after=z"))

    assert (page.records, page.next_key, page.previous_key) == ([], "", "")


@pytest.mark.parametrize(
    "key", ["", ".", "2021.2021-03-10", "x.2021-03-10.fig", "2021.2021-02-30.fig", "2021.20210310.fig"]
)
def test_what_is_no_key_of_the_list_is_refused_in_a_sentence(key):
    with pytest.raises(BadQuery) as refused:
        shelf(Figure.objects.in_order(), IN_ORDER, QueryDict(f"after={key or '-'}"))

    assert refused.value.sentence == f"“{key or '-'}” is no page of this list."


@pytest.mark.parametrize(("read", "text"), [(number_value, "٣"), (number_value, "-1"), (number_value, "123456")])
def test_numbers_in_keys_are_small_and_in_plain_digits(read, text):
    with pytest.raises(ValueError, match=r".*"):
        read(text)


def test_days_in_keys_are_days():
    assert day_value("2021-03-10") == dt.date(2021, 3, 10)


def test_a_filter_takes_known_values_only():
    assert choice(QueryDict("kind=news"), "kind", ["news", "legal"]) == "news"
    assert choice(QueryDict("kind="), "kind", ["news", "legal"]) == ""
    with pytest.raises(BadQuery) as refused:
        choice(QueryDict("kind=rumour"), "kind", ["news", "legal"])
    assert refused.value.sentence == "There is no kind “rumour” in this list. It can be: news, legal."


@pytest.mark.parametrize("value", ["21", "20211", "abcd", "-2021", "२०२१"])
def test_a_year_has_four_digits(value):
    with pytest.raises(BadQuery) as refused:
        year(QueryDict(f"year={value}"), "year")

    assert refused.value.sentence == f"“{value}” is no year: write four digits, such as 2021."


def test_agreements_page_by_their_ordinal():
    from timeline.views.agreements import BY_ORDINAL

    for ordinal in (3, 1, 12, 2):
        make.agreement(ordinal=ordinal)

    assert_pages_hold_everything_once(Agreement.objects.in_order(), BY_ORDINAL)
