"""Two texts, word by word: what was taken out and what was put in, in a bounded time for texts of any length."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SAME, GONE, NEW, LEFT_OUT = "same", "del", "ins", "gap"
WORD = re.compile(r"\s*\S+|\s+")  # with the space before it: what is put in behind a text changes no word of it
SENTENCE = re.compile(r"[^\n.!?。]*[\n.!?。]+\s*|[^\n.!?。]+")
MOST_EDITS = 300  # words or sentences changed; beyond that a stretch counts as replaced
MOST_STEPS = 400_000  # of the search together: about half a second
CONTEXT = 12  # words around a change that are shown
MOST_SHOWN = 400  # words of one stretch that came or went


@dataclass(frozen=True)
class Run:
    """A stretch of text. Of a `gap` the words are left out: they are the same in both."""

    kind: str
    text: str


@dataclass
class _Budget:
    steps: int = MOST_STEPS


def word_runs(before: str, after: str) -> list[Run]:
    """Long stretches that are the same, or that came or went, are cut in the middle."""
    return _shortened(_merged(_by_sentence(before, after, _Budget())))


def whole_differences(before: str, after: str) -> list[Run]:
    """The same without anything left out: both texts can be put together from it."""
    return _merged(_by_sentence(before, after, _Budget()))


def _by_sentence(before: str, after: str, budget: _Budget) -> Iterator[Run]:
    """Sentence by sentence first, then word by word where they differ: what stayed is found quickly."""
    old, new = SENTENCE.findall(before), SENTENCE.findall(after)
    taken: list[str] = []
    put: list[str] = []
    for kind, sentence in (*_script(old, new, budget), (SAME, "")):
        if kind == SAME:
            yield from _by_word("".join(taken), "".join(put), budget)
            taken, put = [], []
            yield Run(SAME, sentence)
        else:
            (taken if kind == GONE else put).append(sentence)


def _by_word(before: str, after: str, budget: _Budget) -> Iterator[Run]:
    for kind, word in _script(WORD.findall(before), WORD.findall(after), budget):
        yield Run(kind, word)


def _script(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[str, str]]:
    """The shortest way from one to the other; all taken out and put in anew where it is too long to find."""
    start = _same_length(old, new)
    end = _same_length(old[start:][::-1], new[start:][::-1])
    left, right = old[start : len(old) - end], new[start : len(new) - end]
    between = _shortest(left, right, budget)
    if between is None:
        between = [*((GONE, each) for each in left), *((NEW, each) for each in right)]
    return [*((SAME, each) for each in old[:start]), *between, *((SAME, each) for each in old[len(old) - end :])]


def _same_length(one: Sequence[str], other: Sequence[str]) -> int:
    length = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        length += 1
    return length


def _shortest(old: Sequence[str], new: Sequence[str], budget: _Budget) -> list[tuple[str, str]] | None:
    """Myers' greedy search by the number of edits; None when it would take too many."""
    if not old or not new:
        return [*((GONE, each) for each in old), *((NEW, each) for each in new)]
    reached = {1: 0}
    trace: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), MOST_EDITS) + 1):
        trace.append(dict(reached))
        for diagonal in range(-edits, edits + 1, 2):
            at = _furthest(reached, diagonal, edits)
            begun = at
            while at < len(old) and at - diagonal < len(new) and old[at] == new[at - diagonal]:
                at += 1
            reached[diagonal] = at
            budget.steps -= at - begun + 1
            if at >= len(old) and at - diagonal >= len(new):
                return _way_back(trace, old, new)
        if budget.steps < 0:
            return None
    return None


def _furthest(reached: dict[int, int], diagonal: int, edits: int) -> int:
    down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
    return reached[diagonal + 1] if down else reached[diagonal - 1] + 1


def _way_back(trace: list[dict[int, int]], old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str]]:
    x, y = len(old), len(new)
    way: list[tuple[str, str]] = []
    for edits in range(len(trace) - 1, -1, -1):
        reached, diagonal = trace[edits], x - y
        down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
        before = diagonal + 1 if down else diagonal - 1
        came_x = reached[before] if edits else 0
        came_y = came_x - before if edits else 0
        while x > max(came_x, 0) and y > max(came_y, 0):
            x, y = x - 1, y - 1
            way.append((SAME, old[x]))
        if edits:
            way.append((NEW, new[came_y]) if down else (GONE, old[came_x]))
            x, y = came_x, came_y
    return way[::-1]


def _merged(runs: Iterator[Run]) -> list[Run]:
    """Neighbours of one sort as one run; between two that are the same, what went stands before what came."""
    made: list[Run] = []
    gone: list[str] = []
    new: list[str] = []
    for run in (*runs, None):
        if run is not None and run.kind != SAME:
            (gone if run.kind == GONE else new).append(run.text)
            continue
        if run is not None and not run.text:
            continue
        made += [Run(kind, "".join(texts)) for kind, texts in ((GONE, gone), (NEW, new)) if texts]
        gone, new = [], []
        if run is not None and made and made[-1].kind == SAME:
            made[-1] = Run(SAME, made[-1].text + run.text)
        elif run is not None:
            made.append(run)
    return made


def _shortened(runs: list[Run]) -> list[Run]:
    shown: list[Run] = []
    for place, run in enumerate(runs):
        words = WORD.findall(run.text)
        if run.kind != SAME:
            kept = words if len(words) <= MOST_SHOWN else [*words[: MOST_SHOWN // 2], "… ", *words[-MOST_SHOWN // 2 :]]
            shown.append(Run(run.kind, "".join(kept)))
            continue
        ahead, behind = (CONTEXT if place else 0), (CONTEXT if place < len(runs) - 1 else 0)
        if len(words) <= ahead + behind + CONTEXT:
            shown.append(run)
            continue
        head, tail = words[:ahead], words[len(words) - behind :] if behind else []
        shown += [
            each for each in (Run(SAME, "".join(head)), Run(LEFT_OUT, "…"), Run(SAME, "".join(tail))) if each.text
        ]
    return shown


def shortened(text: str, most: int = MOST_SHOWN) -> str:
    """A long text by its beginning."""
    words = WORD.findall(text)
    return text if len(words) <= most else "".join(words[:most]).rstrip() + " …"
