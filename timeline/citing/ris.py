"""An item as RIS: a tag, two spaces, a hyphen, a value on one line."""

from timeline import dates
from timeline.citing.csl import title_words
from timeline.citing.items import Item

TYPES = {"webpage": "ELEC", "post": "ELEC", "article-newspaper": "NEWS", "report": "RPRT"}


def ris(item: Item) -> str:
    """A name without a comma is read as one that is not to be taken apart."""
    tags = [("TY", TYPES[item.type]), ("ID", item.key)]
    tags += [("AU", " ".join(name.replace(",", " ").split())) for name in item.authors]
    tags += [
        ("TI", title_words(item)),
        ("PB" if item.type == "report" else "T2", item.container),
        *_dates(item.issued),
        ("UR", item.url),
        ("LA", item.language),
        ("AB", item.abstract),
        ("N1", item.note),
    ]
    lines = [f"{tag}  - {value}" for tag, value in tags if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _dates(edtf: str) -> list[tuple[str, str]]:
    """RIS knows days, months and years, but neither spans nor doubt: these stand behind the last slash, in words."""
    if not edtf:
        return []
    date = dates.parse(edtf)
    day, precision = date.start.first, date.start.precision
    month = f"{day:%m}" if precision != "year" else ""
    number = f"{day:%d}" if precision == "day" else ""
    words = str(date) if date.is_span or date.start.mark else ""
    return [("PY", f"{day:%Y}"), ("DA", f"{day:%Y}/{month}/{number}/{words}")]
