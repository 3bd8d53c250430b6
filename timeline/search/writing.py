"""Keeps the index true, in the transaction of each change, and compares it with the records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db import transaction

from timeline.index import Touched
from timeline.models import ContentVersion, SearchDocument, SearchPerson, SearchText, SearchWord
from timeline.search import placing
from timeline.search.documents import SEARCHED, Document, documents, sort_key, tokens_of, words_of
from timeline.search.engines import engine

BATCH = 400
MODELS = {str(model._meta.model_name): model for model in SEARCHED}


def refresh(touched: Touched) -> None:
    """Make the documents of these records what the records say. What says the same as before is not written."""
    by_type: defaultdict[str, list[int]] = defaultdict(list)
    for name, record_id in sorted(touched):
        if name in MODELS:
            by_type[name].append(record_id)
    if not by_type:
        return
    with transaction.atomic():
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
        SearchText.objects.filter(document__in=ids).delete()
        SearchDocument.objects.filter(pk__in=ids).delete()


def write(fresh: list[Document]) -> None:
    ids, moved = _placed(fresh)
    everything = [*fresh, *moved]
    SearchDocument.objects.bulk_create([_row(each, ids[sort_key(each)]) for each in everything])
    SearchText.objects.bulk_create([_shown(each, ids[sort_key(each)]) for each in everything])
    SearchPerson.objects.bulk_create(
        [
            SearchPerson(document_id=ids[sort_key(each)], official_id=official)
            for each in everything
            for official in each.people
        ]
    )
    engine().write([(ids[sort_key(each)], tokens_of(each)) for each in everything])
    _keep_words(set().union(*map(words_of, fresh)) if fresh else set())


def _row(document: Document, pk: int) -> SearchDocument:
    return SearchDocument(
        pk=pk,
        record_type=document.record_type,
        record_id=document.record_id,
        kind=document.kind,
        agreement_id=document.agreement_id,
        year=document.year,
        sort_key=sort_key(document),
        digest=document.digest,
    )


def _shown(document: Document, pk: int) -> SearchText:
    return SearchText(
        document_id=pk,
        slug=document.slug,
        when=document.when,
        title=document.title,
        title_ko=document.title_ko,
        text=document.text,
    )


def _placed(fresh: list[Document]) -> tuple[dict[str, int], list[Document]]:
    """An id for each, and those that must move to make room: their rows are gone already."""
    rooms: defaultdict[int, list[Document]] = defaultdict(list)
    for document in placing.in_order(fresh):
        rooms[placing.room_of(document)].append(document)
    ids: dict[str, int] = {}
    moved: list[Document] = []
    for room, new in rooms.items():
        keys = [sort_key(document) for document in new]
        stored = SearchDocument.objects.filter(pk__gte=room, pk__lt=room + placing.ROOM).order_by("pk")
        taken = list(stored.values_list("sort_key", "pk"))
        found = placing.between(room, taken, keys)
        if found is None:
            others = _taken_out(room)
            moved += others
            found = placing.evenly(room, sorted([*keys, *map(sort_key, others)]))
        ids |= found
    return ids, moved


def _taken_out(room: int) -> list[Document]:
    stored = SearchDocument.objects.filter(pk__gte=room, pk__lt=room + placing.ROOM)
    by_type: defaultdict[str, list[int]] = defaultdict(list)
    gone = []
    for pk, name, record_id in stored.values_list("pk", "record_type", "record_id"):
        by_type[name].append(record_id)
        gone.append(pk)
    remove(gone)
    return [document for name, ids in by_type.items() for document in documents(MODELS[name], ids)]


def _keep_words(words: set[str]) -> None:
    known: set[str] = set()
    for batch in _slices(sorted(words)):
        known |= set(SearchWord.objects.filter(pk__in=batch).values_list("pk", flat=True))
    new = [SearchWord(word=word, backwards=word[::-1]) for word in sorted(words - known)]
    SearchWord.objects.bulk_create(new, ignore_conflicts=True)  # somebody else may add the same word now


def rebuild() -> int:
    """All documents anew, in one transaction; how many there are. Readers find the old ones until it ends."""
    count = 0
    with transaction.atomic():
        # Whoever changes something that is public waits for this row until the end, and then for what is new.
        ContentVersion.objects.select_for_update().filter(pk=1).first()
        engine().clear()
        SearchPerson.objects.all().delete()
        SearchText.objects.all().delete()
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


def differences() -> Iterator[str]:
    """Where the index is not what the records say, a sentence each."""
    seen: set[tuple[str, int]] = set()
    for name, model in MODELS.items():
        ids = list(model._default_manager.published().values_list("pk", flat=True))  # type: ignore[attr-defined]
        for batch in _batches(ids):
            stored = {
                each.record_id: each for each in SearchDocument.objects.filter(record_type=name, record_id__in=batch)
            }
            tokens = engine().tokens([each.pk for each in stored.values()])
            for document in documents(model, batch):
                seen.add((name, document.record_id))
                if sentence := _difference(document, stored.get(document.record_id), tokens):
                    yield sentence
    for name, record_id in SearchDocument.objects.order_by("pk").values_list("record_type", "record_id"):
        if (name, record_id) not in seen:
            yield f"A {name} that is not published is in the index of the search."


def _difference(document: Document, row: SearchDocument | None, tokens: dict[int, frozenset[str]]) -> str:
    what = f"{document.record_type} {document.slug}"
    if row is None:
        return f"{what} is published and not in the index of the search."
    expected = (document.digest, sort_key(document), document.year)
    if (row.digest, row.sort_key, row.year) != expected or tokens.get(row.pk) != frozenset(tokens_of(document)):
        return f"The index of the search does not say what {what} says."
    return ""


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]


def _slices(words: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(words), BATCH):
        yield words[start : start + BATCH]
