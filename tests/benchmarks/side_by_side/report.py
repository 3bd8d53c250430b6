"""The tables of a run: the ratios with their goals first, then what each of them was made of."""

from dataclasses import dataclass

from tests.benchmarks.side_by_side.asking import CONNECTIONS, MANY, at_once

NAMES = {"ours": "ours", "plain_django": "plain Django", "wagtail_site": "Wagtail", "datasette": "Datasette"}
NAMES |= {"nginx": "nginx", "bare": "a bare callable"}
SMALL = 10_000
MOST_MEMORY = 110  # MiB
OTHER_PAGES = ("event page", "event page, made anew", "filter", "feed", "search")


@dataclass(frozen=True)
class Ratio:
    """One line: what it is, what was found, and between which the goal lets it be; without a goal it is only shown."""

    work: str
    value: float
    goal: str = ""
    is_met: bool | None = None

    def line(self):
        met = {None: "", True: "met", False: "**missed**"}[self.is_met]
        return f"| {self.work} | {self.value:.3g} | {self.goal} | {met} |"


def at_most(work, value, most):
    return Ratio(work, value, f"≤ {most:g}", value <= most)


def at_least(work, value, least):
    return Ratio(work, value, f"≥ {least:g}", value >= least)


# Ours by theirs, in seconds of computing for one request, the database's own included.
AGAINST = [
    ("first page", "wagtail_site", 1 / 30, SMALL),
    ("first page", "plain_django", 1 / 8, SMALL),
    ("event page", "wagtail_site", 1 / 8, None),
    ("event page", "plain_django", 1 / 2.5, None),
    ("filter", "plain_django", 1 / 60, 1_000_000),
    ("feed", "plain_django", 1 / 8, None),
    ("publish, then see", "plain_django", 1.0, None),
]
# Ours by ours among 10,000 entries on the same database.
GROWTH = [
    ("first page", "first page", 1.1),
    ("deepest page", "first page", 1.1),
    ("any year", "first page", 1.1),
    ("filter", "filter", 1.2),
    ("publish, then see", "publish, then see", 1.5),
]
WITHOUT_A_GOAL = (
    "first page",
    "deepest page",
    "any year",
    "event page",
    "event page, made anew",
    "filter",
    "search",
    "feed",
)


def ratios(found, small, size, engine):
    """`small` is what was found of 10,000 entries on the same database, if it was measured in this run."""
    yield from _against(found, size)
    yield from _growth(found, small)
    yield from _of_the_cache(found, engine)
    if ("memory", "ours") in found.numbers:
        yield at_most("memory of the worker, MiB", found.numbers["memory", "ours"], MOST_MEMORY)
    if "cold filter counts" in found.numbers and ("first page", "ours") in found.costs:
        cold = found.numbers["cold filter counts"] / found.costs["first page", "ours"].both
        yield Ratio("cold filter counts by the first page: once after each change", cold)


def _against(found, size):
    told = set()
    for work, peer, most, only_at in AGAINST:
        if (work, peer) in found.costs:
            value = found.costs[work, "ours"].both / found.costs[work, peer].both
            words = f"{work}, CPU, ours / {NAMES[peer]}"
            told.add((work, peer))
            has_a_goal = only_at is None or size == only_at
            yield at_most(f"{words} (1/{1 / value:.1f})", value, most) if has_a_goal else Ratio(words, value)
    for work in WITHOUT_A_GOAL:
        for peer in ("plain_django", "wagtail_site", "datasette"):
            if (work, peer) in found.costs and (work, peer) not in told:
                value = found.costs[work, "ours"].both / found.costs[work, peer].both
                yield Ratio(f"{work}, CPU, ours / {NAMES[peer]} (1/{1 / value:.1f})", value)


def _growth(found, small):
    for work, other, most in GROWTH:
        if (
            (work, "ours") in found.costs
            and small
            and (other, "ours") in small.costs
            and (found, work) != (small, other)
        ):
            value = found.costs[work, "ours"].both / small.costs[other, "ours"].both
            yield at_most(f"{work}, CPU, by our own {other} among {SMALL:,}", value, most)


def _of_the_cache(found, engine):
    if ("304", "ours") in found.costs:
        words, page = "304, CPU, by the same page not cached", "304, page not cached"
        for connections in (CONNECTIONS, *MANY):
            ours, bare, anew = (
                found.speeds[at_once(work, connections), name].busy
                for work, name in (("304", "ours"), ("304", "bare"), (page, "ours"))
            )
            yield at_most(f"{words}, {connections} at once", ours / anew, 1 / 20)
            yield Ratio("the same, a bare callable", bare / anew)
        # Most of it is the server, which wakes three threads one after the other for whoever comes alone.
        ours, bare, anew = (found.costs[each].both for each in (("304", "ours"), ("304", "bare"), (page, "ours")))
        yield Ratio(f"{words}, one request at a time", ours / anew)
        yield Ratio("the same, a bare callable", bare / anew)
        for name in OTHER_PAGES:  # a 304 costs the same, of whatever page
            if (name, "ours") in found.speeds:
                value = found.speeds["304", "ours"].busy / found.speeds[name, "ours"].busy
                yield at_most(f"304, CPU, by the {name}, {CONNECTIONS} at once", value, 1 / 20)
    if ("cached page", "nginx") in found.speeds:
        least = 0.3 if engine == "SQLite" else 0.15
        for connections in (CONNECTIONS, *MANY):
            ours, nginx, bare = (
                found.speeds[at_once("cached page", connections), name].per_second for name in ("ours", "nginx", "bare")
            )
            yield at_least(f"cached page, requests a second, ours / nginx, {connections} at once", ours / nginx, least)
            yield Ratio("the same, a bare callable / nginx", bare / nginx)


def table_of_ratios(title, lines):
    head = ["", f"### {title}", "", "| work | ratio | goal | |", "| --- | ---: | ---: | --- |"]
    return "\n".join([*head, *(each.line() for each in lines)])


def table_of_numbers(found):
    head = [
        "",
        "| work | who | CPU ms | database ms | requests/s | p50 ms | p99 ms | CPU ms, busy | bytes | packed |",
        "| --- " * 2 + "| ---: " * 8 + "|",
    ]
    lines = []
    for work, name in dict.fromkeys((*found.costs, *found.speeds)):
        cost, speed = found.costs.get((work, name)), found.speeds.get((work, name))
        spent, fast, sizes = " | ", " | | | ", " | "
        if cost:
            spent = f"{cost.application:.3g} | {cost.database:.3g}"
            sizes = f"{cost.size:,} | {cost.wire:,}"
        if speed:
            fast = f"{speed.per_second:,.0f} | {speed.median:.1f} | {speed.slowest:.1f} | {speed.busy:.3g}"
        lines.append(f"| {work} | {NAMES[name]} | {spent} | {fast} | {sizes} |")
    for key, number in found.numbers.items():
        words = f"memory of {NAMES[key[1]]}, MiB" if isinstance(key, tuple) else f"{key}, CPU ms"
        lines.append(f"| {words} | | {number:.3g} | | | | | | | |")
    return "\n".join([*head, *lines])
