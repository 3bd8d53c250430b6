"""The fixtures that are shipped: complete, valid, and saying of the known cases what their sources say."""

import datetime as dt
import re
from collections import Counter
from decimal import Decimal
from difflib import SequenceMatcher
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import F

from timeline import fixture_files, index
from timeline.contents.kinds import KINDS, RECORDS
from timeline.enums import State
from timeline.models import (
    Agreement,
    Citation,
    ContentVersion,
    Disagreement,
    Event,
    Figure,
    Gap,
    Official,
    Relation,
    Round,
    Source,
    Stage,
    Statement,
    Tombstone,
)

pytestmark = pytest.mark.django_db

FOLDER = Path(settings.FIXTURE_DIRS[0])
COUNTS = {
    # as in the README of the research that the fixtures were made from, and what was found since
    "place": 22,
    "source": 592,
    "organization": 31,
    "official": 134,
    "agreement": 12,
    "round": 55,
    "event": 226,
    "statement": 167,
    "figure": 186,
    "topic": 15,
    "disagreement": 52,
    "gap": 29,
    "appointment": 158,
    "chiefnegotiator": 19,
    "stage": 52,
    "delegate": 95,
    "participant": 341,
    "position": 140,
    "concernedrecord": 135,
    "relation": 170,  # 102 related, 61 about, and 6 answers named by hand
    "citation": 1846,
}
FOUNDING = {
    "koreapost-2019-08-08-ortagus": 34,
    "joongang-2024-05-24-mutually-acceptable": 26,
    "korea-herald-2025-01-24-rubio-rutte": 28,
}


@pytest.fixture(scope="module", autouse=True)
def _shipped(django_db_setup, django_db_blocker):
    """Loaded once for the module, in a transaction around those of the tests."""
    with django_db_blocker.unblock(), transaction.atomic():
        fixture_files.load(FOLDER)
        yield
        transaction.set_rollback(True)


def shipped_texts():
    return {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.yaml")}


def written_to(folder):
    fixture_files.export(folder)
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def quotes(record, source):
    return list(record.citations.filter(source__slug=source).in_order().values_list("quote", flat=True))


def words_in(text):
    return re.findall(r"\w+", text.lower())


def quoted(citation):
    return citation.quote.replace("**", "")  # a white paper was read with the marks of its bold type


def longest_run(text, others):
    """How many words of the text stand in the same order in one of the others."""
    own = words_in(text)
    blocks = (SequenceMatcher(None, own, words_in(other), autojunk=False).find_longest_match() for other in others)
    return max((block.size for block in blocks), default=0)


# Complete and valid


def test_every_kind_is_there_in_full():
    assert {name.partition(".")[2]: kind.objects.count() for name, kind in KINDS.items()} == COUNTS


def test_every_record_is_published():
    states = Counter(state for kind in RECORDS for state in kind.objects.values_list("state", flat=True))

    assert states == {State.PUBLISHED: sum(COUNTS[str(kind._meta.model_name)] for kind in RECORDS)}


@pytest.mark.deep(4)
@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind._meta.model_name)
def test_every_row_passes_full_clean(kind):
    for row in kind.objects.select_related():
        row.full_clean()


def test_every_code_is_there_once():
    codes = Counter(code for kind in KINDS.values() for code in kind.objects.values_list("code", flat=True))

    assert [code for code, count in codes.items() if count > 1] == []


def test_days_in_our_own_words_are_written_as_on_the_pages():
    """21 May 2024: neither 2024-05-21 nor May 21, 2024. What a source says is in its quotes."""
    otherwise = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b[A-Z][a-z]+\.? \d{1,2}, \d{4}\b")
    ours = {"note", "date_note", "summary", "talks_summary", "method", "outcome", "why"}
    texts = [
        text
        for kind in KINDS.values()
        for name in sorted(ours & {field.name for field in kind._meta.fields})
        for text in kind.objects.values_list(name, flat=True)
    ]

    assert len(texts) > 1000
    assert [text for text in texts if otherwise.search(text)] == []


def test_every_source_is_cited():
    assert list(Source.objects.filter(citations=None)) == []


def test_the_timeline_is_what_the_records_say():
    assert index.differences() == []


# To the files and back


