"""The closed vocabularies, shared by models, filters and templates. Imports nothing of ours."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class State(TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    PUBLISHED = "published", _("published")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Side(TextChoices):
    KR = "KR", _("Republic of Korea")
    US = "US", _("United States")
    INT = "INT", _("International")


class Capital(TextChoices):
    """The two parties of the talks."""

    KR = "KR", _("Republic of Korea")
    US = "US", _("United States")


class AgreementStatus(TextChoices):
    UNDER_NEGOTIATION = "under_negotiation", _("under negotiation")
    CONCLUDED = "concluded", _("concluded, not yet in force")
    IN_FORCE = "in_force", _("in force")
    EXPIRED = "expired", _("expired")


class StageKind(TextChoices):
    """The legal stages of an agreement, in the order in which they come."""

    CONCLUDED = "concluded", _("concluded")
    INITIALLED = "initialled", _("initialled")
    CABINET_APPROVED = "cabinet_approved", _("approved by the cabinet")
    SIGNED = "signed", _("signed")
    ASSEMBLY_APPROVED = "assembly_approved", _("approved by the National Assembly")
    IN_FORCE = "in_force", _("in force")
    EXPIRED = "expired", _("expired")


class RoundStatus(TextChoices):
    SCHEDULED = "scheduled", _("scheduled")
    HELD = "held", _("held")
    CUT_SHORT = "cut_short", _("cut short")
    CANCELLED = "cancelled", _("cancelled")


class EventKind(TextChoices):
    ANNOUNCEMENT = "announcement", _("Announcement")
    APPOINTMENT = "appointment", _("Appointment to office")
    CABINET_APPROVAL = "cabinet_approval", _("Cabinet approval")
    CALL = "call", _("Call")
    ELECTION = "election", _("Election")
    ENTRY_INTO_FORCE = "entry_into_force", _("Entry into force")
    EXPIRY = "expiry", _("Expiry")
    HEARING = "hearing", _("Hearing")
    INCIDENT = "incident", _("Incident")
    INITIALLING = "initialling", _("Initialling")
    LEGISLATION = "legislation", _("Legislation")
    MEETING = "meeting", _("Meeting")
    OTHER = "other", _("Other event")
    PRESS_BRIEFING = "press_briefing", _("Press briefing")
    PROTEST = "protest", _("Protest")
    RATIFICATION = "ratification", _("Ratification")
    REPORT = "report", _("Report")
    SIGNING = "signing", _("Signing")
    SPEECH = "speech", _("Speech")
    VISIT = "visit", _("Visit")


class EntryKind(TextChoices):
    """What stands on the timeline, in one vocabulary: a round, a statement, or the event's own kind."""

    ROUND = "round", _("Round")
    STATEMENT = "statement", _("Statement")
    ANNOUNCEMENT = EventKind.ANNOUNCEMENT.value, EventKind.ANNOUNCEMENT.label
    APPOINTMENT = EventKind.APPOINTMENT.value, EventKind.APPOINTMENT.label
    CABINET_APPROVAL = EventKind.CABINET_APPROVAL.value, EventKind.CABINET_APPROVAL.label
    CALL = EventKind.CALL.value, EventKind.CALL.label
    ELECTION = EventKind.ELECTION.value, EventKind.ELECTION.label
    ENTRY_INTO_FORCE = EventKind.ENTRY_INTO_FORCE.value, EventKind.ENTRY_INTO_FORCE.label
    EXPIRY = EventKind.EXPIRY.value, EventKind.EXPIRY.label
    HEARING = EventKind.HEARING.value, EventKind.HEARING.label
    INCIDENT = EventKind.INCIDENT.value, EventKind.INCIDENT.label
    INITIALLING = EventKind.INITIALLING.value, EventKind.INITIALLING.label
    LEGISLATION = EventKind.LEGISLATION.value, EventKind.LEGISLATION.label
    MEETING = EventKind.MEETING.value, EventKind.MEETING.label
    OTHER = EventKind.OTHER.value, EventKind.OTHER.label
    PRESS_BRIEFING = EventKind.PRESS_BRIEFING.value, EventKind.PRESS_BRIEFING.label
    PROTEST = EventKind.PROTEST.value, EventKind.PROTEST.label
    RATIFICATION = EventKind.RATIFICATION.value, EventKind.RATIFICATION.label
    REPORT = EventKind.REPORT.value, EventKind.REPORT.label
    SIGNING = EventKind.SIGNING.value, EventKind.SIGNING.label
    SPEECH = EventKind.SPEECH.value, EventKind.SPEECH.label
    VISIT = EventKind.VISIT.value, EventKind.VISIT.label

    @property
    def record_type(self) -> str:
        """Of the records of this kind: round, statement or event."""
        return self.value if self in {EntryKind.ROUND, EntryKind.STATEMENT} else "event"


class Medium(TextChoices):
    TWEET = "tweet", _("post on a social network")
    PRESS_BRIEFING = "press_briefing", _("press briefing")
    PRESS_RELEASE = "press_release", _("press release")
    INTERVIEW = "interview", _("interview")
    SPEECH = "speech", _("speech")
    READOUT = "readout", _("readout")
    REMARKS = "remarks", _("remarks")
    TESTIMONY = "testimony", _("testimony")
    DOCUMENT = "document", _("document")


