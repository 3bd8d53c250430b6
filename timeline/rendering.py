"""Editors' Markdown to clean HTML: one function, and the only `mark_safe` of the project."""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False})
TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "br"}


def markdown(text: str) -> SafeString:
    """Paragraphs, emphasis, lists, quotations and links; anything else is shown as text or dropped."""
    html = nh3.clean(
        MARKDOWN.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow",
    )
    return mark_safe(html)  # noqa: S308 - cleaned by nh3 in the line above


def is_korean(text: str) -> bool:
    """Whether there is Hangul in it: then it is marked as Korean, for screen readers and fonts."""
    return any("\uac00" <= letter <= "\ud7a3" for letter in text)
