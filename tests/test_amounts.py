from decimal import Decimal

import pytest
from django.utils import translation

from timeline.amounts import amount_words, percent_words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1183300000000", "KRW", "₩1.1833 trillion"),
        ("1038900000000.00", "KRW", "₩1.0389 trillion"),
        ("680400000000", "KRW", "₩680.4 billion"),
        ("5000000000", "USD", "US$5 billion"),
        ("399000000", "USD", "US$399 million"),
        ("950", "USD", "US$950"),
        ("12345", "KRW", "₩12,345"),
        ("-5000000", "USD", "US$-5 million"),
    ],
)
def test_an_amount_is_printed_as_people_of_the_field_write_it(amount, currency, words):
    assert amount_words(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("1183300000000", "KRW", "1조 1,833억 원"),
        ("1038900000000", "KRW", "1조 389억 원"),
        ("915000000", "USD", "9억 1,500만 달러"),
        ("0", "KRW", "0 원"),
    ],
)
def test_an_amount_is_printed_in_korean(amount, currency, words):
    with translation.override("ko"):
        assert amount_words(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("percent", "words"), [("13.9", "+13.9 %"), ("-8.9", "−8.9 %"), ("0", "0 %"), ("8.300", "+8.3 %")]
)
def test_growth_carries_its_sign(percent, words):
    assert percent_words(Decimal(percent)) == words
