"""The charts of the money: they hold what the table and the files hold, and nothing else is kept."""

import csv
import io
import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings as project
from django.core.management import call_command
from django.urls import reverse

from tests import make
from tests.views.reading import links, words
from timeline import charts, processes
from timeline.actions import withdraw
from timeline.charts import csv_files, kept, ladders, palette, starting, svg
from timeline.charts.drawing import draw, everything
from timeline.models import Agreement, Figure
from timeline.pictures.drawing import _alone as pictures_alone

pytestmark = pytest.mark.django_db
draws = pytest.mark.draws
BILLION = 10**9


@pytest.fixture(autouse=True)
def drawings(settings, tmp_path):
    settings.DRAWINGS_DIR = tmp_path / "drawings"
    return settings.DRAWINGS_DIR


def demand(agreement, billions=5, **values):
    defaults = {"stance": "demanded", "party": "US", "year_from": 2020, "year_to": 2020, "stated_on": "2019-11-15"}
    amount = {"amount": Decimal(billions) * BILLION, "currency": "USD", "as_stated": f"${billions} billion"}
    return make.figure(agreement=agreement, **(defaults | amount | values))


def the_panel(agreement, currency="USD"):
    return next(panel for panel in charts.ladder(agreement).panels if panel.currency == currency)


