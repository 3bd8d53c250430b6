"""What somebody typed, read as a query. Whatever it is, it is read: nothing raises, and nothing typed is passed on.

Words must all be there, "words in quotation marks" one after the other, -without not at all; who: kind: agreement: in:
before: after: on: narrow down. Dates, amounts, rates and ordinals are understood in English and Korean. Of a question,
the words that carry nothing are dropped.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from timeline.enums import EventKind
from timeline.search import analysis, described, keys, meanings, posts
from timeline.search.documents import AGREEMENT, KIND, PAYMENT_WORDS, mark
from timeline.search.expressions import EVERYTHING, All, Expression, Has, Some, all_of, in_title, some_of
from timeline.search.spans import Years, spans

LONGEST = 200  # characters that are read
MOST_TERMS = 12
LONG_RUN = 4  # syllables: Hangul of this length is found with spaces in it, too

_CLAUSE = re.compile(
    r'(?<!\S)(?P<minus>-)?(?:(?P<name>[a-z]+|[가-힣]+):)?(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))', re.IGNORECASE
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»「」『』＂", '"'))
_NAMES = {
    "who": "who", "by": "who", "official": "who", "누구": "who", "인물": "who",
    "kind": "kind", "type": "kind", "종류": "kind",
    "agreement": "agreement", "sma": "agreement", "협정": "agreement",
    "in": "in", "at": "in", "place": "in", "장소": "in",
    "before": "before", "until": "before", "이전": "before",
    "after": "after", "since": "after", "이후": "after",
    "on": "on", "날짜": "on",
}  # fmt: skip
_KINDS = {
    "rounds": "round", "talks": "round", "회의": "round", "statements": "statement", "quote": "statement",
    "quotes": "statement", "발언": "statement", "events": "event", "사건": "event", "agreements": "agreement",
    "협정": "agreement", "officials": "official", "person": "official", "people": "official", "인물": "official",
    "organizations": "organization", "organisation": "organization", "기관": "organization", "places": "place",
    "장소": "place", "topics": "topic", "주제": "topic", "figures": "figure", "amount": "figure", "money": "figure",
    "금액": "figure", "sources": "source", "article": "source", "출처": "source",
    "disagreements": "disagreement", "gaps": "gap",
}  # fmt: skip
NAMED = frozenset({"who", "in"})
KINDS = frozenset(
    {"round", "statement", "event", "agreement", "official", "organization", "place", "topic", "figure", "source"}
    | {"disagreement", "gap"}
    | set(EventKind.values)
)
_DATE = re.compile(r"(\d{4})(?:[-./](\d{1,2})(?:[-./](\d{1,2}))?)?")
# Dropped where something else is left: what a question is asked with.
_ASKING = frozenset(
    "how much many long often what when where which who whom whose why did do does done can could should may might me "
    "tell about happen happened happens happening any ever please give show find know there now currently".split()
)
# Dropped where something else is left: what is newest comes first by itself.
_NEWEST = frozenset("latest newest 최근 최신 가장 제일".split())
# Dropped as well: the year that is asked for, and how much.
_OF_THE_ANSWER = frozenset("해 해는 해가 해를 해에 연도 연도는 많이".split())
# What asks, with “when”, for the first of what is found: it need not stand in the record.
_BEGINNING = re.compile(
    r"\b(?:start|starts|started|begin|begins|began|begun|introduced|for the first time|since when)\b"
    r"|(?<!\bthe )(?<!\bhis )(?<!\bits )(?<!'s )(?<!\bwas )(?<!\bwere )\bfirst\b"
    r"|(?<![가-힣])(?:시작|처음|최초|도입)(?:한|된|으로|로|(?:됐|했|되|하)[가-힣]*)?(?![가-힣])|언제부터[가-힣]*",
    re.IGNORECASE,
)
# What asks for the beginning of all that is here, and else is a word as others are.
_ORIGIN = re.compile(
    r"\b(?:history|origins?|beginnings?|start) of\b"
    r"|(?<![가-힣])(?:역사|기원|시초|연혁|시작)(?:[은는이가을를]|와|과)?(?![가-힣])",
    re.IGNORECASE,
)
_HOW = re.compile(r"\b(?:how|why) (?:did|was|were)\b|어떻게|왜", re.IGNORECASE)
_ENDS_A_QUESTION = ("인가", "인가요", "나요", "는가", "니까", "을까", "을까요", "일까", "일까요")
_BEGINS_A_QUESTION = frozenset("how what when where which who whom whose why did do does is are was were can".split())
_ASKS_KO = r"(?:이?었나|였나|인가|인지|일까|이야|이?지|이?죠|였[죠지]|예|이에|입니까|였습니까)?요?"
_ASKING_KO = re.compile(
    rf"언제(?:까지|부터)?{_ASKS_KO}|어디(?:서|에서|로)?{_ASKS_KO}|누(?:가|구)(?:를|와|의|랑)?{_ASKS_KO}"
    rf"|(?:무엇|뭐|뭘|왜|어떻게|어떤|어느|무슨)(?:을|이|를|가|라고)?{_ASKS_KO}|얼마(?:나|를|로)?{_ASKS_KO}|몇"
    r"|(?:뭔|누군)(?:가|지|데)요?|있(?:나|었나|는가|습니까)|했(?:나|습니까|는가|는지|던가)|됐(?:나|습니까|는가|는지)"
    r"|되었(?:나|습니까|는가)|하였(?:나|습니까)|인가요?|대해서?|대한|관한|관해|관련|중에?서?|열린|알려줘|알려|찾아줘"
)
# What carries nothing within a question, and is no question by itself.
_EMPTY_KO = re.compile(
    rf"내(?:나|는가|는지|고|야)요?|(?:것|건|게|때|이유|까닭|일)(?:은|는|이|가|을|를)?{_ASKS_KO}|(?:년짜리|년|퍼센트|명|번){_ASKS_KO}|지금|현재|요즘|부른|불린|말한|한|그|그게|그건|그때|당시"
)
# A question's verb of whatever stem that is no noun: 열렸나요, 끝났습니까, 만났을까.
_VERB_KO = re.compile(r"[가-힣]{1,3}(?:나|는가|는지|던가|습니까|을까|니|지)요?")
_FINALS, _SS = 28, 20
# What asks for an amount without a word of a question: these, with a year or an agreement, and nothing else.
_AMOUNT = frozenset(
    "contribution contributions payment payments amount amounts total sum increase rate hike rise growth 분담금 "
    "방위비분담금 금액 총액 액수 인상 인상률 인상액 인상폭 증가율 증액률".split()
)
_AROUND_AN_AMOUNT = frozenset(
    "korea korean korea's south rok seoul seoul's us usfk sma defense cost sharing cost-sharing burden-sharing burden "
    "yearly annual agreed of in for the 한국 한국의 방위비 연간".split()
)
_NUMBERED = re.compile(r"(?:19|20)\d\d(?:년도?의?)?|제?\d{1,2}(?:차|st|nd|rd|th)|\d{1,3}(?:\.\d+)?%")
_RATE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)\s?(?:percent|per cent|%|퍼센트|프로)(?![a-z])", re.IGNORECASE)
# What kind of record answers what kind of question.
_WHEN = ("event", "round")
_HINTS = [
    (re.compile(r"\bhow (?:much|big|high)\b|얼마|총액"), ("figure",)),
    (re.compile(r"\buntil when\b|\bhow long (?:is|does|will)\b|언제까지"), ("agreement",)),
    (re.compile(r"\bwhen\b|언제"), _WHEN),
    (re.compile(r"\bwho(?:m|se)?\b|누가|누구"), ("official",)),
    (re.compile(r"\bwhat did\b.*\bsay\b|뭐라고|무슨 말"), ("statement",)),
]
# What compares payments or agreements, which no single record does.
_COMPARING = re.compile(
    r"\b(?:compared?|comparison|versus|vs|differences?|highest|biggest|largest|greatest|steepest|most|lowest|smallest"
    r"|least|longest|shortest)\b|가장|제일|최대|최고|최저|최소|최장|최단|최다|역대|비교|차이",
    re.IGNORECASE,
)
_PAYMENTS = re.compile(
    r"\b(?:pa(?:y|ys|id)|payments?|contributions?|amounts?|increases?|rises?|hikes?|cuts?|growth)\b"
    r"|분담금|인상|증가|증액|삭감|올랐|오른",
    re.IGNORECASE,
)
_AGREEMENTS = re.compile(r"\b(?:rounds?|terms?|agreements?|smas?|deals?)\b|협정|협상|\d차", re.IGNORECASE)
_ENDING = re.compile(
    r"(?:했|됐|되었|하였|되|하|받았|냈|였|이었)(?:나|나요|는가|는지|습니까|다|던|을까|어|고|을|지)?요?$|(?:한|된|할|될|하는|되는|했던|됐던)$"
    r"|(?<=서명|체결|발효|만료|타결|비준|합의|발표|종료)일$"
)
_OPEN = "".join(map(chr, range(ord("가"), ord("힣"), _FINALS)))  # syllables that end in a vowel
_PARTICLE = re.compile(
    r"(?:이라고|라고"
    r"|에서는|으로는|에게서|까지는|부터는|에서의|으로의|과의|와의|에는|에서|에게|으로|까지|부터|마다|처럼|보다|이나|이란|은|는|이|가|을|를|의|에|로|와|과|도|만"
    rf"|(?:^|(?<=[{_OPEN}]))란)$"  # what is asked for: 사드란. Behind a consonant it is 이란, and 논란 is a word.
)
_RUN = re.compile(r"[가-힣]+")
_SURE = re.compile(r"[oa].*|n\d{4,}")
_HUNG = re.compile(f"(?:{_ENDING.pattern}|{_PARTICLE.pattern})")
_AFTER_A_NUMBER = re.compile(rf"(?:년도?|월|일|차|원|달러|명)?(?:{_PARTICLE.pattern})?")


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for. `words` as they were typed."""

    words: str
    expression: Expression
    of_the_date: Expression | None = None  # what a title has of it, where that is the record's date alone

    @property
    def in_title(self) -> Expression:
        return in_title(self.of_the_date or self.expression)

    @property
    def sure(self) -> Expression | None:
        """Of a date that the record is of it, of an ordinal, an amount or a long number that it is named: readers
        hardly err here.
        """
        is_named = isinstance(self.expression, Has) and bool(_SURE.fullmatch(self.expression.tokens[0]))
        return self.in_title if self.of_the_date else self.expression if is_named else None


