"""What a check of an address means, and `manage.py check_links` against a real server on the loopback address."""

import datetime as dt
from collections import Counter

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from tests import make
from tests.test_fetching import redirect, serving
from timeline.fetching import Fetched
from timeline.management.commands import check_links
from timeline.management.commands.check_links import Due, due_now, spaced
from timeline.models import LinkCheck, Source
from timeline.models.link_checks import is_alike

pytestmark = pytest.mark.django_db
ADDRESS = "https://news.example/talks-open"
DAY = dt.timedelta(days=1)
NOW = dt.datetime(2100, 3, 1, 3, 0, tzinfo=dt.UTC)  # after any source of these tests was saved


def page(title="Talks open in Seoul", url=ADDRESS, status=200):
    return Fetched(url, status, "text/html", f"<html><h1>{title}</h1></html>".encode())


def gone():
    return Fetched(ADDRESS, 404)


def check(source, *answers, at=NOW, every=DAY):
    """The check of the source's address after these answers, a day apart."""
    for number, answer in enumerate(answers):
        made = LinkCheck.of(source, "url")
        made.note(answer, at=at + number * every)
        made.save()
    return made


@pytest.fixture
def source():
    return make.source(url=ADDRESS)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (page(), "ok"),
        (Fetched(ADDRESS, 200, "application/pdf", b"%PDF"), "ok"),
        (Fetched(ADDRESS, 200, problem="The page took too long to arrive."), "ok"),
        (page(url="http://www.news.example/talks-open/"), "ok"),
        (page(url="https://m.news.example/other/place"), "ok"),
        (Fetched(ADDRESS, 401), "blocked"),
        (Fetched(ADDRESS, 403), "blocked"),
        (Fetched(ADDRESS, 429), "blocked"),
        (Fetched(ADDRESS, 404), "gone"),
        (Fetched(ADDRESS, 410), "gone"),
        (Fetched(ADDRESS, 500), "unreachable"),
        (Fetched(ADDRESS, 0, problem="The site did not answer in time."), "unreachable"),
        (page(url="https://parked.example/talks-open"), "changed"),
        (page(url="https://news.example/"), "changed"),
    ],
)
def test_what_an_answer_means(source, answer, outcome):
    assert check(source, answer).outcome == outcome


def test_another_title_is_a_change_and_both_are_kept(source):
    made = check(source, page("Talks open in Seoul"), page("Casino bonus without deposit"))

    assert (made.outcome, made.title, made.new_title) == (
        "changed",
        "Talks open in Seoul",
        "Casino bonus without deposit",
    )


def test_the_title_that_was_there_comes_back(source):
    made = check(source, page("Talks open in Seoul"), page("Casino bonus"), page("Talks open in Seoul"))

    assert (made.outcome, made.title, made.new_title) == ("ok", "Talks open in Seoul", "")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Talks open in Seoul", "Talks Open in Seoul - The Korea Post", True),
        ("Talks open in Seoul", "Cost-sharing talks open in Seoul on Tuesday", True),
        ("한미 방위비 2차 회의", "한미, 방위비 2차 회의 종료", True),
        ("Talks open in Seoul", "Page not found", False),
        ("Talks open in Seoul", "서비스 종료 안내", False),
    ],
)
def test_titles_that_may_be_of_one_page(one, other, alike):
    assert is_alike(one, other) is alike


def test_an_editor_who_saves_the_source_has_looked_at_its_page(source):
    first = check(source, page("Talks open in Seoul"))
    Source.objects.filter(pk=source.pk).update(updated_at=first.last_checked_at + DAY / 2)
    source.refresh_from_db()

    made = check(source, page("Talks opened in the capital of the Republic"), at=NOW + DAY)

    assert (made.outcome, made.title) == ("ok", "Talks opened in the capital of the Republic")


def test_three_failures_in_three_days_are_dead(source):
    made = check(source, gone(), Fetched(ADDRESS, 503), gone())

    assert (made.failures, made.first_failed_at, made.is_dead) == (3, NOW, True)
    assert list(LinkCheck.objects.dead()) == [made]