def rows_of(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


# --- the ladder ------------------------------------------------------------------------------------------------------


def test_a_ladder_has_each_comparable_figure_in_the_order_of_the_days():
    agreement = make.agreement(ordinal=11)
    agreed = demand(agreement, 1, stance="agreed", party="KR", stated_on="2021-03-10")
    first = demand(agreement, 5)
    demand(agreement, 2, measure="increase")
    demand(agreement, 3, measure="part")
    demand(make.agreement(), 4)

    assert the_panel(agreement).figures == [first, agreed]


def test_won_and_dollars_are_two_ladders_with_an_axis_each():
    agreement = make.agreement(ordinal=11)
    demand(agreement, 5)
    make.figure(agreement=agreement, usd_equivalent=Decimal(BILLION))

    panels = charts.ladder(agreement).panels

    assert [(panel.currency, len(panel.figures)) for panel in panels] == [("KRW", 1), ("USD", 1)]
    assert [panel.chart.facts["currency"] for panel in panels] == ["KRW", "USD"]
    assert [{figure.currency for figure in panel.figures} for panel in panels] == [{"KRW"}, {"USD"}]


def test_the_currency_in_the_address_leaves_one_ladder(client):
    agreement = make.agreement(ordinal=11)
    demand(agreement)
    make.figure(agreement=agreement)

    text = words(client.get("/figures/?agreement=11&currency=USD"))

    assert ("in dollars" in text, "in won" in text) == (True, False)


def test_the_drawn_points_are_the_rows_of_the_table_and_of_the_csv_file(client):
    agreement = make.agreement(ordinal=11)
    made = [demand(agreement, number, stated_on=f"2019-11-{number:02}") for number in range(1, 6)]

    page = client.get("/figures/?agreement=11")
    points = the_panel(agreement).chart.facts["points"]
    rows = rows_of(client.get(reverse("ladder-file", args=["sma-11", "usd.csv"])))

    assert [point["figure"] for point in points] == [figure.slug for figure in made]
    assert [row["figure"] for row in rows] == [point["figure"] for point in points]
    assert [Decimal(row["amount"]) for row in rows] == [point["amount"] for point in points]
    assert {point["url"] for point in points} <= set(links(page))


def test_every_point_leads_to_its_words(client):
    agreement = make.agreement(ordinal=11)
    demand(agreement)
    make.figure(agreement=agreement, year_from=1998, year_to=1998)
    make.figure(agreement=agreement, year_from=1998, year_to=1998, amount=Decimal(7 * BILLION))

    addresses = {
        point["url"]
        for chart in everything()
        for point in (chart.facts["points"] if chart.facts["kind"] == "ladder" else chart.facts["years"])
    }

    assert "/figures/?year=1998&currency=KRW" in addresses
    assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(addresses, 200)


def test_a_long_ladder_keeps_what_the_capitals_put_on_the_table_and_says_so(client, monkeypatch):
    monkeypatch.setattr(ladders, "MOST_RUNGS", 3)
    monkeypatch.setattr(ladders, "MOST_READ", 6)
    agreement = make.agreement(ordinal=11)
    for number in range(1, 8):
        demand(agreement, number, stance="reported" if number < 5 else "demanded", stated_on=f"2019-11-{number:02}")

    panel = the_panel(agreement)

    assert [figure.stance for figure in panel.figures] == ["reported", "demanded", "demanded"]
    assert "3 of more than 6 are shown" in words(client.get("/figures/?agreement=11"))
    assert len(rows_of(client.get("/figures/ladder/sma-11/usd.csv"))) == 7


def test_a_ladder_of_two_thousand_figures_is_bounded(client, django_assert_num_queries):
    agreement = make.agreement(ordinal=11)
    template = demand(agreement)
    copies = []
    for number in range(2_000):
        values = {field.attname: getattr(template, field.attname) for field in Figure._meta.concrete_fields}
        values |= {"id": None, "slug": f"copy-{number:04}", "code": f"c{number:07}"}
        copies.append(Figure(**values))
    Figure.objects.bulk_create(copies)

    with django_assert_num_queries(5):
        response = client.get("/figures/?agreement=11")

    assert len(the_panel(agreement).chart.facts["points"]) == 80
    assert "80 of more than 500 are shown" in words(response)
    assert len(response.content) < 300_000


# --- year by year ----------------------------------------------------------------------------------------------------


def panel_of(name):
    return charts.contribution(list(Agreement.objects.published().in_order())).named(name)


def test_all_values_of_a_year_stand_there_and_their_disagreement(client):
    low = make.figure(year_from=1998, year_to=1998, amount=Decimal(310_000_000), currency="USD", stance="reported")
    high = make.figure(year_from=1998, year_to=1998, amount=Decimal(399_000_000), currency="USD")
    dispute = make.disagreement(low, high)

    (year,) = panel_of("usd").chart.facts["years"]

    assert (year["low"], year["high"], year["disputed"]) == (310_000_000, 399_000_000, True)
    assert {low.get_absolute_url(), high.get_absolute_url(), dispute.get_absolute_url()} <= set(
        links(client.get("/figures/"))
    )


def test_a_yearly_payment_for_a_span_stands_in_each_of_its_years():
    make.figure(measure="per_year", year_from=2005, year_to=2006)

    assert [year["year"] for year in panel_of("krw").chart.facts["years"]] == [2005, 2006]


def test_the_growth_of_a_payment_for_a_span_stands_beside_its_first_year_alone(client):
    make.figure(measure="per_year", year_from=2005, year_to=2006, growth_percent=Decimal("-8.9"))

    table = client.get("/figures/").text.partition("</table>")[0].split('<th scope="row">')

    assert ["−8.9 %" in row for row in table[1:]] == [True, False]


def test_a_year_without_a_figure_is_an_empty_row_and_not_a_point():
    make.figure(year_from=2022, year_to=2022)
    make.figure(year_from=2025, year_to=2025)
    panel = panel_of("krw")

    assert [year.year for year in panel.years] == [2022, 2023, 2024, 2025]
    assert [point["year"] for point in panel.chart.facts["points"]] == [2022, 2025]


def test_demands_offers_washingtons_figures_and_parts_are_no_contribution():
    for values in ({"stance": "demanded"}, {"stance": "offered"}, {"party": "US"}, {"measure": "part"}):
        make.figure(**values)

    assert charts.contribution([]).panels == []


def test_what_was_appropriated_has_its_column_and_what_nobody_states_has_none():
    make.figure(stance="appropriated", growth_percent=Decimal(4))
    make.figure()

    columns = {name: [heading for heading, _label in panel_of(name).headings] for name in ("krw", "growth")}

    assert columns == {"krw": ["agreed", "appropriated"], "growth": ["appropriated"]}
    assert {point["stance"] for point in panel_of("krw").chart.facts["points"]} == {"agreed", "appropriated"}


def test_the_legend_names_the_marks_that_are_there(client):
    make.figure()
    make.figure(stance="paid", amount=Decimal(BILLION))

    assert "in won Filled squares: agreed; stars: paid. A heavy line" in words(client.get("/figures/"))


def test_growth_stands_once_for_a_payment_and_in_each_year_of_a_rate_or_a_ceiling():
    percent = {"growth_percent": Decimal("8.8"), "amount": None, "currency": ""}
    make.figure(measure="per_year", year_from=2005, year_to=2006, growth_percent=Decimal("-8.9"))
    make.figure(measure="rate", year_from=2003, year_to=2004, **percent)
    make.figure(measure="cap", year_from=2010, year_to=2011, **percent)
    make.figure(measure="total", stance="reported", year_from=2012, year_to=2012, growth_percent=Decimal(4))

    points = panel_of("growth").chart.facts["points"]

    assert [(point["year"], point["stance"], point["low"]) for point in points] == [
        (2003, "agreed", 8.8),
        (2004, "agreed", 8.8),
        (2005, "agreed", -8.9),
        (2010, "cap", 8.8),
        (2011, "cap", 8.8),
    ]


def test_won_and_dollars_are_two_charts_of_the_contribution():
    make.figure()
    make.figure(amount=Decimal(BILLION), currency="USD")

    assert [
        (panel.name, {figure.currency for _year, _heading, figure in panel.rows})
        for panel in charts.contribution([]).panels
    ] == [("krw", {"KRW"}), ("usd", {"USD"})]


def test_the_points_of_a_year_are_those_of_the_csv_file(client):
    make.figure()
    make.figure(amount=Decimal(1_180_000_000_000), stance="reported")

    points = panel_of("krw").chart.facts["points"]
    rows = rows_of(client.get("/figures/contribution/krw.csv"))

    assert [(str(point["year"]), point["stance"], Decimal(point["low"])) for point in points] == [
        (row["year"], row["shown_as"], Decimal(row["amount"])) for row in rows
    ]


# --- files -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+82", "'+82"),
        ("-5 percent", "'-5 percent"),
        ("\t=1", "'\t=1"),
        ("＝1+1", "'＝1+1"),
        ("'=1+1", "''=1+1"),
        ("5 billion", "5 billion"),
        (Decimal("-8.900"), "-8.9"),
        (Decimal("1183300000000.00"), "1183300000000"),
        (2021, "2021"),
        (None, ""),
    ],
)
def test_a_cell_is_no_formula_and_a_number_stays_one(value, written):
    assert csv_files.cell(value) == written


