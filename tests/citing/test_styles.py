"""The texts that people copy, as the manuals have them."""

from dataclasses import replace

import pytest

from timeline.citing import Item, apa, chicago_bibliography, chicago_note

PAGE = Item(
    key="k",
    type="webpage",
    title="12th SMA talks, round 2 (제12차 협정 제2차 회의)",
    authors=("SMA Timeline",),
    issued="2026-11-25",
    url="https://sma.example/e/abcd2345/",
    language="en",
)
STATEMENT = replace(PAGE, title="Lee Tae-woo (이태우), 22 May 2024, in translation: “It went well.”")
FIGURE = replace(PAGE, title="Agreed (total for the year, 2021): “1.1833 trillion won”")
ARTICLE = Item(
    key="k",
    type="article-newspaper",
    title="Allies agree “in principle”",
    authors=("Lee Haye-ah",),
    container="Yonhap News Agency",
    issued="2021-03-08",
    url="https://news.example/1",
    language="en",
)
KOREAN = replace(ARTICLE, title="방위비 협상 개시", authors=(), language="ko", issued="2021-03")
REPORT = Item("k", "report", "2000 Defense White Paper", authors=("Ministry of National Defense",), issued="2000~")


@pytest.mark.parametrize(
    ("item", "note", "bibliography", "apa_words"),
    [
        (
            PAGE,
            (
                "SMA Timeline, “12th SMA talks, round 2 (제12차 협정 제2차 회의),” November 25, 2026, "
                "https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. “12th SMA talks, round 2 (제12차 협정 제2차 회의).” November 25, 2026. "
                "https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. (2026, November 25). 12th SMA talks, round 2 (제12차 협정 제2차 회의). "
                "https://sma.example/e/abcd2345/"
            ),
        ),
        (
            STATEMENT,
            (
                "SMA Timeline, “Lee Tae-woo (이태우), 22 May 2024, in translation: ‘It went well,’” "
                "November 25, 2026, https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. “Lee Tae-woo (이태우), 22 May 2024, in translation: ‘It went well.’” "
                "November 25, 2026. https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. (2026, November 25). Lee Tae-woo (이태우), 22 May 2024, in translation: “It went well.” "
                "https://sma.example/e/abcd2345/"
            ),
        ),
        (
            FIGURE,
            (
                "SMA Timeline, “Agreed (total for the year, 2021): ‘1.1833 trillion won,’” November 25, 2026, "
                "https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. “Agreed (total for the year, 2021): ‘1.1833 trillion won.’” November 25, 2026. "
                "https://sma.example/e/abcd2345/."
            ),
            (
                "SMA Timeline. (2026, November 25). Agreed (total for the year, 2021): “1.1833 trillion won.” "
                "https://sma.example/e/abcd2345/"
            ),
        ),
        (
            ARTICLE,
            "Lee Haye-ah, “Allies agree ‘in principle,’” Yonhap News Agency, March 8, 2021, https://news.example/1.",
            "Lee Haye-ah. “Allies agree ‘in principle.’” Yonhap News Agency, March 8, 2021. https://news.example/1.",
            "Lee Haye-ah. (2021, March 8). Allies agree “in principle.” Yonhap News Agency. https://news.example/1",
        ),
        (
            KOREAN,
            "“방위비 협상 개시,” Yonhap News Agency, March 2021, https://news.example/1.",
            "Yonhap News Agency. “방위비 협상 개시.” March 2021. https://news.example/1.",
            "방위비 협상 개시. (2021, March). Yonhap News Agency. https://news.example/1",
        ),
        (
            replace(KOREAN, title="Talks ahead", title_is_descriptive=True, issued="2021-03-04~"),
            "[Talks ahead], Yonhap News Agency, ca. March 4, 2021, https://news.example/1.",
            "Yonhap News Agency. [Talks ahead]. Ca. March 4, 2021. https://news.example/1.",
            "[Talks ahead]. (ca. 2021, March 4). Yonhap News Agency. https://news.example/1",
        ),
        (
            REPORT,
            "Ministry of National Defense, 2000 Defense White Paper, ca. 2000.",
            "Ministry of National Defense. 2000 Defense White Paper. Ca. 2000.",
            "Ministry of National Defense. (ca. 2000). 2000 Defense White Paper.",
        ),
    ],
)
def test_the_styles_of_the_manuals(item, note, bibliography, apa_words):
    assert [str(style(item)) for style in (chicago_note, chicago_bibliography, apa)] == [note, bibliography, apa_words]