@dataclass
class Query:
    text: str  # as it was typed, as far as it is read
    terms: list[Term] = field(default_factory=list)
    unwanted: list[Term] = field(default_factory=list)
    narrowed: list[Expression] = field(default_factory=list)  # by kind and agreement
    people: list[str] = field(default_factory=list)  # names behind who:
    places: list[str] = field(default_factory=list)  # names behind in:
    first: dt.date | None = None
    before: dt.date | None = None
    phrase: Has | None = None  # the plain words, one after the other
    keys: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()  # the keys of who may be asked for
    longest: bool | None = None  # whether the agreement of the longest term is asked for, or that of the shortest
    last_round_of: int | None = None  # the ordinal of an agreement; 0 for the last round of all
    negotiators: described.Negotiators | None = None  # asked for, and nothing else
    subjects: tuple[str, ...] = ()  # the keys of the round or the agreement that it is about
    is_question: bool = False
    from_the_first: bool = False  # whether it asks for the first of what answers it
    is_of_it_all: bool = False  # whether what began is what everything here is about
    hints: tuple[str, ...] = ()  # kinds of record that answer the question
    compares: bool = False  # payments or agreements with one another
    ordinals: tuple[int, ...] = ()  # that it names, each once

    @property
    def compares_two(self) -> bool:
        """Two agreements, and not whatever else has a number."""
        return self.compares and len(self.ordinals) == 2

    @property
    def is_empty(self) -> bool:
        asked = (self.terms, self.unwanted, self.narrowed, self.people, self.places, self.first, self.before)
        return not any(asked)

    @property
    def is_plain(self) -> bool:
        """Whether it neither narrows down nor leaves out."""
        return not (self.unwanted or self.narrowed or self.people or self.places or self.first or self.before)