def test_a_csv_file_has_a_byte_order_mark_only_where_excel_needs_one():
    assert csv_files.csv_text(["a"], [["b"]]) == "a\r\nb\r\n"
    assert csv_files.csv_text(["a"], [["억"]]) == "\ufeffa\r\n억\r\n"


@pytest.mark.parametrize(
    "address",
    [
        "/figures/ladder/sma-11/usd.gif",
        "/figures/ladder/sma-11/USD.csv",
        "/figures/ladder/sma-11/krw.csv",
        "/figures/ladder/sma-11/growth.csv",
        "/figures/ladder/sma-99/usd.csv",
        "/figures/contribution/usd.csv",
        "/figures/contribution/eur.svg",
    ],
)
def test_files_of_charts_that_do_not_exist_are_not_found(client, address):
    demand(make.agreement(ordinal=11))

    assert client.get(address).status_code == 404


def test_the_files_of_a_renamed_agreement_move_and_those_of_a_withdrawn_one_are_gone(client, admin_user):
    from timeline.actions import rename

    agreement = make.agreement(slug="sma-eleven", ordinal=11)
    demand(agreement)
    rename(agreement, slug="sma-11", by=admin_user)

    moved = client.get("/figures/ladder/sma-eleven/usd.csv")
    withdraw(Agreement.objects.get(), reason="Entered twice.", by=admin_user)

    assert (moved.status_code, moved.headers["Location"]) == (301, "/figures/ladder/sma-11/usd.csv")
    assert client.get("/figures/ladder/sma-11/usd.csv").status_code == 410


