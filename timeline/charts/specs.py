"""The charts as Vega-Lite, built with Altair: each once for wide places and once for narrow ones.

Colours are those of the light scheme; `svg.py` turns them into classes of the style sheet. Every mark that leads
somewhere is an invisible bar over the whole rung or year: large enough for a finger, and one stop for the keyboard.
Won and dollars never stand in one chart. Only the drawing process imports this module.
"""

from collections.abc import Callable
from typing import Any

import altair as alt
from django.conf import settings
from django.utils.translation import gettext as _

from timeline.charts.palette import LIGHT

Drawn = tuple[Any, dict[str, list[dict[str, Any]]]]  # the chart, and its rows by the names that it calls them
FONT = "Liberation Sans, Arial, Helvetica, sans-serif"
SHAPES = {
    "demanded": "triangle-up",
    "offered": "triangle-down",
    "reported": "circle",
    "projected": "cross",
    "agreed": "square",
    "appropriated": "diamond",
    "paid": "M0,-1L0.29,-0.4L0.95,-0.31L0.48,0.15L0.59,0.81L0,0.5L-0.59,0.81L-0.48,0.15L-0.95,-0.31L-0.29,-0.4Z",
    "cap": "M-1,-0.3L1,-0.3L1,0L0.25,0L0,0.6L-0.25,0L-1,0Z",
}
OPEN = {"projected", "reported", "cap"}  # beside what is settled
UNITS: dict[str, tuple[tuple[int, Callable[[], str]], ...]] = {
    "KRW": ((10**12, lambda: _("trillion won")), (10**9, lambda: _("billion won")), (1, lambda: _("won"))),
    "USD": ((10**9, lambda: _("billion US dollars")), (10**6, lambda: _("million US dollars")), (1, lambda: "US$")),
}


def spec(facts: dict[str, Any], *, narrow: bool = False, titled: bool = False) -> dict[str, Any]:
    chart, rows = _ladder(facts, narrow) if facts["kind"] == "ladder" else _years(facts, narrow)
    properties: dict[str, Any] = {"padding": 0, "background": "transparent"}
    if titled:
        subtitle = [facts["subtitle"], settings.SITE_URL + facts["address"]]
        properties = {"title": alt.Title(facts["title"], subtitle=subtitle)}
        properties |= {"padding": 24, "background": LIGHT["paper"]}
    configured = (
        chart.properties(**properties)
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            domainColor=LIGHT["line"],
            gridColor=LIGHT["hair"],
            tickColor=LIGHT["line"],
            labelColor=LIGHT["soft"],
            titleColor=LIGHT["soft"],
            labelFontSize=12,
            titleFontSize=12,
            titleFontWeight="normal",
        )
        .configure_title(
            anchor="start",
            frame="bounds",
            color=LIGHT["ink"],
            fontSize=20,
            offset=18,
            subtitleColor=LIGHT["soft"],
            subtitleFontSize=13,
        )
    )
    made: dict[str, Any] = configured.to_dict()
    return made | {"datasets": rows}  # put in last: Altair copies and checks all that a chart holds at every step


# --- the ladder: one rung for each figure, in the order of the days -------------------------------------------------


def _ladder(facts: dict[str, Any], narrow: bool) -> Drawn:
    divisor, unit = _unit(facts["currency"], max(point["amount"] for point in facts["points"]))
    rows = [
        point | {"rung": at, "value": point["amount"] / divisor, "url": settings.SITE_URL + point["url"]}
        for at, point in enumerate(facts["points"])
    ]
    width, start, end, height = (328, 0, 328, 64) if narrow else (760, 384, 600, 28)
    scale = alt.Scale(zero=False, nice=True, padding=14, range=[start, end])
    across = alt.X(
        "value:Q",
        scale=scale,
        axis=alt.Axis(
            orient="top",
            title=unit,
            tickCount=4,
            domain=False,
            ticks=False,
            labelPadding=4,
            labelBound=True,
            labelFontSize=13,
            titleFontSize=13,
        ),
    )
    base = alt.Chart(alt.NamedData("figures")).encode(y=alt.Y("rung:O", axis=None))
    lower = 20 if narrow else 0
    marks = base.mark_point(size=110, strokeWidth=2, opacity=1, yOffset=lower).encode(
        x=across, shape=_shape(facts), fill=_party("fill"), stroke=_party("stroke")
    )
    amounts = base.mark_text(align="right", baseline="middle", fontSize=13, fontWeight=600, color=LIGHT["ink"])
    days = base.mark_text(align="left", baseline="middle", fontSize=13, color=LIGHT["soft"])
    parties = base.mark_text(align="left", baseline="middle", fontSize=13).encode(text="who_words:N", color=_words())
    if narrow:
        words = [
            _lifted(days, 18).encode(x=alt.value(0), text="date_words:N"),
            _lifted(amounts, 18).encode(x=alt.value(width), text="amount_words:N"),
            _lifted(parties, 1).encode(x=alt.value(0)),
        ]
    else:
        words = [
            days.encode(x=alt.value(0), text="date_words:N"),
            parties.encode(x=alt.value(162)),  # behind “around 24 September 2025”
            amounts.encode(x=alt.value(width), text="amount_words:N"),
        ]
    rule = base.mark_rule(color=LIGHT["line"], yOffset=lower).encode(x=alt.value(start), x2=alt.value(end))
    links = base.mark_rect(opacity=0, height=height, cornerRadius=3).encode(
        x=alt.value(0), x2=alt.value(width), href="url:N", description="label:N"
    )
    chart = alt.layer(rule, marks, *words, links).properties(width=width, height=alt.Step(height))
    return chart, {"figures": rows}


