"""Derived tables: what the search reads. Only `timeline/search` writes them, and it can make them anew.

The words themselves stand in the index of the database's own engine (`timeline/search/engines`), which knows a document
by its id alone.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.base import SLUG_LENGTH
from timeline.models.entries import SORT_KEY_LENGTH
from timeline.models.fields import ByteOrderedCharField

TYPE_LENGTH = 12
WORD_LENGTH = 40


class SearchDocument(models.Model):
    """What a result shows of a public record, and where its snippet is cut from.

    Ids rise with the sort key and say the year, the kind and the agreement (`timeline/search/placing.py`).
    """

    id = models.BigIntegerField(primary_key=True)
    record_type = models.CharField(_("type of record"), max_length=TYPE_LENGTH)
    record_id = models.BigIntegerField(_("record"))
    sort_key = ByteOrderedCharField(_("sort key"), max_length=SORT_KEY_LENGTH + 1 + TYPE_LENGTH, unique=True)
    digest = models.CharField(_("digest of what is indexed"), max_length=32)
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH)
    when = models.CharField(_("when"), max_length=60)  # EDTF, or empty
    title = models.TextField(_("title"))
    title_ko = models.TextField(_("Korean title"))
    text = models.TextField(_("text"))

    class Meta:
        verbose_name = _("search document")
        verbose_name_plural = _("search documents")
        constraints = [
            models.UniqueConstraint(fields=["record_type", "record_id"], name="search_document_is_one_for_each_record"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.sort_key}"


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
    backwards = ByteOrderedCharField(_("the word backwards"), max_length=WORD_LENGTH)
    is_name = models.BooleanField(_("stands in a name"), default=False)  # of a person, a body, a place, a topic

    class Meta:
        verbose_name = _("search word")
        verbose_name_plural = _("search words")
        indexes = [
            models.Index(fields=["is_name", "word"], name="search_word_forwards"),
            models.Index(fields=["is_name", "backwards"], name="search_word_backwards"),
        ]

    def __str__(self) -> str:
        return self.word
