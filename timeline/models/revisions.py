"""The history: what each record said after each change, who changed it, when and why."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from timeline.enums import Act, State
from timeline.models.base import SLUG_LENGTH, Record
from timeline.models.fields import ByteOrderedCharField, ProseField


class RevisionQuerySet(models.QuerySet["Revision"]):
    def of(self, record: Record) -> Self:
        return self.filter(kind=record._meta.model_name, code=record.code)

    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def corrections(self) -> Self:
        """What changed in public after it was first public. Whether the record is public now is its own matter."""
        return self.filter(is_public=True)

    def deletions(self) -> Self:
        """Those that were not taken back."""
        later = Revision.objects.filter(kind=OuterRef("kind"), code=OuterRef("code"), version__gt=OuterRef("version"))
        return self.filter(~Exists(later), state="")

    def behind(self, revision: "Revision") -> Self:
        """Those that come after one, where the newest is the first."""
        return self.filter(Q(at__lt=revision.at) | Q(at=revision.at, pk__lt=revision.pk))


class Revision(models.Model):
    """One changed record, its parts included, in one unit of work. Rows are added, and never changed."""

    kind = models.CharField(_("kind of record"), max_length=20)
    code = models.CharField(_("code of the record"), max_length=16)
    slug = ByteOrderedCharField(_("slug"), max_length=SLUG_LENGTH)
    version = models.PositiveIntegerField(_("version"))
    act = models.CharField(_("what was done"), max_length=10, choices=Act)
    state = models.CharField(_("state"), max_length=10, blank=True)  # empty: it was deleted
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(_("by"), max_length=150, blank=True)
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("at"), default=timezone.now)
    why = ProseField(_("why"), blank=True)
    unit = models.CharField(_("unit of work"), max_length=16)
    content = models.JSONField(_("content"))
    keys = models.JSONField(_("keys of the rows"), default=dict)
    digest = models.CharField(_("digest of the content"), max_length=64)
    is_public = models.BooleanField(_("changed what readers saw"), default=False)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        constraints = [
            models.UniqueConstraint(fields=["kind", "code", "version"], name="revision_is_one_for_each_version")
        ]
        indexes = [
            models.Index(fields=["-at"], name="revision_newest_first"),
            models.Index(fields=["unit"], name="revision_by_unit"),
            models.Index(fields=["-at"], name="revision_corrections", condition=Q(is_public=True)),
            models.Index(fields=["-at"], name="revision_deletions", condition=Q(state="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.version}"

    @property
    def state_words(self) -> str:
        return str(State(self.state).label) if self.state else ""
