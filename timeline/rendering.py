"""Editors' Markdown to clean HTML: one function, and the only `mark_safe` of the project."""

import re
from collections.abc import Callable
from functools import lru_cache
from html import escape, unescape
from urllib.parse import quote

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

MARKDOWN = MarkdownIt("commonmark", {"html": False})
LEFT_OUT = re.compile(r"…|\.{3,}|\[[^\]]*\]")  # what an editor left out of a quotation, or put into it
TAG = re.compile(r"(<[^>]*>)")
BLOCK = re.compile(r"<(p|ul|ol|blockquote)>")
BLOCK_END = re.compile(r"</(p|ul|ol|blockquote)>")
# A paragraph in which nothing means anything to Markdown or HTML: most are.
PLAIN = re.compile(r"""[^\W\d_](?:[^\x00-\x1f\x7f\xa0&<>"\\*_`\[\]!]*[^\s\x00-\x1f\x7f\xa0&<>"\\*_`\[\]!])?""")
TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "code", "br"}


def markdown(text: str, finish: Callable[[str], str] = str) -> SafeString:
    """Paragraphs, emphasis, lists, quotations and links; anything else is shown as text or dropped.

    `finish` is given the clean HTML and must return clean HTML.
    """
    return mark_safe(finish(_clean(text)))  # noqa: S308 - cleaned by nh3


@lru_cache(maxsize=512)
def _clean(text: str) -> str:
    """Kept: the same text stands on a record's page, on its card, and again on both when another record has changed."""
    if is_plain(text):  # as below, in a hundredth of the time
        return "".join(f"<p>{paragraph}</p>\n" for paragraph in text.split("\n\n"))
    return nh3.clean(
        MARKDOWN.render(text),
        tags=TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener nofollow",
    )


def is_plain(text: str) -> bool:
    """Paragraphs of words alone, which Markdown leaves as they are."""
    return all(PLAIN.fullmatch(paragraph) for paragraph in text.split("\n\n"))


def with_fragments(html: str, name: str, title: str) -> SafeString:
    """Clean HTML of `markdown` in which each paragraph, list and quotation can be linked to: `#note-1`, `#note-2`.

    The link stands at the end of what it names; its sign comes from the style sheet, so that no text is changed.
    """
    pieces: list[str] = []
    depth = number = 0
    for piece in TAG.split(html):
        opened, closed = BLOCK.match(piece), BLOCK_END.match(piece)
        if opened and not depth:
            number += 1
            pieces.append(f'<{opened[1]} id="{name}-{number}">')
        else:
            if closed and depth == 1:
                link = f'<a class="fragment" href="#{name}-{number}" aria-label="{escape(title)}"></a>'
                pieces.insert(_end_of_the_words(pieces, closed[1]), link)
            pieces.append(piece)
        depth += bool(opened) - bool(closed)
    return mark_safe("".join(pieces))  # noqa: S308 - clean HTML, and names that are ours


def _end_of_the_words(pieces: list[str], tag: str) -> int:
    """Before the end of the block; of a list, which holds items alone, before that of the last item."""
    if tag in {"p", "blockquote"}:
        return len(pieces)
    return max(place for place, piece in enumerate(pieces) if piece == "</li>")


@lru_cache(maxsize=512)
def plain_text(text: str) -> str:
    """Editors' Markdown without its signs, on one line: for descriptions that other sites show."""
    words = text if is_plain(text) else unescape(nh3.clean(MARKDOWN.render(text), tags=set()))
    return " ".join(words.split())


def is_korean(text: str) -> bool:
    """Whether there is Hangul in it: then it is marked as Korean, for screen readers and fonts."""
    return any("\uac00" <= letter <= "\ud7a3" for letter in text)


def text_fragment(address: str, quote_words: str) -> str:
    """The address with a text fragment, so that the browser opens it at the very sentence.

    Long quotations are named by their first and last words: a browser finds nothing when one character between differs.
    Where something was left out or put in (… or brackets), the longest stretch without a break names the place.
    """
    words = max((stretch.split() for stretch in LEFT_OUT.split(quote_words)), key=len)
    if "#" in address or not words:
        return address
    if len(words) <= 8:
        return f"{address}#:~:text={_fragment_words(words)}"
    start, end = (_fragment_words(part) for part in (words[:4], words[-4:]))
    return f"{address}#:~:text={start},{end}"


def _fragment_words(words: list[str]) -> str:
    return "%20".join(map(_fragment_word, words))


def _fragment_word(word: str) -> str:
    if word.isascii() and word.isalnum():
        return word
    return quote(word, safe="").replace("-", "%2D")  # a hyphen has a meaning of its own in a text fragment