def test_before_it_is_drawn_the_page_shows_its_table_and_the_picture_asks_for_patience(client):
    demand(make.agreement(ordinal=11), as_stated="five billion dollars")

    page, picture = client.get("/figures/?agreement=11"), client.get("/figures/ladder/sma-11/usd.png")

    assert "The picture is being drawn." in words(page)
    assert "five billion dollars" in words(page)
    assert "/figures/ladder/sma-11/usd.png" not in links(page)
    assert (picture.status_code, picture.headers["Retry-After"]) == (503, "30")


@pytest.mark.parametrize(("query", "queries"), [("", 5), ("?agreement=11", 5)])
@pytest.mark.parametrize("count", [2, 500])
def test_the_page_asks_as_often_for_five_hundred_figures_as_for_two(
    client, django_assert_num_queries, query, queries, count
):
    agreement = make.agreement(ordinal=11)
    template = demand(agreement)
    make.disagreement(make.figure(agreement=agreement))
    values = {field.attname: getattr(template, field.attname) for field in Figure._meta.concrete_fields}
    Figure.objects.bulk_create(
        Figure(**(values | {"id": None, "slug": f"copy-{number:04}", "code": f"c{number:07}"}))
        for number in range(count - 2)
    )

    with django_assert_num_queries(queries):
        client.get(f"/figures/{query}")


# --- drafts ----------------------------------------------------------------------------------------------------------


def test_nothing_of_a_draft_stands_in_a_chart_a_table_or_a_file(client):
    agreement = make.agreement(ordinal=11)
    shown = demand(agreement, 5)
    total = {"agreement": agreement, "year_from": 2020, "year_to": 2020}
    demand(agreement, 7, as_stated="secret demand", slug="secret-demand", state="draft")
    make.figure(**total, slug="secret-total", state="draft")
    make.disagreement(make.figure(**total), question="Secret question?", state="draft")
    make.agreement(ordinal=12, name="Secret agreement", state="draft")

    facts = json.dumps([chart.facts for chart in everything()])
    answers = [client.get(address).text for address in ("/figures/", "/figures/?agreement=11")]
    answers += [
        client.get(address).text for address in ("/figures/ladder/sma-11/usd.csv", "/figures/contribution/krw.csv")
    ]

    assert shown.slug in facts
    assert [text for text in (facts, *answers) if "ecret" in text] == []


@draws
def test_what_is_withdrawn_is_in_no_answer_at_once_and_in_no_file_after_the_next_drawing(client, drawings, admin_user):
    agreement = make.agreement(ordinal=11)
    demand(agreement, 4)
    withdrawn = demand(agreement, 5, slug="fig-withdrawn")
    draw()
    before = client.get("/figures/ladder/sma-11/usd.json")

    withdraw(withdrawn, reason="Misread.", by=admin_user)
    at_once = [client.get(f"/figures/ladder/sma-11/usd{ending}") for ending in (".json", ".svg", "-dark.svg", ".png")]
    page = client.get("/figures/?agreement=11").text
    draw()

    assert "fig-withdrawn" in before.text
    assert [answer.status_code for answer in at_once] == [503] * 4
    assert "fig-withdrawn" not in page
    left = [path for path in drawings.rglob("*") if path.is_file() and b"fig-withdrawn" in path.read_bytes()]
    assert left == []
    assert client.get("/figures/ladder/sma-11/usd.json").status_code == 200


# --- drawing ---------------------------------------------------------------------------------------------------------


@draws
def test_a_drawn_chart_holds_every_point_as_a_named_link_without_any_style(client):
    agreement = make.agreement(ordinal=11)
    made = [demand(agreement, number, stated_on=f"2019-11-{number:02}") for number in range(1, 4)]
    draw()

    page = client.get("/figures/?agreement=11")
    picture = the_panel(agreement).chart.picture
    root = ElementTree.fromstring(picture.wide)  # noqa: S314 - we drew it
    anchors = list(root.iter("{http://www.w3.org/2000/svg}a"))

    assert [anchor.get("href") for anchor in anchors] == [figure.get_absolute_url() for figure in made]
    assert anchors[0].get("aria-label") == "1 November 2019: Washington · demanded · 2020: US$1 billion"
    assert root.get("aria-label") == f"The bargaining ladder: {agreement.name}"
    assert str(picture.wide) in page.text
    assert str(picture.narrow) in page.text
    assert [bad for bad in (" style=", "<style", "<script", "#a8301c") if bad in picture.wide + picture.narrow] == []


