"""What schema.org has to say of each kind of record.

Each function is given a published record with what its page has fetched anyway, and asks the database for nothing.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from timeline.addresses import path_of
from timeline.amounts import percent_words
from timeline.enums import AgreementStatus, Capital, Currency, RoundStatus, StageKind
from timeline.linked_data import times, works
from timeline.linked_data.naming import Node, address, given, identity, other_names, reference, references, seen
from timeline.models import (
    Agreement,
    Appointment,
    Citation,
    Dated,
    Event,
    Figure,
    Official,
    Organization,
    Place,
    Record,
    Round,
    Source,
    Stage,
    Statement,
    Topic,
)
from timeline.rendering import plain_text

SCHEMA = "https://schema.org/"
STATUSES = {
    RoundStatus.SCHEDULED: "EventScheduled",
    RoundStatus.HELD: "EventScheduled",  # “is taking place or has taken place as scheduled”
    RoundStatus.CANCELLED: "EventCancelled",
}
WHOLE_PERCENT = "P1"  # the common code of percent


class Attending(Protocol):
    """Somebody who was there, as the pages of rounds and events have them."""

    @property
    def party(self) -> Official | Organization: ...
    @property
    def role(self) -> str: ...
    @property
    def is_head(self) -> bool: ...
    @property
    def is_signatory(self) -> bool: ...


class PlaceName(Protocol):
    """A second place, of which a page knows the name."""

    @property
    def slug(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def name_ko(self) -> str: ...


def _thing(record: Record, **values: Any) -> Node:
    return given(reference(record) | values)


# --- what stands on the timeline -------------------------------------------------------------------------------------


def of_round(round: Round, attending: Iterable[Attending], said: Iterable[Statement]) -> Node:
    agreement = seen(round.agreement)
    return _thing(
        round,
        alternateName=other_names(round.name_ko),
        description=plain_text(round.outcome),
        eventStatus=_status(round),
        superEvent=talks(agreement) if agreement else None,
        **_occasion(round, (), attending, said),
    )


def of_event(
    event: Event, also_at: Iterable[PlaceName], attending: Iterable[Attending], said: Iterable[Statement]
) -> Node:
    return _thing(
        event,
        alternateName=other_names(event.title_ko),
        description=plain_text(event.summary),
        keywords=str(event.get_kind_display()),
        **_occasion(event, also_at, attending, said),
    )


def _occasion(
    record: Round | Event, also_at: Iterable[PlaceName], attending: Iterable[Attending], said: Iterable[Statement]
) -> Node:
    attending = list(attending)
    return {
        "startDate": times.first(record.when),
        "endDate": times.last(record.when),
        "location": _location(record) + [_second_place(place) for place in also_at],
        "about": references(seen(record.agreement)),
        "attendee": [_attendee("attendee", each) for each in attending],
        "performer": [_attendee("performer", each) for each in attending if each.is_head or each.is_signatory],
        "recordedIn": references(*said),
        "subjectOf": works.quotations(record),
    }


def _status(round: Round) -> str:
    status = STATUSES.get(RoundStatus(round.status))
    return SCHEMA + status if status else ""


def _attendee(name: str, attending: Attending) -> Node:
    """In the role that was theirs that day: what schema.org calls a role stands between the event and the person."""
    party = reference(attending.party)
    return {"@type": "Role", name: party, "roleName": attending.role} if attending.role else party


def _location(record: Dated) -> list[Node]:
    place = seen(record.place)
    where = of_place(place) if place else None
    if record.venue:
        where = given({"@type": "Place", "name": record.venue, "containedInPlace": where})
    return [where] if where else []


def _second_place(place: PlaceName) -> Node:
    return given(
        {
            "@type": "Place",
            "@id": settings.SITE_URL + path_of("short-link", place.code),
            "name": place.name,
            "alternateName": other_names(place.name_ko),
            "url": settings.SITE_URL + path_of("place-detail", place.slug),
        }
    )


def talks(agreement: Agreement) -> Node:
    """The talks on an agreement, of which its rounds are parts."""
    return given(
        {
            "@type": "Event",
            "@id": f"{identity(agreement)}#talks",
            "name": _("Talks on the %(agreement)s") % {"agreement": agreement.name},
            "url": f"{address(agreement)}#talks",
            "startDate": times.first(agreement.talks_opened),
            "endDate": times.last(agreement.talks_concluded),
        }
    )


def of_statement(statement: Statement, speakers: Sequence[Official]) -> Node:
    body, occasion, place = seen(statement.on_behalf_of), seen(statement.occasion), seen(statement.place)
    speaking = references(*speakers) or references(body)
    citations: list[Citation] = getattr(statement, "public_citations", [])
    return _thing(
        statement,
        text=statement.text,
        inLanguage=statement.language,
        translationOfWork=_original(statement),
        description=_("Translation, as the source printed it") if statement.is_translation else "",
        spokenByCharacter=speaking,
        creator=speaking,
        creditText=statement.attribution,
        sourceOrganization=reference(body) if body and speakers else None,
        dateCreated=times.date(statement.when),
        locationCreated=of_place(place) if place else None,
        recordedAt=reference(occasion) if occasion else None,
        keywords=str(statement.get_medium_display()),
        about=references(seen(statement.agreement)),
        isPartOf=works.cited_works(each for each in citations if _prints(each, statement.text)),
        citation=works.quotations(statement),
    )


def _original(statement: Statement) -> Node | None:
    if not statement.original_text:
        return None
    return {"@type": "Quotation", "text": statement.original_text, "inLanguage": statement.original_language}


def _prints(citation: Citation, text: str) -> bool:
    """Whether the source carries these very words, or some of them: of a paraphrase they are no part."""
    quote, words = (" ".join(each.casefold().split()) for each in (citation.quote, text))
    return quote in words or words in quote


# --- money -----------------------------------------------------------------------------------------------------------


def of_figure(figure: Figure) -> Node:
    occasion = seen(figure.occasion)
    citations: list[Citation] = getattr(figure, "public_citations", [])
    party = Capital(figure.party).label if figure.party else ""
    return _thing(
        figure,
        text=figure.as_stated,
        description=_description(figure),
        keywords=[str(each) for each in (figure.get_stance_display(), figure.measure_words, party) if each],
        dateCreated=times.date(figure.stated_on),
        temporalCoverage=times.years(figure.year_from, figure.year_to),
        about=[*_money(figure), *_growth(figure), *references(seen(figure.agreement))],
        recordedAt=reference(occasion) if isinstance(occasion, Round | Event) else None,
        isPartOf=reference(occasion) if isinstance(occasion, Statement) else None,
        appearance=works.cited_works(citations),
        citation=works.quotations(figure),
    )


def _description(figure: Figure) -> str:
    stance = str(figure.get_stance_display())
    words = f"{stance[:1].upper()}{stance[1:]}: {figure.value_words}"
    return f"{words} ({figure.years})" if figure.years else words


def number(value: Decimal) -> int | str:
    """Exactly: a fraction as text, as no float holds it."""
    return int(value) if value == value.to_integral_value() else format(value.normalize(), "f")


def _money(figure: Figure) -> list[Node]:
    stated = [(figure.amount, figure.currency), (figure.usd_equivalent, str(Currency.USD))]
    return [
        {"@type": "MonetaryAmount", "value": number(amount), "currency": currency}
        for amount, currency in stated
        if amount is not None
    ]


def _growth(figure: Figure) -> list[Node]:
    low, high = figure.growth_percent, figure.growth_percent_to
    if low is None:
        return []
    node: Node = {"@type": "QuantitativeValue", "name": percent_words(low), "unitText": "%", "unitCode": WHOLE_PERCENT}
    if high is None:
        return [node | {"value": number(low)}]
    return [node | {"name": figure.growth_words, "minValue": number(low), "maxValue": number(high)}]


# --- people, bodies, places, threads ---------------------------------------------------------------------------------


def of_official(official: Official, posts: Iterable[Appointment]) -> Node:
    posts = list(posts)
    return _thing(
        official,
        alternateName=other_names(official.name_ko, *official.aliases),
        familyName=official.family_name,
        givenName=official.given_name,
        honorificSuffix=official.suffix,
        description=plain_text(official.summary),
        worksFor=[_post(each, "worksFor") for each in posts if seen(each.organization)],
        hasOccupation=[_post(each, "hasOccupation") for each in posts if not each.organization],
        subjectOf=works.quotations(official),
    )


def _post(post: Appointment, name: str) -> Node:
    """Held in its time alone, so that nobody is said to hold today what was held then."""
    body = seen(post.organization)
    held = reference(body) if body else {"@type": "Occupation", "name": post.title}
    return given(
        {
            "@type": "OrganizationRole" if body else "Role",
            name: held,
            "roleName": [post.title, *other_names(post.title_ko)],
            "startDate": times.first(post.start),
            "endDate": times.last(post.end),
            "description": post.held_words() if post.start or post.end or post.attested else "",
        }
    )


def of_organization(organization: Organization) -> Node:
    return _thing(
        organization,
        alternateName=other_names(organization.name_ko, organization.abbreviation, *organization.aliases),
        subjectOf=works.quotations(organization),
    )


def of_place(place: Place) -> Node:
    return _thing(
        place,
        address={"@type": "PostalAddress", "addressCountry": place.country},
        geo={
            "@type": "GeoCoordinates",
            "latitude": float(place.latitude),
            "longitude": float(place.longitude),
        },
    )


def of_topic(topic: Topic) -> Node:
    return _thing(topic, description=plain_text(topic.description))


# --- agreements and sources ------------------------------------------------------------------------------------------


def of_agreement(agreement: Agreement, stages: Iterable[Stage]) -> Node:
    """`stages`: the public ones, with their events."""
    events = {StageKind(stage.stage): stage.event for stage in stages}
    signed = events.get(StageKind.SIGNED)
    source = seen(agreement.text_source)
    return _thing(
        agreement,
        alternateName=other_names(agreement.name_ko, agreement.formal_title_ko),
        description=plain_text(agreement.summary),
        legislationIdentifier=identity(agreement),
        legislationType=_("treaty"),
        legislationDate=times.date(signed.when) if signed else None,
        legislationLegalForce=_legal_force(agreement),
        legislationJurisdiction=[
            {"@type": "Country", "name": str(side.label), "identifier": side.value} for side in Capital
        ],
        temporalCoverage=times.years(agreement.covers_from, agreement.covers_to),
        subjectOf=[talks(agreement), *references(*dict.fromkeys(events.values()))],
        citation=[*works.quotations(agreement), *([works.work(source)] if source else [])],
    )


def _legal_force(agreement: Agreement) -> str:
    return SCHEMA + ("InForce" if agreement.status == AgreementStatus.IN_FORCE else "NotInForce")


def of_source(source: Source) -> Node:
    return works.work(source)
