"""How long searches take among many entries, as ratios to the bare query of the engine in the same run.

    python -m tests.benchmarks.search 10000 100000 1000000
    python -m tests.postgres -- python -m tests.benchmarks.search 10000 100000 1000000

The bare query is what one would write without this project: the engine's own table of the texts, ranked by its own
function over all matches, with the counts by kind and year grouped over the rows of the entries. Not a test: what it
prints says more of the machine than of the code, except for the ratios.
"""

import datetime as dt
import os
import random
import resource
import statistics
import sys
import tempfile
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sma_site.settings")
os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="sma-benchmark-")

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from timeline import search  # noqa: E402
from timeline.search import Filters, writing  # noqa: E402
from timeline.search.documents import Document, mark  # noqa: E402
from timeline.search.engines import engine  # noqa: E402

RUNS = 5
DAYS, FIRST_DAY = 12_000, dt.date(1991, 1, 1)
BATCH = 1_000
IS_POSTGRESQL = connection.vendor == "postgresql"
KINDS = ("call", "meeting", "signing", "statement", "visit")
# How many of the entries have each word.
SHARES = {"alliance": 0.35, "payment": 0.2, "협상": 0.3, "분담금": 0.2, "cost sharing": 0.15}
SHARES |= {"furlough": 0.01, "호놀룰루": 0.01, "xylophone": 0.0001}
FILLER = [f"{first}{second}" for first in ("ba", "ko", "mi", "re", "su", "ta") for second in map(str, range(400))]
FILLER = [word.translate(str.maketrans("0123456789", "abcdefghij")) for word in FILLER]
HANGUL = ["한미", "정부는", "회의에서", "양국의", "발전을", "위하여", "합의했다", "주한미군", "비용을", "논의했다"]
QUERIES = {
    "a common word": "alliance",
    "two common words": "alliance payment",
    "two common words, Korean": "협상 분담금",
    "a medium word": "furlough",
    "a medium word, Korean": "호놀룰루",
    "a rare word": "xylophone",
    "a phrase": '"cost sharing"',
    "common and filtered": "alliance payment kind:signing",
    "nothing": "zyzzyva",
    "a misspelt word": "xylofone",
}


def documents(count):
    """Of each day at once, the days in no order; each word is in the titles of a tenth of its entries."""
    chance = random.Random(5)
    days = list(range(min(DAYS, count)))
    chance.shuffle(days)
    for place, day in enumerate(days):
        for number in range(place, count, len(days)):
            yield document(number, FIRST_DAY + dt.timedelta(days=day), chance)


def document(number, day, chance):
    words = [word for word, share in SHARES.items() if chance.random() < share]
    english = [*chance.choices(FILLER, k=40), *(word for word in words if word.isascii())]
    korean = [*chance.choices(HANGUL, k=8), *(word for word in words if not word.isascii())]
    for text in (english, korean):
        chance.shuffle(text)
    title = [*chance.choices(FILLER, k=5), *(word for word in words if chance.random() < 0.1)]
    kind, agreement = chance.choice(KINDS), chance.randrange(13)
    return Document(
        record_type="event", record_id=number + 1, slug=f"entry-{number}", kind=kind, agreement=agreement, day=day,
        position=10, when=day.isoformat(), title=" ".join(title), title_ko="", titles=(),
        text=f"{' '.join(english)}.\n{' '.join(korean)}.", names=(), keys=(), people=(number % 300 + 1,),
        marks=(mark("k", kind), mark("k", "event"), f"d{day:%Y}", f"d{day:%Y%m}"),
    )  # fmt: skip


