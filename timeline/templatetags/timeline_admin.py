"""What the templates of the admin ask of a record."""

from django import template

from timeline.admin.seen import seen_of
from timeline.models import Record

register = template.Library()


@register.filter
def seen(record: Record) -> str:
    return seen_of(record)
