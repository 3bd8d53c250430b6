"""An item as a ContextObject for a `<span class="Z3988">`, in which pages name the works that they speak of.

Zotero reads from it what `<meta name="citation_author">` cannot say: a name to be left whole. It is given as
a last name without a first one; `rft.aucorp` would say it better, but Zotero turns the order of several of these round.
"""

from urllib.parse import quote, urlencode

from timeline import dates
from timeline.citing.csl import title_words
from timeline.citing.items import Item

TYPES = {"webpage": "webpage", "post": "forumPost", "article-newspaper": "newspaperArticle", "report": "report"}


def coins(item: Item) -> str:
    pairs = [
        ("ctx_ver", "Z39.88-2004"),
        ("rft_val_fmt", "info:ofi/fmt:kev:mtx:dc"),
        ("rft.type", TYPES[item.type]),
        ("rft.title", title_words(item)),
        *(("rft.aulast", name) for name in item.authors),
        ("rft.publisher" if item.type == "report" else "rft.source", item.container),
        ("rft.date", dates.parse(item.issued).machine if item.issued else ""),
        ("rft.identifier", item.url),
        ("rft.language", item.language),
    ]
    return urlencode([pair for pair in pairs if pair[1]], quote_via=quote, safe="")