def test_an_export_changes_no_byte(tmp_path):
    assert written_to(tmp_path) == shipped_texts()


def test_a_second_load_changes_nothing():
    report = fixture_files.load(FOLDER)

    records = sum(COUNTS[str(kind._meta.model_name)] for kind in RECORDS)
    assert (report.added, report.updated, report.unchanged, report.clashes) == (0, 0, records, [])


def test_plain_loaddata_gives_the_same_export(tmp_path):
    with index.suspended(), connection.cursor() as cursor:
        for model in apps.get_app_config("timeline").get_models(include_auto_created=True):
            if model is not ContentVersion:
                cursor.execute(f"DELETE FROM {model._meta.db_table}")  # thousands, and what each deletion writes

    call_command("loaddata", *sorted(FOLDER.glob("*.yaml")), verbosity=0)

    assert written_to(tmp_path) == shipped_texts()


# The founding articles


def test_the_founding_articles_are_cited_for_all_that_they_say():
    cited = Citation.objects.filter(source__founding_article=True).values_list("source__slug", flat=True)

    assert Counter(cited) == FOUNDING


# Cases that a reader would look up


def test_the_words_of_a_figure_stand_letter_for_letter_in_its_sources():
    heading = re.compile(r" \((unit: .*|국방비증가율 %, \d{4})\)$")  # of a table: what its bare number measures

    missing = [
        figure.slug
        for figure in Figure.objects.prefetch_related("citations")
        if not any(heading.sub("", figure.as_stated) in quoted(each) for each in figure.citations.all())
    ]

    assert missing == []


def test_what_an_event_was_is_told_in_words_of_our_own():
    told = {
        event.slug: longest_run(event.summary, [each.quote for each in event.citations.all()])
        for event in Event.objects.prefetch_related("citations")
    }

    assert {slug: length for slug, length in told.items() if length > 10} == {}


@pytest.mark.parametrize(
    ("slug", "amount"),
    [
        ("sma-08-round-2", "50%까지 확대"),
        ("sma-09-round-7", "12월 중순까지"),
        ("sma-09-round-8", "1,000억 원 가량의 차이"),
        ("sma-09-round-10", "around 900 billion won"),
        ("sma-09-round-10", "920 billion won"),
        ("sma-11-round-7", "about $4 billion"),
    ],
)
def test_what_a_round_tells_of_amounts_and_terms_is_quoted_there(slug, amount):
    assert any(amount in each.quote for each in Round.objects.get(slug=slug).citations.all())


@pytest.mark.parametrize(
    ("slug", "amount"),
    [
        ("2005-12-pentagon-40-percent-share", "8억4천311만 달러"),
        ("2019-12-five-billion-demand-withdrawn-report", "10 percent to 20 percent"),
        ("2020-02-28-memorandum-on-pay-proposed", "30-day notice"),
        ("2020-06-15-workers-return", "More than 4,000"),
        ("2020-11-30-video-consultation", "13 percent"),
        ("2025-07-08-trump-says-seoul-pays-very-little", "25 percent tariffs"),
        ("2025-08-09-washington-post-draft-report", "3.8 percent"),
        ("2025-12-06-hegseth-reagan-forum", "3.5 [percent of] GDP"),
    ],
)
def test_the_amounts_that_an_event_tells_are_quoted_there(slug, amount):
    assert any(amount in each.quote for each in Event.objects.get(slug=slug).citations.all())


def test_the_second_round_of_the_12th_talks():
    second = Round.objects.get(slug="sma-12-round-2")

    assert (second.when, second.place.name, second.status) == ("2024-05-21/2024-05-23", "Seoul", "held")
    assert list(second.delegate_set.in_order().values_list("official__name", "role", "side", "is_head")) == [
        ("Lee Tae-woo", "chief delegate", "KR", True),
        ("Linda Specht", "chief delegate", "US", True),
    ]
    statement = Statement.objects.get(slug="2024-05-24-us-delegation-productive")
    assert "our common objective of a mutually acceptable agreement that supports our shared security" in statement.text
    assert quotes(statement, "joongang-2024-05-24-mutually-acceptable") == [statement.text]


