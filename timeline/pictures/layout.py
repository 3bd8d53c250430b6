"""A card as SVG, 1200 by 630: paper and ink of the site, the serif for what was said, the sans for what we say of it,
one shape and one hue for each capital.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _

from timeline import dates
from timeline.charts.palette import LIGHT
from timeline.pictures.facts import NUMBER, WORDS, Card, Voice
from timeline.pictures.setting import Lines, fitted, on_one_line
from timeline.pictures.typefaces import BOLD, SANS, SERIF, Face, is_readable, runs, width

WIDTH, HEIGHT = 1200, 630
LEFT, RIGHT = 88, 1128
MEASURE = RIGHT - LEFT
STRIPE = 16
HEAD, HEAD_RULE, FOOT_RULE, FOOT = 90, 120, 532, 583  # baselines and rules
TOP, BOTTOM = 140, 512  # of what stands between the rules
INDENT = 40  # of words, behind their bar
COLOURS = LIGHT | {"money": "#735400", "int": LIGHT["soft"]}  # of css/tokens.css as well
ASCENT = 0.86  # how much of a line stands above its baseline
SERIF_CAPITALS, SANS_CAPITALS = 0.729, 0.733  # how high capitals are, by the size


@dataclass(frozen=True)
class Block:
    """Something of a height that is drawn from a line downwards."""

    height: float
    draw: Callable[[Element, float], None]


def svg(card: Card) -> str:
    root = _sheet(card.sides)
    _head(root, card.kind)
    _stack(root, _blocks(card))
    _foot(root, card)
    return tostring(root, encoding="unicode")


def plain_svg(name: str, words: str) -> str:
    """The card of the site itself."""
    root = _sheet(("KR", "US"))
    _marks(root, LEFT, 220, 96)
    _text(root, LEFT, 400, name, SERIF, 104, "ink")
    lines = fitted(words, SANS, (34, 31, 28), box=MEASURE, height=130, leading=1.4)
    _lines(lines, "soft").draw(root, 440)
    return tostring(root, encoding="unicode")


# --- the parts of a card ---------------------------------------------------------------------------------------------


def _sheet(sides: Sequence[str]) -> Element:
    root = Element(
        "svg",
        {"xmlns": "http://www.w3.org/2000/svg", "width": str(WIDTH), "height": str(HEIGHT)},
        viewBox=f"0 0 {WIDTH} {HEIGHT}",
    )
    _box(root, 0, 0, WIDTH, HEIGHT, "paper")
    colours = [side.lower() for side in sides] or ["line"]
    for number, colour in enumerate(colours):
        _box(root, 0, HEIGHT * number / len(colours), STRIPE, HEIGHT / len(colours), colour)
    return root


def _head(root: Element, kind: str) -> None:
    name = _("SMA Timeline")
    size, spacing = 25, 2.5
    start = RIGHT - width(name, SERIF, 32)
    room = start - 120 - LEFT
    label = on_one_line(kind.upper(), BOLD, size * 1.14, room)  # the spacing is a tenth of the size, letters a half
    _text(root, LEFT, HEAD, label, BOLD, size, "soft", spacing)
    _marks(root, start - 62, HEAD - 11, 22)
    _text(root, start, HEAD, name, SERIF, 32, "ink")
    _box(root, LEFT, HEAD_RULE, MEASURE, 2, "line")


def _foot(root: Element, card: Card) -> None:
    _box(root, LEFT, FOOT_RULE, MEASURE, 2, "line")
    date = card.when_words % {"date": dates.parse(card.when)} if card.when else ""
    when = on_one_line(date, SERIF, 36, MEASURE)
    _text(root, LEFT, FOOT, when, SERIF, 36, "ink")
    start = LEFT + (width(when, SERIF, 36) + 28 if when else 0)
    agreement = "" if card.agreement in card.headline else card.agreement
    others = " · ".join(filter(None, (card.place, agreement)))
    if not when and not others:
        others = _("Who demanded, offered and agreed what, each fact with its source")
    _text(root, start, FOOT, on_one_line(others, SANS, 27, max(0, RIGHT - start)), SANS, 27, "soft")


def _blocks(card: Card) -> list[Block]:
    if card.form == WORDS:
        return _said(card)
    if card.form == NUMBER:
        return _money(card)
    return _titled(card)


def _said(card: Card) -> list[Block]:
    words = card.headline if is_readable(card.headline) else ""
    below = _people(card.people, 32, MEASURE - INDENT)
    if note := " · ".join(filter(None, (card.note, "" if words else _("in a script that this picture cannot show")))):
        below.append(_lines(_small(note, MEASURE - INDENT, most=2), "soft", INDENT))
    room = BOTTOM - TOP - sum(block.height for block in below) - (24 if below else 0)
    sizes = (62, 56, 50, 45, 41, 37, 34, 31, 28)
    lines = fitted(f"“{words or ' … '}", SERIF, sizes, box=MEASURE - INDENT, height=room, leading=1.28, end="”")
    blocks = [_lines(lines, "ink", INDENT), *([_gap(24)] if below else []), *below]
    colour = card.sides[0].lower() if len(card.sides) == 1 else "line"
    whole = sum(block.height for block in blocks)
    return [Block(0, lambda root, y: _box(root, LEFT, y + 6, 8, whole - 6, colour)), *blocks]


def _money(card: Card) -> list[Block]:
    number = fitted(card.headline, SERIF, (136, 120, 104, 92, 80, 70, 60), box=MEASURE, height=180, leading=1.16)
    note = _small(card.note, MEASURE, most=2, sizes=(32, 28))
    quote = fitted(f"“{card.quote}", SERIF, (36, 32, 28), box=MEASURE, height=140, leading=1.3, end="”")
    blocks = [_lines(number, "money"), _gap(10), _lines(note, "soft")]
    return [*blocks, _gap(18), _lines(quote, "ink")] if is_readable(card.quote) else blocks


def _titled(card: Card) -> list[Block]:
    below = [_lines(_small(card.headline_ko, MEASURE, most=2, sizes=(36, 32)), "soft")] if card.headline_ko else []
    if card.people:
        below += [_gap(18), *_people(card.people, 32, MEASURE)]
    if card.note:
        below += [_gap(14), _lines(_small(card.note, MEASURE, most=3), "soft")]
    room = BOTTOM - TOP - sum(block.height for block in below) - 14
    title = card.headline if is_readable(card.headline) else _("A title in a script that this picture cannot show")
    lines = fitted(title, SERIF, (84, 76, 68, 60, 54, 48, 43, 38, 34), box=MEASURE, height=room, leading=1.18)
    return [_lines(lines, "ink"), *([_gap(14)] if below else []), *below]


def _small(text: str, box: float, *, most: int, sizes: Sequence[float] = (29, 27)) -> Lines:
    return fitted(text, SANS, sizes, box=box, height=most * sizes[-1] * 1.4 + 1, leading=1.4)


def _people(people: Sequence[Voice], size: float, box: float) -> list[Block]:
    """One beside the other as far as there is room, two lines at most; one alone with the role."""
    if not people:
        return []
    if len(people) == 1 or people[0].role:
        return [_person(each, size, box) for each in people[:2]]
    return [_row(people, size, box)]


def _person(voice: Voice, size: float, box: float) -> Block:
    """With the role behind the name, or below it where there is no room; a long name is set smaller."""
    size = next((each for each in (size, size * 0.88) if _room_of(voice, each) <= box), size * 0.78)
    start, small = RIGHT - box, size * 0.88
    role = on_one_line(voice.role, SANS, small, box)
    beside = start + _room_of(voice, size) + width(f"· {role}", SANS, small) <= RIGHT

    def draw(root: Element, y: float) -> None:
        x = _named(root, start, y + size, voice, size, box)
        if role and beside:
            _text(root, x, y + size, f"· {role}", SANS, small, "soft")
        elif role:
            _text(root, start, y + size * 2.3, role, SANS, small, "soft")

    return Block(size * (1.45 if beside or not role else 2.75), draw)


def _row(people: Sequence[Voice], size: float, box: float) -> Block:
    def draw(root: Element, y: float) -> None:
        x: float = RIGHT - box
        for voice in people:
            if x > RIGHT - box and x + _room_of(voice, size) > RIGHT:
                break
            x = _named(root, x, y + size, voice, size, RIGHT - x) + size * 0.6

    return Block(size * 1.45, draw)


def _room_of(voice: Voice, size: float) -> float:
    return size * 1.5 + width(_shown(voice.name), BOLD, size) + width(_shown(voice.name_ko), SANS, size * 0.94)


def _shown(text: str) -> str:
    return on_one_line(text, SANS, 1, MEASURE)


def _named(root: Element, x: float, baseline: float, voice: Voice, size: float, box: float) -> float:
    """Mark, name and Korean name; where they end."""
    if voice.side:
        _mark(root, x, baseline - size * SANS_CAPITALS / 2, size * 0.62, voice.side)
        x, box = x + size * 0.92, box - size * 0.92
    name = on_one_line(voice.name, BOLD, size, box)
    _text(root, x, baseline, name, BOLD, size, voice.side.lower() or "ink")
    x += width(name, BOLD, size) + size * 0.34
    korean = _shown(voice.name_ko)
    if korean and x + width(korean, SANS, size * 0.94) <= RIGHT:
        _text(root, x, baseline, korean, SANS, size * 0.94, "soft")
        x += width(korean, SANS, size * 0.94) + size * 0.34
    return x


# --- shapes and letters ----------------------------------------------------------------------------------------------


def _stack(root: Element, blocks: Sequence[Block], top: float = TOP, bottom: float = BOTTOM) -> None:
    """One below the other, in the middle of the room."""
    y = top + max(0.0, (bottom - top - sum(block.height for block in blocks)) / 2)
    for block in blocks:
        block.draw(root, y)
        y += block.height


def _gap(height: float) -> Block:
    return Block(height, lambda root, y: None)


def _lines(lines: Lines, colour: str, indent: float = 0) -> Block:
    def draw(root: Element, y: float) -> None:
        for number, line in enumerate(lines.lines):
            baseline = y + lines.size * (number * lines.leading + ASCENT)
            _text(root, LEFT + indent, baseline, line, lines.face, lines.size, colour)

    return Block(lines.height, draw)


def _text(
    root: Element, x: float, y: float, text: str, face: Face, size: float, colour: str, spacing: float = 0
) -> None:
    if not text:
        return
    attributes = {"x": f"{x:.1f}", "y": f"{y:.1f}", "font-size": f"{size:g}", "fill": COLOURS[colour]}
    if spacing:
        attributes["letter-spacing"] = f"{spacing:g}"
    element = SubElement(root, "text", attributes | {"xml:space": "preserve"})
    for own, piece in runs(text, face):
        SubElement(element, "tspan", {"font-family": own.family, "font-weight": str(own.weight)}).text = piece


def _box(root: Element, x: float, y: float, wide: float, high: float, colour: str) -> None:
    measures = {"x": f"{x:g}", "y": f"{y:g}", "width": f"{wide:g}", "height": f"{high:g}"}
    SubElement(root, "rect", measures, fill=COLOURS[colour])


def _marks(root: Element, x: float, middle: float, size: float) -> None:
    """The two capitals side by side: the mark of the site."""
    _mark(root, x, middle, size, "KR")
    _mark(root, x + size * 1.3, middle, size, "US")


def _mark(root: Element, x: float, middle: float, size: float, side: str) -> None:
    colour, half, stroke = COLOURS[side.lower()], size / 2, max(2.0, size / 7)
    if side == "KR":
        SubElement(root, "circle", cx=f"{x + half:.1f}", cy=f"{middle:.1f}", r=f"{half:.1f}", fill=colour)
        return
    outline = {"fill": "none", "stroke": colour, "stroke-width": f"{stroke:.1f}"}
    if side == "US":
        middle_x, reach = x + half, half - stroke / 4
        corners = ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        path = "L".join(f"{middle_x + dx:.1f} {middle + dy:.1f}" for dx, dy in corners)
        SubElement(root, "path", outline, d=f"M{path}z")
        return
    side_length = size - stroke
    square = {"x": f"{x + stroke / 2:.1f}", "y": f"{middle - side_length / 2:.1f}"}
    SubElement(root, "rect", outline | square, width=f"{side_length:.1f}", height=f"{side_length:.1f}")
