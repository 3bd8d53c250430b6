"""What holds for every template of the public pages, read from its syntax tree and its tags."""

import gc
import itertools
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override
from jinja2 import nodes, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from tests import make
from timeline.dates import parse
from timeline.environment import date, environment, shown, time_words, whole
from timeline.stream import Html

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.html"))
SPOKEN_ATTRIBUTES = {"alt", "aria-label", "content", "label", "placeholder", "title"}
MACHINE_CONTENT = {"color-scheme", "htmx-config", "robots", "viewport"}  # <meta name>: its content is no language
STANDS_FOR_A_VALUE = "\u2022"


def written_text(name: str) -> str:
    """The template's own characters in their order, with a mark where a value or a translated string is put in."""
    tree = engines.all()[0].env.parse((FOLDER / name).read_text())
    pieces = (node for output in tree.find_all(nodes.Output) for node in output.nodes)
    return "".join(node.data if isinstance(node, nodes.TemplateData) else STANDS_FOR_A_VALUE for node in pieces)


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.untranslated: list[str] = []
        self.inline: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        for name, value in attributes:
            machine = name == "content" and (given.get("name") in MACHINE_CONTENT or "http-equiv" in given)
            if name in SPOKEN_ATTRIBUTES and not machine and has_letters(value or ""):
                self.untranslated.append(f"{name}={value}")
            if name == "style" or name.startswith("on"):
                self.inline.append(f"<{tag} {name}>")
        is_data = given.get("type") == "application/ld+json"  # it is read and never run
        if tag == "style" or (tag == "script" and "src" not in given and not is_data):
            self.inline.append(f"<{tag}>")

    def handle_data(self, data):
        if has_letters(data):
            self.untranslated.append(data.strip())


def has_letters(text: str) -> bool:
    return any(letter.isalpha() for letter in text)


def test_there_are_templates_to_look_at():
    assert {"base.html", "404.html", "timeline/rounds/detail.html"} <= set(TEMPLATES)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_string_of_the_interface_is_marked_for_translation(name):
    assert Tags(written_text(name)).untranslated == []


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_style_script_or_event_is_inline(name):
    assert Tags(written_text(name)).inline == []


@pytest.mark.parametrize(
    ("text", "untranslated", "inline"),
    [
        ("<p>Words</p>", ["Words"], []),
        ('<img alt="Words">', ["alt=Words"], []),
        ('<p style="x" onclick="y">•</p>', [], ["<p style>", "<p onclick>"]),
        ("<script>1</script>", [], ["<script>"]),
        ('<script src="•"></script>', [], []),
    ],
)
def test_the_reader_of_tags_sees_what_it_should(text, untranslated, inline):
    tags = Tags(text)

    assert (tags.untranslated, tags.inline) == (untranslated, inline)


@pytest.mark.django_db
def test_what_a_page_was_made_of_is_gone_once_it_is_made(client):
    """Without anybody looking for rings: those of one page of the timeline hold half a megabyte."""
    make.event()
    client.get("/timeline/")
    gc.collect()
    gc.disable()
    try:
        before = contexts()
        client.get("/timeline/")
        assert contexts() == before
    finally:
        gc.enable()


def contexts():
    return sum(isinstance(each, Context) for each in gc.get_objects())


@pytest.mark.parametrize("value", ["<i>", Markup("<i>"), 3, None, mark_safe("<i>"), gettext_lazy("<i>")])
def test_values_are_shown_as_jinja_shows_them(value):
    assert shown(value) == escape(value)
    assert environment(autoescape=True).from_string("{{ value }}").render(value=value) == escape(value)


def test_a_page_in_bytes_is_the_page_as_it_is_sent():
    template = environment(autoescape=True).from_string("{{ name }}, {{ mark }}, {{ html }}")
    given = {"name": "한국 & U.S.", "mark": Markup("<b>"), "html": Html("<b>미국</b>".encode())}
    sent = template.render(given | {"in_bytes": True})

    assert (sent.decode(), template.render(given)) == ("한국 &amp; U.S., <b>, <b>미국</b>",) * 2


@pytest.mark.parametrize(
    ("edtf", "words"),
    [
        ("2019-08-07", "7 August 2019"),
        ("2019-09-24/2019-09-26", "24–26 September 2019"),
        ("2019-09-25/2019-10-02", "[25 September –] [2 October 2019]"),
        ("2019-12-30/2020-01-02~", "[30 December 2019 –] around [2 January 2020]"),
        ("2020-03~", "around [March 2020]"),
        ("2019/2020-03", "[2019 –] [March 2020]"),
        ("2019/2021", "2019–2021"),
    ],
)
def test_a_date_breaks_between_the_ends_of_a_span_and_behind_words_alone(edtf, words):
    whole = re.sub(r'<span class="whole">(.*?)</span>', r"[\1]", date(edtf))

    assert re.sub("<.*?>", "", whole) == words


def test_dates_of_a_span_in_korean_break_between_its_ends():
    with override("ko"):
        in_one, in_two = str(parse("2019-09-24/2019-09-26")), str(parse("2019-09-25/2019-10-02"))

    assert time_words(in_one) == "2019년 9월 24일~26일"
    ends = '<span class="whole">2019년 9월 25일 ~</span>', '<span class="whole">10월 2일</span>'
    assert time_words(in_two) == " ".join(ends)


def test_dates_among_other_words_stay_whole_and_hostile_words_are_words():
    assert whole("from 3 May 2019 <b>") == 'from <span class="whole">3 May 2019</span> &lt;b&gt;'


class Thing:
    pass


def test_what_stands_on_a_page_several_times_is_made_once():
    template = environment(autoescape=True).from_string(
        "{% macro named(thing) %}{{ count() }}{% endmacro %}{{ once(named, thing) }}{{ once(named, thing) }}"
    )

    assert template.render(thing=Thing(), count=itertools.count(1).__next__) == "11"
    assert template.render(thing={"of": "a card"}, count=itertools.count(1).__next__) == "12"


CALLS = """\
{% macro named(name) %}<{{ name }}>{{ _("Search") }}{% endmacro %}
{% block main %}{% set outer = 1 %}
{% for name in ("a", "b") %}{{ named(name) }} {{ seen() }} {{ name.upper() }} {{ loop.cycle(1, 2) }} {% endfor %}
{{ url("timeline") }} {{ dict(a=2).a }} {{ counter() }}{% endblock %}
"""


class Counter:
    def __call__(self):
        return "called"


@pass_context
def seen(context):
    """What a function is given that asks for what is known where it is called."""
    return context.get("language")


def test_functions_are_called_as_jinja_calls_them():
    quick, plain = environment(autoescape=True), environment(autoescape=True)
    plain.context_class = Context
    for each in (quick, plain):
        each.globals |= {"seen": seen, "counter": Counter()}
    texts = [each.from_string(CALLS).render({"language": "en"}) for each in (quick, plain)]

    assert texts == ["<a>Search en A 1 <b>Search en B 2 /timeline/ 2 called"] * 2
