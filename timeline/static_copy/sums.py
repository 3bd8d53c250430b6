"""The two files that list all others, `manifest.json` and `SHA256SUMS`.

After an edit the lines of before are taken over, but for those of what has changed: to make all of them again takes
longer than the pages of an edit do.
"""

import json
import mmap
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from timeline.exports.patching import opened
from timeline.static_copy.state import State
from timeline.static_copy.writing import File, Writer

MANIFEST: Final = "manifest.json"
SUMS: Final = "SHA256SUMS"
LINES_AT_ONCE: Final = 5_000
CHUNK: Final = 1 << 20
HASH_LENGTH: Final = 64


def write(state: State, writer: Writer, about: dict[str, Any], touched: Collection[str] | None) -> Iterator[File]:
    """Of all files that the state knows; where a copy is there already, `touched` are the paths that have changed."""
    head = json.dumps(about, ensure_ascii=False).removesuffix("}") + ', "files": [\n'
    manifest = _written(writer, Form(MANIFEST, head, ",\n", "\n]}\n", _path_in_manifest), state.manifest_lines, touched)
    yield manifest
    end = f"\n{manifest.sha256}  {manifest.path}\n"
    yield _written(writer, Form(SUMS, "", "\n", end, _path_in_sums), state.sum_lines, touched)


@dataclass(frozen=True)
class Form:
    """How lines stand in a file: sorted by path, what stands before them and behind them a line each, or nothing."""

    name: str
    head: str
    between: str
    end: str
    path_of: Callable[[bytes], str]


def _path_in_manifest(line: bytes) -> str:
    path: str = json.loads(line.rstrip(b",\n"))["path"]
    return path


def _path_in_sums(line: bytes) -> str:
    return line[HASH_LENGTH + 2 :].rstrip(b"\n").decode()


Lines = Callable[[Iterable[str] | None], Iterator[tuple[str, str]]]  # path and line, of these paths or of all


def _written(writer: Writer, form: Form, lines: Lines, touched: Collection[str] | None) -> File:
    before = Path(writer.site, form.name)
    if touched is None or not before.exists():
        return writer.stream(form.name, _all(form, lines))
    with opened(before) as content:
        return writer.stream(form.name, _patched(form, Listed(content, form), touched, dict(lines(touched))))


def _all(form: Form, lines: Lines) -> Iterator[bytes]:
    yield form.head.encode()
    left, before = (line for _path, line in lines(None)), ""
    while several := list(islice(left, LINES_AT_ONCE)):
        yield (before + form.between.join(several)).encode()
        before = form.between
    yield form.end.encode()


class Listed:
    """The lines of a file of before."""

    def __init__(self, content: mmap.mmap, form: Form) -> None:
        self.content, self.form = content, form
        self.begin = content.find(b"\n") + 1 if form.head else 0
        self.end = content.rfind(b"\n", 0, len(content) - 1)  # of the lines, without what would stand behind the last

    def place(self, path: str) -> tuple[int, int]:
        """Where the line stands and ends; where it would stand, if there is none."""
        low, high = self.begin, self.end
        while low < high:
            begin = max(self.content.rfind(b"\n", self.begin, (low + high) // 2) + 1, low)
            end = self._after(begin)
            found = self.form.path_of(self.content[begin:end])
            if found == path:
                return begin, end
            if found < path:
                low = end
            else:
                high = begin
        return low, low

    def _after(self, begin: int) -> int:
        return self.content.find(b"\n", begin, self.end) + 1 or self.end

    def lines(self, begin: int, end: int) -> Iterator[bytes]:
        """Each with what stands behind a line, the last too."""
        for place in range(begin, end, CHUNK):
            yield self.content[place : min(place + CHUNK, end)]
        if begin < end == self.end:
            yield self.form.between.encode()


def _patched(form: Form, before: Listed, touched: Collection[str], now: dict[str, str]) -> Iterator[bytes]:
    yield form.head.encode()
    waiting = b""
    for piece in _pieces(form, before, touched, now):
        yield waiting
        waiting = piece
    yield waiting.removesuffix(form.between.encode())
    yield form.end.encode()


def _pieces(form: Form, before: Listed, touched: Collection[str], now: dict[str, str]) -> Iterator[bytes]:
    done = before.begin
    for path in sorted(touched):
        begin, end = before.place(path)
        yield from before.lines(done, begin)
        if path in now:
            yield (now[path] + form.between).encode()
        done = end
    yield from before.lines(done, before.end)
