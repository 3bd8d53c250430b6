"""A small map of where a place is, drawn on the server: coasts, borders, the place, and the places of ours near it.

The coasts and borders are Natural Earth's (static/timeline/vendor/natural-earth.map.json): the world, and East Asia in
more detail. Degrees are drawn as they are; the fixed proportions of the picture stretch them as that latitude does.
"""

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Final

from timeline.enums import PlaceKind
from timeline.models import Place
from timeline.models.base import kept_with_it

MAP_FILE: Final = Path(__file__).parent.parent / "static" / "timeline" / "vendor" / "natural-earth.map.json"
PROPORTION: Final = 8 / 5  # width to height of the picture; places.css says the same
MOST_NEIGHBOURS: Final = 24
LEAST_LAND: Final = 0.05  # of the map
EARTH_RADIUS: Final = 6371.0  # km
LABEL_WIDTH, LABEL_HEIGHT = 22.0, 7.0  # per cent of the picture that a name takes, a long one more
DOT_WIDTH, LETTER_WIDTH, BOLD_WIDTH = 4.0, 2.1, 3.1  # per cent, on the narrowest phone
ABOVE: Final = 8.0  # per cent of the height, from the mark to the name over it

Point = tuple[float, float]  # degrees east, degrees north
Line = list[Point]


