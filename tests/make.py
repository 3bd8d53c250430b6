"""One function for each kind of record: a valid, published, unsurprising one. A test states only what matters to it."""

import datetime as dt
import itertools
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import Group, User

from timeline import index
from timeline.chronology import FACETS
from timeline.models import (
    Agreement,
    Appointment,
    ChiefNegotiator,
    Citation,
    ConcernedRecord,
    Delegate,
    Disagreement,
    Entry,
    EntryCard,
    EntryLink,
    Event,
    Figure,
    Gap,
    Official,
    Organization,
    Participant,
    Place,
    Position,
    Relation,
    Round,
    Source,
    Stage,
    Statement,
    Topic,
)
from timeline.search.documents import Document

FIRST_PUBLISHED = dt.datetime(2024, 5, 24, 9, 0, tzinfo=dt.UTC)
_numbers = itertools.count(1)
_entry_numbers = itertools.count(1)


def user(role: str = "", name: str = "hana", **values: Any) -> User:
    """Somebody who may sign in, in this role; without one, somebody who may do nothing there."""
    made = User.objects.create_user(name, is_staff=True, **values)
    made.groups.set(Group.objects.filter(name=role))
    return made


def _published(slug: str, values: dict[str, Any]) -> dict[str, Any]:
    values = {"slug": f"{slug}-{next(_numbers)}", "state": "published"} | values
    if values["state"] in {"published", "withdrawn"}:
        values.setdefault("published_at", FIRST_PUBLISHED)
    if values["state"] == "withdrawn":
        values = {"withdrawn_at": FIRST_PUBLISHED, "withdrawal_reason": "It was entered twice."} | values
    return values


def place(**values: Any) -> Place:
    defaults = {"name": "Seoul", "name_ko": "서울", "kind": "city", "country": "KR", "time_zone": "Asia/Seoul"}
    defaults |= {"latitude": Decimal("37.5665"), "longitude": Decimal("126.978")}
    return Place.objects.create(**_published("seoul", defaults | values))


def organization(**values: Any) -> Organization:
    defaults = {"name": "Ministry of Foreign Affairs", "name_ko": "외교부", "abbreviation": "MOFA", "country": "KR"}
    return Organization.objects.create(**_published("kr-mofa", defaults | {"kind": "ministry"} | values))


def source(**values: Any) -> Source:
    defaults = {"publisher": "Yonhap", "title": "Talks open in Seoul", "published_on": "2024-05-24", "language": "en"}
    defaults |= {"kind": "news", "url": "https://news.example/talks-open-in-seoul"}
    return Source.objects.create(**_published("yonhap-2024-05-24-talks", defaults | values))


def official(**values: Any) -> Official:
    defaults = {"name": "Lee Tae-woo", "family_name": "Lee", "given_name": "Tae-woo", "name_order": "family_first"}
    defaults |= {"name_ko": "이태우", "name_ko_basis": "source", "country": "KR"}
    return Official.objects.create(**_published("lee-tae-woo", defaults | values))


def appointment(official: Official, **values: Any) -> Appointment:
    defaults = {"title": "Chief negotiator", "start": "2024-03-05"}
    return Appointment.objects.create(official=official, **(defaults | values))


def agreement(**values: Any) -> Agreement:
    ordinal = values.get("ordinal", 100 + next(_numbers))
    defaults = {"ordinal": ordinal, "slug": f"sma-{ordinal:02}", "name": f"{ordinal}th Special Measures Agreement"}
    defaults |= {"name_ko": f"제{ordinal}차 한미 방위비분담특별협정", "covers_from": 2026, "covers_to": 2030}
    return Agreement.objects.create(**_published("sma", defaults | {"status": "expired"} | values))


def round(**values: Any) -> Round:
    values = {"agreement": values["agreement"] if "agreement" in values else agreement()} | values
    number = values.get("number", next(_numbers))
    defaults = {"number": number, "slug": f"{values['agreement'].slug}-round-{number}", "when": "2024-05-21/2024-05-23"}
    return Round.objects.create(**_published("round", defaults | {"outcome": "Views were exchanged."} | values))


def event(**values: Any) -> Event:
    defaults = {"kind": "meeting", "title": "Ministers meet in Seoul", "when": "2019-08-09", "summary": "They met."}
    return Event.objects.create(**_published("2019-08-09-ministers-meet", defaults | values))


def statement(**values: Any) -> Statement:
    defaults = {"when": "2019-08-07", "medium": "tweet", "text": "South Korea has agreed to pay substantially more."}
    defaults |= {"language": "en", "attribution": "a Seoul official", "position": 20}
    return Statement.objects.create(**_published("2019-08-07-substantially-more", defaults | values))


