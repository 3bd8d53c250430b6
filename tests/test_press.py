"""What is read of press texts as editors paste them, and what is left empty because it is not plainly there."""

import time
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from timeline import press
from timeline.press import Guess, Outlet, read

# The opening of a founding article as it is copied from a portal, and the closing lines of another.
FROM_A_PORTAL = """U.S. says it will work toward 'mutually acceptable' defense cost-sharing deal with Korea

2024. 5. 24. 11:52
글자크기 설정 파란원을 좌우로 움직이시면 글자크기가 변경 됩니다.

이 글자크기로 변경됩니다.

The United States is working with South Korea to reach a "mutually acceptable" agreement in their negotiations on
sharing the cost of stationing its troops in South Korea, its delegation for the talks said Friday.
"""
WITHOUT_A_HEADLINE = """U.S. President Donald Trump has been clear that he wants U.S. allies to contribute more to \
shared defense, the State Department said Thursday, indicating South Korea will not be an exception to the rule.

The U.S. troop presence is a legacy of the 1950-53 Korean War, which ended in an armistice, not a peace treaty. (Yonhap)

저작권자 © The Korea Post 무단전재 및 재배포 금지"""
CAPTION_FIRST = """This photo shows new US Secretary of State Marco Rubio in Washington on Tuesday. (Reuters-Yonhap)
This photo shows new US Secretary of State Marco Rubio in Washington on Tuesday. (Reuters-Yonhap)

Rubio spoke with Rutte on Wednesday, Tammy Bruce, the department's spokesperson, said."""
PAGE = """<!DOCTYPE html><html lang="ko"><head><title>방위비 2차 회의 종료 - 연합뉴스</title>
<meta property="og:title" content="한미, 방위비 &quot;2차&quot; 회의 종료">
<meta property="og:site_name" content="연합뉴스">
<meta property="article:published_time" content="2024-05-23T18:10:00+09:00">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "NewsArticle",
"datePublished": "2024-05-23T16:30:00Z", "author": [{"name": "김효정"}]}]}</script>
<style>p { color: red }</style></head>
<body><nav>정치 경제</nav><h1>한미, 방위비 2차 회의 종료</h1><p>한미가 23일 서울에서
회의를 마쳤다.</p><p>다음 회의는 추후 발표한다.</p><script>let a = "<p>no</p>";</script></body></html>"""
DUTY = "talks on sharing the cost of the troops, which the ministry said were of use to both sides and that"


def values(reading):
    return {name: guess.value for name, guess in reading.guesses.items()}


def test_an_article_copied_from_a_portal_gives_its_headline_day_and_language():
    assert read(FROM_A_PORTAL).guesses == {
        "title": Guess(
            "U.S. says it will work toward 'mutually acceptable' defense cost-sharing deal with Korea",
            "the first line",
        ),
        "published_on": Guess("2024-05-24", "the line with the date"),
        "language": Guess("en", "the words of the text"),
    }


def test_an_article_without_headline_and_day_gives_neither():
    assert read(WITHOUT_A_HEADLINE).guesses == {
        "publisher": Guess("The Korea Post", "the copyright line"),
        "language": Guess("en", "the words of the text"),
    }


def test_the_caption_of_a_photo_is_no_headline():
    assert "title" not in read(CAPTION_FIRST).guesses


def test_a_page_says_of_itself_what_it_is():
    assert read(PAGE, url="https://www.yna.co.kr/view/AKR1").guesses == {
        "title": Guess('한미, 방위비 "2차" 회의 종료', "the page’s data"),
        "publisher": Guess("연합뉴스", "the page’s data"),
        "published_on": Guess("2024-05-24", "the page’s data"),  # 16:30 in Greenwich is the next morning in Seoul
        "language": Guess("ko", "the script of the text"),
        "author": Guess("김효정", "the page’s data"),
    }


def test_the_text_of_a_page_is_what_people_read_of_it():
    lines = ["한미, 방위비 2차 회의 종료", "한미가 23일 서울에서 회의를 마쳤다.", "다음 회의는 추후 발표한다."]

    assert read(PAGE).text.split("\n\n") == lines


def test_the_title_of_a_window_goes_without_the_outlet():
    page = (
        '<html><title>Talks open in Seoul - The Korea Post</title><meta name="og:site_name" content="The Korea Post">'
    )

    assert read(page).guesses["title"] == Guess("Talks open in Seoul", "the title of the window")


