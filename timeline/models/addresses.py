"""Addresses that were once public, and what they answer now."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.enums import State
from timeline.models.base import SLUG_LENGTH, Record
from timeline.models.fields import ByteOrderedCharField, ProseField, validate_code, validate_slug


class Redirect(models.Model):
    """An old slug of one kind of record. It is never given to another record."""

    kind = models.CharField(_("kind of record"), max_length=20, help_text=_("The model's name, such as round."))
    old_slug = ByteOrderedCharField(_("old slug"), max_length=SLUG_LENGTH, validators=[validate_slug])
    new_slug = ByteOrderedCharField(_("leads to"), max_length=SLUG_LENGTH, validators=[validate_slug])
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        ordering = ["kind", "old_slug"]
        verbose_name = _("redirect")
        verbose_name_plural = _("redirects")
        constraints = [
            models.UniqueConstraint(fields=["kind", "old_slug"], name="redirect_leads_to_one_place"),
            models.CheckConstraint(
                condition=~models.Q(old_slug=models.F("new_slug")), name="redirect_does_not_lead_to_itself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.old_slug} → {self.new_slug}"

    @classmethod
    def lead_on(cls, kind: str, old: str, new: str) -> None:
        """A slug that was public leads to the new one for ever, in one hop; one that is in use again leads nowhere."""
        cls.objects.filter(kind=kind, old_slug=new).delete()
        cls.objects.filter(kind=kind, new_slug=old).update(new_slug=new)
        cls.objects.create(kind=kind, old_slug=old, new_slug=new)


class Tombstone(models.Model):
    """What is left of a record that was public and withdrawn, where the record itself is not: a data set without it.

    Files hold no withdrawn content, but what was once linked to must go on saying that it is gone, when and why.
    """

    kind = models.CharField(_("kind of record"), max_length=20, help_text=_("The model's name, such as round."))
    code = models.CharField(_("code"), max_length=16, validators=[validate_code])
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH, validators=[validate_slug])
    withdrawn_at = models.DateTimeField(_("withdrawn at"))
    reason = ProseField(_("reason of withdrawal"))

    class Meta:
        ordering = ["kind", "slug"]
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="tombstone_is_one_for_each_slug"),
            models.UniqueConstraint(fields=["kind", "code"], name="tombstone_is_one_for_each_code"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="tombstone_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"

    def as_record(self, model: type[Record]) -> Record:
        """What is known of the record, for those who say that it is gone. It is stored nowhere, and never to be."""
        known: dict[str, Any] = {"code": self.code, "slug": self.slug, "state": State.WITHDRAWN}
        return model(**known, withdrawn_at=self.withdrawn_at, withdrawal_reason=self.reason)