def test_the_stages_of_the_11th_agreement():
    agreement = Agreement.objects.with_stages().get(slug="sma-11")

    assert [(stage.stage, stage.event.when) for stage in agreement.public_stages] == [
        ("concluded", "2021-03-07"),
        ("initialled", "2021-03-18"),
        ("cabinet_approved", "2021-04-06"),
        ("signed", "2021-04-08"),
        ("assembly_approved", "2021-08-31"),
        ("in_force", "2021-09-01"),
        ("expired", "2025"),
    ]
    signing = Event.objects.get(stages__stage="signed", stages__agreement=agreement)
    signed = signing.participant_set.filter(is_signatory=True).in_order()
    assert list(signed.values_list("official__name", flat=True)) == ["Choi Jong-kun", "Robert Rapson"]


@pytest.mark.parametrize(
    ("slug", "cabinet", "signing"),
    [
        ("sma-08", "2009-01-06", "2009-01-15"),
        ("sma-10", "2019-03-05", "2019-03-08"),
        ("sma-11", "2021-04-06", "2021-04-08"),
        ("sma-12", "2024-10-29", "2024-11-04"),
    ],
)
def test_the_cabinet_approves_before_the_signing(slug, cabinet, signing):
    days = dict(Stage.objects.filter(agreement__slug=slug).values_list("stage", "event__when"))

    assert (days["cabinet_approved"], days["signed"]) == (cabinet, signing)


def test_no_round_of_the_7th_talks_is_missing():
    numbers = Round.objects.filter(agreement__slug="sma-07").values_list("number", flat=True)

    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]


def test_gaps_that_were_filled_are_withdrawn():
    assert list(Tombstone.objects.order_by("slug").values_list("kind", "slug")) == [
        ("gap", "sma-10-legal-dates"),
        ("gap", "sma-12-legal-dates"),
    ]


def test_the_payment_for_2021_and_the_demand_before_it():
    agreed = Figure.objects.get(slug="fig-sma-11-2021-agreed")
    demanded = Figure.objects.get(slug="fig-sma-11-demand-5bn")

    assert (agreed.amount, agreed.currency, agreed.growth_percent) == (1_183_300_000_000, "KRW", Decimal("13.9"))
    assert (agreed.year_from, agreed.year_to, agreed.stance, agreed.party) == (2021, 2021, "agreed", "KR")
    assert (demanded.amount, demanded.currency, demanded.stance, demanded.party) == (
        5_000_000_000,
        "USD",
        "demanded",
        "US",
    )


def test_what_was_budgeted_is_less_than_what_was_agreed():
    totals = Figure.objects.filter(measure="total", currency="KRW", year_to=F("year_from"))
    budgets = ["fig-2013-budget", "fig-2014-budget-bill", "fig-2015-appropriated"]
    budgeted = {each.year_from: (each.stance, each.amount) for each in totals.filter(slug__in=budgets)}

    assert budgeted == {
        2013: ("appropriated", 736_000_000_000),
        2014: ("reported", 799_700_233_000),  # bills: not yet voted
        2015: ("reported", 844_800_000_000),
    }
    for year, (_stance, amount) in budgeted.items():
        assert totals.filter(stance="agreed", year_from=year, amount__gt=amount).exists()


@pytest.mark.parametrize(
    ("year", "amount"), [(2014, 324_880_000_000), (2015, 255_570_000_000), (2016, 328_736_000_000)]
)
def test_the_construction_money_left_in_a_year_is_told_by_two_sources(year, amount):
    left = Figure.objects.get(slug=f"fig-unspent-construction-{year}")

    assert (left.year_from, left.year_to, left.amount) == (year, year, amount)
    assert set(left.citations.values_list("source__slug", flat=True)) == {
        "nanet-2017-10-kim-jong-dae",
        "yonhap-2017-10-25-unspent",
    }


def test_the_white_paper_says_of_which_year_a_paper_told():
    told = Figure.objects.get(slug="fig-2010-cap-applied")
    years, amounts = quotes(told, "mnd-2018-white-paper")[0].split(" Amount ")

    assert dict(zip(years.split(), amounts.split(), strict=True))["2010"] == "7,904"
    assert (told.stance, told.year_from, told.amount) == ("reported", 2010, 790_400_000_000)


