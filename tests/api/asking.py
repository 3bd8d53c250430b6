"""What the tests of the API ask with, and what they ask about."""

from urllib.parse import urlencode

from tests import make
from tests.admin.records import MAKERS
from timeline import exports, index

ROOT = "/api/v1"
RECORDS = [kind for kind in exports.kinds().values() if kind.is_record]
PARTS = [kind for kind in exports.kinds().values() if not kind.is_record]
KINDS = [*RECORDS, *PARTS]


def ask(client, path, query="", **headers):
    return client.get(f"{ROOT}/{path}{'?' if query else ''}{query}", headers=headers)


def items(client, path, **query):
    """Those of the first page."""
    answer = ask(client, path, urlencode(query, doseq=True))
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def all_items(client, path, **query):
    """Those of all pages, as who follows `next` reads them."""
    found, address = [], f"{ROOT}/{path}?{urlencode(query, doseq=True)}"
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        address = answer.json()["next"]
    return found


def of_every_kind():
    """Public records with their parts, each beside one that is a draft and one that was withdrawn."""
    made = {}
    with index.suspended():
        for name in (kind.name for kind in RECORDS):
            made[name] = MAKERS[name]()
            MAKERS[name](state="draft")
            MAKERS[name](state="withdrawn")
        make.relation(made["event"], made["round"])
        make.delegate(made["round"], organization=made["organization"])
        make.disagreement(made["figure"], made["round"])
    for record in made.values():
        record.refresh_from_db()  # topics and relations were added to some of them
    return made


def slugs(rows):
    return [row["slug"] for row in rows]


def codes(rows):
    return [row["code"] for row in rows]
