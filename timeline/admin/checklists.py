"""What keeps a record from being published, item by item, each with the place on the form where it is mended.

The rules are those of `check_data`; what is entered on the form of a round or an event is looked at with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from timeline import actions, rules
from timeline.models import Record, Source
from timeline.rules import Problem

if TYPE_CHECKING:  # the stubs know it as generic, Django itself does not
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin

SHOWN = 8  # items on the form; all stand on a page of their own
MOST_ENTERED = 20  # records entered on the form that are looked at while it is opened


@dataclass(frozen=True, slots=True)
class Item:
    about: str  # of a record entered on the form its name, else nothing
    sentence: str
    mend: str
    acknowledged: str
    url: str


@dataclass(frozen=True)
class Checklist:
    errors: list[Item]
    notices: list[Item]
    roles: list[str]  # who may publish it
    unseen: int = 0  # of what was entered on the form

    @property
    def first_errors(self) -> list[Item]:
        return self.errors[:SHOWN]

    @property
    def first_notices(self) -> list[Item]:
        return self.notices[: max(SHOWN - len(self.errors), 0)]

    @property
    def has_more(self) -> bool:
        return len(self.errors) + len(self.notices) > SHOWN or self.unseen > 0


def checklist_of(record: Record, user: Any, *, page: str = "", most: int | None = None) -> Checklist:
    """As the record would be if it were public, with what was entered on its form. `page` stands before the anchors."""
    entered = actions.entered_with(record)
    together = [record, *entered]
    seen = entered if most is None else entered[:most]
    rows = _rows_of(record, seen)
    found = [(problem, _own_item(problem, page)) for problem in rules.problems_of(record, together)]
    for each in seen:
        found += [
            (problem, _item_of_row(problem, page, rows[each]) if each in rows else _item_elsewhere(problem, each))
            for problem in rules.problems_of(each, together)
        ]
    return Checklist(
        errors=[item for problem, item in found if problem.level == rules.ERROR],
        notices=[item for problem, item in found if problem.level != rules.ERROR],
        roles=_roles(record, together, user),
        unseen=len(entered) - len(seen),
    )


def _rows_of(record: Record, entered: Iterable[Record]) -> dict[Record, str]:
    """The names of their rows on the form, in the order in which they were entered; sources have none there."""
    rows: dict[Record, str] = {}
    for kind in {type(each) for each in entered} - {Source}:
        relation = f"{kind._meta.model_name}s"
        rows |= {row: f"{relation}-{number}" for number, row in enumerate(getattr(record, relation).order_by("pk"))}
    return rows


def _own_item(problem: Problem, page: str) -> Item:
    return _item("", problem, f"{page}#{_anchor(problem)}")


def _item_of_row(problem: Problem, page: str, row: str) -> Item:
    anchor = f"id_{row}-cited_source" if problem.field == "citations" else row
    return _item(str(problem.record), problem, f"{page}#{anchor}")


def _item_elsewhere(problem: Problem, record: Record) -> Item:
    page = reverse(f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk])
    return _item(str(record), problem, f"{page}#{_anchor(problem)}")


def _item(about: str, problem: Problem, url: str) -> Item:
    return Item(about, problem.sentence, problem.mend, problem.acknowledged, url)


def _anchor(problem: Problem) -> str:
    """The field, or the rows of the relation."""
    columns = (*problem.record._meta.fields, *problem.record._meta.many_to_many) if problem.record else ()
    if problem.field in {column.name for column in columns}:
        return f"id_{problem.field}"
    return f"{problem.field}-group" if problem.field else "content"


def _roles(record: Record, together: list[Record], user: Any) -> list[str]:
    waiting = [each for each in together if not each.is_published]
    if not waiting:
        return []
    try:
        actions.second_person(waiting, user, "")
    except actions.Refused as refusal:
        return refusal.sentences
    return [_("Somebody else has written it: you may publish it.")]


class ChecklistMixin(ModelAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_safe(self.checklist_view))
        name = f"{self.opts.app_label}_{self.opts.model_name}_checklist"
        return [path("<path:object_id>/checklist/", view, name=name), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        record = context.get("original")
        if record is not None:
            context["checklist"] = checklist_of(record, request.user, most=MOST_ENTERED)
        return super().render_change_form(request, context, *args, **kwargs)

    def checklist_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = self.get_object(request, unquote(object_id))
        if record is None:
            messages.error(request, _("This record does not exist. It may have been deleted."))
            return HttpResponseRedirect(reverse("admin:index"))
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        page = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[record.pk])
        context = self.admin_site.each_context(request) | {
            "title": _("What keeps it from being published"),
            "subtitle": str(record),
            "opts": self.opts,
            "original": record,
            "change_url": page,
            "checklist": checklist_of(record, request.user, page=page),
        }
        return TemplateResponse(request, "admin/timeline/checklist.html", context)