def parse(text: str) -> Query:
    ready = " ".join(_printable(analysis.normal(text[: LONGEST * 2])).translate(_QUOTES).split())[:LONGEST].strip()
    query = Query(ready)
    plain = _without_clauses(query, ready)
    query.is_question = _is_question(plain)
    query.hints = _hints(plain) if query.is_question else ("figure",) if _asks_for_an_amount(plain) else ()
    query.longest = described.longest(plain) if query.is_plain else None
    plain = _without_comparison(query, _without_beginning(query, plain))
    query.ordinals = tuple(dict.fromkeys(int(each.text[1:]) for each in analysis.typed(plain) if each.text[0] == "o"))
    _read_plain(query, plain)
    if plain.strip() and query.is_plain:
        held, query.perhaps = posts.of_query(plain)
        query.keys = (*keys.of_query(plain), *described.of_query(plain), *held)
        query.keys += tuple(map(keys.agreement_key, query.ordinals)) if query.compares_two else ()
        query.negotiators = described.negotiators(plain)
        query.last_round_of = described.last_round(plain)
    query.subjects = keys.of_subject(plain)
    del query.terms[MOST_TERMS:], query.unwanted[MOST_TERMS:]
    return query


def _printable(text: str) -> str:
    return "".join(each if each.isprintable() or each.isspace() else " " for each in text)


