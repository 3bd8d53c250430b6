"""Derived tables: what the timeline reads. Only `timeline/index` writes them, and it can make them anew.

A draft is not in them, so it is not there to leak.
"""

import datetime as dt
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.enums import EntryKind, Facet
from timeline.models.base import SLUG_LENGTH
from timeline.models.fields import ByteOrderedCharField
from timeline.models.prepared import Prepared

SORT_KEY_LENGTH = 10 + 1 + 5 + 1 + SLUG_LENGTH


class EntryQuerySet(models.QuerySet["Entry"]):
    def in_order(self) -> Self:
        """Oldest first: (first day, position, slug) as one string, so that one index serves order and page keys."""
        return self.order_by("sort_key")

    def newest_first(self) -> Self:
        return self.order_by("-sort_key")


class Entry(models.Model):
    """One narrow row for each public round, statement and event."""

    record_type = models.CharField(_("type of record"), max_length=9)  # round, statement or event
    record_id = models.BigIntegerField(_("record"))
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    position = models.PositiveSmallIntegerField(_("position"))
    sort_key = ByteOrderedCharField(_("sort key"), max_length=SORT_KEY_LENGTH, unique=True)
    year = models.PositiveSmallIntegerField(_("year"))
    day_count = models.PositiveIntegerField(_("days from the first to the last"))
    agreement = models.ForeignKey("timeline.Agreement", models.CASCADE, null=True, related_name="+", db_index=False)
    is_kr = models.BooleanField(_("Seoul takes part"))
    is_us = models.BooleanField(_("Washington takes part"))
    is_int = models.BooleanField(_("an international body takes part"))
    # Here and not beside the card, whose long row need not be read for it. Empty on rows written by code before 0008.
    card_digest = models.BinaryField(_("digest of what the card says"), max_length=16, null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="entry_is_one_for_each_record"),
        ]
        indexes = [
            # All that is read for a page of the whole timeline. Among a million, its rows stand far from one another.
            models.Index(fields=["sort_key", "card_digest"], name="entry_page"),
            models.Index(fields=["kind", "sort_key"], name="entry_by_kind"),
            models.Index(fields=["agreement", "sort_key"], name="entry_by_agreement"),
            models.Index(fields=["day_count", "sort_key"], name="entry_by_length"),
            models.Index(fields=["agreement", "kind", "is_kr", "is_us", "is_int"], name="entry_counted"),
            models.Index(fields=["year"], name="entry_by_year"),
        ]

    def __str__(self) -> str:
        return self.slug


class EntryLink(models.Model):
    """What an entry can be filtered by. Carries the order, so a filtered page costs what an unfiltered one does."""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="links", db_index=False)
    facet = models.PositiveSmallIntegerField(_("facet"), choices=Facet)
    target_id = models.BigIntegerField(_("target"))
    sort_key = ByteOrderedCharField(_("sort key"), max_length=SORT_KEY_LENGTH)

    class Meta:
        verbose_name = _("entry link")
        verbose_name_plural = _("entry links")
        constraints = [
            models.UniqueConstraint(fields=["facet", "target_id", "sort_key"], name="entry_link_in_order"),
        ]
        indexes = [models.Index(fields=["entry", "facet", "target_id"], name="entry_link_by_entry")]


class EntryCard(models.Model):
    """What the timeline shows of an entry, made ready when the record changes and not when it is read."""

    entry = models.OneToOneField(Entry, models.CASCADE, primary_key=True, related_name="card")
    content = models.JSONField(_("content"))
    text = models.TextField(_("words, folded"))  # on SQLite in an index of migration 0012 as well, without the content

    class Meta:
        verbose_name = _("entry card")
        verbose_name_plural = _("entry cards")


class ContentVersion(models.Model):
    """How often what is public has changed. One row, bumped in the transaction of each change."""

    number = models.PositiveBigIntegerField(_("number"), default=0)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("content version")
        verbose_name_plural = _("content versions")

    @classmethod
    def current(cls) -> int:
        return cls.stamp()[0]

    @classmethod
    def stamp(cls) -> tuple[int, dt.datetime | None]:
        """What a cache is kept by: the number, and when it was given (a restored database counts from an old one)."""
        return _stamp.first() or (0, None)


_stamp: Prepared[tuple[int, dt.datetime | None]] = Prepared(
    ContentVersion, lambda: ContentVersion.objects.filter(pk=1).values_list("number", "changed_at")
)


class LoadedRecord(models.Model):
    """What the loader last wrote of a record, so that it can tell whether somebody has touched it since."""

    kind = models.CharField(_("kind of record"), max_length=20)
    code = models.CharField(_("code of the record"), max_length=16)
    digest = models.CharField(_("digest of record and parts"), max_length=64)

    class Meta:
        verbose_name = _("loaded record")
        verbose_name_plural = _("loaded records")
        constraints = [models.UniqueConstraint(fields=["kind", "code"], name="loaded_record_is_one_for_each_record")]
