"""A derived table: under which keys a record is looked for when another one that is like it is typed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.fields import ByteOrderedCharField

KEY_LENGTH = 120


class Likeness(models.Model):
    """One key of one record, drafts included. Only `timeline/duplicates` writes and reads it; it is never public."""

    kind = models.CharField(_("kind of record"), max_length=20)
    key = ByteOrderedCharField(_("key"), max_length=KEY_LENGTH)
    record_id = models.BigIntegerField(_("record"))

    class Meta:
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        constraints = [models.UniqueConstraint(fields=["kind", "key", "record_id"], name="likeness_is_kept_once")]
        indexes = [models.Index(fields=["kind", "record_id"], name="likeness_by_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}: {self.key}"