def _lifted(chart: Any, by: int) -> Any:
    chart.mark.dy = -by
    return chart


def _party(channel: str) -> Any:
    """Seoul is filled, Washington open, as everywhere on the site; each with its hue."""
    if channel == "fill":
        return alt.when("datum.party == 'KR'").then(alt.value(LIGHT["kr"])).otherwise(alt.value(LIGHT["paper"]))
    return (
        alt.when("datum.party == 'KR'")
        .then(alt.value(LIGHT["kr"]))
        .when("datum.party == 'US'")
        .then(alt.value(LIGHT["us"]))
        .otherwise(alt.value(LIGHT["soft"]))
    )


def _words() -> Any:
    return (
        alt.when("datum.party == 'KR'")
        .then(alt.value(LIGHT["kr"]))
        .when("datum.party == 'US'")
        .then(alt.value(LIGHT["us"]))
        .otherwise(alt.value(LIGHT["soft"]))
    )


def _shape(facts: dict[str, Any]) -> Any:
    known = sorted({point["stance"] for point in facts["points"]})
    return alt.Shape("stance:N", scale=alt.Scale(domain=known, range=[SHAPES[name] for name in known]), legend=None)


# --- year by year ----------------------------------------------------------------------------------------------------


def _years(facts: dict[str, Any], narrow: bool) -> Drawn:
    """Years run to the right; in narrow places downwards, with the values beside them."""
    divisor, unit = _scale_of(facts)
    points = [
        point | {"low": point["low"] / divisor, "high": point["high"] / divisor, "open": point["stance"] in OPEN}
        for point in sorted(facts["points"], key=lambda point: point["stance"] not in OPEN)  # what is settled on top
    ]
    years = [
        year | {"low": year["low"] / divisor, "high": year["high"] / divisor, "url": settings.SITE_URL + year["url"]}
        for year in facts["years"]
    ]
    for year in years:
        year["values"] = _range_words(year["low"], year["high"])
    domain = list(range(facts["first"], facts["last"] + 1))
    if narrow:
        shown = domain[: years[-1]["year"] - domain[0] + 1]
        rows = {"axis": [{"year": year} for year in shown], "years": years, "values": points}
        return _down(facts, shown, unit), rows
    return _across(facts, domain, unit), {"years": years, "values": points, "terms": _terms(facts)}


def _across(facts: dict[str, Any], domain: list[int], unit: str) -> Any:
    # 24 px a year: WCAG's least size of a target
    width, height = 24.5 * len(domain), 300 if facts["kind"] == "years" else 200
    labelled = "datum.value % 5 == 0 || datum.value == " + str(domain[0])
    at = alt.X(
        "year:O",
        scale=alt.Scale(domain=domain, paddingInner=0, paddingOuter=0),
        axis=alt.Axis(
            title=None,
            labelAngle=0,
            ticks=False,
            labelPadding=6,
            labelExpr=f"{labelled} ? datum.label : ''",
            grid=False,
        ),
    )
    up = alt.Axis(title=unit, titleAnchor="start", tickCount=5, domain=False, ticks=False, titlePadding=8)
    value = alt.Y("low:Q", scale=_value_scale(), axis=up)
    by_year = alt.Chart(alt.NamedData("years")).encode(x=at)
    by_point = alt.Chart(alt.NamedData("values")).encode(x=at)
    layers = [
        *_term_marks(at, height),
        by_year.mark_rule(color=LIGHT["line"], strokeWidth=2).encode(y=alt.Y("high:Q"), y2=alt.datum(0)),
        by_year.mark_rule(color=LIGHT["ink"], strokeWidth=1.5).encode(y=value, y2="high:Q"),
        _year_points(by_point, facts).encode(y=alt.Y("high:Q")),
        by_year.transform_filter("datum.disputed")
        .mark_text(text="≠", dy=-14, fontSize=15, fontWeight="bold", color=LIGHT["doubt"])
        .encode(y=alt.Y("high:Q")),
        by_year.mark_rect(opacity=0, width=alt.RelativeBandSize(1)).encode(
            y=alt.value(0), y2=alt.value(height), href="url:N", description="label:N"
        ),
    ]
    return alt.layer(*layers).properties(width=width, height=height)