@draws
def test_vega_lite_svg_and_png_are_served_with_their_types_and_need_nothing_from_elsewhere(client, settings):
    agreement = make.agreement(ordinal=11)
    figure = demand(agreement)
    draw()
    address = "/figures/ladder/sma-11/usd"

    spec, light, dark, png = (client.get(address + ending) for ending in (".json", ".svg", "-dark.svg", ".png"))
    points = json.loads(spec.text)["datasets"]["figures"]

    assert [(point["figure"], point["url"]) for point in points] == [
        (figure.slug, settings.SITE_URL + figure.get_absolute_url())
    ]
    assert [point["amount"] for point in points] == [the_panel(agreement).chart.facts["points"][0]["amount"]]
    assert [each.headers["Content-Type"] for each in (spec, light, dark, png)] == [
        "application/json",
        "image/svg+xml",
        "image/svg+xml",
        "image/png",
    ]
    assert png.content.startswith(b"\x89PNG")
    assert (palette.LIGHT["us"] in light.text, palette.DARK["us"] in dark.text) == (True, True)
    elsewhere = set(re.findall(r'https?://[^"\\<\s]*', spec.text + light.text)) - {"http://www.w3.org/2000/svg"}
    assert {link for link in elsewhere if not link.startswith(settings.SITE_URL)} == {
        "https://vega.github.io/schema/vega-lite/v6.4.1.json"  # names the format
    }
    again = client.get(f"{address}.svg", headers={"If-None-Match": light.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@draws
def test_drawing_again_draws_nothing_and_a_change_draws_only_what_it_touches(drawings):
    first, second = make.agreement(ordinal=11), make.agreement(ordinal=12)
    demand(first)
    demand(second)

    reports = [draw()]
    reports.append(draw())
    demand(second, 6)
    reports.append(draw())

    assert [(report.drawn, report.kept, report.removed) for report in reports] == [(2, 0, 0), (0, 2, 0), (1, 1, 1)]


@draws
def test_what_a_killed_process_left_is_neither_served_nor_kept(client, drawings):
    agreement = make.agreement(ordinal=11)
    demand(agreement)
    half = drawings / ".aside-half"
    half.mkdir(parents=True)
    (half / kept.WIDE).write_text("<svg")

    assert "<svg" not in client.get("/figures/?agreement=11").text.partition("<main")[2]
    assert (draw().drawn, half.exists()) == (1, False)


@draws
def test_hostile_words_are_drawn_as_words():
    agreement = make.agreement(ordinal=11, name='<script>alert(1)</script> & "quotes"')
    demand(agreement)
    make.figure(agreement=agreement, year_from=2021, year_to=2021)

    draw()

    assert [name for chart in everything() for name in (kept.WIDE, kept.LIGHT) if b"<script" in chart.file(name)] == []


@draws
def test_a_drawing_with_anything_but_shapes_words_and_links_is_refused():
    with pytest.raises(svg.UnexpectedDrawing):
        svg.for_the_page('<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', title="x", site_url="")


def test_the_palettes_are_those_of_the_style_sheet():
    css = (Path(project.BASE_DIR) / "timeline/static/timeline/css/tokens.css").read_text()
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", scheme))
        for scheme in css.split("@media (prefers-color-scheme: dark)")[:2]
    )

    assert {name: light.get(name) for name in palette.LIGHT} == palette.LIGHT
    assert {name: dark.get(name) for name in palette.DARK} == palette.DARK


def test_the_class_of_every_colour_is_in_the_style_sheet():
    css = (Path(project.BASE_DIR) / "timeline/static/timeline/css/figures.css").read_text()
    classes = {f"{attribute}-{name}" for attribute in ("fill", "stroke") for name in palette.LIGHT}

    assert {name for name in classes if f".{name} {{" not in css} == set()


# --- the process of its own ------------------------------------------------------------------------------------------


ONE_FIGURE = """
import datetime as dt, django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from timeline.models import Agreement, Figure
now = {"state": "published", "published_at": dt.datetime.now(dt.UTC)}
agreement = Agreement.objects.create(slug="sma-11", ordinal=11, name="11th", status="expired", **now)
Figure.objects.create(slug="fig", agreement=agreement, stance="demanded", measure="total", year_from=2021,
    year_to=2021, amount=5, currency="USD", as_stated="five", stated_on="2021", **now)
"""
READ_THE_PAGES = """
import sys, django
django.setup()
from django.test import Client
client = Client(SERVER_NAME="localhost")
for address in ("/figures/", "/figures/?agreement=11", "/figures/ladder/sma-11/usd.csv", "/agreements/sma-11/",
    "/figures/fig/card.png"):
    assert client.get(address).status_code == 200, address
assert client.get("/figures/ladder/sma-11/usd.svg").status_code == 503
print(sorted({"altair", "vl_convert", "timeline.charts.specs", "timeline.pictures.layout"} & set(sys.modules)))
"""


@pytest.fixture(scope="module")
def in_a_site(tmp_path_factory):
    """Runs Python in a process of its own, on a site of its own that has one figure."""
    environment = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(tmp_path_factory.mktemp("var")), "DEBUG": "yes"}
    environment |= {"DJANGO_SETTINGS_MODULE": "sma_site.settings", "DRAW_AFTER_CHANGE": "no"}

    def start(*arguments):
        command = [sys.executable, "-W", "ignore", *arguments]
        return subprocess.Popen(command, cwd=project.BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True)

    assert start("-c", ONE_FIGURE).communicate() == ("", None)
    return start


