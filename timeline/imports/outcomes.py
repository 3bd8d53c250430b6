"""What a row of a table comes to, for the page that shows it before anything is stored, and kept as JSON until then."""

from dataclasses import asdict, dataclass, field
from typing import Any

from timeline.imports.tables import Fault

ADDED, CHANGED, PROPOSED, UNCHANGED, FAULTY = "added", "changed", "proposed", "unchanged", "faulty"


@dataclass(frozen=True, slots=True)
class Shown:
    """One field or part that becomes another one."""

    cell: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Like:
    """A stored record that may be the same."""

    name: str
    kind: str
    key: int
    why: str


@dataclass(slots=True)
class Outcome:
    row: int
    status: str = UNCHANGED
    name: str = ""
    slug: str = ""
    code: str = ""  # of the stored record; a new one has none that holds before it is stored
    version: int = 0  # of the stored record that was compared
    new_code: str = ""  # once it is stored
    fields: list[Shown] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    likes: list[Like] = field(default_factory=list)

    @property
    def effect(self) -> tuple[Any, ...]:
        """What it does: equal for a preview and for what is stored after it."""
        return (self.row, self.status, self.code, self.fields)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> "Outcome":
        parts = {
            "fields": [Shown(**each) for each in kept["fields"]],
            "faults": [Fault(**each) for each in kept["faults"]],
            "likes": [Like(**each) for each in kept["likes"]],
        }
        return cls(**(kept | parts))