# --- clauses ---------------------------------------------------------------------------------------------------------


def _without_clauses(query: Query, text: str) -> str:
    """What is left when phrases, exclusions and names with a colon are taken out."""

    def taken(match: re.Match[str]) -> str:
        name = _NAMES.get((match["name"] or "").lower(), "")
        phrase, word = match["phrase"], match["word"]
        value = (phrase if word is None else word).strip()
        if name and not value.strip(":"):
            return " "
        if name and _narrow(query, name, value, is_unwanted=bool(match["minus"])):
            return "\n"
        if phrase is None and not match["minus"]:
            return match.group()
        found = _phrase(match.group().lstrip("-").strip('"')) if word is None else all_of(_of_chunk(word))
        if found is not None and found != Has((EVERYTHING,)):
            (query.unwanted if match["minus"] else query.terms).append(Term(value, found))
        return "\n"

    return _CLAUSE.sub(taken, text).replace('"', " ")


def _phrase(words: str) -> Expression | None:
    tokens = meanings.without_open_end([token.text for token in analysis.sequence(words)])
    return Has(tokens, begins=meanings.is_one_syllable(tokens[-1])) if tokens else None


def _narrow(query: Query, name: str, value: str, *, is_unwanted: bool) -> bool:
    """Whether the value was one: what is none is searched as a word."""
    if name in NAMED:
        if is_unwanted:
            return False
        (query.people if name == "who" else query.places).append(value)
        return True
    if name in {"before", "after", "on"}:
        return not is_unwanted and _narrow_by_date(query, name, value)
    token = _kind(value) if name == "kind" else _agreement(value)
    if token and is_unwanted:
        query.unwanted.append(Term(value, Has((token,))))
    elif token:
        query.narrowed.append(Has((token,)))
    return bool(token)


def _kind(value: str) -> str:
    plain = value.lower().replace("-", "_").replace(" ", "_")
    kind = _KINDS.get(plain, plain)
    return mark(KIND, kind) if kind in KINDS else ""


def _agreement(value: str) -> str:
    match = re.fullmatch(r"(?:sma-?)?제?(\d{1,3})(?:차|st|nd|rd|th)?", value.lower(), re.ASCII)
    return mark(AGREEMENT, str(int(match[1]))) if match else ""


def _narrow_by_date(query: Query, name: str, value: str) -> bool:
    span = _span(value)
    if span is None:
        return False
    first, behind = span
    if name == "before":
        query.before = min(query.before or first, first)
    elif name == "after":
        query.first = max(query.first or behind, behind)
    else:
        query.first, query.before = max(query.first or first, first), min(query.before or behind, behind)
    return True


def _span(value: str) -> tuple[dt.date, dt.date] | None:
    """The first day of a day, month or year, and the day after its last."""
    match = _DATE.fullmatch(value)
    token = analysis.date_token(match[1], match[2], match[3]) if match else ""
    if not token:
        token = next((each.text for each in analysis.typed(value) if each.text[0] == "d"), "")
    try:
        return _days(token) if token else None
    except (ValueError, OverflowError):
        return None


def _days(token: str) -> tuple[dt.date, dt.date]:
    year, month, day = int(token[1:5]), int(token[5:7] or 0), int(token[7:9] or 0)
    first = dt.date(year, month or 1, day or 1)
    if day:
        return first, first + dt.timedelta(days=1)
    return first, dt.date(year + (month in {0, 12}), month % 12 + 1 if month else 1, 1)


# --- plain words -----------------------------------------------------------------------------------------------------


