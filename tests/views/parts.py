"""What stands under one heading of a page, and under one label of its lists of facts."""

import re
from html.parser import HTMLParser

HEADINGS = ("h1", "h2", "h3")


class _Outline(HTMLParser):
    """Cuts the page into pieces, each under the last heading of its level or the last <dt>."""

    def __init__(self):
        super().__init__()
        self.pieces, self.heading, self.label = [], [], ""
        self.open = ""

    def handle_starttag(self, tag, attributes):
        if tag in (*HEADINGS, "dt"):
            self.open = tag
            if tag != "dt":
                self.heading = [*self.heading[: HEADINGS.index(tag)], ""]
            self.label = ""
        if tag == "dl":
            self.label = ""
        if tag == "a":
            self.pieces.append((tuple(self.heading), self.label, "", dict(attributes).get("href", "")))

    def handle_endtag(self, tag):
        if tag == self.open:
            self.open = ""
        if tag == "dl":
            self.label = ""

    def handle_data(self, data):
        if self.open == "dt":
            self.label += data
        elif self.open:
            self.heading[-1] += data
        self.pieces.append((tuple(self.heading), self.label, data, ""))


def _pieces(response, name):
    outline = _Outline()
    outline.feed(response.text)
    return [piece for piece in outline.pieces if name in {_tidy(each) for each in (*piece[0], piece[1])}]


def _tidy(text):
    return re.sub(r"\s+", " ", text).strip()


def words_under(response, name):
    """The words under a heading or a label, white space made single."""
    heads = {name}
    return _tidy(" ".join(text for *_place, text, _link in _pieces(response, name) if _tidy(text) not in heads))


def links_under(response, name):
    return [link for *_place, link in _pieces(response, name) if link]
