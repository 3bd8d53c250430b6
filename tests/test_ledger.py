"""Every address that was ever published keeps its promise, whatever happens to its record.

A walk in a random order, with a ledger of all addresses of all records that were public at any time. After each step
each of them shows the record that it was promised for, or the one with which that was merged, in one hop at most; or
it says that the record was withdrawn, and why. Which addresses a record has is read from the URL table.
"""

import itertools
import random
from dataclasses import dataclass

import pytest
from django.urls import NoReverseMatch, reverse

from tests import make
from tests.conftest import IS_DEEP
from timeline import actions, exports, fixture_files, merging
from timeline.contents.kinds import OWNERS, RECORDS
from timeline.models import LoadedRecord, Merge, Redirect, Revision, Tombstone
from timeline.urls import urlpatterns
from timeline.views.pages import FAMILIES

pytestmark = [pytest.mark.django_db, pytest.mark.deep]

STEPS, WALKS = (40, 6) if IS_DEEP else (14, 1)
MOST_RECORDS = 8
MAKERS = [make.place, make.topic, make.official, make.event, make.statement]
FAMILY_OF = {model: family for family, model in FAMILIES.items()}
# Their slug or code is of something else: a draft, a part of the documentation, one of several drawings of a chart.
OF_NO_RECORD = {"preview", "api-docs-section", "ladder-file"}
OF_PARTS = tuple(f"/api/v1/{kind.plural}/" for kind in exports.kinds().values() if not kind.is_record)
FORMS = ("bib", "ris", "json")


def patterns():
    """Those with the slug or the code of a record in them."""
    named = [pattern for pattern in urlpatterns if getattr(pattern, "name", None) not in OF_NO_RECORD]
    return [each for each in named if {"slug", "code"} & each.pattern.converters.keys()]


def addresses_of(record):
    """All that lead to it now, whichever form they have."""
    model = type(record)
    name, family = model._meta.model_name, FAMILY_OF[model]
    values = {"slug": record.slug, "code": record.code, "family": family, "model": name, "kind": name}
    for pattern, form in itertools.product(patterns(), FORMS):
        known = values | {"form": form}
        if known.keys() >= pattern.pattern.converters.keys():
            try:
                address = reverse(pattern.name, kwargs={key: known[key] for key in pattern.pattern.converters})
            except NoReverseMatch:
                continue
            if is_of_the_kind(pattern, address, family):
                yield address


def is_of_the_kind(pattern, address, family):
    """Those without a word for the kind in their keys have it in their path, unless the code alone names the record."""
    if {"family", "model", "kind"} & pattern.pattern.converters.keys():
        return True
    if address.startswith(OF_PARTS):
        return False
    return "code" in pattern.pattern.converters or address.startswith((f"/{family}/", f"/api/v1/{family}/"))


