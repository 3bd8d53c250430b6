"""What stands for a page where other sites show a link to it. `timeline.pictures` draws the pictures of records."""

from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.templatetags.static import static
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from timeline import dates
from timeline.index import title_of
from timeline.linked_data.naming import address
from timeline.models import Dated, Figure, Record, Source
from timeline.models.base import kept_with_it

WIDTH, HEIGHT = 1200, 630


class Picture(NamedTuple):
    url: str  # whole, as other sites need it
    alt: str
    width: int = WIDTH
    height: int = HEIGHT


@kept_with_it
def card(record: Record) -> Picture:
    """What is drawn of the record, or the card of the site until it is."""
    when, values = _when(record), {"kind": record._meta.verbose_name, "title": title_of(record)}
    if not when:
        return Picture(f"{address(record)}card.png", _("Card of the %(kind)s %(title)s") % values)
    words = _("Card of the %(kind)s %(title)s, %(date)s") % (values | {"date": dates.parse(when)})
    return Picture(f"{address(record)}card.png", words)


def plain() -> Picture:
    """The card of the site, for pages that are of no one record."""
    return _plain(settings.SITE_URL, get_language() or "en")


@lru_cache(maxsize=16)
def _plain(site: str, language: str) -> Picture:
    alt = _("SMA Timeline: the talks between Seoul and Washington on sharing the cost of U.S. forces in Korea")
    return Picture(site + static("timeline/img/card.png"), alt)


def _when(record: Record) -> str:
    if isinstance(record, Dated):
        return record.when
    if isinstance(record, Figure):
        return record.stated_on
    return record.published_on if isinstance(record, Source) else ""
