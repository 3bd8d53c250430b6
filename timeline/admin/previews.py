"""“How it will look”: the public page beside the form, from what is typed, and a link to it for a reviewer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms.formsets import all_valid
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from timeline import actions, contents, previews
from timeline.admin.saving import SavingMixin, apply_proposal
from timeline.enums import State
from timeline.models import Proposal, Record


class PreviewMixin(SavingMixin):
    def get_urls(self) -> list[URLPattern]:
        view, name = self.admin_site.admin_view(require_POST(self.preview_view)), self._preview_name()
        return [
            path("preview/", view, name=name),
            path("<path:object_id>/preview/", view, name=name),
            *super().get_urls(),
        ]

    def _preview_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_preview"

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        may = self.has_change_permission(request, record) if record else self.has_add_permission(request)
        if may:
            own = context.get("own_proposal")
            address = reverse(f"admin:{self._preview_name()}", args=[record.pk] if record else [])
            context |= {"preview_url": address, "reviewers_link": self._reviewers_link(request, record, own)}
        return super().render_change_form(request, context, *args, **kwargs)

    def _reviewers_link(self, request: HttpRequest, record: Record | None, own: Proposal | None) -> str:
        """Of what is stored: what is public needs none, and what was withdrawn has its reason."""
        if own is not None:
            return link_to_proposal(request, own)
        if record is None or record.state not in {State.DRAFT, State.IN_REVIEW}:
            return ""
        return _link(request, previews.token_for(record, timezone.now()))

    def preview_view(self, request: HttpRequest, object_id: str | None = None) -> HttpResponse:
        try:
            response = previews.taken_back(lambda: self._preview(request, object_id))
        except previews.Busy:
            response = no_preview(request, [_("The database is busy at this moment. Try again.")], status=503)
        except (actions.Refused, contents.Missing) as refusal:
            response = no_preview(request, getattr(refusal, "sentences", [_("A record that it names is gone.")]))
        except IntegrityError:
            response = no_preview(request, [_("Another record or row holds one of these values at this moment.")])
        response["Cache-Control"] = "no-store"
        return response

    def _preview(self, request: HttpRequest, object_id: str | None) -> HttpResponse:
        if own := self.own_proposal(request, object_id):
            apply_proposal(own)  # what the form was opened on
        record = self.get_object(request, unquote(object_id)) if object_id is not None else None
        if object_id is not None and record is None:
            raise Http404
        if not (self.has_change_permission(request, record) if record else self.has_add_permission(request)):
            raise PermissionDenied
        form, formsets = self._typed(request, record)
        if sentences := sentences_of(form, formsets):
            return no_preview(request, sentences)
        stored = self._stored(request, form, formsets, change=record is not None)
        bar = previews.Bar(_("A preview of what is typed. It is not saved."))
        response = previews.public_page(stored, request, bar)
        response.content = previews.in_new_windows(response.content)
        return response

    def _typed(self, request: HttpRequest, record: Record | None) -> tuple[Any, list[Any]]:
        """The forms as Django's own view makes them of a post."""
        change = record is not None
        fields = flatten_fieldsets(self.get_fieldsets(request, record))
        typed = self.get_form(request, record, change=change, fields=fields)
        form = typed(request.POST, request.FILES, instance=record)
        form.is_valid()
        formsets, _inlines = self._create_formsets(request, form.instance, change=change)  # type: ignore[attr-defined]
        all_valid(formsets)
        return form, formsets

    def _stored(self, request: HttpRequest, form: Any, formsets: list[Any], *, change: bool) -> Record:
        """As saving does it, without asking whether it may be public."""
        form.propose_slug()
        record: Record = form.save(commit=False)
        record.save()
        form.save_m2m()
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        return type(record)._default_manager.get(pk=record.pk)


def link_to_proposal(request: HttpRequest, proposal: Proposal) -> str:
    return _link(request, previews.token_for_proposal(proposal, timezone.now()))


def _link(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("preview", args=[token]))


def no_preview(request: HttpRequest, sentences: list[str], status: int = 200) -> HttpResponse:
    return render(request, "admin/timeline/no_preview.html", {"sentences": sentences}, status=status)


def sentences_of(form: Any, formsets: Iterable[Any]) -> list[str]:
    """What is wrong with what is typed, field by field, each with the name of its row."""
    found = list(_sentences(form, ""))
    for formset in formsets:
        name = capfirst(str(formset.model._meta.verbose_name))
        found += [str(each) for each in formset.non_form_errors()]
        for number, row in enumerate(formset.forms, start=1):
            found += _sentences(row, f"{name} {number}")
    return found


def _sentences(form: forms.Form, where: str) -> Iterable[str]:
    for name, errors in form.errors.items():
        label = capfirst(str(form.fields[name].label)) if name in form.fields else ""
        for error in errors:
            yield ": ".join(filter(None, (where, label, str(error))))