def figure(**values: Any) -> Figure:
    defaults = {"stance": "agreed", "party": "KR", "measure": "total", "year_from": 2021, "year_to": 2021}
    defaults |= {"amount": Decimal(1_183_300_000_000), "currency": "KRW", "as_stated": "1.1833 trillion won"}
    return Figure.objects.create(**_published("fig-2021-total", defaults | {"stated_on": "2021-03-10"} | values))


def topic(*records: Any, **values: Any) -> Topic:
    made = Topic.objects.create(**_published("furlough", {"name": "Furlough", "name_ko": "무급휴직"} | values))
    for record in records:
        getattr(made, f"{record._meta.model_name}s").add(record)
    return made


def gap(**values: Any) -> Gap:
    defaults = {"text": "The signatories were not found.", "since": "2026-01"}
    return Gap.objects.create(**_published("sma-07-signatories", defaults | values))


def disagreement(*records: Any, **values: Any) -> Disagreement:
    defaults = {"question": "How much was agreed for 1998?", "field": "amount", "followed": "USD 399 million"}
    defaults |= {"why": "It is the sum of the announcement."}
    made = Disagreement.objects.create(**_published("payment-for-1998", defaults | values))
    for order, record in enumerate(records):
        ConcernedRecord.objects.create(disagreement=made, order=order, **{record._meta.model_name: record})
    return made


def position(disagreement: Disagreement, **values: Any) -> Position:
    return Position.objects.create(disagreement=disagreement, **({"reports": "USD 399 million"} | values))


def citation(target: Any, **values: Any) -> Citation:
    values = {"source": values["source"] if "source" in values else source()} | values
    quote = "The talks in Seoul took place from Tuesday through Thursday"
    return Citation.objects.create(**{target._meta.model_name: target}, **({"quote": quote} | values))


def delegate(round: Round, **values: Any) -> Delegate:
    if "official" not in values and "organization" not in values:
        values["official"] = official()
    defaults = {"role": "chief delegate", "side": "KR", "is_head": True}
    return Delegate.objects.create(round=round, **(defaults | values))


def participant(event: Event, **values: Any) -> Participant:
    if "official" not in values and "organization" not in values:
        values["official"] = official()
    return Participant.objects.create(event=event, **({"role": "minister"} | values))


def stage(agreement: Agreement, event: Event, **values: Any) -> Stage:
    return Stage.objects.create(agreement=agreement, event=event, **({"stage": "signed"} | values))


def chief_negotiator(agreement: Agreement, **values: Any) -> ChiefNegotiator:
    values = {"official": values["official"] if "official" in values else official()} | values
    return ChiefNegotiator.objects.create(agreement=agreement, **({"side": "KR"} | values))


def relation(origin: Any, goal: Any, **values: Any) -> Relation:
    ends = {f"from_{origin._meta.model_name}": origin, f"to_{goal._meta.model_name}": goal}
    return Relation.objects.create(**ends, **({"kind": "about"} | values))


def entries(count: int, *linked: Any, days: int = 12_000) -> None:
    """Entries without records, made quickly, each linked to these officials, topics …: what the stream reads.

    They follow one another daily from 1991 on, and begin anew after so many days.
    """
    first, slug = dt.date(1991, 1, 1), f"entry-{next(_numbers)}"
    content = EntryCard.objects.get(entry__slug=event().slug).content
    made, cards = [], []
    for number in range(count):
        day = first + dt.timedelta(days=number % days)
        values = {"slug": f"{slug}-{number}", "kind": "call", "first_day": day, "last_day": day, "year": day.year}
        values |= {"record_type": "event", "record_id": -next(_entry_numbers), "position": 10, "day_count": 1}
        key = index.sort_key(day, 10, values["slug"])
        cards.append(content | {"slug": values["slug"], "when": day.isoformat()})
        values |= {"sort_key": key, "card_digest": index.digest_of(cards[-1])}
        made.append(Entry(**values, is_kr=True, is_us=False, is_int=False))
    made = Entry.objects.bulk_create(made)
    EntryCard.objects.bulk_create(
        [EntryCard(entry=each, content=card, text="x") for each, card in zip(made, cards, strict=True)]
    )
    facets = [(facet, record) for record in linked for facet, model in FACETS.values() if isinstance(record, model)]
    EntryLink.objects.bulk_create(
        [
            EntryLink(entry=each, facet=facet, target_id=record.pk, sort_key=each.sort_key)
            for facet, record in facets
            for each in made
        ]
    )


def document(**values: Any) -> Document:
    """One of the search, without a record behind it."""
    number = next(_numbers)
    defaults: dict[str, Any] = {
        "record_type": "event",
        "record_id": number,
        "slug": f"document-{number}",
        "kind": "meeting",
        "agreement": 0,
        "day": dt.date(2019, 8, 7),
        "position": 10,
        "when": "2019-08-07",
        "title": "A meeting",
        "title_ko": "",
        "titles": (),
        "text": "",
        "names": (),
        "keys": (),
        "marks": ("kevent",),
        "people": (),
    }
    return Document(**(defaults | values))
