from timeline.models.addresses import Redirect, Tombstone
from timeline.models.agreements import Agreement, ChiefNegotiator, Stage
from timeline.models.base import Dated, Named, Part, Record
from timeline.models.citations import Citation
from timeline.models.disagreements import ConcernedRecord, Disagreement, Position
from timeline.models.entries import ContentVersion, Entry, EntryCard, EntryLink, LoadedRecord
from timeline.models.events import Event, Participant
from timeline.models.figures import Figure
from timeline.models.gaps import Gap
from timeline.models.imports import ImportBatch
from timeline.models.likenesses import Likeness
from timeline.models.link_checks import LinkCheck
from timeline.models.merges import Merge
from timeline.models.officials import Appointment, Official
from timeline.models.open_forms import OpenForm
from timeline.models.organizations import Organization
from timeline.models.places import Place
from timeline.models.proposals import Proposal
from timeline.models.relations import Relation
from timeline.models.revisions import Revision
from timeline.models.rounds import Delegate, Round
from timeline.models.search import SearchDocument, SearchPerson, SearchWord
from timeline.models.sources import Source
from timeline.models.statements import Statement
from timeline.models.topics import Topic

__all__ = [
    "Agreement",
    "Appointment",
    "ChiefNegotiator",
    "Citation",
    "ConcernedRecord",
    "ContentVersion",
    "Dated",
    "Delegate",
    "Disagreement",
    "Entry",
    "EntryCard",
    "EntryLink",
    "Event",
    "Figure",
    "Gap",
    "ImportBatch",
    "Likeness",
    "LinkCheck",
    "LoadedRecord",
    "Merge",
    "Named",
    "Official",
    "OpenForm",
    "Organization",
    "Part",
    "Participant",
    "Place",
    "Position",
    "Proposal",
    "Record",
    "Redirect",
    "Relation",
    "Revision",
    "Round",
    "SearchDocument",
    "SearchPerson",
    "SearchWord",
    "Source",
    "Stage",
    "Statement",
    "Tombstone",
    "Topic",
]
