"""Terms of the field in whatever words and language: furlough, unpaid leave and 무급휴직 are one token.

They are those of the glossary that has more than one form of them, and some that need no explanation there. A text is
found by each of them, and a query that has one finds all of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from timeline import glossary
from timeline.search import analysis
from timeline.search.analysis import Token, Typed

# By slug: of a term of the glossary the forms that it does not have, else all.
FORMS: Mapping[str, tuple[str, ...]] = {
    "cabinet-approval": ("cabinet approval", "cabinet approves", "approved by the cabinet", "국무회의"),
    "cap": ("ceiling", "상한"),
    "chief-negotiator": ("lead negotiator", "top negotiator", "협상 대표", "수석대표"),
    "cost-categories": ("labor costs", "payroll", "인건비"),
    "entry-into-force": ("took effect", "takes effect", "발효"),
    "furlough": ("무급 휴직", "unpaid holiday", "layoff", "강제 휴직"),
    "in-kind": ("payment in kind", "paid in kind", "supplies in kind", "in-kind support", "in-kind contribution"),
    "initialling": ("가 서명",),
    "korean-employees": (
        "Korean national employees", "Korean USFK workers", "Korean USFK employees", "USFK's Korean employees",
        "한국인 노동자", "한국인 직원", "한국인 군무원",
    ),
    "unspent-money": ("미집행금", "불용액"),
    "consumer-price-index": ("소비자물가", "물가상승률"),
    "exchange-rate": ("exchange rate", "환율"),
    "hearing": ("hearing", "testimony", "청문회", "증언"),
    "agreement": ("agreement", "accord", "pact", "SMA", "Special Measures Agreement", "협정"),
    "negotiation": ("negotiation", "negotiate", "talks", "consultations", "협상", "협의"),
    "rok-us": (
        "한미", "한·미", "한-미", "ROK-U.S.", "Korea-U.S.", "U.S.-ROK", "U.S.-Korea", "U.S.-South Korea",
    ),
    "alliance": ("alliance", "동맹"),
    "labor-union": ("labor union", "employees union", "workers union", "노조", "노동조합"),
    "missile-defense": ("THAAD", "missile shield", "missile defense", "사드", "미사일 방어"),
    "audit": ("Assembly audit", "parliamentary audit", "국정감사", "국감"),
    "delegation": ("delegation", "대표단"),
    "offer": ("offer", "propose", "proposal", "제안", "제시"),
    "cost-item": ("item", "cost item", "항목"),
    "sofa-article-five": ("Article V", "Article 5", "제5조", "SOFA 5조", "소파 5조", "행협 5조"),
    "rejection": ("reject", "rejection", "turn down", "turned down", "거부", "거절"),
    "currency-crisis": (
        "currency crisis", "financial crisis", "IMF", "IMF crisis", "외환위기", "외환 위기", "IMF 위기", "IMF 외환위기",
    ),
    "pandemic": ("COVID-19", "COVID", "coronavirus", "코로나", "코로나19"),
    "by-video": ("by video", "video conference", "video call", "화상"),
    "decrease": ("decrease", "cut", "reduction", "감액", "삭감", "감소"),
    "freeze": ("freeze", "frozen", "동결"),
    "increase": ("increase", "hike", "rise", "인상", "증액", "오른"),
    "conclusion": ("conclude", "conclusion", "타결"),
    "defense-spending": (
        "defense budget", "defense spending", "defense expenditure", "military spending", "국방비", "국방예산",
    ),
    "visit": ("visit", "방문", "방한", "방미"),
    "base-relocation": ("base relocation", "relocation of bases", "base move", "기지 이전"),
    "foreign-minister": (
        "foreign minister", "minister of foreign affairs", "외교장관", "외교부 장관", "외무장관", "외무부 장관",
        "외교통상부 장관",
    ),
    "gap-without-agreement": (
        "gap between agreements", "vacuum", "공백", "공백기", "공백 기간", "협정 공백 기간",
        "협정 공백기간", "협정 공백기",
    ),
    "interest-income": (
        "interest income", "bank interest", "bank income", "earned interest", "earned income", "이자", "이자 수익",
        "이자 소득",
    ),
    "money-machine": ("money machine", "머니 머신", "현금 인출기", "현금 지급기", "돈 버는 기계"),
    "off-peninsula": ("off the peninsula", "off-peninsula", "역외", "한반도 밖"),
    "readiness": ("readiness", "준비태세", "준비 태세", "대비태세", "대비 태세"),
    "share-of-cost": (
        "share of the cost", "share of the costs", "percentage of the cost", "percentage of cost",
        "percent of the cost", "분담 비율", "분담률", "부담 비율",
    ),
    "one-third": ("one third", "3분의 1", "3분의1"),
    "presidential-election": ("presidential election", "대통령 선거", "대통령선거", "대선"),
    "renegotiation": ("renegotiation", "renegotiate", "reopen", "new talks", "재협상"),
    "summit": ("summit", "정상회담"),
    "tariff": ("tariff", "관세"),
    "transparency": ("transparency", "transparent", "투명성"),
    "troop-levels": (
        "troop level", "troop reduction", "troop cut", "cut troops", "cutting the troops", "reduce troops",
        "fewer troops", "size of the force", "감축", "병력 규모", "병력 수",
    ),
    "troop-withdrawal": (
        "troop withdrawal", "withdraw troops", "withdrawal of troops", "pull out troops", "remove troops",
        "철군", "철수",
    ),
    "walk-out": ("walk out", "walkout", "walks out", "cut short", "cuts short", "결렬", "파행", "퇴장"),
    "workers": ("worker", "employee", "workforce", "근로자", "노동자"),
}  # fmt: skip
# Of what everything here is: where nothing has all words of a query, these are the first to be given up.
EVERYWHERE = (
    "cost sharing, burden sharing, SMA, agreement, talks, defense, Korea, South Korea, ROK, Seoul, US, Washington, "
    "방위비 분담금, 방위비 분담, 방위비, 분담금, 분담, 협상, 협정, 한국, 미국, 한미"
)
Form = tuple[tuple[str, ...], str]  # its tokens, and the one that stands for its meaning


def among(tokens: Sequence[Token]) -> Iterator[Typed]:
    """All of them, also those within another: a ratification bill is of ratification, too."""
    known = _forms()
    for place, token in enumerate(tokens):
        for form, meaning in known.get(token.text, ()):
            here = tokens[place : place + len(form)]
            if tuple(each.text for each in here) == form:
                yield Typed(meaning, here[0].start, here[-1].end)


def longest(tokens: Sequence[Token]) -> list[Typed]:
    """Those that stand in no other, the first of two that overlap."""
    taken = analysis.Taken()
    ordered = sorted(among(tokens), key=lambda each: (each.start - each.end, each.start))
    return [each for each in ordered if taken.take(each.start, each.end)]


@cache
def _forms() -> Mapping[str, Sequence[Form]]:
    """By their first token."""
    found: defaultdict[str, list[Form]] = defaultdict(list)
    for slug, forms in _by_slug().items():
        sequences = set(map(_sequence, forms)) - {()}
        if len(sequences) > 1:
            token = f"m{slug.replace('-', '')}"[: analysis.LONGEST_WORD]
            for sequence in sorted(sequences):
                found[sequence[0]].append((sequence, token))
    return found


def _by_slug() -> Mapping[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for term in glossary.TERMS:
        forms = {term.name, term.name_ko, term.abbreviation, *term.forms, *term.forms_ko} - {""}
        found[term.slug] |= forms
    for slug, more in FORMS.items():
        found[slug] |= set(more)
    return {slug: forms | {form.replace(" ", "") for form in forms} for slug, forms in found.items()}


def _sequence(form: str) -> tuple[str, ...]:
    """Nothing where one word is left of several: “in kind” is not “kind”."""
    tokens = [each.text for each in analysis.sequence(form)]
    is_cut = len(tokens) == 1 < len(re.findall(r"[\w'’]+", form))
    return () if is_cut else without_open_end(tokens)


def without_open_end(tokens: Sequence[str]) -> tuple[str, ...]:
    """Without the last syllable of a run at the end, which may have a particle behind it in the text."""
    if len(tokens) > 1 and is_one_syllable(tokens[-1]) and tokens[-2].endswith(tokens[-1][1:]):
        return tuple(tokens[:-1]) if tokens[-2][0] == tokens[-1][0] else tuple(tokens)
    return tuple(tokens)


def is_one_syllable(token: str) -> bool:
    return token[0] in "hc" and len(token) == 1 + 4
