"""Cities, bases, regions and countries: common geographic knowledge, so exempt from citations."""

import zoneinfo
from decimal import Decimal
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.enums import PlaceKind
from timeline.models.base import Named, NaturalKeyManager, RecordQuerySet


class PlaceQuerySet(RecordQuerySet["Place"]):
    pass


@lru_cache(maxsize=1)
def known_time_zones() -> frozenset[str]:
    """Read once: the library walks through its folders for 40 ms each time."""
    return frozenset(zoneinfo.available_timezones())


def validate_time_zone(value: str) -> None:
    if value not in known_time_zones():
        raise ValidationError(_("“%(zone)s” is no time zone; they are named like Asia/Seoul."), params={"zone": value})


class Place(Named):
    url_name = "place-detail"

    kind = models.CharField(_("kind"), max_length=10, choices=PlaceKind)
    country = models.CharField(
        _("country"),
        max_length=2,
        validators=[RegexValidator(r"\A[A-Z]{2}\Z")],
        help_text=_("Two letters of ISO 3166: KR."),
    )
    latitude = models.DecimalField(
        _("latitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(Decimal(-90)), MaxValueValidator(Decimal(90))],
        help_text=_("Decimal degrees, north positive; of a city its centre, of a region a middle point."),
    )
    longitude = models.DecimalField(
        _("longitude"),
        max_digits=8,
        decimal_places=5,
        validators=[MinValueValidator(Decimal(-180)), MaxValueValidator(Decimal(180))],
        help_text=_("Decimal degrees, east positive."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        validators=[validate_time_zone],
        help_text=_("Named like Asia/Seoul; of a country with several, that of its capital."),
    )

    objects = NaturalKeyManager.from_queryset(PlaceQuerySet)()

    class Meta(Named.Meta):
        ordering = ["slug"]
        verbose_name = _("place")
        verbose_name_plural = _("places")
