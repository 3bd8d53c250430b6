"""The files of the data set: made before the pages, which say how large they are; shared with what the site keeps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from timeline.addresses import path_of
from timeline.chronology import Filter
from timeline.exports import FILES, kept
from timeline.static_copy.writing import File, Writer, hash_of

PATIENCE: Final = 3_600.0  # seconds, for others that make files


@dataclass(frozen=True)
class Downloads:
    folder: Path
    sums: dict[str, str]

    @classmethod
    def made(cls) -> "Downloads":
        """Of what is public now."""
        edition = kept.make(Filter(), *FILES, patience=PATIENCE)
        lines = edition.path(kept.SUMS).read_text().splitlines()
        return cls(edition.folder, {name: digest for digest, _space, name in (line.partition("  ") for line in lines)})

    def share(self, address: str, writer: Writer) -> File | None:
        """None for what is none of them, and for what has been removed, as the data has changed meanwhile."""
        name = address.removeprefix(path_of("downloads"))
        source, path = self.folder / name, address.lstrip("/")
        if name not in FILES:
            return None
        try:
            size = source.stat().st_size
            writer.share(path, source)
        except FileNotFoundError:
            return None
        return File(path, self.sums.get(name) or hash_of(source), size)


def is_download(address: str) -> bool:
    home = path_of("downloads")
    return address.startswith(home) and address != home
