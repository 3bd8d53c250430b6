"""What the Django templates of `template_engines` call; the Jinja2 templates have it from `timeline.environment`."""

from django import template
from django.urls import reverse

from timeline import dates
from timeline.environment import kind_label, side_label

register = template.Library()
register.filter("partial_date", dates.parse)
register.filter("kind_label", kind_label)
register.filter("side_label", side_label)


@register.simple_tag
def record_url(record_type: str, slug: str) -> str:
    return reverse(f"{record_type}-detail", args=[slug])