@pytest.mark.parametrize(
    ("issued", "chicago", "apa_date"),
    [
        ("2024-05-21", "May 21, 2024", "2024, May 21"),
        ("2024-05", "May 2024", "2024, May"),
        ("2024", "2024", "2024"),
        ("2024-05-21/2024-05-23", "May 21–23, 2024", "2024, May 21–23"),
        ("2024-05-30/2024-06-02", "May 30–June 2, 2024", "2024, May 30–June 2"),
        ("2023-12-30/2024-01-02", "December 30, 2023–January 2, 2024", "2023, December 30–2024, January 2"),
        ("2024-05/2024-06", "May–June 2024", "2024, May–June"),
        ("2024-05-21/2024-05-21", "May 21, 2024", "2024, May 21"),
        ("2024-05-30/2024-06", "May 30–June 2024", "2024, May 30–June"),
        ("2024-05/2024-06-02", "May–June 2, 2024", "2024, May–June 2"),
        ("2023/2024", "2023–2024", "2023–2024"),
        ("2024-05?", "May 2024?", "2024, May?"),
        ("2024-05%", "ca. May 2024?", "ca. 2024, May?"),
        ("", "n.d.", "n.d."),
    ],
)
def test_a_date_is_as_exact_as_it_is_known(issued, chicago, apa_date):
    item = replace(ARTICLE, issued=issued)

    assert str(chicago_note(item)).split("Agency, ")[1] == f"{chicago}, https://news.example/1."
    assert str(apa(item)).partition("). ")[0] == f"Lee Haye-ah. ({apa_date}"


@pytest.mark.parametrize(
    ("authors", "chicago", "apa_words"),
    [
        (("A Bee", "유인호"), "A Bee and 유인호, ", "A Bee, & 유인호. (2021"),
        (("A Bee", "C Dee", "E Eff"), "A Bee, C Dee, and E Eff, ", "A Bee, C Dee, & E Eff. (2021"),
        (tuple("ABCDEFGHIJKLMNOPQRSTUV"), "A et al., ", f"{', '.join('ABCDEFGHIJKLMNOPQRS')}, … V. (2021"),
        (("A Bee", "C Dee", "E Eff", "G Aitch"), "A Bee et al., ", "A Bee, C Dee, E Eff, & G Aitch. (2021"),
    ],
)
def test_several_authors(authors, chicago, apa_words):
    item = replace(ARTICLE, authors=authors)

    assert str(chicago_note(item)).startswith(chicago)
    assert str(apa(item)).startswith(apa_words)


@pytest.mark.parametrize(
    ("title", "bibliography"),
    [
        ("Who pays?", "“Who pays?” Yonhap"),
        ("The U.S.", "“The U.S.” Yonhap"),
        ('He said "no"', "“He said ‘no.’” Yonhap"),
        ('A 5" gap', '“A 5" gap.” Yonhap'),
        ("People’s", "“People’s.” Yonhap"),
    ],
)
def test_marks_at_the_end_of_a_title_and_inside_it(title, bibliography):
    item = replace(ARTICLE, title=title)

    assert str(chicago_bibliography(item)).startswith(f"Lee Haye-ah. {bibliography}")


@pytest.mark.parametrize(
    "title", ["South korea PAYS", "<span class='nocase'>Now</span> & <b>then</b>", "the ROK v. US"]
)
def test_words_keep_their_capitals_and_their_signs(title):
    """Title case would change what was said; citeproc takes the second for markup of its own."""
    item = replace(ARTICLE, title=title)

    assert (
        str(chicago_note(item)) == f"Lee Haye-ah, “{title},” Yonhap News Agency, March 8, 2021, https://news.example/1."
    )
    assert str(apa(item)) == f"Lee Haye-ah. (2021, March 8). {title}. Yonhap News Agency. https://news.example/1"


@pytest.mark.parametrize(
    ("title", "note"), [("It is over.", "“It is over,” Y"), ("In the U.S.", "“In the U.S.,” Y"), ("Why?", "“Why?,” Y")]
)
def test_a_comma_takes_the_place_of_a_full_stop_and_of_nothing_else(title, note):
    assert str(chicago_note(replace(ARTICLE, title=title))).startswith(f"Lee Haye-ah, {note}")


def test_as_html_titles_are_slanted_korean_is_marked_and_signs_are_escaped():
    assert apa(replace(PAGE, title="Round 2 (제12차 협정 제2차) of 12")).__html__() == (
        'SMA Timeline. (2026, November 25). <i>Round 2 (<span lang="ko">제12차 협정 제2차</span>) of 12</i>. '
        "https://sma.example/e/abcd2345/"
    )
    assert chicago_note(replace(KOREAN, title="<b>&방위비")).__html__() == (
        '“&lt;b&gt;&amp;<span lang="ko">방위비</span>,” <i>Yonhap News Agency</i>, March 2021, https://news.example/1.'
    )


def test_signs_of_our_own_in_a_title_stay_what_they_are():
    title = "\ue000\ue001 9876, October 28 \ue100"

    assert str(apa(replace(PAGE, title=title))).startswith(f"SMA Timeline. (2026, November 25). {title}. https")


def test_straight_quotation_marks_become_those_of_print():
    assert str(apa(replace(ARTICLE, title='"Enough" is "enough"'))).startswith(
        "Lee Haye-ah. (2021, March 8). “Enough” is “enough.” Yonhap"
    )
