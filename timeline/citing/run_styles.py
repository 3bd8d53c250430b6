"""Runs the styles over the usual shapes of a citation and writes down what comes of it, for `styles`.

After a change of a style, of citeproc or of `styles` (a test compares):
`manage.py shell -c "from timeline.citing import run_styles; run_styles.main()"`
"""

import json
from collections.abc import Iterator
from itertools import product

from timeline.citing.styles import APA, BIBLIOGRAPHY, CHICAGO, NOTE, READY_MADE, Shape, run

FORMS = ((APA, BIBLIOGRAPHY), (CHICAGO, NOTE), (CHICAGO, BIBLIOGRAPHY))
TYPES = ("article-newspaper", "post", "report", "webpage")
MOST_AUTHORS = 3
PRECISIONS = ("", "year", "month", "day")


def usual() -> Iterator[Shape]:
    yes_or_no = (False, True)
    for each in product(TYPES, range(MOST_AUTHORS + 1), yes_or_no, yes_or_no, PRECISIONS):
        yield Shape(*each)


def main() -> None:
    made = {shape.name(*form): run(*form, shape) for form in FORMS for shape in usual()}
    READY_MADE.write_text(json.dumps(made, indent=0) + "\n")
