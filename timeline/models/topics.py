"""Threads that run across agreements."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from timeline.models.base import Named, NaturalKeyManager, RecordQuerySet
from timeline.models.events import Event
from timeline.models.fields import ProseField
from timeline.models.rounds import Round
from timeline.models.statements import Statement


class TopicQuerySet(RecordQuerySet["Topic"]):
    pass


class Topic(Named):
    url_name = "topic-detail"

    description = ProseField(_("description"), blank=True, help_text=_("One sentence."))
    rounds = models.ManyToManyField(Round, blank=True, related_name="topics", verbose_name=_("rounds"))
    statements = models.ManyToManyField(Statement, blank=True, related_name="topics", verbose_name=_("statements"))
    events = models.ManyToManyField(Event, blank=True, related_name="topics", verbose_name=_("events"))

    objects = NaturalKeyManager.from_queryset(TopicQuerySet)()

    class Meta(Named.Meta):
        ordering = ["slug"]
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