def fill(count):
    begun, waiting = time.perf_counter(), []
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (id bigint PRIMARY KEY, kind text, year int, title text, body text)")
        if IS_POSTGRESQL:
            cursor.execute("ALTER TABLE bare ADD COLUMN words tsvector")
        else:
            cursor.execute("CREATE VIRTUAL TABLE bare_words USING fts5(title, body, tokenize='porter unicode61')")
    with transaction.atomic():
        for document in documents(count):
            waiting.append(document)
            if len(waiting) == BATCH:
                keep(waiting)
                waiting = []
        keep(waiting)
        engine().settle()
    with connection.cursor() as cursor:
        if IS_POSTGRESQL:
            cursor.execute("UPDATE bare SET words = to_tsvector('english', title || ' ' || body)")
            cursor.execute("CREATE INDEX bare_index ON bare USING gin (words)")
        else:
            cursor.execute("INSERT INTO bare_words (rowid, title, body) SELECT id, title, body FROM bare")
            cursor.execute("INSERT INTO bare_words (bare_words) VALUES ('optimize')")
        cursor.execute("VACUUM ANALYZE" if IS_POSTGRESQL else "ANALYZE")
    return time.perf_counter() - begun


def keep(documents):
    if documents:
        writing.write(documents)
        rows = [(each.record_id, each.kind, each.year, each.title, each.text) for each in documents]
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO bare (id, kind, year, title, body) VALUES (%s, %s, %s, %s, %s)", rows)


def bare(words):
    """Ranked, the first twenty; and the counts."""
    with connection.cursor() as cursor:
        for statement in STATEMENTS:
            cursor.execute(statement, asked_barely(words))
            cursor.fetchall()


def asked_barely(words):
    if IS_POSTGRESQL:
        return {"words": words.strip('"')}
    if words[0] == '"':
        return {"words": words}
    return {"words": " ".join(f'"{word}"' + ("" if word.isascii() else "*") for word in words.split())}


def statements(asks):
    if IS_POSTGRESQL:
        return (
            f"SELECT id, title FROM bare WHERE words @@ {asks} ORDER BY ts_rank(words, {asks}) DESC LIMIT 20",
            f"SELECT kind, year, count(*) FROM bare WHERE words @@ {asks} GROUP BY 1, 2",
        )
    return (
        f"SELECT rowid, title FROM bare_words WHERE {asks} ORDER BY rank LIMIT 20",
        f"SELECT kind, year, count(*) FROM bare WHERE id IN (SELECT rowid FROM bare_words WHERE {asks}) GROUP BY 1, 2",
    )


STATEMENTS = statements("plainto_tsquery('english', %(words)s)" if IS_POSTGRESQL else "bare_words MATCH %(words)s")


def milliseconds(function, *arguments):
    taken = []
    for _run in range(RUNS):
        begun = time.perf_counter()
        function(*arguments)
        taken.append((time.perf_counter() - begun) * 1_000)
    return statistics.median(taken)


def newest(words):
    """Newest first, without facets."""
    return search.search(words, Filters(by_date=True), counted=False)


def memory():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def measure(count):
    print(f"\n{count:,} entries on {connection.vendor}, filled in {fill(count):.0f} s")
    print(f"{'':28}{'found':>9}{'bare ms':>10}{'search ms':>11}{'ratio':>7}{'newest ms':>11}{'spelling ms':>12}")
    for name, words in QUERIES.items():
        plain = " ".join(word for word in words.split() if ":" not in word)
        found, without, ours = search.search(words).total, milliseconds(bare, plain), milliseconds(search.search, words)
        first = milliseconds(newest, words)
        spelt = milliseconds(search.did_you_mean, search.parse(words)) if not found else 0
        print(f"{name:28}{found:>9,}{without:>10.1f}{ours:>11.1f}{ours / without:>7.2f}{first:>11.1f}{spelt:>12.1f}")
    for typed in ("ba", "kofa", "한미", "협"):
        print(f"suggestions for {typed:12}{milliseconds(search.suggest, typed):>10.1f} ms")
    before = memory()
    for _run in range(50):
        for words in ("furlough", "xylophone", "zyzzyva"):
            search.search(words, Filters(by_date=True))
    print(f"memory of the process: {before} MB, after 150 more searches {memory()} MB")


def main(counts):
    for count in counts:
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, serialize=False)
        try:
            measure(count)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)


if __name__ == "__main__":
    main([int(each) for each in sys.argv[1:]] or [10_000])