def test_the_web_worker_never_imports_what_draws(in_a_site):
    process = in_a_site("-c", READ_THE_PAGES)

    assert (process.communicate()[0].strip(), process.returncode) == ("[]", 0)


@draws
def test_two_processes_that_draw_at_once_draw_each_chart_once(in_a_site):
    two = [in_a_site("manage.py", "draw") for _each in range(2)]

    said = [process.communicate()[0].splitlines() for process in two]

    assert sorted(charts for charts, _pictures in said) == [
        "0 charts drawn, 1 as they were, 0 removed.",
        "1 charts drawn, 0 as they were, 0 removed.",
    ]
    assert sum(pictures.startswith("2 pictures drawn") for _charts, pictures in said) == 1


@pytest.fixture
def started(monkeypatch):
    """The commands that would have been started; each lives until it is told to end."""
    begun, popen = [], subprocess.Popen

    def stand_in(command, **options):
        process = popen(["sleep", "60"], pass_fds=options["pass_fds"], start_new_session=True)
        begun.append((command, process))
        return process

    monkeypatch.setattr(processes.subprocess, "Popen", stand_in)
    yield begun
    for _command, process in begun:
        process.kill()
        process.wait()


def test_a_burst_of_changes_starts_one_process(started, settings, django_capture_on_commit_callbacks):
    settings.DRAW_AFTER_CHANGE = True

    with django_capture_on_commit_callbacks(execute=True):
        for _each in range(5):
            make.figure()

    assert [command[1:3] for command, _process in started] == [[str(settings.BASE_DIR / "manage.py"), "draw"]]


def test_once_the_waiting_process_is_gone_a_change_starts_the_next(started):
    assert (starting.start(), starting.start()) == (True, False)

    started[0][1].kill()
    started[0][1].wait()

    assert starting.start() is True


def test_no_process_is_started_where_the_settings_say_so(started, settings, django_capture_on_commit_callbacks):
    settings.DRAW_AFTER_CHANGE = False

    with django_capture_on_commit_callbacks(execute=True):
        make.figure()

    assert started == []


def test_the_command_says_what_it_did(capsys, drawings):
    call_command("draw")
    with pictures_alone(drawings / "cards"):
        call_command("draw")

    assert capsys.readouterr().out.splitlines() == [
        "0 charts drawn, 0 as they were, 0 removed.",
        "0 pictures drawn, 0 as they were, 0 removed.",
        "0 charts drawn, 0 as they were, 0 removed.",
        "The pictures are being drawn by another process, which sees to what is new as well.",
    ]