class Stance(TextChoices):
    """How an amount came up. `appropriated` is money voted, `paid` money that changed hands."""

    DEMANDED = "demanded", _("demanded")
    OFFERED = "offered", _("offered")
    REPORTED = "reported", _("reported")
    PROJECTED = "projected", _("projected")
    AGREED = "agreed", _("agreed")
    APPROPRIATED = "appropriated", _("appropriated")
    PAID = "paid", _("paid")


class Measure(TextChoices):
    """What the number measures. Only totals and yearly payments compare."""

    TOTAL = "total", _("total for the year")
    PER_YEAR = "per_year", _("payment per year")
    INCREASE = "increase", _("increase")
    PART = "part", _("component")
    RATE = "rate", _("growth rate")
    CAP = "cap", _("ceiling on growth")
    MULTI_YEAR_TOTAL = "multi_year_total", _("total for several years")
    OTHER = "other", _("not a payment under the agreement, or an evident misprint")


class Currency(TextChoices):
    KRW = "KRW", _("South Korean won")
    USD = "USD", _("US dollar")


class Language(TextChoices):
    EN = "en", _("English")
    KO = "ko", _("Korean")
    AR = "ar", _("Arabic")
    DE = "de", _("German")
    ES = "es", _("Spanish")
    FR = "fr", _("French")
    ID = "id", _("Indonesian")
    JA = "ja", _("Japanese")


class SourceKind(TextChoices):
    NEWS = "news", _("news")
    OFFICIAL = "official", _("official publication")
    RESEARCH = "research", _("research")
    LEGAL = "legal", _("legal text")
    SOCIAL = "social", _("social network")


class PlaceKind(TextChoices):
    CITY = "city", _("city")
    BASE = "base", _("base")
    REGION = "region", _("region")
    COUNTRY = "country", _("country")


class OrganizationKind(TextChoices):
    MINISTRY = "ministry", _("ministry")
    DEPARTMENT = "department", _("department")
    MILITARY = "military", _("military")
    LEGISLATURE = "legislature", _("legislature")
    PRESIDENCY = "presidency", _("presidency")
    EMBASSY = "embassy", _("embassy")
    ALLIANCE = "alliance", _("alliance")
    OTHER = "other", _("other")


class NameOrder(TextChoices):
    FAMILY_FIRST = "family_first", _("family name first")
    GIVEN_FIRST = "given_first", _("given name first")


class KoreanNameBasis(TextChoices):
    SOURCE = "source", _("found in a cited text")
    STANDARD = "standard", _("the established Korean form")


class DisputedField(TextChoices):
    WHEN = "when", _("date")
    PLACE = "place", _("place")
    AMOUNT = "amount", _("amount")
    PARTICIPANTS = "participants", _("participants")
    OUTCOME = "outcome", _("outcome")
    STATUS = "status", _("status")
    TEXT = "text", _("wording")
    OTHER = "other", _("other")


class RelationKind(TextChoices):
    ABOUT = "about", _("is about")
    ANSWERS = "answers", _("answers")
    FOLLOWS = "follows", _("follows from")
    RELATED = "related", _("is related to")


class ProposalStatus(TextChoices):
    WAITING = "waiting", _("waiting")
    SENT_BACK = "sent_back", _("sent back")
    APPROVED = "approved", _("approved")
    REFUSED = "refused", _("refused")
    TAKEN_BACK = "taken_back", _("taken back")


class Act(TextChoices):
    """What was done to a record, as its history says it."""

    FOUND = "found", _("found as it was")  # before the history knew of it
    CREATED = "created", _("entered")
    CHANGED = "changed", _("changed")
    SUBMITTED = "submitted", _("given to review")
    SENT_BACK = "sent_back", _("sent back")
    PUBLISHED = "published", _("published")
    APPROVED = "approved", _("change approved")
    WITHDRAWN = "withdrawn", _("withdrawn")
    RENAMED = "renamed", _("renamed")
    RESTORED = "restored", _("restored")
    LOADED = "loaded", _("loaded from the files")
    IMPORTED = "imported", _("imported")
    MERGED = "merged", _("merged")
    UNMERGED = "unmerged", _("merging undone")
    DELETED = "deleted", _("deleted")


class Facet(IntegerChoices):
    """What an entry of the timeline can be filtered by, beside its kind and its agreement."""

    OFFICIAL = 1, _("official")
    ORGANIZATION = 2, _("organization")
    PLACE = 3, _("place")
    TOPIC = 4, _("topic")
    SOURCE = 5, _("source")


class LinkField(TextChoices):
    """The addresses of a source that are checked."""

    URL = "url", _("address")
    ARCHIVED_URL = "archived_url", _("archived copy")


class LinkOutcome(TextChoices):
    """What the last check of an address found. Only `LinkCheckQuerySet.dead` calls one dead."""

    OK = "ok", _("reachable")
    BLOCKED = "blocked", _("does not let programs in")
    CHANGED = "changed", _("leads elsewhere by now")
    GONE = "gone", _("not found")
    UNREACHABLE = "unreachable", _("no answer")


class ImportStatus(TextChoices):
    PREVIEWED = "previewed", _("looked at")
    APPLIED = "applied", _("imported")
    UNDONE = "undone", _("undone")
