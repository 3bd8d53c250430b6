import pytest

from tests import make
from timeline import search

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _known():
    make.official(name="Linda Specht", name_ko="린다 스펙트")
    make.event(title="Talks open in Honolulu", summary="On 방위비 분담금.")


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Spect", "Specht"),
        ("honululu", "honolulu"),
        ("talks in Honululu", "talks in Honolulu"),
        ("방위비 분담굼", "방위비 분담금"),
        ("Specht", ""),
        ("xqzzyv", ""),
        ("Spect Honululu", ""),
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


def test_spelling_costs_the_same_whatever_is_there(django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        search.did_you_mean(search.parse("Spect"))
