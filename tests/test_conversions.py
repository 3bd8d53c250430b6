import datetime as dt
import subprocess
import sys
from decimal import Decimal

import pytest
from django.core import serializers
from django.utils.translation import override

from tests import make
from timeline import conversions
from timeline.conversions import Conversion, conversion
from timeline.models import Figure

TENTH_OF_MARCH = dt.date(2021, 3, 10)


def kept(figure: Figure) -> tuple[Decimal | None, Decimal | None, dt.date | None]:
    figure.refresh_from_db()
    return figure.converted_amount, figure.conversion_rate, figure.conversion_day


def test_won_become_dollars_at_the_cross_rate_of_the_day():
    found = conversion(Decimal(1_183_300_000_000), "KRW", TENTH_OF_MARCH)

    # 1357.05 won and 1.1892 dollars for a euro
    assert found == Conversion(Decimal("1036940694.58"), "USD", Decimal("1141.1453"), TENTH_OF_MARCH)


def test_dollars_become_won_at_the_same_rate():
    found = conversion(Decimal(5_000_000_000), "USD", TENTH_OF_MARCH)

    assert found == Conversion(Decimal("5705726500000.00"), "KRW", Decimal("1141.1453"), TENTH_OF_MARCH)


def test_a_sunday_takes_the_rate_of_the_friday_before_and_says_so():
    found = conversion(Decimal(1), "USD", dt.date(2019, 2, 10))

    assert found == Conversion(Decimal("1122.83"), "KRW", Decimal("1122.8274"), dt.date(2019, 2, 8))


@pytest.mark.parametrize(
    ("day", "rate_day"),
    [
        (dt.date(1999, 1, 3), None),
        (dt.date(1999, 1, 4), dt.date(1999, 1, 4)),
        (dt.date(2005, 3, 28), dt.date(2005, 3, 24)),  # Easter Monday, and the Thursday before it
        (dt.date(2100, 1, 1), None),
    ],
)
def test_there_are_rates_from_1999_to_the_last_of_the_package(day, rate_day):
    found = conversion(Decimal(1_000), "USD", day)

    assert (found and found.day) == rate_day


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        (Decimal("NaN"), "USD"),
        (Decimal("Infinity"), "KRW"),
        (Decimal(10) ** 17, "USD"),
        (Decimal(5), ""),
        (Decimal(5), "EUR"),
    ],
)
def test_what_is_no_amount_or_too_large_to_keep_has_no_conversion(amount, currency):
    assert conversion(amount, currency, TENTH_OF_MARCH) is None


@pytest.mark.django_db
def test_a_saved_figure_keeps_its_conversion_with_rate_and_day():
    figure = make.figure(stated_on="2021-03-10")

    assert kept(figure) == (Decimal("1036940694.58"), Decimal("1141.1453"), TENTH_OF_MARCH)


@pytest.mark.django_db
@pytest.mark.parametrize("stated_on", ["2021-03", "2021", "2021-03-10~", "2021-03-10/2021-03-11", "1998-06-01"])
def test_a_day_that_is_not_exact_or_before_1999_has_no_conversion(stated_on):
    figure = make.figure(stated_on=stated_on)

    assert kept(figure) == (None, None, None)


@pytest.mark.django_db
def test_a_figure_without_an_amount_has_no_conversion():
    figure = make.figure(amount=None, currency="", measure="rate", growth_percent=Decimal("13.9"))

    assert kept(figure) == (None, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "result"),
    [
        ({"amount": Decimal(1_000_000)}, (Decimal("876.31"), Decimal("1141.1453"), TENTH_OF_MARCH)),
        ({"currency": "USD"}, (Decimal("1350317233490000.00"), Decimal("1141.1453"), TENTH_OF_MARCH)),
        ({"stated_on": "2019-02-08"}, (Decimal("1053857431.69"), Decimal("1122.8274"), dt.date(2019, 2, 8))),
        ({"stated_on": "2021-03"}, (None, None, None)),
        ({"year_from": 2018, "year_to": 2019}, (None, None, None)),
        ({"amount": None, "currency": ""}, (None, None, None)),
    ],
)
def test_the_conversion_follows_amount_currency_and_day(changes, result):
    figure = make.figure(stated_on="2021-03-10")

    for name, value in changes.items():
        setattr(figure, name, value)
    figure.save()

    assert kept(figure) == result


@pytest.mark.django_db
def test_a_conversion_once_made_is_not_made_anew_by_other_changes():
    figure = make.figure(stated_on="2021-03-10")
    Figure.objects.update(converted_amount=Decimal(1), conversion_rate=Decimal(2), conversion_day=dt.date(2021, 3, 9))
    figure.note = "Also in the white paper."
    figure.save()

    assert kept(figure) == (Decimal(1), Decimal(2), dt.date(2021, 3, 9))


@pytest.mark.django_db
def test_a_figure_saved_raw_as_by_loaddata_has_its_conversion_too():
    figure = make.figure(stated_on="2021-03-10")
    text = serializers.serialize(
        "json", [figure], fields=[f.name for f in Figure._meta.fields if not f.name.startswith("conver")]
    )
    Figure.objects.all().delete()

    for row in serializers.deserialize("json", text):
        row.save()

    assert kept(Figure.objects.get()) == (Decimal("1036940694.58"), Decimal("1141.1453"), TENTH_OF_MARCH)


@pytest.mark.django_db
def test_saving_some_fields_refuses_to_leave_the_conversion_behind():
    figure = make.figure(stated_on="2021-03-10")
    figure.amount = Decimal(1_000_000)

    with override("en"), pytest.raises(ValueError) as refusal:  # noqa: PT011 - the whole sentence is compared below
        figure.save(update_fields=["amount"])

    assert str(refusal.value) == (
        "Save converted_amount, conversion_rate, conversion_day together with the amount that they convert."
    )


@pytest.mark.django_db
def test_saving_amount_and_conversion_together_keeps_both():
    figure = make.figure(stated_on="2021-03-10")
    figure.amount = Decimal(1_000_000)
    figure.save(update_fields=["amount", *conversions.RESULT])

    assert kept(figure) == (Decimal("876.31"), Decimal("1141.1453"), TENTH_OF_MARCH)


@pytest.mark.django_db
def test_saving_other_fields_alone_is_free():
    figure = make.figure(stated_on="2021-03-10")
    figure.note = "Also in the white paper."
    figure.save(update_fields=["note"])

    assert kept(figure) == (Decimal("1036940694.58"), Decimal("1141.1453"), TENTH_OF_MARCH)


def test_a_process_that_only_reads_does_not_import_the_rates():
    program = (
        "import os, sys, django; os.environ['DJANGO_SETTINGS_MODULE'] = 'sma_site.settings'; django.setup();"
        "import timeline.conversions; print('currency_converter' in sys.modules)"
    )

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout == "False\n"
