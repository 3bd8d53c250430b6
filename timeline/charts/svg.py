"""Vega's SVG made ours: nothing but shapes, words and links, named for those who do not see it, coloured by classes of
the style sheet (on the page) or by one of the two palettes (in a file of its own).
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, fromstring, register_namespace, tostring

from timeline.charts.palette import LIGHT

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
register_namespace("", SVG)

KEPT = {
    "svg": {"width", "height", "viewBox"},
    "g": {"transform", "fill", "stroke-miterlimit"},
    "rect": {"width", "height", "fill"},
    "path": {"d", "transform", "fill", "stroke", "stroke-width", "opacity"},
    "line": {"x2", "y2", "transform", "stroke", "stroke-width"},
    "text": {"text-anchor", "transform", "font-family", "font-size", "font-weight", "fill"},
    "tspan": {"x", "dy"},
    "a": {XLINK},
}
NAMES = {colour: name for name, colour in LIGHT.items()}
LONG_NUMBER = re.compile(r"-?\d+\.\d{3,}")


class UnexpectedDrawing(ValueError):
    """The drawing holds something that we do not let through."""


def for_the_page(svg: str, *, title: str, site_url: str) -> str:
    """To stand in HTML: colours as classes, letters as the page has them, links within the site."""
    root = _cleaned(svg)
    for element in root.iter():
        element.attrib.pop("font-family", None)
        _colour_by_class(element)
        if "href" in element.attrib:
            element.set("href", element.attrib["href"].removeprefix(site_url))
    # Not an image to assistive technology: an image has no links in it.
    root.attrib |= {"role": "group", "aria-label": title}
    return tostring(root, encoding="unicode")


def for_itself(svg: str, palette: Mapping[str, str], *, title: str, description: str) -> str:
    """To be a file of its own, with its colours in it."""
    root = _cleaned(svg)
    for element in root.iter():
        for attribute in ("fill", "stroke"):
            if name := NAMES.get(element.get(attribute, "")):
                element.set(attribute, palette[name])
    root.insert(0, _with_text("title", title))
    root.insert(1, _with_text("desc", description))
    return tostring(root, encoding="unicode", xml_declaration=False)


def _with_text(tag: str, text: str) -> Element:
    element = Element(f"{{{SVG}}}{tag}")
    element.text = text
    return element


def _cleaned(svg: str) -> Element:
    root = fromstring(svg)  # noqa: S314 - it was drawn in this process
    _clean(root)
    return root


def _clean(element: Element) -> None:
    tag = _tag(element)
    if tag not in KEPT:
        raise UnexpectedDrawing(tag)
    label = next((child.get("aria-label") for child in element), None) or ""
    for name in set(element.attrib) - KEPT[tag]:
        del element.attrib[name]
    if element.get("opacity") == "1":
        del element.attrib["opacity"]
    for name in {"d", "transform"} & set(element.attrib):
        element.set(name, LONG_NUMBER.sub(lambda found: f"{float(found[0]):.2f}", element.attrib[name]))
    for child in list(element):
        _clean(child)
        if _draws_nothing(child):
            element.remove(child)
    if tag == "a":
        _name_the_link(element, label)


def _tag(element: Element) -> str:
    return element.tag.removeprefix(f"{{{SVG}}}")


def _name_the_link(element: Element, label: str) -> None:
    element.set("href", element.attrib.pop(XLINK))
    element.set("aria-label", label)
    element.insert(0, _with_text("title", label))  # what a pointer is shown


def _draws_nothing(element: Element) -> bool:
    tag = _tag(element)
    if tag == "path":
        return not element.get("d") or not ({"fill", "stroke"} & set(element.attrib))
    return (tag == "g" and not len(element)) or (tag == "rect" and element.get("fill") == "transparent")


def _colour_by_class(element: Element) -> None:
    if element.attrib.pop("opacity", None) == "0":
        element.attrib.pop("fill", None)
        element.set("class", "chart__hit")
        return
    classes = []
    for attribute in ("fill", "stroke"):
        if name := NAMES.get(element.get(attribute, "")):
            del element.attrib[attribute]
            classes.append(f"{attribute}-{name}")
    if classes:
        element.set("class", " ".join(classes))
