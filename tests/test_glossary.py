import re
from pathlib import Path

import pytest
from django.conf import settings

from tests import make
from timeline.glossary import BY_SLUG, TERMS, linked


def put(html):
    return linked(html, set(), "/glossary/")


def link(slug, words):
    return f'<a class="term" href="/glossary/#{slug}">{words}</a>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>The SMA ends.</p>", f"<p>The {link('sma', 'SMA')} ends.</p>"),
        ("<p>The SMA and the SMA</p>", f"<p>The {link('sma', 'SMA')} and the SMA</p>"),
        ("<p>It was Initialled.</p>", f"<p>It was {link('initialling', 'Initialled')}.</p>"),
        (
            "<p>방위비분담금은 늘었다</p>",
            f"<p>{link('defense-cost-sharing-contribution', '방위비분담금')}은 늘었다</p>",
        ),
        ("<p>U.S. Forces Korea</p>", f"<p>{link('usfk', 'U.S. Forces Korea')}</p>"),
        ("<p>the smart sma</p>", "<p>the smart sma</p>"),
        ("<p>the SMA-12 page</p>", "<p>the SMA-12 page</p>"),
        ("<p>uninitialled</p>", "<p>uninitialled</p>"),
        ('<p><a href="/x/">the SMA</a> ends</p>', '<p><a href="/x/">the SMA</a> ends</p>'),
        ('<p><a href="/SMA/">x</a></p>', '<p><a href="/SMA/">x</a></p>'),
        ("<p><code>SMA</code></p>", "<p><code>SMA</code></p>"),
        ("<p>&lt;SMA&gt;</p>", f"<p>&lt;{link('sma', 'SMA')}&gt;</p>"),
    ],
)
def test_the_first_occurrence_in_text_leads_to_the_glossary_and_nothing_else_does(html, expected):
    assert put(html) == expected


def test_the_longest_form_is_the_one_that_is_linked():
    assert put("<p>가서명 뒤 방위비분담특별협정</p>") == (
        f"<p>{link('initialling', '가서명')} 뒤 {link('sma', '방위비분담특별협정')}</p>"
    )


def test_different_forms_of_one_term_are_linked_once():
    seen = set()

    first = linked("<p>Special Measures Agreement</p>", seen, "/glossary/")
    second = linked("<p>the SMA, 방위비분담특별협정</p>", seen, "/glossary/")

    assert (first.count("<a "), second.count("<a ")) == (1, 0)


@pytest.mark.parametrize("word", ["round", "signing", "delegation", "서명", "발효율"])
def test_a_plain_word_is_not_linked(word):
    assert link(word, word) not in put(f"<p>{word}</p>")


@pytest.mark.parametrize("word", ["Appropriat\u0131on", "R\u0130SC", "rat\u0131fication", "Appropr\u0131ations"])
def test_a_letter_that_is_only_like_an_i_begins_no_term(word):
    """In Turkish letters there is an i without a dot, and an I with one."""
    assert put(f"<p>The {word} was read.</p>") == f"<p>The {word} was read.</p>"


def test_terms_are_named_once_and_lead_only_to_terms():
    slugs = [term.slug for term in TERMS]
    forms = [form.casefold() for term in TERMS for form in term.linked_forms]

    assert len(slugs) == len(set(slugs))
    assert sorted(forms) == sorted(set(forms)) or {form for form in forms if forms.count(form) > 1} == set()
    assert {other for term in TERMS for other in term.related} <= set(BY_SLUG)


def test_every_korean_form_occurs_in_the_sourced_data():
    data = "".join(path.read_text(encoding="utf-8") for path in Path(settings.BASE_DIR, "fixtures").glob("*.yaml"))
    forms = {form for term in TERMS for form in (term.name_ko, *term.forms_ko) if form}

    assert [form for form in sorted(forms) if form not in data] == []


def test_an_explanation_states_no_year_and_no_amount():
    assert [term.slug for term in TERMS if re.search(r"\d{3,}|[₩$%]", str(term.meaning))] == []


def test_the_glossary_shows_every_term_under_its_own_fragment(client):
    text = client.get("/glossary/").text

    assert [slug for slug in BY_SLUG if f'id="{slug}"' not in text] == []
    assert '<span class="name-ko" lang="ko">가서명</span>' in text


def test_meanings_are_spelled_as_the_rest_of_the_site():
    assert [term.slug for term in TERMS if re.search(r"defence|labour", str(term.meaning))] == []


@pytest.mark.django_db
def test_korean_words_that_lead_to_a_term_are_not_said_to_be_other_names_of_it(client):
    text = re.sub(r"<[^>]+>", "", client.get("/glossary/").text)

    assert "Korean words that lead here: 인건비" in text  # to the categories, of which labor is one


@pytest.mark.django_db
def test_a_term_is_linked_once_on_a_page_whatever_number_of_texts_has_it(client):
    agreement = make.agreement(summary="The SMA of 2021.", method="Under the SMA, a lump sum.")

    text = client.get(agreement.get_absolute_url()).text

    assert (text.count('href="/glossary/#sma"'), text.count('href="/glossary/#lump-sum-method"')) == (1, 1)


@pytest.mark.django_db
def test_every_page_begins_anew(client):
    agreement = make.agreement(summary="The SMA of 2021.")

    pages = [client.get(agreement.get_absolute_url()).text for _each in range(2)]

    assert [page.count('href="/glossary/#sma"') for page in pages] == [1, 1]


@pytest.mark.django_db
def test_hostile_text_stays_text_where_terms_are_linked(client):
    agreement = make.agreement(summary='<script>SMA</script> [SMA](javascript:SMA) <a href="x">SMA</a>')

    text = client.get(agreement.get_absolute_url()).text

    assert "<script>SMA" not in text
    assert "javascript:" not in text.replace("[SMA](javascript:", "")
