"""Who spoke or took part, for which side and in which post."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.models import (
    Agreement,
    ChiefNegotiator,
    Dated,
    Delegate,
    Event,
    Official,
    Organization,
    Participant,
    Round,
    Statement,
)
from timeline.rules.registry import ERROR, NOTICE, Finding, Found, rule

UNKNOWN_ROLE = gettext_lazy(
    "Add the post with its days to the official (or the day to those on which it is attested), or give the role that "
    "the source names for this occasion."
)


@rule("role-unknown", NOTICE, Statement, Round, Event, mend=UNKNOWN_ROLE)
def role_unknown(record: Dated) -> Found:
    """Somebody who spoke or attended outside any post that we know, and without a role given for the occasion."""
    for field, official in _people_without_a_role_given(record):
        if not any(official.posts_on(day) for day in _days(record)):
            values = {"official": official, "when": record.date}
            yield Finding(field, _("The role of %(official)s on this day is unknown (%(when)s).") % values)


def _people_without_a_role_given(record: Dated) -> Iterator[tuple[str, Official]]:
    if isinstance(record, Statement):
        if record.speaker is not None:
            yield "speaker", record.speaker
        for official in record.co_speakers.all():
            yield "co_speakers", official
    for relation in ("delegate_set", "participant_set"):
        attendees: list[Delegate | Participant] = (
            list(getattr(record, relation).all()) if hasattr(record, relation) else []
        )
        for attendee in attendees:
            if attendee.official is not None and not attendee.role:
                yield relation, attendee.official


def _days(record: Dated) -> Iterator[dt.date]:
    """The days on which it can have been; of a long span its ends, which decide for nearly every post."""
    if (count := record.date.day_count) > MOST_DAYS:
        yield record.first_day
        yield record.last_day
        return
    for each in range(count):
        yield record.first_day + dt.timedelta(days=each)


MOST_DAYS = 400


@rule(
    "side-is-not-theirs",
    ERROR,
    Round,
    Agreement,
    mend=gettext_lazy("Correct the side in the delegation, or that of the official or organization."),
)
def side_is_not_theirs(record: Round | Agreement) -> Found:
    seats: list[tuple[str, Official | Organization, Delegate | ChiefNegotiator]]
    if isinstance(record, Round):
        seats = [("delegate_set", delegate.party, delegate) for delegate in record.delegate_set.all()]
    else:
        seats = [("chief_negotiators", chief.official, chief) for chief in record.chief_negotiators.all()]
    for relation, party, seat in seats:
        if party.country != seat.side:
            values = {"party": party, "side": seat.get_side_display(), "country": party.get_country_display()}
            sentence = _("%(party)s is listed for the side “%(side)s”, but belongs to “%(country)s”.")
            yield Finding(relation, sentence % values)