def _is_question(plain: str) -> bool:
    words = plain.casefold().split()
    if len(words) < 2:
        return False
    if plain.rstrip().endswith("?") or any(map(_asks_in_korean, words)):
        return True
    return len(words) > 2 and words[0] in _BEGINS_A_QUESTION


def _asks_in_korean(word: str) -> bool:
    bare = word.strip("?.!,")
    return bool(_ASKING_KO.fullmatch(bare)) or _is_past(bare[-4:]) or bare.endswith(_ENDS_A_QUESTION)


def _hints(plain: str) -> tuple[str, ...]:
    words = plain.casefold()
    return next((kinds for pattern, kinds in _HINTS if pattern.search(words)), ())


def _asks_for_an_amount(plain: str) -> bool:
    """2021년 인상률, 2019 contribution. 분담금 협정 is the agreement, whatever its year is."""
    words = set(_RATE.sub(r"\1%", _with_single_years(plain)).casefold().split())
    amounts, numbers = words & _AMOUNT, {word for word in words if _NUMBERED.fullmatch(word)}
    agreement = {"agreement", "협정"} if amounts - {"분담금", "방위비분담금"} else set[str]()
    return bool(amounts and numbers) and words <= amounts | numbers | agreement | _AROUND_AN_AMOUNT


def _with_single_years(plain: str) -> str:
    for years in reversed(spans(plain)):
        plain = f"{plain[: years.start]} {years.first} {plain[years.end :]}"
    return plain


def _without_beginning(query: Query, plain: str) -> str:
    """언제 시작됐나 asks for the first, and is about something else."""
    if "event" in query.hints:
        rest = _BEGINNING.sub(" ", plain)
        query.from_the_first = rest != plain and _says_something(rest)
        query.is_of_it_all = query.from_the_first and _is_of_it_all(rest)
    else:
        rest = (_BEGINNING if _HOW.search(plain) else _ORIGIN).sub(" ", plain)
        if rest != plain and _is_of_it_all(rest):
            query.from_the_first = query.is_of_it_all = True
            query.hints = _WHEN
    return rest if query.from_the_first else plain


def _without_comparison(query: Query, plain: str) -> str:
    """No record says of itself that it is the highest or the longest."""
    rest = _COMPARING.sub(" ", plain)
    payments, agreements = (bool(pattern.search(rest)) for pattern in (_PAYMENTS, _AGREEMENTS))
    if rest == plain or not (payments or agreements) or not _says_something(rest):
        return plain
    query.compares = True
    query.hints = query.hints or (("figure",) if payments else ())
    return rest


def _says_something(rest: str) -> bool:
    empty = analysis.STOP_WORDS | {""}
    words = (word for word in rest.split() if word.strip("?!.,…").casefold() not in empty)
    return any(not _is_asking(word, is_question=True) for word in words)


def _is_of_it_all(rest: str) -> bool:
    """Whether all words are those that everything here has, or what is paid is called."""
    query = Query(rest, is_question=True)
    _read_plain(query, rest)
    known = expressions_of(f"{meanings.EVERYWHERE}, {PAYMENT_WORDS}")
    return bool(query.terms) and all(term.expression in known for term in query.terms) and _says_something(rest)


@cache
def expressions_of(words: str) -> frozenset[Expression]:
    """Of each of these, which stand between commas."""
    return frozenset(term.expression for each in words.split(", ") for term in parse(each).terms)


@cache
def expressions_of_one(words: str) -> frozenset[Expression]:
    """The same, without those of several terms."""
    return frozenset(each for part in words.split(", ") if len(found := expressions_of(part)) == 1 for each in found)


def _read_plain(query: Query, plain: str) -> None:
    found: list[tuple[int, Term]] = []
    rest = plain
    for years in spans(plain):
        end = years.end + len(_particle(plain, years.end))
        found.append((years.start, _of_years(plain[years.start : end], years)))
        rest = rest[: years.start] + " " * (end - years.start) + rest[end:]
    for each in [*analysis.typed(plain), *analysis.days_without_a_year(plain), *_meanings(plain)]:
        if rest[each.start : each.end] == plain[each.start : each.end]:
            end = each.end + len(_particle(plain, each.end))
            found.append((each.start, _typed(plain[each.start : end], each.text)))
            rest = rest[: each.start] + " " * (end - each.start) + rest[end:]
    chunks = [match for match in re.finditer(r"\S+", rest) if not _is_a_name_alone(match.group())]
    carrying = [match for match in chunks if not _is_asking(match.group(), is_question=query.is_question)]
    read = found + _read_chunks(plain, carrying)
    found = read if read or query.terms else _read_chunks(plain, chunks)
    known = {term.expression for term in query.terms}
    for _start, term in sorted(found, key=lambda pair: pair[0]):
        if term.expression not in known:
            known.add(term.expression)
            query.terms.append(term)
    query.phrase = _adjacent(plain, query)


