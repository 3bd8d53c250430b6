import pytest

from tests import make
from timeline import search

pytestmark = [pytest.mark.both, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _known():
    make.official(name="Linda Specht", name_ko="린다 스펙트")
    honolulu = make.place(name="Honolulu", name_ko="호놀룰루")
    make.topic(name="Furlough", name_ko="무급휴직")
    make.event(
        title="Talks open in Honolulu",
        place=honolulu,
        summary="Money was spent on a machine and on 방위비 분담금, in every aspect.",
    )


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Spect", "Specht"),
        ("honululu", "honolulu"),
        ("talks in Honululu", "talks in Honolulu"),
        ("Linda Spect", "Linda Specht"),
        ("Sepcht", "Specht"),
        ("spnt", "spent"),
        ("furlow", "furlough"),
        ("fur lough", "furlough"),
        ("everyaspect", "every aspect"),
        ("who:Spect kind:official", "who:Specht kind:official"),
        ('in:"Honululu" talks', 'in:"Honolulu" talks'),
        ("호놀루루", "호놀룰루"),
        ("qkddnlql", "방위비"),
        ("방위비 분담굼", "방위비 분담금"),
        ("Specht", ""),
        ("xqzzyv", ""),
        ("Spect Furlow", ""),
        ("", ""),
    ],
)
def test_a_misspelt_word_is_put_right(asked, meant):
    assert search.did_you_mean(search.parse(asked)) == meant


def test_a_word_that_only_hidden_records_have_is_never_proposed():
    event = make.event(title="A xylophone was played")
    event.state = "draft"
    event.save()

    assert search.did_you_mean(search.parse("xylophane")) == ""


def test_a_word_of_a_name_is_meant_sooner_than_another():
    """Spent is as near, and in more documents."""
    for number in range(5):
        make.event(title=f"Spent {number}")

    assert search.did_you_mean(search.parse("spect")) == "specht"


def test_a_word_becomes_one_of_a_name_when_a_name_has_it():
    make.event(title="The word zebro")
    make.event(title="The word zebra")
    make.official(name="Zebro Smith", name_ko="")

    assert search.did_you_mean(search.parse("zebrx")) == "zebro"


def test_a_name_is_put_right_though_no_record_has_all_words():
    make.event(title="A zebra and a trumpet")
    make.official(name="Linda Specht", name_ko="")

    assert search.did_you_mean(search.parse("Spehct zebra IMF")) == "Specht zebra IMF"


def test_what_hangs_on_a_number_is_not_misspelt():
    make.event(title="백만 원에 합의", when="2019-11-19")

    assert search.did_you_mean(search.parse("2019년 11월에 합의")) == ""


def test_spelling_costs_the_same_whatever_is_there(django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        search.did_you_mean(search.parse("Spect"))