@dataclass(frozen=True)
class Window:
    """What a map shows, in degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def width(self) -> float:
        return self.east - self.west

    @property
    def height(self) -> float:
        return self.north - self.south

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:.2f} {self.height:.2f}"

    def per_cent(self, point: Point) -> Point:
        """Where a point stands in the picture, from its upper left corner."""
        east, north = point
        return 100 * (east - self.west) / self.width, 100 * (self.north - north) / self.height


@dataclass(frozen=True)
class Sheet:
    """Coasts and borders of one part of the world."""

    bounds: Window
    land: tuple[Line, ...]
    borders: tuple[Line, ...]


@dataclass(frozen=True)
class Drawing:
    """The lines of one map as SVG path data, in degrees from the upper left corner."""

    window: Window
    land: str
    borders: str


@dataclass(frozen=True)
class Mark:
    """A place on the map, in per cent of its width and height."""

    place: Place
    x: str
    y: str
    km: int
    is_named: bool = False
    names_to_the_left: bool = False
    names_above: bool = False


@dataclass(frozen=True)
class Rectangle:
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True)
class Locator:
    near: Drawing
    world: Drawing
    here: Mark
    here_in_the_world: Mark
    window_in_the_world: Rectangle
    neighbours: list[Mark]
    is_area: bool  # a region or a country: the mark stands for its middle


@kept_with_it
def locate(place: Place) -> Locator:
    """The map of a place. One query, for the places near it."""
    sheet_name, window = _window(place)
    whole = world()
    near = _drawing(sheet_name, window)
    x, y = window.per_cent(_point(place))
    return Locator(
        near=near,
        world=whole,
        here=_here(place, x, y),
        here_in_the_world=_mark(place, place, whole.window),
        window_in_the_world=_rectangle(window, whole.window),
        neighbours=_neighbours(place, window),
        is_area=place.kind in {PlaceKind.REGION, PlaceKind.COUNTRY},
    )


def _here(place: Place, x: float, y: float) -> Mark:
    """Its name stands beside it where there is room on the narrowest map, else above."""
    width = _label_width(place.name, BOLD_WIDTH)
    to_the_left, above = x > 100 - width, 100 - width < x < width
    return Mark(place, _number(x), _number(y), 0, True, names_to_the_left=to_the_left and not above, names_above=above)


def _point(place: Place) -> Point:
    return float(place.longitude), float(place.latitude)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _mark(place: Place, origin: Place, window: Window) -> Mark:
    x, y = window.per_cent(_point(place))
    return Mark(place, _number(x), _number(y), km=kilometres(_point(origin), _point(place)))


def _rectangle(window: Window, inside: Window) -> Rectangle:
    (left, top), (right, bottom) = (
        inside.per_cent((window.west, window.north)),
        inside.per_cent((window.east, window.south)),
    )
    return Rectangle(_number(left), _number(top), _number(right - left), _number(bottom - top))


def kilometres(one: Point, other: Point) -> int:
    """As the crow flies."""
    (east, north), (other_east, other_north) = (tuple(map(math.radians, point)) for point in (one, other))
    half = math.sin((other_north - north) / 2) ** 2
    half += math.cos(north) * math.cos(other_north) * math.sin((other_east - east) / 2) ** 2
    return round(2 * EARTH_RADIUS * math.asin(math.sqrt(min(1.0, half))))


# --- what the map shows ----------------------------------------------------------------------------------------------


def _window(place: Place) -> tuple[str, Window]:
    """The sheet that has the place, and the part of it around the place."""
    east, north = _point(place)
    detailed = sheets()["east-asia"].bounds
    inside = detailed.west + 4 < east < detailed.east - 4 and detailed.south + 3 < north < detailed.north - 3
    if inside:
        return "east-asia", _around(east, north, 12.0, detailed)
    window = _around(east, north, 40.0 if place.kind == PlaceKind.COUNTRY else 28.0, sheets()["world"].bounds)
    if _land_share(window) < LEAST_LAND:  # an island alone in the sea says nothing
        window = _around(east, north, 60.0, sheets()["world"].bounds)
    return "world", window


@lru_cache(maxsize=256)
def _land_share(window: Window) -> float:
    return sum(_area(clipped(ring, window)) for ring in sheets()["world"].land) / (window.width * window.height)


def _area(ring: Line) -> float:
    """In square degrees."""
    turns = zip(ring, [*ring[1:], *ring[:1]], strict=True)
    return abs(sum(east * next_north - next_east * north for (east, north), (next_east, next_north) in turns)) / 2


def _around(east: float, north: float, height: float, bounds: Window) -> Window:
    """A window of that height with the place in its middle, as far as the sheet goes."""
    height = min(height, bounds.height)
    middle = min(max(north, bounds.south + height / 2), bounds.north - height / 2)
    width = min(height * PROPORTION / math.cos(math.radians(min(abs(middle), 75))), bounds.width)
    centre = min(max(east, bounds.west + width / 2), bounds.east - width / 2)
    return Window(centre - width / 2, middle - height / 2, centre + width / 2, middle + height / 2)


def _neighbours(place: Place, window: Window) -> list[Mark]:
    """Other public places on the map, the nearest first, each named on it where there is room for its name."""
    inside = Place.objects.published().filter(
        latitude__range=(window.south, window.north), longitude__range=(window.west, window.east)
    )
    others = inside.exclude(pk=place.pk).in_order()[:MOST_NEIGHBOURS]
    marks = sorted((_mark(other, place, window) for other in others), key=lambda mark: (mark.km, mark.place.slug))
    x, y = window.per_cent(_point(place))
    taken = [(x, y, LABEL_WIDTH)]
    if _here(place, x, y).names_above:
        taken.append((x, y - ABOVE, _label_width(place.name, BOLD_WIDTH)))
    return [_named(mark, taken) for mark in marks]


def _named(mark: Mark, taken: list[tuple[float, float, float]]) -> Mark:
    x, y, width = float(mark.x), float(mark.y), _label_width(mark.place.name)
    has_room = 2 < x < 98 and 5 < y < 95 and (x <= 100 - width or x >= width)
    has_room &= all(abs(x - other) > max(width, wide) or abs(y - high) > LABEL_HEIGHT for other, high, wide in taken)
    if has_room and mark.place.kind in {PlaceKind.CITY, PlaceKind.BASE}:
        taken.append((x, y, width))
        return Mark(mark.place, mark.x, mark.y, mark.km, is_named=True, names_to_the_left=x > 100 - width)
    return mark


def _label_width(name: str, letter: float = LETTER_WIDTH) -> float:
    return max(LABEL_WIDTH, DOT_WIDTH + letter * len(name))


# --- coasts and borders ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def sheets() -> dict[str, Sheet]:
    return {name: _sheet(content) for name, content in json.loads(MAP_FILE.read_text(encoding="utf-8")).items()}


def _sheet(content: dict[str, list[list[int]]]) -> Sheet:
    scale: int = content["scale"]  # type: ignore[assignment]
    bounds: list[float] = content["bounds"]  # type: ignore[assignment]
    land, borders = (tuple(_line(steps, scale) for steps in content[kind]) for kind in ("land", "borders"))
    return Sheet(Window(*bounds), land, borders)


def _line(steps: Sequence[int], scale: int) -> Line:
    """The file holds the first point and the steps from each point to the next, in parts of a degree."""
    return [
        (east / scale, north / scale)
        for east, north in zip(accumulate(steps[::2]), accumulate(steps[1::2]), strict=True)
    ]


@lru_cache(maxsize=1)
def world() -> Drawing:
    """The whole world, without small islands: it is drawn as large as a thumb."""
    sheet = sheets()["world"]
    large = [[(round(x), round(y)) for x, y in ring] for ring in sheet.land if len(ring) > 8]
    return Drawing(sheet.bounds, _path(large, sheet.bounds, closed=True, digits=0), "")


@lru_cache(maxsize=256)
def _drawing(sheet_name: str, window: Window) -> Drawing:
    sheet = sheets()[sheet_name]
    land = [clipped(ring, window) for ring in sheet.land]
    borders = [line for line in sheet.borders if _touches(line, window)]
    digits = 2 if sheet_name == "east-asia" else 1
    return Drawing(
        window,
        _path((ring for ring in land if ring), window, closed=True, digits=digits),
        _path(borders, window, closed=False, digits=digits),
    )


def _touches(line: Line, window: Window) -> bool:
    easts, norths = [east for east, _north in line], [north for _east, north in line]
    across = min(easts) <= window.east and max(easts) >= window.west
    return across and min(norths) <= window.north and max(norths) >= window.south


def clipped(ring: Line, window: Window) -> Line:
    """The part of an area inside the window and one degree around it, so that the cut itself is not seen."""
    sides = (
        (0, window.west - 1, 1),
        (0, window.east + 1, -1),
        (1, window.south - 1, 1),
        (1, window.north + 1, -1),
    )
    for axis, edge, sign in sides:
        ring = _cut(ring, axis, edge, sign)
    return ring


def _cut(ring: Line, axis: int, edge: float, sign: int) -> Line:
    """Sutherland and Hodgman: what lies on one side of a straight line."""
    kept: Line = []
    for before, point in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        was_in, is_in = (sign * (each[axis] - edge) >= 0 for each in (before, point))
        if was_in != is_in:
            share = (edge - before[axis]) / (point[axis] - before[axis])
            crossing = [before[0] + share * (point[0] - before[0]), before[1] + share * (point[1] - before[1])]
            kept.append((crossing[0], crossing[1]))
        if is_in:
            kept.append(point)
    return kept


def _path(lines: Iterable[Sequence[Point]], window: Window, *, closed: bool, digits: int) -> str:
    pieces = []
    for line in lines:
        points = [f"{east - window.west:.{digits}f} {window.north - north:.{digits}f}" for east, north in line]
        different = [point for place, point in enumerate(points) if place == 0 or point != points[place - 1]]
        if len(different) > 1:
            pieces.append(f"M{'L'.join(different)}{'Z' if closed else ''}")
    return "".join(pieces)