@pytest.mark.parametrize(
    ("answers", "every"),
    [
        ([gone(), gone()], 10 * DAY),
        ([gone(), gone(), gone(), gone()], DAY / 24),
        ([gone(), page(), gone(), gone()], DAY),
        ([gone(), Fetched(ADDRESS, 403), gone(), gone()], DAY),
        ([Fetched(ADDRESS, 403)] * 5, DAY),
    ],
    ids=["two failures", "within an hour", "there in between", "answered in between", "blocked"],
)
def test_what_is_not_dead_yet(source, answers, every):
    made = check(source, *answers, every=every)

    assert made.is_dead is False
    assert list(LinkCheck.objects.dead()) == []


def test_the_dashboard_asks_for_each_outcome():
    made = {
        name: check(make.source(url=ADDRESS, slug=f"source-{name}"), answer)
        for name, answer in {
            "failing": gone(),
            "changed": page(url="https://parked.example/"),
            "blocked": Fetched(ADDRESS, 403),
            "ok": page(),
        }.items()
    }

    assert list(LinkCheck.objects.failing()) == [made["failing"]]
    assert list(LinkCheck.objects.changed()) == [made["changed"]]
    assert list(LinkCheck.objects.blocked()) == [made["blocked"]]


def test_an_address_that_was_changed_begins_anew(source):
    check(source, gone(), gone(), gone())
    source.url = "https://news.example/moved"
    source.save()

    assert list(LinkCheck.objects.dead()) == []
    assert check(source, gone()).failures == 1
    assert LinkCheck.objects.count() == 1


def test_a_check_of_a_withdrawn_source_concerns_nobody(source):
    check(source, gone(), gone(), gone())
    Source.objects.update(state="withdrawn", withdrawn_at=NOW, withdrawal_reason="Twice.")

    assert list(LinkCheck.objects.failing()) == []


# --- what is due, and in which order


def test_what_was_never_checked_comes_first_and_then_what_waited_longest():
    old, older, fresh = (make.source(url=ADDRESS, slug=f"source-{name}") for name in ("old", "older", "fresh"))
    never = make.source(url=ADDRESS, archived_url="https://web.archive.example/1", slug="source-z")
    make.source(url="", slug="source-without-address")
    make.source(url=ADDRESS, state="withdrawn", slug="source-withdrawn")
    for each, days in ((old, 8), (older, 9), (fresh, 6)):
        check(each, page(), at=NOW - days * DAY)

    due = due_now(7 * DAY, NOW)

    assert [(each.source_id, each.field) for each in due] == [
        (never.pk, "url"),
        (never.pk, "archived_url"),
        (older.pk, "url"),
        (old.pk, "url"),
    ]


def test_what_failed_is_due_again_the_next_day(source):
    check(source, gone(), at=NOW)

    assert due_now(7 * DAY, NOW + DAY / 2) == []
    assert due_now(7 * DAY, NOW + DAY) == [Due(source.pk, "url", ADDRESS)]


def test_one_site_rests_while_others_are_asked():
    asked = [Due(number, "url", f"https://{host}/") for number, host in enumerate(["a.kr", "www.a.kr", "b.kr", "a.kr"])]
    times, clock = [], [0.0]

    for each in spaced(
        asked, 5, clock=lambda: clock[0], sleep=lambda seconds: clock.__setitem__(0, clock[0] + seconds)
    ):
        times.append((clock[0], each.source_id))
        clock[0] += 1

    assert times == [(0, 0), (1, 2), (6, 1), (12, 3)]


# --- the command


@pytest.fixture
def site(monkeypatch):
    """A site of two pages: what a test puts into `site.answers` comes one after the other."""
    with serving(b"") as server:
        monkeypatch.setattr(check_links, "REACH", server.reach)
        monkeypatch.setattr(check_links, "PAUSE_SECONDS", 0)
        yield server


def answer(status, title=""):
    body = f"<html><h1>{title}</h1></html>".encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def run(capsys, *arguments):
    call_command("check_links", *arguments)
    return capsys.readouterr().out.splitlines()