def _terms(facts: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"year": year, "shade": index % 2 == 0, "name": str(term["ordinal"]) if year == term["from"] else ""}
        for index, term in enumerate(facts["terms"])
        for year in range(term["from"], term["to"] + 1)
    ]


def _term_marks(at: Any, height: int) -> list[Any]:
    """Which agreement covers which years: every other term on a tint, each under its number."""
    base = alt.Chart(alt.NamedData("terms")).encode(x=at)
    tint = base.transform_filter("datum.shade").mark_rect(color=LIGHT["hair"], width=alt.RelativeBandSize(1.02))
    number = base.transform_filter("datum.name != ''").mark_text(
        fontSize=12, baseline="bottom", color=LIGHT["soft"], dy=-5
    )
    return [
        tint.encode(y=alt.value(0), y2=alt.value(height)),
        number.encode(y=alt.value(0), text="name:N"),
    ]


def _down(facts: dict[str, Any], domain: list[int], unit: str) -> Any:
    width, start, end, step = 328, 44, 200, 26
    at = alt.Y("year:O", scale=alt.Scale(domain=domain, paddingInner=0, paddingOuter=0), axis=None)
    over = alt.Axis(orient="top", title=unit, tickCount=3, domain=False, ticks=False, labelPadding=4, labelBound=True)
    scale = _value_scale([start, end])
    value = alt.X("low:Q", scale=scale, axis=over)
    by_year = alt.Chart(alt.NamedData("years")).encode(y=at)
    by_point = alt.Chart(alt.NamedData("values")).encode(y=at)
    layers = [
        alt.Chart(alt.NamedData("axis"))
        .mark_text(align="left", fontSize=13, color=LIGHT["soft"])
        .encode(y=at, x=alt.value(0), text="year:O"),
        by_year.mark_rule(color=LIGHT["line"], strokeWidth=2).encode(x=alt.X("high:Q", scale=scale), x2=alt.datum(0)),
        by_year.mark_rule(color=LIGHT["ink"], strokeWidth=1.5).encode(x=value, x2="high:Q"),
        _year_points(by_point, facts).encode(x=alt.X("high:Q", scale=scale)),
        by_year.mark_text(align="right", fontSize=13, color=LIGHT["ink"]).encode(x=alt.value(width), text="values:N"),
        by_year.transform_filter("datum.disputed")
        .mark_text(align="left", text="≠", fontSize=14, fontWeight="bold", color=LIGHT["doubt"])
        .encode(x=alt.value(end + 6)),
        by_year.mark_rect(opacity=0, height=alt.RelativeBandSize(1)).encode(
            x=alt.value(0), x2=alt.value(width), href="url:N", description="label:N"
        ),
    ]
    return alt.layer(*layers).properties(width=width, height=alt.Step(step))


def _year_points(base: Any, facts: dict[str, Any]) -> Any:
    return base.mark_point(size=70, strokeWidth=1.6, opacity=1).encode(
        shape=_shape(facts),
        stroke=alt.value(LIGHT["kr"]),
        fill=alt.when("datum.open").then(alt.value(LIGHT["paper"])).otherwise(alt.value(LIGHT["kr"])),
    )


def _value_scale(across: list[int] | None = None) -> Any:
    return alt.Scale(zero=True, nice=True, range=alt.Undefined if across is None else across)


def _scale_of(facts: dict[str, Any]) -> tuple[int, str]:
    if facts["kind"] == "growth":
        return 1, _("percent")
    return _unit(facts["currency"], max(point["high"] for point in facts["points"]))


def _unit(currency: str, highest: float) -> tuple[int, str]:
    for divisor, words in UNITS[currency]:
        if highest >= divisor:
            return divisor, str(words())
    return 1, str(UNITS[currency][-1][1]())


def _range_words(low: float, high: float) -> str:
    first, last = (f"{number:.6g}".replace("-", "−") for number in (low, high))
    return first if first == last else f"{first} – {last}"