def test_nothing_is_read_of_nothing():
    assert (read("").guesses, read("   \n").guesses, read("\x00").guesses) == ({}, {}, {})


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("May 24, 2024", "2024-05-24"),
        ("Friday, May 24, 2024 11:52 KST", "2024-05-24"),
        ("Sept. 5, 2019", "2019-09-05"),
        ("24 May 2024", "2024-05-24"),
        ("2024년 5월 24일", "2024-05-24"),
        ("2024.05.24", "2024-05-24"),
        ("2024. 5. 24. 11:52", "2024-05-24"),
        ("2024-05-24 11:52", "2024-05-24"),
        ("입력 2024.05.24 11:52 | 수정 2024.05.25 09:00", "2024-05-24"),
        ("기사입력 2024-05-24 오전 11:52", "2024-05-24"),
        ("Updated May 25, 2024", None),
        ("Published May 24, 2024. Updated May 25, 2024", "2024-05-24"),
        ("May 24, 2024 and May 25, 2024", None),
        ("May 2024", None),
        ("05/06/2024", None),
        ("2024-02-30", None),
        ("1.1833 trillion won in 2021.3.10.4", None),
        ("The talks that ended on May 23, 2024 in Seoul were useful. They go on.", None),
        ("Friday", None),
    ],
)
def test_a_day_is_read_of_a_line_of_its_own(line, day):
    guess = read(f"Delegations meet in Seoul\n{line}\n\n{DUTY}").guesses.get("published_on")

    assert (guess.value if guess else None) == day


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://koreajoongangdaily.joins.com/news/2024-05-24/national/diplomacy/US/2053815", "2024-05-24"),
        ("https://news.example/2024/05/24/talks", "2024-05-24"),
        ("https://en.yna.co.kr/view/AEN20240524004200315", "2024-05-24"),
        ("https://v.daum.net/v/20240524115202", "2024-05-24"),
        ("https://news.example/2024/05/talks", None),
        ("https://news.example/article/1108736531", None),
        ("https://news.example/20241399", None),
        ("https://news.example/20240524/20240525", None),
        ("https://news.example/?d=20240524", None),
        ("not an address 20240524", None),
    ],
)
def test_a_day_is_read_of_an_address(url, day):
    guess = read("", url=url).guesses.get("published_on")

    assert (guess.value if guess else None) == day


def test_the_days_of_real_addresses_are_those_of_their_sources_or_next_to_them():
    path = Path(settings.BASE_DIR) / "fixtures" / "02-sources.yaml"
    sources = [each["fields"] for each in yaml.safe_load(path.read_text("utf-8"))]
    read_of = [(read("", url=each.get("url", "")), str(each.get("published_on"))) for each in sources]

    found = [(values(reading)["published_on"], day) for reading, day in read_of if "published_on" in reading.guesses]

    assert len(found) > 150
    assert sum(value == day for value, day in found) / len(found) > 0.95
    assert [(value, day) for value, day in found if value[:7] != day[:7]] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("한미는 23일까지 서울에서 방위비분담 협상을 진행했다고 외교부가 밝혔다", "ko"),
        (DUTY, "en"),
        ("Die Verhandlungen über die Kosten der Truppen in Südkorea sind beendet", None),
        ("SMA 2024", None),
    ],
)
def test_the_language_is_read_of_the_text(text, language):
    guess = read(text).guesses.get("language")

    assert (guess.value if guess else None) == language


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ("Talks open\nBy Park Hyun-ju\n\nText.", "Park Hyun-ju"),
        ("Talks open\nBy Park Hyun-ju\nBy Lim Jeong-won\nText.", None),
        ("Talks open\nBy agreement with the ministry\nText.", None),
        ("협상 시작\n(서울=연합뉴스) 김효정 기자 = \n", "김효정"),
        ("협상 시작\n김효정 기자 kimhyoj@news.example\n", "김효정"),
        ("협상을 본 기자 세 명이 있었다고 외교부가 말했다", None),
    ],
)
def test_a_byline_is_read_when_there_is_one(text, author):
    guess = read(text).guesses.get("author")

    assert (guess.value if guess else None) == author


HERALD = Outlet("www.koreaherald.com", "The Korea Herald", "en", "news")
HANI_EN = Outlet("english.hani.co.kr", "The Hankyoreh (English edition)", "en", "news")
HANI_KO = Outlet("www.hani.co.kr", "The Hankyoreh", "ko", "news")