def _of_years(words: str, years: Years) -> Term:
    """A record of one of these years, or one that names the first and the last."""
    of_them = some_of(Has((f"d{year:04d}",)) for year in range(years.first, years.last + 1))
    both = all_of(Has((f"n{year:04d}",)) for year in (years.first, years.last))
    return Term(words, some_of([in_title(of_them), both]), of_them)


def _meanings(plain: str) -> Iterator[analysis.Typed]:
    """The terms of the field in it, with what Korean hangs on them."""
    for each in meanings.longest(analysis.sequence(plain)):
        before = re.search(r"[가-힣]+$", plain[: each.start]) if "가" <= plain[each.start] <= "힣" else None
        behind = _RUN.match(plain, each.end) if "가" <= plain[each.end - 1] <= "힣" else None
        hung = behind.group() if behind else ""
        if before is None and (not hung or _HUNG.fullmatch(hung)):
            yield analysis.Typed(each.text, each.start, each.end + len(hung))


def _particle(plain: str, start: int) -> str:
    """What Korean hangs there on a date, an amount or a word in other letters."""
    behind = _RUN.match(plain, start)
    return behind.group() if behind and _PARTICLE.fullmatch(behind.group()) else ""


def _read_chunks(plain: str, chunks: list[re.Match[str]]) -> list[tuple[int, Term]]:
    found = []
    for match in chunks:
        parts = _of_chunk(match.group(), after_a_number=match.start() > 0 and plain[match.start() - 1].isdigit())
        if parts:
            found.append((match.start(), Term(match.group(), all_of(parts), _date_of(parts))))
    return found


def _is_a_name_alone(chunk: str) -> bool:
    return chunk.endswith(":") and chunk[:-1].lower() in _NAMES


def _typed(words: str, token: str) -> Term:
    has = Has((token,))
    return Term(words, has, has if token[0] in "dy" else None)


def _is_asking(chunk: str, *, is_question: bool) -> bool:
    word = chunk.strip("?!.,…").casefold()
    if _ASKING_KO.fullmatch(word) or word in _NEWEST or word in _OF_THE_ANSWER:
        return True
    if not is_question:
        return False
    return word in _ASKING or bool(_EMPTY_KO.fullmatch(word)) or (_is_past(word) and _bare(word) == word)


def _is_past(word: str) -> bool:
    """Whether it ends as a verb does in a question about what has been."""
    return bool(_VERB_KO.fullmatch(word)) and any((ord(each) - ord("가")) % _FINALS == _SS for each in word)


def _of_chunk(chunk: str, *, after_a_number: bool = False) -> list[Expression]:
    pieces = list(analysis.pieces(chunk))
    found: list[Expression] = []
    place = 0
    while place < len(pieces):
        joined = _joined(chunk, pieces, place)
        if joined > 1:
            expression = _hyphenated([piece.group() for piece in pieces[place : place + joined]])
        else:
            is_hung = _is_hung(pieces, place, after_a_number=after_a_number)
            expression = None if is_hung else _of_piece(pieces[place])
        if expression is not None:
            found.append(expression)
        place += joined
    return found


def _is_hung(pieces: list[re.Match[str]], place: int, *, after_a_number: bool = False) -> bool:
    """Whether it is what Korean hangs on a number or on a word in other letters."""
    piece, before = pieces[place], pieces[place - 1] if place else None
    if piece.lastgroup != "hangul" or not (after_a_number if before is None else before.end() == piece.start()):
        return False
    hung = _AFTER_A_NUMBER if before is None or before.lastgroup == "number" else _PARTICLE
    return bool(hung.fullmatch(piece.group()))


def _joined(chunk: str, pieces: list[re.Match[str]], place: int) -> int:
    """How many pieces are one word with hyphens."""
    count = 1
    while place + count < len(pieces) and pieces[place].lastgroup == "word":
        before, piece = pieces[place + count - 1], pieces[place + count]
        if piece.lastgroup != "word" or chunk[before.end() : piece.start()] not in analysis.HYPHENS:
            break
        count += 1
    return count


