"""Derived tables: what the search reads. Only `timeline/search` writes them, and it can make them anew.

The words themselves stand in the index of the database's own engine (`timeline/search/engines`), which knows a document
by its id alone.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.base import SLUG_LENGTH
from timeline.models.entries import SORT_KEY_LENGTH
from timeline.models.fields import ByteOrderedCharField

KIND_LENGTH = 20
TYPE_LENGTH = 12
WORD_LENGTH = 40


class SearchDocument(models.Model):
    """One narrow row for each public record. Ids rise with the sort key, so that an engine reads in order of date."""

    id = models.BigIntegerField(primary_key=True)
    record_type = models.CharField(_("type of record"), max_length=TYPE_LENGTH)
    record_id = models.BigIntegerField(_("record"))
    kind = models.CharField(_("kind"), max_length=KIND_LENGTH)
    agreement_id = models.BigIntegerField(_("agreement"), null=True)
    year = models.PositiveSmallIntegerField(_("year"))  # 0: it has no date
    sort_key = ByteOrderedCharField(_("sort key"), max_length=SORT_KEY_LENGTH + 1 + TYPE_LENGTH, unique=True)
    digest = models.CharField(_("digest of what is indexed"), max_length=32)

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="search_document_is_one_for_each_record"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.sort_key}"


class SearchText(models.Model):
    """What a result shows of its document, and where its snippet is cut from."""

    document = models.OneToOneField(SearchDocument, models.DO_NOTHING, primary_key=True, related_name="shown")
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH)
    when = models.CharField(_("when"), max_length=60)  # EDTF, or empty
    title = models.TextField(_("title"))
    title_ko = models.TextField(_("Korean title"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("search text")
        verbose_name_plural = _("search texts")

    def __str__(self) -> str:
        return self.slug


class SearchPerson(models.Model):
    """Who takes part in a document: what its results are counted by."""

    document = models.ForeignKey(SearchDocument, models.DO_NOTHING, related_name="people", db_index=False)
    official_id = models.BigIntegerField(_("official"))

    class Meta:
        verbose_name = _("person of a search document")
        verbose_name_plural = _("people of search documents")
        constraints = [
            models.UniqueConstraint(fields=["document", "official_id"], name="search_person_stands_once_in_a_document"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.official_id}"


class SearchWord(models.Model):
    """A word that the index has held, as people write it. Whether it still does is asked before it is shown."""

    word = ByteOrderedCharField(_("word"), max_length=WORD_LENGTH, primary_key=True)
    backwards = ByteOrderedCharField(_("the word backwards"), max_length=WORD_LENGTH, db_index=True)

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")

    def __str__(self) -> str:
        return self.word
