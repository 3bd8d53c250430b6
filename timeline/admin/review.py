"""The doors to `actions` on the pages of a record: to review, back to the author, to the public, out of it again."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.actions import delete_selected as django_delete_selected
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timeline import actions, roles
from timeline.admin.forms import RemarkForm, WithdrawalForm
from timeline.admin.pickers import is_key
from timeline.admin.saving import reason_in
from timeline.admin.seen import LIST_FIELD, Seen, parse, seen_in_list, seen_of
from timeline.enums import State
from timeline.models import Proposal, Record, Revision

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

NAMED = 10  # of the records that point at one to be withdrawn


class ReviewMixin(ModelAdmin):
    # --- the buttons under the form

    def buttons(self, request: HttpRequest, record: Record | None) -> dict[str, Any]:
        may = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        is_public = record is not None and record.is_published
        waiting = actions.entered_with(record) if record else []
        may_review = may and request.user.has_perm(roles.REVIEW)
        alone = request.user.has_perm(roles.OVERRIDE)
        in_review = record is not None and record.state == State.IN_REVIEW
        may_withdraw = request.user.has_perm(roles.WITHDRAW)
        if record is not None and record.state == State.WITHDRAWN:
            may_review = may_review and may_withdraw
        return {
            "state_sentence": state_sentence(record, alone),
            "show_submit": may and (record is None or record.state == State.DRAFT),
            "show_publish": may_review and (not is_public or bool(waiting)),
            "publish_label": _publish_label(record),
            "show_send_back": record is not None and in_review and self._may_send_back(request, record),
            "show_withdraw": is_public and may_withdraw,
            "was_public": record is not None and record.published_at is not None,
            "last_remark": _last_remark(record),
            "proposals": Proposal.objects.of(record).open().exclude(proposed_by=request.user.pk) if record else (),
        } | reason_row(request, may=may, is_public=is_public)

    def _may_send_back(self, request: HttpRequest, record: Record) -> bool:
        may = self.has_change_permission(request, record)
        return may and (request.user.has_perm(roles.REVIEW) or record.created_by == request.user)

    # --- what is asked for with a save

    def act_if_asked(self, request: HttpRequest, record: Record) -> None:
        done = True
        if getattr(request, "trial", False):  # what is taken back is not given to anybody
            return
        if "_publish" in request.POST:
            done = self._publish(request, record)
        elif "_submit" in request.POST:
            done = self._submit(request, record)
        if not done:
            messages.warning(request, _("So it is saved as it was typed, and no more than that."))
            post = request.POST.copy()
            post["_continue"] = "1"  # back to the page on which it can be mended
            request.POST = post  # type: ignore[assignment]

    def _publish(self, request: HttpRequest, record: Record, version: int | None = None) -> bool:
        """The record with what was entered on its form; of a published one, that alone."""
        waiting = actions.entered_with(record) if record.is_published else [record]
        try:
            with transaction.atomic():
                public: list[Record] = []
                for each in waiting:
                    if each not in public:  # it may have gone with one before it
                        public += actions.publish(each, by=request.user, reason=reason_in(request), version=version)
        except actions.Refused as refusal:
            return _say(request, refusal)
        self._say_published(request, record, public)
        return True

    def _say_published(self, request: HttpRequest, record: Record, public: list[Record]) -> None:
        if record in public:
            messages.success(request, _("“%(record)s” is public now.") % {"record": record})
        if others := len(public) - (record in public):
            messages.success(
                request,
                ngettext(
                    "%(count)s draft entered on its form is public as well.",
                    "%(count)s drafts entered on its form are public as well.",
                    others,
                )
                % {"count": others},
            )

    def _submit(self, request: HttpRequest, record: Record, version: int | None = None) -> bool:
        try:
            given = actions.submit(record, by=request.user, remark=reason_in(request), version=version)
        except actions.Refused as refusal:
            return _say(request, refusal)
        messages.success(
            request,
            ngettext(
                "“%(record)s” is in review: somebody else reads it and publishes it.",
                "“%(record)s” is in review, with %(count)s records in all: somebody else reads and publishes them.",
                len(given),
            )
            % {"record": record, "count": len(given)},
        )
        return True

    # --- pages of their own

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        guarded = self.admin_site.admin_view
        return [
            path("<path:object_id>/withdraw/", guarded(self.withdraw_view), name=f"{name}_withdraw"),
            path("<path:object_id>/send-back/", guarded(self.send_back_view), name=f"{name}_send_back"),
            *super().get_urls(),
        ]

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self._record(request, object_id)
        if record is None:
            return _gone(request)
        if not request.user.has_perm(roles.WITHDRAW):
            raise PermissionDenied
        form = WithdrawalForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            self._withdraw(request, record, form.cleaned_data["reason"], _seen_here(request, record))
            return HttpResponseRedirect(self.change_address(record))
        return self._ask(request, "withdraw", form, [record])

    def _withdraw(self, request: HttpRequest, record: Record, reason: str, version: int) -> None:
        try:
            actions.withdraw(record, reason=reason, by=request.user, version=version)
        except actions.Refused as refusal:
            _say(request, refusal)
            return
        messages.success(
            request,
            _("“%(record)s” is withdrawn. Its address says so and gives the reason.") % {"record": record},
        )

    def send_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self._record(request, object_id)
        if record is None:
            return _gone(request)
        if not self._may_send_back(request, record):
            raise PermissionDenied
        form = RemarkForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._ask(request, "send_back", form, [record])
        remark = form.cleaned_data["remark"]
        try:
            actions.send_back(record, by=request.user, remark=remark, version=_seen_here(request, record))
        except actions.Refused as refusal:
            _say(request, refusal)
            return HttpResponseRedirect(self.change_address(record))
        messages.success(request, _("“%(record)s” is back with its author, with your remark.") % {"record": record})
        return HttpResponseRedirect(reverse("admin:index"))

    def _record(self, request: HttpRequest, object_id: str) -> Record | None:
        record: Record | None = self.get_object(request, unquote(object_id))
        return record

    def change_address(self, record: Record) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])

    def _ask(self, request: HttpRequest, page: str, form: forms.Form, records: list[Record]) -> HttpResponse:
        title = _("Withdraw") if page == "withdraw" else _("Send back to the author")
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "form": form,
            "records": [(record, seen_of(record)) for record in records],
            "pointing": self._pointing(records) if page == "withdraw" else [],
            "from_list": "action" in request.POST,
            "checkbox_name": ACTION_CHECKBOX_NAME,
            "seen_name": LIST_FIELD,
            "media": self.media,
        }
        return TemplateResponse(request, f"admin/timeline/{page}.html", context)

    @staticmethod
    def _pointing(records: list[Record]) -> list[str]:
        """Who withdraws a record reads first which public records still name it."""
        found = [str(each) for record in records for each in actions.records_that_point_at(record)]
        more = len(found) - NAMED
        return found[:NAMED] + ([_("and %(count)s more") % {"count": more}] if more > 0 else [])

    # --- actions of the list: each row says which version the list showed

    def action_checkbox(self, obj: Any) -> Any:
        return format_html(
            '{}<input type="hidden" name="{}" value="{}">', super().action_checkbox(obj), LIST_FIELD, seen_of(obj)
        )

    def response_action(self, request: HttpRequest, queryset: QuerySet[Any], *args: Any) -> Any:
        if not all(is_key(value) for value in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            messages.error(request, _("One of the chosen rows does not exist. Choose anew."))
            return HttpResponseRedirect(request.get_full_path())
        return super().response_action(request, queryset, *args)

    @admin.action(description=gettext_lazy("Publish selected %(verbose_name_plural)s"), permissions=["review"])
    def publish_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record, version in _shown_on_list(request, queryset):
            self._publish(request, record, version)

    @admin.action(description=gettext_lazy("Give selected drafts to review"), permissions=["change"])
    def submit_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for record, version in _shown_on_list(request, queryset):
            self._submit(request, record, version)

    @admin.action(description=gettext_lazy("Withdraw selected %(verbose_name_plural)s"), permissions=["withdraw"])
    def withdraw_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        form = WithdrawalForm(request.POST if "withdraw" in request.POST else None)
        if not form.is_valid():
            return self._ask(request, "withdraw", form, list(queryset))
        for record, version in _seen_on_list(request, queryset):
            self._withdraw(request, record, form.cleaned_data["reason"], version)
        return None

    @admin.action(description=gettext_lazy("Delete selected drafts"), permissions=["delete"])
    def delete_selected(self, request: HttpRequest, queryset: QuerySet[Any]) -> Any:
        kept = [record for record in queryset if not self.has_delete_permission(request, record)]
        for record in kept:
            messages.error(request, _never_deleted(record) if record.published_at else _not_yours(record))
        if kept:
            return None
        try:
            return django_delete_selected(self, request, queryset)
        except actions.Refused as refusal:
            _say(request, refusal)
            return None

    def has_review_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(roles.REVIEW)

    def has_withdraw_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(roles.WITHDRAW)

    # --- deleting

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Drafts only, and one's own: a reviewer may delete those of others."""
        if not super().has_delete_permission(request, obj):
            return False
        if not isinstance(obj, Record):
            return True
        is_own = obj.created_by_id is not None and obj.created_by == request.user
        return obj.published_at is None and (is_own or request.user.has_perm(roles.REVIEW))

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None) -> Any:
        record = self._record(request, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if record is not None and record.published_at is not None:
            messages.error(request, _never_deleted(record))
            return HttpResponseRedirect(self.change_address(record))
        seen = {"seen_name": LIST_FIELD, "seen": [seen_of(record)] if record else []}
        try:
            return super().delete_view(request, object_id, (extra_context or {}) | seen)
        except actions.Refused as refusal:
            _say(request, refusal)
            return HttpResponseRedirect(reverse("admin:index") if record is None else self.change_address(record))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        actions.delete(obj, by=request.user, version=_seen_here(request, obj))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            for record, version in _seen_on_list(request, queryset):
                actions.delete(record, by=request.user, version=version)


def reason_row(request: HttpRequest, *, may: bool, is_public: bool) -> dict[str, Any]:
    alone = may and is_public and request.user.has_perm(roles.OVERRIDE)
    return {
        "show_reason": may,
        "reason": reason_in(request) if request.method == "POST" else "",
        "reason_is_needed": alone,
        "show_for_review": alone,
    }


def _seen_here(request: HttpRequest, record: Record) -> int:
    """The version that the page was about. A post that does not say is about none."""
    seen = parse(request.POST.get(LIST_FIELD, ""))
    return seen.version if isinstance(seen, Seen) and seen.code == record.code else -1


def _seen_on_list(request: HttpRequest, queryset: QuerySet[Any]) -> list[tuple[Record, int]]:
    versions = seen_in_list(request.POST.getlist(LIST_FIELD))
    return [(record, versions.get(record.code, -1)) for record in queryset]


def _shown_on_list(request: HttpRequest, queryset: QuerySet[Any]) -> list[tuple[Record, int]]:
    """“Select all” chooses more rows than stand on the page, and nobody has seen those."""
    chosen = _seen_on_list(request, queryset)
    shown = [(record, version) for record, version in chosen if version >= 0]
    if others := len(chosen) - len(shown):
        messages.warning(
            request,
            ngettext(
                "%(count)s more stands on another page of the list: nothing was done with it.",
                "%(count)s more stand on other pages of the list: nothing was done with them.",
                others,
            )
            % {"count": others},
        )
    return shown


def _say(request: HttpRequest, refusal: actions.Refused) -> bool:
    for sentence in refusal.sentences:
        messages.error(request, sentence)
    return False


def _gone(request: HttpRequest) -> HttpResponse:
    messages.error(request, _("This record does not exist. It may have been deleted."))
    return HttpResponseRedirect(reverse("admin:index"))


def _last_remark(record: Record | None) -> Revision | None:
    """Why it came back, as long as it has not been given to review again."""
    if record is None or record.state != State.DRAFT:
        return None
    moves = Revision.objects.of(record).filter(act__in=["sent_back", "submitted"]).defer("content")
    last = moves.newest_first().first()
    return last if last is not None and last.act == "sent_back" else None


def state_sentence(record: Record | None, alone: bool) -> str:
    if record is None:
        return _("A new record is a draft: only editors see it until it is published.")
    if record.is_published:
        if alone:
            return _("This is public: readers see what you save at once, unless you save it for review.")
        return _("This is public: what you save waits for somebody else to read it, and readers see nothing of it.")
    if record.state == State.WITHDRAWN:
        return _("This was withdrawn: its address says so and gives the reason.")
    if record.state == State.IN_REVIEW:
        return _("This is in review: somebody who has not written it reads it and publishes it, or sends it back.")
    return _("This is a draft: only editors see it until it is published.")


def _publish_label(record: Record | None) -> str:
    if record is not None and record.is_published:
        return _("Save and publish the drafts below")
    return _("Save and publish")


def _never_deleted(record: Record) -> str:
    return _("“%(record)s” was public once, so it is never deleted: withdraw it, with the reason.") % {"record": record}


def _not_yours(record: Record) -> str:
    return _("“%(record)s” is the draft of somebody else: its author or a reviewer deletes it.") % {"record": record}
