"""An item as BibTeX. Entry types and the field `date` are those of BibLaTeX; BibTeX itself reads the year beside it."""

from timeline import dates
from timeline.citing.csl import title_words
from timeline.citing.items import Item

ENTRIES = {"webpage": "online", "post": "online", "article-newspaper": "article", "report": "techreport"}
CONTAINERS = {"online": "organization", "article": "journal", "techreport": "institution"}
# Braces by name, and not as \{: BibTeX counts those as well, and one alone would swallow the rest of the file.
IN_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{sign: f"\\{sign}" for sign in "$&#_%"},
    }
)
IN_ADDRESS = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})
LANGUAGES = {"en": "english", "ko": "korean", "de": "german", "es": "spanish", "fr": "french", "ja": "japanese"}
LANGUAGES |= {"ar": "arabic", "id": "indonesian"}


def bibtex(item: Item) -> str:
    """In UTF-8, as Hangul is. Names and titles in double braces: they are kept whole and in their own capitals."""
    entry = ENTRIES[item.type]
    fields = {
        "author": " and ".join(_kept(name) for name in item.authors),
        "title": _kept(title_words(item)),
        CONTAINERS[entry]: _escaped(item.container),
        "date": item.issued,
        "year": str(dates.parse(item.issued).start.first.year) if item.issued else "",
        "url": item.url.translate(IN_ADDRESS),
        "langid": LANGUAGES.get(item.language, ""),
        "abstract": _escaped(item.abstract),
        "note": _escaped(item.note),
    }
    lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
    return f"@{entry}{{{item.key},\n" + ",\n".join(lines) + "\n}\n"


def _escaped(text: str) -> str:
    return text.translate(IN_LATEX)


def _kept(text: str) -> str:
    return f"{{{_escaped(text)}}}"
