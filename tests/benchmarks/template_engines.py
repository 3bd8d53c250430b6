"""A page of 50 entries in both of Django's template backends: `python -m tests.benchmarks.template_engines`.

The pages say the same and are compared first. Each round times one rendering by each engine, so that whatever else the
machine does falls on both; the ratios are of the medians of one run.
"""

import os
import re
import statistics
import time
from pathlib import Path
from typing import Any

import django
from django.template.backends.django import DjangoTemplates
from django.template.backends.jinja2 import Jinja2

CARDS = 50
WARM_UP = 5
ROUNDS = 60
# `one`: one template. `parts`: the same page cut into parts (includes in Django's, macros in Jinja2). `ready`: the
# context holds every address, date and label ready-made. `tuned`: as well as that, each word is translated once and not
# in the loop, and the Jinja2 template reads the dictionaries by subscript (an attribute is tried first, and fails).
SHAPES = ("one", "parts", "ready", "tuned")
TEMPLATES = Path(__file__).parent / "templates"


def card(number: int) -> dict[str, Any]:
    """One entry of the timeline as `EntryCard` keeps it, with three people and two citations."""
    return {
        "record_type": "event",
        "kind": "meeting",
        "kind_label": "Meeting",
        "url": f"/events/2019-08-{number:02}-ministers-meet/",
        "date": f"{number % 28 + 1} August 2019",
        "machine": f"2019-08-{number % 28 + 1:02}",
        "slug": f"2019-08-{number:02}-ministers-meet",
        "title": f"Ministers meet in Seoul & speak of “burden sharing”, {number}",
        "when": f"2019-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "date_note": "The local day in Seoul." if number % 5 == 0 else "",
        "places": [{"slug": "seoul", "name": "Seoul", "url": "/places/seoul/"}],
        "agreement": {"slug": "sma-11", "name": "11th Special Measures Agreement", "url": "/agreements/sma-11/"},
        "people": [person(name, number) for name in range(3)],
        "summary": "They exchanged views on the level of the contribution and on the term of the next agreement.",
        "citations": [citation(f"{number}{place}") for place in "ab"],
    }


def person(place: int, number: int) -> dict[str, Any]:
    role = "Minister of Foreign Affairs" if (place + number) % 3 else ""
    side = "KR" if place % 2 else "US"
    return {
        "slug": f"official-{place}",
        "url": f"/officials/official-{place}/",
        "name": f"Official {place}",
        "name_ko": "강경화",
        "side": side,
        "side_label": {"KR": "Republic of Korea", "US": "United States"}[side],
        "role": role,
    }


def citation(code: str) -> dict[str, Any]:
    return {
        "code": code,
        "source_slug": "yonhap-2019-08-09-talks",
        "source_url": "/sources/yonhap-2019-08-09-talks/",
        "publisher": "Yonhap",
        "title": "Talks open in Seoul",
        "published_on": "2019-08-09",
        "date": "9 August 2019",
        "url": "https://news.example/talks-open-in-seoul",
        "language": "en",
        "quote": "The two sides <agreed> to continue the talks in a mutually acceptable manner",
        "locator": "p. 2" if code.endswith("a") else "",
    }


def engines() -> dict[str, DjangoTemplates | Jinja2]:
    libraries = {"template_tags": "tests.benchmarks.template_tags"}
    environment = {"environment": "timeline.environment.environment", "auto_reload": False}
    return {
        "Django templates": DjangoTemplates(
            {"NAME": "django", "DIRS": [TEMPLATES / "django"], "APP_DIRS": False, "OPTIONS": {"libraries": libraries}}
        ),
        "Jinja2": Jinja2({"NAME": "jinja2", "DIRS": [TEMPLATES / "jinja2"], "APP_DIRS": False, "OPTIONS": environment}),
    }


def words(html: str) -> str:
    """The page without the white space between its tags, and with one way to write a quotation mark."""
    text = re.sub(r"\s+", " ", re.sub(r">\s+<", "><", html)).strip()
    return text.replace("&#x27;", "&#39;").replace("&#34;", "&quot;")


def compare(shape: str, backends: dict[str, DjangoTemplates | Jinja2], context: dict[str, Any]) -> None:
    pages = {name: backend.get_template(f"{shape}.html") for name, backend in backends.items()}
    if len({words(page.render(context)) for page in pages.values()}) != 1:
        raise SystemExit(f"The engines do not make the same page of {shape}.html.")
    times: dict[str, list[float]] = {name: [] for name in pages}
    for turn in range(WARM_UP + ROUNDS):
        for name, page in pages.items():
            start = time.perf_counter()
            page.render(context)
            if turn >= WARM_UP:
                times[name].append(time.perf_counter() - start)
    medians = {name: statistics.median(taken) * 1000 for name, taken in times.items()}
    slow, fast = medians["Django templates"], medians["Jinja2"]
    print(f"{shape:6} Django templates {slow:6.1f} ms   Jinja2 {fast:6.1f} ms   ratio {slow / fast:4.1f}")


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")
    django.setup()
    context = {"cards": [card(number) for number in range(1, CARDS + 1)]}
    backends = engines()
    print(f"{CARDS} entries, median of {ROUNDS} renderings each, taken in turn")
    for shape in SHAPES:
        compare(shape, backends, context)


if __name__ == "__main__":
    main()
