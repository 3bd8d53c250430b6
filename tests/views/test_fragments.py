"""Every place of a page that can be cited has an address of its own: an id, unique on the page, and a way to it."""

import re
from collections import Counter

import pytest

from tests import make, shipped
from tests.conftest import sample
from timeline.contents import RECORDS

pytestmark = pytest.mark.django_db
LISTS = (
    "/", "/about/", "/glossary/", "/timeline/", "/agreements/", "/agreements/compare/?a=sma-11&b=sma-12", "/figures/",
    "/officials/", "/organizations/", "/places/", "/topics/", "/sources/", "/disagreements/", "/gaps/",
)  # fmt: skip


def ids(text):
    return re.findall(r'\sid="([^"]*)"', text)


def led_to(text):
    return set(re.findall(r'class="fragment" href="#([^"]*)"', text))


def page(client, record):
    return client.get(record.get_absolute_url()).text


def test_an_event_has_one_for_its_prose_its_citations_and_all_that_hangs_on_it(client):
    event = make.event(summary="One.\n\nTwo.", note="Only known from one paper.", date_note="By the paper's day.")
    cited, there = make.citation(event), make.participant(event)
    stage = make.stage(make.agreement(), event)
    said, sum_named = make.statement(made_at_event=event), make.figure(arose_at_event=event)
    position = make.position(make.disagreement(event))

    assert led_to(page(client, event)) == {
        "summary-1", "summary-2", "note-1", "date_note-1", f"cite-{cited.code}", f"participant-{there.code}",
        f"stage-{stage.code}", f"statement-{said.code}", f"figure-{sum_named.code}", f"position-{position.code}",
        f"why-{position.disagreement.code}-1",
    }  # fmt: skip


def test_a_round_has_one_for_its_outcome_and_its_delegates(client):
    held = make.round(outcome="They met.", outcome_ko="만났다.")
    delegate = make.delegate(held)

    assert led_to(page(client, held)) == {"outcome-1", "outcome_ko-1", f"delegate-{delegate.code}"}


def test_an_agreement_has_one_for_its_prose_stages_negotiators_and_gaps(client):
    sma = make.agreement(summary="Five years.", method="By formula.", talks_summary="Long.", talks_note="Short.")
    stage, chief, gap = make.stage(sma, make.event()), make.chief_negotiator(sma), make.gap(agreement=sma)

    assert {
        "summary-1", "method-1", "talks_summary-1", "talks_note-1", f"stage-{stage.code}", f"negotiator-{chief.code}",
        f"gap-{gap.code}-1",
    } <= led_to(page(client, sma))  # fmt: skip


def test_a_post_has_one_on_both_its_pages(client):
    post = make.appointment(make.official(summary="A diplomat."), organization=make.organization(), note="Acting.")

    assert {f"appointment-{post.code}", f"appointment-{post.code}-note-1", "summary-1"} <= led_to(
        page(client, post.official)
    )
    assert f"appointment-{post.code}" in led_to(page(client, post.organization))


def test_a_quotation_and_a_sum_have_one_on_their_own_pages(client):
    said, named = make.statement(), make.figure()

    assert f"statement-{said.code}" in led_to(page(client, said))
    assert f"figure-{named.code}" in led_to(page(client, named))


def test_a_term_of_the_glossary_has_one(client):
    assert "sofa" in led_to(client.get("/glossary/").text)


def test_the_way_to_it_has_a_name_and_is_no_text_of_the_page(client):
    text = page(client, make.event(summary="They met."))

    assert (
        '<p id="summary-1">They met.<a class="fragment" href="#summary-1" aria-label="Link to this paragraph"></a></p>'
        in text
    )


@pytest.mark.deep
def test_no_page_of_the_shipped_data_has_an_id_twice_or_a_link_to_none(client):
    shipped.load()
    with_pages = [model for model in RECORDS if model.url_name.endswith("-detail")]
    addresses = [
        each.get_absolute_url() for model in with_pages for each in model._default_manager.published().in_order()
    ]
    wrong = {}

    for address in [*LISTS, *sample(addresses, 24)]:
        text = client.get(address).text
        found = Counter(ids(text))
        twice = [name for name, count in found.items() if count > 1]
        missing = set(re.findall(r'href="#([^"]+)"', text)) - found.keys()
        if twice or missing:
            wrong[address] = (twice, missing)

    assert wrong == {}