def test_the_tweet_of_7_august_2019_and_the_answers_to_it():
    tweet = Statement.objects.get(slug="2019-08-07-trump-substantially-more")
    answers = Relation.objects.filter(kind="answers", to_statement=tweet).order_by(
        "from_statement__first_day", "from_statement__position", "from_statement__slug"
    )

    assert (tweet.first_day, tweet.medium, tweet.speaker.name) == (dt.date(2019, 8, 7), "tweet", "Donald J. Trump")
    assert tweet.text.startswith("South Korea has agreed to pay substantially more money to the United States")
    assert [str(answer.from_statement) for answer in answers] == [
        "Ministry of Foreign Affairs: “It is inappropriate to comment on remarks on the social media of…”",
        "Morgan Ortagus: “When it comes to U.S. bases in South Korea and those agreements,…”",
        "Morgan Ortagus: “There's no ambiguity on where the president stands. He's said that he…”",
    ]


def test_the_denial_stands_behind_the_tweet_on_the_timeline():
    day = dt.date(2019, 8, 7)

    assert list(Statement.objects.filter(first_day=day).in_order().values_list("slug", flat=True))[-1] == (
        "2019-08-07-mofa-not-launched"
    )
    assert list(Event.objects.filter(first_day=day).in_order().values_list("slug", flat=True)) == [
        "2019-08-07-trump-tweet",
        "2019-08-07-mofa-denial",
        "2019-08-07-trump-white-house",
    ]


def test_the_call_of_22_january_2025_and_its_readout():
    call = Event.objects.get(slug="2025-01-22-rubio-rutte-call")
    readout = Event.objects.get(slug="2025-01-23-rubio-rutte-readout")

    assert (call.kind, call.when, call.place) == ("call", "2025-01-22", None)
    assert list(call.participant_set.in_order().values_list("official__name", flat=True)) == [
        "Marco Rubio",
        "Mark Rutte",
    ]
    assert Relation.objects.filter(from_event=call, to_event=readout, kind="related").exists()
    said = Statement.objects.filter(made_at_event=readout).in_order()
    assert list(said.values_list("slug", flat=True)) == [
        "2025-01-23-bruce-commitment-to-nato",
        "2025-01-23-bruce-ending-the-war",
        "2025-01-23-bruce-inextricably-linked",
        "2025-01-23-bruce-real-burden-sharing",
    ]


def test_seoul_is_heard_in_korean_on_whether_the_12th_agreement_is_reopened():
    said = Statement.objects.filter(topics__slug="reopening-sma-12", language="ko", first_day__year=2025).in_order()

    assert [str(each.speaker or each.on_behalf_of) for each in said] == [
        "Wi Sung-lac",
        "Ahn Gyu-back",
        "Wi Sung-lac",
        "Office of National Security",
    ]


def test_what_is_disputed_is_shown_on_what_it_is_about():
    call = Event.objects.get(slug="2025-01-22-rubio-rutte-call")

    found = Disagreement.objects.with_positions().about(call).get()

    assert (found.question, found.followed) == ("On which day did Rubio and Rutte speak?", "2025-01-22")
    assert [(position.reports, len(position.public_citations)) for position in found.public_positions] == [
        ("Wednesday, no date", 1),
        ("2025-01-22", 1),
        ("the day before the readout", 1),
    ]


def test_gaps_belong_to_their_agreements_or_to_none():
    assert Counter(Gap.objects.values_list("agreement__slug", flat=True)) == {
        "sma-01": 2,
        "sma-02": 2,
        "sma-03": 2,
        "sma-04": 2,
        "sma-05": 2,
        "sma-06": 2,
        "sma-07": 2,
        "sma-08": 2,
        "sma-09": 1,
        "sma-10": 1,
        "sma-11": 2,
        None: 9,
    }


def test_the_gap_on_sources_counts_them_as_they_are():
    descriptive, without = Source.objects.filter(title_is_descriptive=True), Source.objects.filter(url="")

    assert Gap.objects.get(slug="sources-without-title-or-address").text == (
        f"{descriptive.count()} of {Source.objects.count()} sources have descriptive titles; "
        f"{without.count()} have no address."
    )


def test_a_role_is_known_as_of_the_day():
    esper = Official.objects.get(slug="esper-mark")

    assert esper.role_on(dt.date(2019, 8, 9)) == "Secretary of Defense"
    assert esper.role_on(dt.date(2019, 7, 1)) == ""
