"""“Add next round”: the form of a round begun from the one before it. Nothing is stored until it is saved."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from timeline.admin.pickers import is_key
from timeline.enums import AgreementStatus, Capital, RoundStatus, State
from timeline.models import Agreement, Delegate, Place, Round

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

AGREEMENT = "next_of"  # the name in the address of the form
MET = (RoundStatus.HELD, RoundStatus.CUT_SHORT)


@dataclass(frozen=True)
class NextRound:
    agreement: Agreement
    number: int

    @property
    def url(self) -> str:
        return f"{reverse('admin:timeline_round_add')}?{AGREEMENT}={self.agreement.pk}"

    @property
    def label(self) -> str:
        return _("Add next round: %(agreement)s, round %(number)s") % {
            "agreement": self.agreement,
            "number": self.number,
        }


def next_round_of(agreement: Agreement) -> NextRound:
    numbers = Round.objects.filter(agreement=agreement).order_by("-number").values_list("number", flat=True)
    return NextRound(agreement, (numbers.first() or 0) + 1)


def next_round() -> NextRound | None:
    """Of the newest agreement that is under negotiation; when there is none, of the newest."""
    agreements = list(Agreement.objects.exclude(state=State.WITHDRAWN).order_by("-ordinal"))
    open_talks = [each for each in agreements if each.status == AgreementStatus.UNDER_NEGOTIATION]
    chosen = [*open_talks, *agreements][:1]
    return next_round_of(chosen[0]) if chosen else None


def values_for(agreement: Agreement) -> dict[str, Any]:
    """What the form begins with. The day is never guessed."""
    place = other_capital(agreement)
    return {
        "agreement": agreement.pk,
        "number": next_round_of(agreement).number,
        "status": RoundStatus.SCHEDULED,
        **({"place": place.pk} if place else {}),
    }


def heads_of(agreement: Agreement) -> list[dict[str, Any]]:
    """Who led the delegations at the last round that was held, as rows of the form."""
    last = Round.objects.filter(agreement=agreement, status__in=MET).order_by("-number").first()
    heads = Delegate.objects.filter(round=last, is_head=True).order_by("side", "order", "code")
    if last is None:
        return []
    return [
        {
            "side": head.side,
            "official": head.official_id,
            "organization": head.organization_id,
            "role": head.role,
            "is_head": True,
            "order": head.order,
        }
        for head in heads
    ]


def other_capital(agreement: Agreement) -> Place | None:
    """Where the delegations last met on the other side: in Seoul after Washington, or Honolulu; there after Seoul.

    A round on neither side, or without a place, does not change whose turn it is.
    """
    met = Round.objects.exclude(status=RoundStatus.CANCELLED).exclude(state=State.WITHDRAWN)
    at_home = met.filter(place__country__in=Capital.values).select_related("place")
    last = at_home.filter(agreement=agreement).order_by("-number").first()
    if last is None or last.place is None:
        return None
    earlier = at_home.filter(agreement__ordinal__lte=agreement.ordinal).exclude(place__country=last.place.country)
    host = earlier.order_by("-agreement__ordinal", "-number").first()
    return host.place if host else None


def begun_from(request: HttpRequest) -> Agreement | None:
    """The agreement that the address of an empty form names."""
    key = request.GET.get(AGREEMENT, "")
    if request.method == "POST" or not is_key(key):
        return None
    return Agreement.objects.filter(pk=key).first()


class NextRoundButton(ModelAdmin):
    """On the page of an agreement, and on those of its rounds."""

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        if record is not None and request.user.has_perm("timeline.add_round"):
            context["next_round"] = next_round_of(record if isinstance(record, Agreement) else record.agreement)
        return super().render_change_form(request, context, *args, **kwargs)


class NextRoundMixin(NextRoundButton):
    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        agreement = begun_from(request)
        return values_for(agreement) if agreement else super().get_changeform_initial_data(request)

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if inline.model is Delegate and obj.pk is None and (agreement := begun_from(request)):
            kwargs["initial"] = heads_of(agreement)
        return kwargs

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        if self.has_add_permission(request):
            extra_context = {"next_round": next_round()} | (extra_context or {})
        return super().changelist_view(request, extra_context)