@dataclass
class Walk:
    client: object
    folder: object
    dice: random.Random

    def __post_init__(self):
        self.ledger = {}  # address: the code of the record that it was published for
        self.kinds = {}  # code: model
        self.merged = {}  # code: that of the record with which it was merged
        self.reasons = {}  # code: why it was withdrawn
        self.slugs = [f"name-{letter}" for letter in "abcdefgh"]
        self.reasons_given = itertools.count(1)

    # --- the steps

    def publish(self):
        if len(self.kinds) >= MOST_RECORDS:
            return
        record = self.dice.choice(MAKERS)(state="draft")
        if type(record)._meta.model_name in {"official", "event", "statement"}:
            make.citation(record)
        actions.rename(record, slug=self.any_slug(), by=None)
        actions.publish(record, by=None)
        self.kinds[record.code] = type(record)

    def rename(self):
        actions.rename(self.any_record("published", "withdrawn"), slug=self.any_slug(), by=None)

    def withdraw(self):
        record, reason = self.any_record("published"), f"Reason no. {next(self.reasons_given)}."
        actions.withdraw(record, reason=reason, by=None)
        self.reasons[record.code] = reason

    def publish_again(self):
        actions.publish(self.any_record("withdrawn"), by=None)

    def merge(self):
        winner = self.any_record("published")
        others = type(winner).objects.published().exclude(pk=winner.pk).order_by("slug")
        loser = self.dice.choice([each for each in others if each.code in self.kinds])
        merging.merge(loser, into=winner, by=None, why="They are one.")
        self.merged[loser.code] = winner.code

    def unmerge(self):
        merge = self.dice.choice(list(Merge.objects.standing().order_by("loser_code")))
        merging.unmerge(merge, by=None, why="They are two.")
        del self.merged[merge.loser_code]

    def start_anew_from_the_files(self):
        """Of what is withdrawn, the files hold no record: it cannot be published again, nor a merge taken back."""
        fixture_files.export(self.folder)
        for model in (*reversed(OWNERS), *reversed(RECORDS), LoadedRecord, Redirect, Tombstone, Merge, Revision):
            model.objects.all().delete()
        report = fixture_files.load(self.folder)
        assert [str(clash) for clash in report.clashes] == []

    def load_again(self):
        fixture_files.export(self.folder)
        assert [str(clash) for clash in fixture_files.load(self.folder).clashes] == []

    # --- chance

    def any_slug(self):
        return self.dice.choice(self.slugs)

    def any_record(self, *states):
        models = sorted(set(self.kinds.values()), key=lambda model: model._meta.model_name)
        found = (model.objects.filter(code__in=self.kinds, state__in=states) for model in models)
        return self.dice.choice([record for records in found for record in records.order_by("slug")])

    def step(self):
        steps = [self.publish, self.publish, self.rename, self.rename, self.withdraw, self.publish_again]
        steps += [self.merge, self.unmerge, self.start_anew_from_the_files, self.load_again]
        chosen = self.dice.choice(steps)
        try:
            chosen()
        except (actions.Refused, IndexError):  # what the rules forbid, or there is nothing to do it to
            return f"{chosen.__name__} (not done)"
        return chosen.__name__

    # --- the promise

    def write_down(self):
        for code, model in self.kinds.items():
            for record in model.objects.published().filter(code=code):
                for address in addresses_of(record):
                    assert self.ledger.setdefault(address, code) == code, f"{address} was given to another record"

    def now(self, code):
        while code in self.merged:
            code = self.merged[code]
        return code

    def broken(self):
        answers = {address: self.answer(address, code) for address, code in self.ledger.items()}
        return {address: answer for address, answer in answers.items() if answer != "kept"}

    def answer(self, address, code):
        code = self.now(code)
        is_public = self.kinds[code].objects.published().filter(code=code).exists()
        response = self.client.get(address)
        if response.status_code == 301 and is_public:
            response = self.client.get(response["Location"])
        wanted, words = (200, code) if is_public else (410, self.reasons[code])
        if response.status_code != wanted:
            return f"{response.status_code} instead of {wanted}"
        is_picture = response["Content-Type"].startswith("image/")
        return "kept" if is_picture or words in response.text else f"without {words}"


@pytest.mark.parametrize("walk", range(WALKS))
def test_every_address_ever_published_keeps_its_promise(client, tmp_path, walk):
    seed = f"{walk}"
    walked = Walk(client, tmp_path, random.Random(seed))
    walked.publish()
    path = []

    for _number in range(STEPS):
        path.append(walked.step())
        walked.write_down()
        assert walked.broken() == {}, path


@pytest.mark.parametrize("maker", MAKERS)
def test_the_ledger_knows_each_form_of_a_record(client, maker):
    record = maker()

    addresses = list(addresses_of(record))

    assert {"page", "short", "json", "bib", "card"} <= {form_of(address) for address in addresses}
    assert {client.get(address, follow=True).status_code for address in addresses} == {200}


def form_of(address):
    ends = {".json": "json", "cite.bib": "bib", "card.png": "card"}
    return next((form for end, form in ends.items() if address.endswith(end)), "short" if "/e/" in address else "page")