@pytest.mark.parametrize(
    ("url", "text", "known", "publisher"),
    [
        ("https://m.koreaherald.com/article/1", "", [HERALD], "The Korea Herald"),
        ("https://english.hani.co.kr/1", "", [HANI_EN, HANI_KO], "The Hankyoreh (English edition)"),
        ("https://2012.hani.co.kr/1", DUTY, [HANI_EN, HANI_KO], "The Hankyoreh (English edition)"),
        ("https://2012.hani.co.kr/1", "", [HANI_EN, HANI_KO], None),
        ("https://v.daum.net/1", "", [Outlet("v.daum.net", each, "ko", "news") for each in ("Newsis", "YTN")], None),
    ],
)
def test_the_outlet_is_that_of_the_other_sources_of_its_site(url, text, known, publisher):
    guess = read(text, url=url, known=known).guesses.get("publisher")

    assert (guess.value if guess else None) == publisher


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.state.gov/talks", "official"),
        ("https://www.mofa.go.kr/talks", "official"),
        ("https://twitter.com/talks", "social"),
        ("https://news.example/talks", None),
        ("https://state.gov.example/talks", None),
    ],
)
def test_the_kind_is_read_of_the_address_where_that_is_certain(url, kind):
    guess = read("", url=url).guesses.get("kind")

    assert (guess.value if guess else None) == kind


@pytest.mark.parametrize(
    ("url", "host", "site"),
    [
        ("https://www.yna.co.kr/a", "yna.co.kr", "yna.co.kr"),
        ("http://m-en.yna.co.kr/a", "en.yna.co.kr", "yna.co.kr"),
        ("https://www01.koreaherald.com", "koreaherald.com", "koreaherald.com"),
        ("https://m.imbc.com", "imbc.com", "imbc.com"),
        ("https://m.kr", "m.kr", "m.kr"),
        ("https://[::1", "", ""),
        ("nothing", "", ""),
    ],
)
def test_the_phones_edition_is_the_same_site(url, host, site):
    assert (press.host_key(url), press.site_of(url)) == (host, site)


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("협상".encode(), "text/html", "협상"),
        ("협상".encode("cp949"), "text/html", "협상"),
        ("협상".encode("euc-kr"), "text/html; charset=EUC-KR", "협상"),
        ('<meta charset="euc-kr">협상'.encode("euc-kr"), "text/html", '<meta charset="euc-kr">협상'),
        ("협상".encode(), "text/html; charset=nonsense", "협상"),
        (b"a\x00b\r\nc", "", "ab\nc"),
        (b"\xff\xfe\xfd", "text/html", "���"),
    ],
)
def test_characters_are_read_as_the_page_says(body, content_type, text):
    assert press.decoded(body, content_type) == text


@pytest.mark.parametrize(
    "data",
    ["[" * 100_000, '{"headline": {"a": 1}}', '{"@graph": [1, null]}', '"text"', "{", '{"headline": "a\\u0000b"}'],
)
def test_data_that_is_none_is_passed_over(data):
    reading = read(f'<html><script type="application/ld+json">{data}</script><h1>Talks open</h1>')

    assert values(reading)["title"] in {"Talks open", "ab"}


@pytest.mark.parametrize(
    "page",
    [
        "<html>" + "<" * 400_000,
        "<p>" + "<!--" * 100_000,
        "<p>" + "<![" * 130_000,
        "<p>" + "<?" * 200_000,
        "<p>" + "<a " * 130_000,
        "<p><a " + "b='" * 130_000,
        "<p><a" + " " * 400_000,
        "<p><a " + "b=\"'" * 100_000,
        "<p>" + "</" * 200_000,
        "<p>" + "<script>" * 50_000,
        "<p>" + "&#" * 200_000,
        "<h1>" * 100_000,
        "\n" * 400_000,
        "By A " * 80_000,
        "가 기자 " * 80_000,
        "2024" * 100_000,
        "© " * 200_000,
        "may " * 100_000,
    ],
    ids=lambda page: page[:12].replace("\n", "lines"),
)
def test_a_page_made_to_take_long_does_not(page):
    started = time.process_time()

    read(page, url="https://news.example/" + "2024-" * 300)

    assert time.process_time() - started < 3