def _hyphenated(words: list[str]) -> Expression | None:
    tokens = tuple(filter(None, map(analysis.word_token, words)))
    whole = analysis.word_token("".join(words))
    apart = [Has(tokens)] if tokens else []
    return some_of([*apart, Has((whole,))]) if whole else None


def _of_piece(piece: re.Match[str]) -> Expression | None:
    words = piece.group()
    if piece.lastgroup == "hangul":
        return _korean(_bare(words))
    if piece.lastgroup == "east":
        tokens = [token.text for token in analysis.sequence(words)]
        return Has(meanings.without_open_end(tokens), begins=len(words) == 1)
    if piece.lastgroup == "number":
        return _number(words)
    token = analysis.word_token(words)
    if not token:
        return None
    if token[0] == "w" and len(token) > 4:
        return some_of([Has((token,)), Has((f"j{token[1:]}",))])
    return Has((token,))


def _number(words: str) -> Expression:
    token = Has((f"n{analysis.number(words)}",))
    if re.fullmatch(r"(?:19|20)\d\d", words, re.ASCII):
        return some_of([token, Has((f"d{words}",))])
    if re.fullmatch(r"\d[\d,]{6,}", words, re.ASCII):
        return some_of([token, Has((f"a{words.replace(',', '')}"[: analysis.LONGEST_WORD],))])
    return token


def _date_of(parts: list[Expression]) -> Expression | None:
    """Of a bare year: that the record is of that year, which is more than that its title names it."""
    dates = [each for part in parts if isinstance(part, Some) for each in part.parts if isinstance(each, Has)]
    return next((each for each in dates if each.tokens[0][0] == "d"), None) if len(parts) == 1 else None


def _bare(run: str) -> str:
    """Without what Korean hangs on a word, as long as two syllables are left."""
    for pattern in (_ENDING, _PARTICLE):
        bare = pattern.sub("", run)
        run = bare if len(bare) >= 2 else run
    return run


def _korean(run: str) -> Expression:
    """A title that is written onto a name is found apart from it, too."""
    name, title = keys.untitled(run)
    return some_of([_run(run), all_of([_run(name), _run(title)])]) if len(title) > 1 else _run(run)


def _run(run: str) -> Expression:
    if len(run) == 1:
        return Has((analysis.hangul(run),), begins=True)
    if len(run) < LONG_RUN:
        return Has((analysis.hangul(run) if len(run) == 2 else analysis.triple(run),))
    pairs = [run[place : place + 2] for place in range(len(run) - 1)]
    return All(tuple(Some((Has((analysis.hangul(pair),)), Has((analysis.joint(pair),)))) for pair in pairs))


def _adjacent(plain: str, query: Query) -> Has | None:
    """Nothing where one word is all that was asked."""
    if len(query.terms) < 2 or query.is_question:
        return None
    tokens = meanings.without_open_end([token.text for token in analysis.sequence(plain)])
    return Has(tokens) if 2 <= len(tokens) <= 3 * MOST_TERMS else None


@dataclass(frozen=True, slots=True)
class Typed:
    """A word where it stands in the query, and behind what: `who`, `in`, or nothing."""

    text: str
    start: int
    end: int
    sort: str = ""


def words_in(text: str) -> Iterator[Typed]:
    """Each word of a query's text that can be misspelt, hyphenated ones whole."""
    for clause in _CLAUSE.finditer(text):
        sort = _NAMES.get((clause["name"] or "").lower(), "")
        if sort and sort not in NAMED:
            continue
        part = "phrase" if clause["word"] is None else "word"
        start = clause.start(part) if sort or part == "phrase" else clause.start()
        yield from (
            Typed(words, start + at, start + at + len(words), sort)
            for at, words in _whole(text[start : clause.end(part)])
        )


def _whole(chunk: str) -> Iterator[tuple[int, str]]:
    found = list(analysis.pieces(chunk))
    place = 0
    while place < len(found):
        count = _joined(chunk, found, place)
        if found[place].lastgroup in {"word", "hangul"} and not _is_hung(found, place):
            yield found[place].start(), chunk[found[place].start() : found[place + count - 1].end()]
        place += count