def test_each_address_is_asked_once_and_the_finding_kept(site, capsys):
    first = make.source(url=site.url("/a"), slug="source-1")
    second = make.source(url=site.url("/b"), archived_url=site.url("/c"), slug="source-2")
    site.answers = [answer(200, "Talks open"), answer(404), answer(403)]

    said = run(capsys)

    assert said == [
        f"gone: source-2: {second.url} (404)",
        f"blocked: source-2: {second.archived_url} (403)",
        "3 addresses checked: 1 reachable, 1 does not let programs in, 1 not found.",
    ]
    assert list(LinkCheck.objects.values_list("source__slug", "field", "outcome", "title")) == [
        ("source-1", "url", "ok", "Talks open"),
        ("source-2", "url", "gone", ""),
        ("source-2", "archived_url", "blocked", ""),
    ]
    assert [Source.objects.get(pk=each.pk).version for each in (first, second)] == [1, 1]


def test_a_second_run_goes_on_where_the_first_one_ended(site, capsys):
    for number in range(3):
        make.source(url=site.url(f"/{number}"), slug=f"source-{number}")
    site.answers = [answer(200)]

    assert run(capsys, "--limit=2") == ["2 addresses checked: 2 reachable."]
    assert run(capsys) == ["1 addresses checked: 1 reachable."]
    assert run(capsys) == ["No address is due."]
    assert run(capsys, "--older-than=0", "--limit=1") == ["1 addresses checked: 1 reachable."]
    assert Counter(each.split()[1] for each in site.asked) == {"/0": 2, "/1": 1, "/2": 1}


def test_one_source_can_be_checked_now(site, capsys):
    make.source(url=site.url("/a"), slug="source-a")
    make.source(url=site.url("/b"), slug="source-b")
    site.answers = [answer(200)]

    assert run(capsys, "--source=source-b") == ["1 addresses checked: 1 reachable."]
    assert run(capsys, "--source=source-b") == ["1 addresses checked: 1 reachable."]
    assert [each.split()[1] for each in site.asked] == ["/b", "/b"]


def test_a_redirect_to_where_nobody_may_go_is_no_answer(site, capsys):
    source = make.source(url=site.url("/a"), slug="source-a")
    site.answers = [redirect("http://169.254.169.254/")]

    assert run(capsys)[0] == (
        f"unreachable: source-a: {source.url} (Only the usual ports of the web, 80 and 443, are asked.)"
    )


def test_dead_addresses_are_called_so(site, capsys):
    source = make.source(url=site.url("/a"), slug="source-a")
    site.answers = [answer(404)]
    run(capsys)
    LinkCheck.objects.update(failures=2, first_failed_at=LinkCheck.objects.get().last_checked_at - 2 * DAY)

    assert run(capsys, "--source=source-a")[0] == f"gone: source-a: {source.url} (404; it counts as dead)"


@pytest.mark.parametrize("value", ["-1", "many", "1" * 30, "²", ""])
def test_a_number_that_is_none_gets_a_sentence(value):
    with pytest.raises(CommandError, match="is no number from 0 to 999999"):
        call_command("check_links", f"--limit={value}")


def test_a_source_that_does_not_exist_gets_a_sentence():
    with pytest.raises(CommandError, match="There is no source “nowhere”"):
        call_command("check_links", "--source=nowhere")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", ["deleted", "moved"])
def test_a_source_that_changes_while_its_address_is_asked_harms_nothing(site, capsys, change):
    source = make.source(url=site.url("/a"), slug="source-a", state="draft")

    def meanwhile(connection):
        if change == "deleted":
            _elsewhere(lambda: Source.objects.filter(pk=source.pk).delete())
        else:
            _elsewhere(lambda: Source.objects.filter(pk=source.pk).update(url=ADDRESS))
        connection.sendall(answer(200))

    site.answers = [meanwhile]
    run(capsys)

    assert list(LinkCheck.objects.current()) == []


def _elsewhere(work):
    """In the server's thread, which has a connection of its own."""
    from django.db import connection

    with transaction.atomic():
        work()
    connection.close()
