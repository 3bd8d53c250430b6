"""The files for citation managers, read by readers of others."""

import json
from dataclasses import replace

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from hypothesis import given
from hypothesis import strategies as st
from pybtex.database import parse_string

from timeline.citing import Item, bibtex, coins, csl_json, one_line, ris
from timeline.citing.styles import APA, CHICAGO, STYLES

PAGE = Item(
    key="sma-timeline-abcd2345",
    type="webpage",
    title="Lee Tae-woo (이태우), 22 May 2024, in translation: “50% & more”",
    authors=("SMA Timeline",),
    issued="2026-11-25",
    url="https://sma.example/e/abcd2345/",
    language="en",
    abstract="“50% & more”",
    note="Version 1 of the record.",
)
ARTICLE = Item(
    key="sma-timeline-efgh2345",
    type="article-newspaper",
    title="방위비 협상 개시",
    title_is_descriptive=True,
    authors=("Lee Haye-ah", "유인호"),
    container="Yonhap News Agency",
    issued="2021-03-08~",
    url="https://news.example/a_b?c={d}&e=%20",
    language="ko",
)
HOSTILE = [
    "}",
    "{{{",
    "\\",
    "\\input{/etc/passwd}",
    "50% of $5 & #1_x ~y ^z",
    '"quoted" @article{x,',
    "A\nTY  - BOOK\nER  - ",
    "A\r\n\r\nTY  - JOUR",
    "NUL \x00 and \x1a",
    "제12차 \ud800 협정",
    "</script><b>&amp;",
    "TY  - ",
]


def test_bibtex():
    assert bibtex(PAGE) == (
        "@online{sma-timeline-abcd2345,\n"
        "  author = {{SMA Timeline}},\n"
        "  title = {{Lee Tae-woo (이태우), 22 May 2024, in translation: “50\\% \\& more”}},\n"
        "  date = {2026-11-25},\n"
        "  year = {2026},\n"
        "  url = {https://sma.example/e/abcd2345/},\n"
        "  langid = {english},\n"
        "  abstract = {“50\\% \\& more”},\n"
        "  note = {Version 1 of the record.}\n"
        "}\n"
    )
    assert bibtex(ARTICLE) == (
        "@article{sma-timeline-efgh2345,\n"
        "  author = {{Lee Haye-ah} and {유인호}},\n"
        "  title = {{[방위비 협상 개시]}},\n"
        "  journal = {Yonhap News Agency},\n"
        "  date = {2021-03-08~},\n"
        "  year = {2021},\n"
        "  url = {https://news.example/a_b?c=%7Bd%7D&e=%20},\n"
        "  langid = {korean}\n"
        "}\n"
    )


def test_a_comma_in_a_name_leaves_one_space_in_ris():
    assert ris(replace(ARTICLE, authors=("Kim, Jr.",))).split("\r\n")[2] == "AU  - Kim Jr."


def test_ris():
    assert ris(ARTICLE).split("\r\n") == [
        "TY  - NEWS",
        "ID  - sma-timeline-efgh2345",
        "AU  - Lee Haye-ah",
        "AU  - 유인호",
        "TI  - [방위비 협상 개시]",
        "T2  - Yonhap News Agency",
        "PY  - 2021",
        "DA  - 2021/03/08/around 8 March 2021",
        "UR  - https://news.example/a_b?c={d}&e=%20",
        "LA  - ko",
        "ER  - ",
        "",
    ]


@pytest.mark.parametrize(
    ("issued", "words"),
    [("2021-03-08", "2021/03/08/"), ("2021-03", "2021/03//"), ("2021", "2021///"), ("", None)],
)
def test_a_ris_date_is_as_exact_as_it_is_known(issued, words):
    (read,) = rispy.loads(ris(replace(ARTICLE, issued=issued)))

    assert read.get("date") == words


def test_csl_json():
    assert csl_json(ARTICLE) == {
        "id": "sma-timeline-efgh2345",
        "type": "article-newspaper",
        "title": "[방위비 협상 개시]",
        "author": [{"literal": "Lee Haye-ah"}, {"literal": "유인호"}],
        "container-title": "Yonhap News Agency",
        "issued": {"date-parts": [[2021, 3, 8]], "circa": True},
        "URL": "https://news.example/a_b?c={d}&e=%20",
        "language": "ko",
    }
    assert csl_json(replace(ARTICLE, issued="2021-03-08/2021-04"))["issued"] == {
        "date-parts": [[2021, 3, 8], [2021, 4]]
    }
    assert csl_json(replace(ARTICLE, type="report"))["publisher"] == "Yonhap News Agency"


def test_coins_keep_a_name_whole():
    assert coins(replace(ARTICLE, authors=("유인호",), title="A & B", title_is_descriptive=False)).split("&") == [
        "ctx_ver=Z39.88-2004",
        "rft_val_fmt=info%3Aofi%2Ffmt%3Akev%3Amtx%3Adc",
        "rft.type=newspaperArticle",
        "rft.title=A%20%26%20B",
        "rft.aulast=%EC%9C%A0%EC%9D%B8%ED%98%B8",
        "rft.source=Yonhap%20News%20Agency",
        "rft.date=2021-03-08",
        "rft.identifier=https%3A%2F%2Fnews.example%2Fa_b%3Fc%3D%7Bd%7D%26e%3D%2520",
        "rft.language=ko",
    ]


def hostile_item(text):
    line = one_line(text)
    return replace(ARTICLE, title=line, authors=(line or "?",), container=line, note=line, abstract=line)


def assert_read_as_one_work(item):
    (entry,) = parse_string(bibtex(item), "bibtex").entries.values()
    assert entry.key == item.key
    assert set(entry.fields) >= {"title", "date", "year", "url", "langid"}
    (read,) = rispy.loads(ris(item))
    assert (read["type_of_reference"], read["title"]) == ("NEWS", f"[{item.title}]".rstrip())
    assert json.loads(json.dumps(csl_json(item)))["title"] == f"[{item.title}]"


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_a_title_holds_a_file_is_one_work(text):
    assert_read_as_one_work(hostile_item(text))


@given(st.text(st.characters() | st.sampled_from("{}\\%\n\r\x00\"'@-$&#_~^ ")))
def test_any_text_can_stand_in_any_field(text):
    assert_read_as_one_work(hostile_item(text))


def test_bibtex_says_the_signs_of_latex_so_that_they_are_printed():
    (entry,) = parse_string(
        bibtex(replace(ARTICLE, title="{50%} \\ ~$&#_^", title_is_descriptive=False)), "bibtex"
    ).entries.values()

    assert entry.fields["title"] == (
        r"{\textbraceleft{}50\%\textbraceright{} \textbackslash{} \textasciitilde{}\$\&\#\_\textasciicircum{}}"
    )


@pytest.mark.parametrize("style", [APA, CHICAGO])
@pytest.mark.parametrize("item", [PAGE, ARTICLE], ids=["page", "article"])
def test_citeproc_reads_our_csl_json(style, item):
    source = CiteProcJSON([csl_json(item)])
    made = CitationStylesBibliography(CitationStylesStyle(str(STYLES / f"{style}.csl")), source, formatter.plain)
    made.register(Citation([CitationItem(item.key)]))

    (words,) = (str(each) for each in made.bibliography())

    assert words.startswith(item.authors[0])
    assert item.url in words


def test_the_styles_are_those_that_were_taken_over():
    import hashlib

    for name in (APA, CHICAGO):
        about = json.loads((STYLES / f"{name}.json").read_text())
        assert hashlib.sha256((STYLES / about["file"]).read_bytes()).hexdigest() == about["sha256"]
