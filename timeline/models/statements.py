"""Words said or published by somebody, verbatim."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from timeline.enums import Language, Medium
from timeline.models.agreements import Agreement
from timeline.models.arcs import at_most_one, pointed_at, refuse_several
from timeline.models.base import Dated, DatedQuerySet, NaturalKeyManager
from timeline.models.events import Event
from timeline.models.fields import ProseField, validate_no_nul
from timeline.models.officials import Official
from timeline.models.organizations import Organization
from timeline.models.rounds import Round

OCCASION = ("made_at_round", "made_at_event")
TEXT_WORDS = 60
OPENING_WORDS = 12


class StatementQuerySet(DatedQuerySet["Statement"]):
    pass


class Statement(Dated):
    url_name = "statement-detail"

    agreement = models.ForeignKey(
        Agreement,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="statements",
        verbose_name=_("agreement"),
        help_text=_("The agreement that it concerns, if it concerns one."),
    )
    speaker = models.ForeignKey(
        Official, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("speaker")
    )
    co_speakers = models.ManyToManyField(
        Official, blank=True, related_name="co_statements", verbose_name=_("joint speakers or authors")
    )
    on_behalf_of = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("on behalf of")
    )
    attribution = models.CharField(
        _("attribution"),
        max_length=200,
        blank=True,
        validators=[validate_no_nul],
        help_text=_("Where the source names nobody: “a Seoul official”."),
    )
    medium = models.CharField(_("medium"), max_length=14, choices=Medium)
    text = ProseField(_("text"), max_length=1_000, help_text=_("The exact words, as printed; 60 words at most."))
    language = models.CharField(_("language"), max_length=2, choices=Language)
    is_translation = models.BooleanField(
        _("is a translation"), default=False, help_text=_("The source printed a translation of what was said.")
    )
    original_text = ProseField(_("original text"), max_length=1_000, blank=True, help_text=_("When it is known."))
    original_language = models.CharField(_("original language"), max_length=2, choices=Language, blank=True)
    made_at_round = models.ForeignKey(
        Round, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("made at the round")
    )
    made_at_event = models.ForeignKey(
        Event, models.PROTECT, null=True, blank=True, related_name="statements", verbose_name=_("made at the event")
    )
    note = ProseField(_("note"), blank=True)

    objects = NaturalKeyManager.from_queryset(StatementQuerySet)()

    class Meta(Dated.Meta):
        ordering = ["first_day", "position", "slug"]
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(speaker__isnull=False) | Q(on_behalf_of__isnull=False) | ~Q(attribution=""),
                name="statement_is_by_somebody",
            ),
            models.CheckConstraint(condition=at_most_one(OCCASION), name="statement_is_made_at_one_occasion"),
            models.CheckConstraint(
                condition=Q(original_text="") | ~Q(original_language=""), name="statement_original_names_its_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.voice}: “{self.opening}”"

    def clean(self) -> None:
        super().clean()
        refuse_several(self, OCCASION, or_none=True)
        if not self.speaker_id and not self.on_behalf_of_id and not self.attribution:
            raise ValidationError(
                _("Name the speaker, the organization, or an attribution such as “a Seoul official”.")
            )
        if len(self.text.split()) > TEXT_WORDS:
            raise ValidationError(
                {
                    "text": _(
                        "A statement has at most %(most)s words; this has %(count)s. Choose the words that matter."
                    )
                    % {"most": TEXT_WORDS, "count": len(self.text.split())}
                }
            )

    @property
    def voice(self) -> str:
        """Who speaks, in the shortest form."""
        if self.speaker:
            return self.speaker.name
        if self.attribution:
            return self.attribution
        return self.on_behalf_of.name if self.on_behalf_of else ""

    @property
    def opening(self) -> str:
        words = self.text.split()
        return " ".join(words[:OPENING_WORDS]) + ("…" if len(words) > OPENING_WORDS else "")

    @property
    def occasion(self) -> Round | Event | None:
        occasion: Round | Event | None = pointed_at(self, OCCASION)
        return occasion
