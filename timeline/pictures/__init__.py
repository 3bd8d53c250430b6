"""Pictures of records, for those who share a link: what each shows (`facts`), and those that are kept (`kept`).

The web worker reads both. `drawing` uses vl-convert: only `manage.py draw`, a process of its own, may import it.
"""

from typing import Any

from timeline import charts, index
from timeline.pictures.kept import Picture, picture_of, plain

__all__ = ["Picture", "connect", "picture_of", "plain"]


def connect() -> None:
    """Draw after each change of what is public: `index` tells of all that a card can show."""
    index.follow(_changed, charts.start_after_commit)


def _changed(touched: Any) -> None:
    charts.start_after_commit()
