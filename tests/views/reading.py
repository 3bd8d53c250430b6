"""What a reader gets of a page: the words and the links of its <main>."""

import re
from html import unescape
from html.parser import HTMLParser


class _Main(HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.texts, self.anchors, self.ids = False, [], [], []

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.inside = self.inside or tag == "main"
        if self.inside and "id" in given:
            self.ids.append(given["id"])
        if self.inside and tag == "a":
            self.anchors.append(given)

    def handle_endtag(self, tag):
        self.inside = self.inside and tag != "main"

    def handle_data(self, data):
        if self.inside:
            self.texts.append(data)


def _main(response):
    parser = _Main()
    parser.feed(response.text)
    return parser


def words(response):
    return re.sub(r"\s+", " ", " ".join(_main(response).texts)).strip()


def links(response):
    return [anchor["href"] for anchor in _main(response).anchors]


def anchors(response):
    """Each link with all of its attributes."""
    return _main(response).anchors


def ids(response):
    return _main(response).ids


def link_to_page(response, rel):
    """The query of the pager's link, `next` or `prev`; None when there is no such page."""
    return next((anchor["href"] for anchor in _main(response).anchors if anchor.get("rel") == rel), None)


def plain(html):
    """The words of a piece of a page, white space made single."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html))).strip()


def title(response):
    return plain(response.text.partition("<title>")[2].partition("</title>")[0])
