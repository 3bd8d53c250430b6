"""What is not public is in no page's structured data, tags or cards, though a public record names it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import make
from timeline import previews
from timeline.enums import State

pytestmark = pytest.mark.django_db
HIDDEN = {"state": State.DRAFT}


def head_of(client, record):
    return client.get(record.get_absolute_url()).text.partition("</head>")[0]


def cited_by_a_hidden_source(record):
    make.citation(record, source=make.source(title="Hidden source", **HIDDEN), quote="Hidden quote")
    return record


def occasion(kind):
    agreement, place = make.agreement(name="Hidden agreement", **HIDDEN), make.place(name="Hidden place", **HIDDEN)
    made = kind(agreement=agreement, place=place)
    attend = make.delegate if made._meta.model_name == "round" else make.participant
    attend(made, official=make.official(name="Hidden official", **HIDDEN))
    make.statement(text="Hidden words", **HIDDEN, **{f"made_at_{made._meta.model_name}": made})
    return made


def event():
    made = occasion(make.event)
    made.also_at.add(make.place(name="Hidden second place", **HIDDEN))
    return made


def statement():
    made = make.statement(
        agreement=make.agreement(name="Hidden agreement", **HIDDEN),
        place=make.place(name="Hidden place", **HIDDEN),
        speaker=make.official(name="Hidden speaker", **HIDDEN),
        on_behalf_of=make.organization(name="Hidden body", **HIDDEN),
        made_at_event=make.event(title="Hidden occasion", **HIDDEN),
    )
    made.co_speakers.add(make.official(name="Hidden joint speaker", **HIDDEN))
    return made


def figure():
    return make.figure(
        agreement=make.agreement(name="Hidden agreement", **HIDDEN),
        arose_at_statement=make.statement(text="Hidden words", **HIDDEN),
    )


def official():
    made = make.official()
    make.appointment(made, title="Hidden post", organization=make.organization(name="Hidden body", **HIDDEN))
    return made


def agreement():
    made = make.agreement(text_source=make.source(title="Hidden text", **HIDDEN))
    make.stage(made, make.event(title="Hidden signing", when="1999-09-09", **HIDDEN))
    return made


def topic():
    return make.topic(make.event(title="Hidden entry", **HIDDEN))


@pytest.mark.deep(2)
@pytest.mark.parametrize("make_one", [lambda: occasion(make.round), event, statement, figure, official, agreement])
def test_the_head_of_a_page_names_nothing_that_is_not_public(client, make_one):
    record = cited_by_a_hidden_source(make_one())

    head = head_of(client, record)

    assert "application/ld+json" in head
    assert [word for word in ("Hidden", "1999-09-09") if word in head] == []


def test_a_topic_lists_no_entry_that_is_not_public(client):
    assert "Hidden" not in head_of(client, topic())


def test_lists_name_no_record_that_is_not_public(client):
    make.place(name="Shown place")
    for made in (make.place, make.topic, make.organization, make.official):
        made(name="Hidden", **HIDDEN)

    pages = [client.get(f"/{name}/").text for name in ("places", "topics", "organizations", "officials", "timeline")]

    assert [page for page in pages if "Hidden" in page] == []
    assert "Shown place" in pages[0].partition("</head>")[0]


def test_a_preview_has_neither_structured_data_nor_tags_for_other_sites(client):
    event = make.event(state=State.DRAFT)
    make.citation(event)
    event.refresh_from_db()

    response = client.get(reverse("preview", args=[previews.token_for(event, timezone.now())]))

    assert response.status_code == 200
    assert [word for word in ("ld+json", "og:title", "oembed", 'rel="canonical"') if word in response.text] == []
