"""Keeps the index true, in the transaction of each change, and compares it with the records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from timeline.index import Touched, one_writer_at_a_time
from timeline.models import Record, SearchDocument, SearchPerson, SearchWord
from timeline.search import placing
from timeline.search.documents import SEARCHED, Document, documents, sort_key, tokens_of, words_of
from timeline.search.engines import engine
from timeline.search.signature import signature

BATCH = 400
ROOMS = 100  # that are asked for at once
MODELS = {str(model._meta.model_name): model for model in SEARCHED}


def refresh(touched: Touched) -> None:
    """Make the documents of these records what the records say. What says the same as before is not written."""
    by_type: defaultdict[str, list[int]] = defaultdict(list)
    for name, record_id in sorted(touched):
        if name in MODELS:
            by_type[name].append(record_id)
    if not by_type:
        return
    with transaction.atomic(savepoint=False):
        fresh: list[Document] = []
        for name, ids in by_type.items():
            for batch in _batches(ids):
                fresh += _changed(name, batch)
        for start in range(0, len(fresh), BATCH):
            write(fresh[start : start + BATCH])


def _changed(name: str, ids: list[int]) -> list[Document]:
    """The documents to be written; what is not so any more goes at once, as records may have exchanged their slugs."""
    stored = SearchDocument.objects.filter(record_type=name, record_id__in=ids)
    known = {record_id: (pk, digest) for pk, record_id, digest in stored.values_list("pk", "record_id", "digest")}
    made = {document.record_id: document for document in documents(MODELS[name], ids)}
    same = {key for key, (_pk, digest) in known.items() if key in made and made[key].digest == digest}
    remove([pk for key, (pk, _digest) in known.items() if key not in same])
    return [document for key, document in made.items() if key not in same]


def remove(ids: list[int]) -> None:
    if ids:
        engine().remove(ids)
        SearchPerson.objects.filter(document__in=ids).delete()
        SearchDocument.objects.filter(pk__in=ids).delete()


def write(fresh: list[Document]) -> None:
    ids, moved = _placed(fresh)
    everything = [*fresh, *moved]
    SearchDocument.objects.bulk_create([_row(each, ids[sort_key(each)]) for each in everything])
    SearchPerson.objects.bulk_create(
        [
            SearchPerson(document_id=ids[sort_key(each)], official_id=official)
            for each in everything
            for official in each.people
        ]
    )
    engine().write([(ids[sort_key(each)], tokens_of(each)) for each in everything])
    _keep_words(fresh)


def _row(document: Document, pk: int) -> SearchDocument:
    return SearchDocument(
        pk=pk,
        record_type=document.record_type,
        record_id=document.record_id,
        sort_key=sort_key(document),
        digest=document.digest,
        slug=document.slug,
        when=document.when,
        title=document.title,
        title_ko=document.title_ko,
        text=document.text,
    )


def _placed(fresh: list[Document]) -> tuple[dict[str, int], list[Document]]:
    """An id for each by its sort key, and those that must move to make room: their rows are gone already."""
    rooms: defaultdict[int, list[Document]] = defaultdict(list)
    for document in placing.in_order(fresh):
        rooms[placing.room_of(document)].append(document)
    ids: dict[str, int] = {}
    moved: list[Document] = []
    taken = _taken(list(rooms))
    for room, new in rooms.items():
        keys = [sort_key(document) for document in new]
        others: list[Document] = []
        places = placing.between(room, taken[room], keys)
        if places is None:
            others = _taken_out(room)
            places = placing.evenly(room, sorted([*keys, *map(sort_key, others)]))
        ids |= {sort_key(each): placing.id_at(places[sort_key(each)], each) for each in [*new, *others]}
        moved += others
    return ids, moved


def _taken(rooms: list[int]) -> defaultdict[int, list[tuple[str, int]]]:
    """By room: the sort keys and places of those that are there, in order."""
    found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
    for start in range(0, len(rooms), ROOMS):
        for key, pk in _in_rooms(rooms[start : start + ROOMS]).values_list("sort_key", "pk"):
            place = placing.place_of(pk)
            found[place - place % placing.ROOM].append((key, place))
    return found


def _in_rooms(rooms: list[int]) -> QuerySet[SearchDocument]:
    spans = [placing.span_of(room) for room in rooms]
    there = Q(*(Q(pk__gte=first, pk__lt=behind) for first, behind in spans), _connector=Q.OR)
    return SearchDocument.objects.filter(there).order_by("pk")


def _taken_out(room: int) -> list[Document]:
    by_type: defaultdict[str, list[int]] = defaultdict(list)
    gone = []
    for pk, name, record_id in _in_rooms([room]).values_list("pk", "record_type", "record_id"):
        by_type[name].append(record_id)
        gone.append(pk)
    remove(gone)
    return [document for name, ids in by_type.items() for document in documents(MODELS[name], ids)]


def _keep_words(fresh: list[Document]) -> None:
    """A word that stands in a name is kept as one from then on."""
    words: dict[str, bool] = {}
    for document in fresh:
        for word, is_name in words_of(document).items():
            words[word] = is_name or words.get(word, False)
    known: dict[str, bool] = {}
    for batch in _slices(sorted(words)):
        known |= dict(SearchWord.objects.filter(pk__in=batch).values_list("pk", "is_name"))
    new = [
        SearchWord(word=word, backwards=word[::-1], is_name=words[word]) for word in sorted(words) if word not in known
    ]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)  # somebody else may add the same word now
    for batch in _slices([word for word in sorted(known) if words[word] and not known[word]]):
        SearchWord.objects.filter(pk__in=batch).update(is_name=True)


def rebuild() -> int:
    """All documents anew, in one transaction; how many there are. Readers find the old ones until it ends."""
    count = 0
    with transaction.atomic():
        one_writer_at_a_time()
        engine().clear()
        SearchPerson.objects.all().delete()
        SearchDocument.objects.all().delete()
        SearchWord.objects.all().delete()
        for model in SEARCHED:
            ids = list(model._default_manager.published().values_list("pk", flat=True))  # type: ignore[attr-defined]
            for batch in _batches(ids):
                fresh = documents(model, batch)
                write(fresh)
                count += len(fresh)
        engine().settle()
    return count


def is_stale() -> bool:
    """Whether other code made tokens of some documents."""
    return SearchDocument.objects.exclude(digest__startswith=signature()).exists()


def differences() -> Iterator[str]:
    """Where the index is not what the records say, a sentence each."""
    seen: set[tuple[str, int]] = set()
    for name, model in MODELS.items():
        ids = list(model._default_manager.published().values_list("pk", flat=True))  # type: ignore[attr-defined]
        for batch in _batches(ids):
            yield from differences_of(model, batch)
            seen |= {(name, record_id) for record_id in batch}
    for name, record_id in SearchDocument.objects.order_by("pk").values_list("record_type", "record_id"):
        if (name, record_id) not in seen:
            yield _("A %(kind)s that is not published is in the index of the search.") % {
                "kind": MODELS[name]._meta.verbose_name
            }


def differences_of(model: type[Record], ids: list[int]) -> Iterator[str]:
    """The same of the published ones among some records."""
    rows = SearchDocument.objects.filter(record_type=str(model._meta.model_name), record_id__in=ids)
    stored = {each.record_id: each for each in rows}
    tokens = engine().tokens([each.pk for each in stored.values()])
    for document in documents(model, ids):
        if sentence := _difference(document, stored.get(document.record_id), tokens):
            yield sentence


def _difference(document: Document, row: SearchDocument | None, tokens: dict[int, frozenset[str]]) -> str:
    what = f"{document.record_type} {document.slug}"
    if row is None:
        return _("%(what)s is published and not in the index of the search.") % {"what": what}
    place = placing.place_of(row.pk)
    expected = (document.digest, sort_key(document), placing.id_at(place, document))
    if (row.digest, row.sort_key, row.pk) != expected or tokens.get(row.pk) != frozenset(tokens_of(document)):
        return _("The index of the search does not say what %(what)s says.") % {"what": what}
    return ""


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _slices(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), BATCH):
        yield words[start : start + BATCH]
