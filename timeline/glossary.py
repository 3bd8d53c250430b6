"""The words of the field: what each means, in which forms it occurs, and how running text leads to its explanation.

Explanations define and say nothing that would need a source. Korean forms are those that occur in the sourced data.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Term:
    slug: str  # its fragment on the page
    name: str
    name_ko: str  # empty: no Korean form is sourced yet
    meaning: str | Promise
    forms: tuple[str, ...] = ()  # what else leads here from running text
    forms_ko: tuple[str, ...] = ()
    abbreviation: str = ""
    related: tuple[str, ...] = ()
    is_plain_word: bool = False  # its name occurs in every other sentence: text does not link it

    @property
    def linked_forms(self) -> list[str]:
        names = [] if self.is_plain_word else [self.name, self.name_ko]
        return [form for form in dict.fromkeys([*names, self.abbreviation, *self.forms, *self.forms_ko]) if form]


TERMS = (
    Term(
        "appropriation",
        "Appropriation",
        "",
        _("Money that a legislature has voted for a purpose. It need not be what was agreed, nor what is then paid."),
        forms=("appropriated",),
        related=("unspent-money", "national-assembly-consent"),
    ),
    Term(
        "burden-sharing",
        "Burden sharing",
        "방위비 분담",
        _(
            "How allies divide the cost of their common defense. The payment under a Special Measures Agreement "
            "is one part of it; the forces, land and weapons that each side pays for itself are others."
        ),
        forms=("burden-sharing",),
        forms_ko=("방위비분담",),
        related=("cost-sharing", "defense-cost-sharing-contribution"),
    ),
    Term(
        "cabinet-approval",
        "Cabinet approval",
        "",
        _(
            "The decision of the State Council, the cabinet in Seoul, by which the government accepts an "
            "agreement, before it is signed or before it goes to the National Assembly."
        ),
        forms=("State Council",),
        forms_ko=("국무회의",),
        related=("signing", "national-assembly-consent"),
    ),
    Term(
        "cap",
        "Cap",
        "상한선",
        _("A ceiling on the growth of the payment from one year to the next, whatever the rule of growth would give."),
        forms=("growth cap", "ceiling on growth"),
        related=("growth-rule", "consumer-price-index"),
        is_plain_word=True,
    ),
    Term(
        "chief-negotiator",
        "Chief negotiator",
        "협상대표",
        _(
            "The official who leads one side’s delegation. An ambassador for the talks is named for them alone; "
            "at other times the head of a division of the ministry or of the department leads."
        ),
        forms=("chief negotiators", "chief delegate", "chief delegates"),
        forms_ko=("수석대표",),
        related=("round", "delegation"),
    ),
    Term(
        "cdip",
        "Combined Defense Improvement Projects",
        "한미연합방위증강사업",
        _("Works and equipment for the combined defense that Seoul pays for; one of the headings of its payment."),
        abbreviation="CDIP",
        related=("cost-categories", "military-construction"),
    ),
    Term(
        "consumer-price-index",
        "Consumer price index",
        "소비자물가지수",
        _(
            "The official measure of the prices that households pay. Where an agreement ties the payment to it, "
            "the payment grows as fast as these prices."
        ),
        abbreviation="CPI",
        forms=("consumer price inflation", "consumer prices"),
        related=("growth-rule", "cap"),
    ),
    Term(
        "cost-categories",
        "Cost categories",
        "",
        _(
            "The headings under which the payment is spent: labor (the pay of Korean employees), military "
            "construction and logistics."
        ),
        forms=("labor costs", "labour costs", "labor cost"),
        forms_ko=("인건비",),
        related=("korean-employees", "military-construction", "logistics-cost-sharing", "cdip"),
    ),
    Term(
        "cost-sharing",
        "Cost sharing",
        "",
        _(
            "What a host country pays, or gives in goods and services, towards the cost of another country’s "
            "forces on its soil."
        ),
        forms=("cost-sharing", "host nation support", "host-nation support"),
        related=("burden-sharing", "sma"),
    ),
    Term(
        "defense-cost-sharing-contribution",
        "Defense cost-sharing contribution",
        "방위비분담금",
        _(
            "The money and goods that Seoul provides under a Special Measures Agreement. Korean reports use the "
            "word for the yearly sum."
        ),
        forms_ko=("방위비 분담금",),
        related=("sma", "burden-sharing", "cost-categories"),
    ),
    Term(
        "delegation",
        "Delegation",
        "",
        _(
            "The people who speak for one government in a round: officials of the foreign and the defense "
            "ministry or department, and of the military command."
        ),
        related=("chief-negotiator", "round"),
        is_plain_word=True,
    ),
    Term(
        "entry-into-force",
        "Entry into force",
        "발효",
        _(
            "The day from which an agreement binds both sides. It follows the notes by which each tells the other "
            "that its own procedures are complete."
        ),
        forms=("entered into force", "enters into force"),
        related=("ratification", "signing"),
    ),
    Term(
        "fiscal-year",
        "Fiscal year",
        "",
        _(
            "The twelve months of a budget. Seoul’s is the calendar year; Washington’s begins on 1 October and "
            "bears the number of the year in which it ends."
        ),
        is_plain_word=True,
    ),
    Term(
        "furlough",
        "Furlough",
        "무급휴직",
        _(
            "Unpaid leave ordered by the employer. Here: of the Korean employees of U.S. forces, when no "
            "agreement provides for their pay."
        ),
        forms=("furloughs", "furloughed", "unpaid leave"),
        related=("korean-employees", "gap-without-agreement"),
    ),
    Term(
        "gap-without-agreement",
        "Gap without an agreement",
        "협정 공백",
        _("A time in which one agreement has ended and the next is not yet in force."),
        related=("entry-into-force", "furlough"),
    ),
    Term(
        "growth-rule",
        "Growth rule",
        "증가율",
        _(
            "How an agreement that runs for several years sets the payment after the first: by a fixed rate, by "
            "consumer prices, by the growth of Seoul’s defense budget, or not at all."
        ),
        related=("consumer-price-index", "cap"),
        is_plain_word=True,
    ),
    Term(
        "implementation-arrangement",
        "Implementation arrangement",
        "이행약정",
        _(
            "A paper below the agreement in which the two sides settle how its money is planned, spent, checked "
            "and reported."
        ),
        forms=("implementing arrangement", "Implementation arrangement", "implementation arrangements"),
        related=("sma", "in-kind"),
    ),
    Term(
        "in-kind",
        "In kind",
        "현물",
        _(
            "Given as goods, works or services instead of cash: a building put up by Korean builders, or "
            "transport by a Korean firm."
        ),
        forms=("in-kind",),
        forms_ko=("현물지원",),
        related=("cost-categories", "unspent-money"),
    ),
    Term(
        "initialling",
        "Initialling",
        "가서명",
        _(
            "The two negotiators write their initials under the text that they have agreed on. It fixes the words "
            "and binds nobody yet: the signing follows."
        ),
        forms=("initialled", "initialed", "initialing", "provisionally signed"),
        related=("signing", "chief-negotiator"),
    ),
    Term(
        "kidd",
        "Korea-U.S. Integrated Defense Dialogue",
        "통합국방협의체",
        _("Regular talks between the defense ministry and the defense department, below the level of ministers."),
        abbreviation="KIDD",
        related=("scm",),
    ),
    Term(
        "korean-employees",
        "Korean employees of U.S. forces",
        "주한미군 한국인 근로자",
        _("Koreans who work on the bases as civilians. Part of the payment covers their pay."),
        forms=("Korean employees", "Korean workers"),
        forms_ko=("한국인 근로자",),
        related=("furlough", "cost-categories"),
    ),
    Term(
        "logistics-cost-sharing",
        "Logistics cost sharing",
        "군수지원비",
        _("The part of the payment for supplies and services, such as transport, repair and storage."),
        forms=("logistics support",),
        related=("cost-categories", "in-kind"),
    ),
    Term(
        "lump-sum-method",
        "Total-amount (lump-sum) method",
        "총액형",
        _(
            "The sides first agree on one sum for the year and then divide it over the cost categories. The other "
            "way is the requirement-based method."
        ),
        forms=("total-amount method", "lump-sum method", "lump-sum", "lump sum"),
        related=("requirement-based-method",),
    ),
    Term(
        "military-construction",
        "Military construction",
        "군사건설비",
        _("The part of the payment for buildings and works on the bases."),
        related=("cost-categories", "unspent-money", "cdip"),
    ),
    Term(
        "national-assembly-consent",
        "Consent of the National Assembly",
        "비준동의",
        _(
            "The vote by which Seoul’s parliament allows the government to ratify an agreement. A committee "
            "examines the bill first and may attach an opinion."
        ),
        forms=("ratification bill", "consent to ratification", "ratification motion"),
        forms_ko=("비준동의안", "비준 동의"),
        related=("ratification", "rider", "entry-into-force"),
    ),
    Term(
        "operational-support",
        "Operational support",
        "작전지원",
        _(
            "A cost item beyond the three categories: the deployment of strategic assets, exercises and crew "
            "changes. Whether Seoul should pay for it has been a matter of the talks."
        ),
        related=("strategic-assets", "cost-categories"),
    ),
    Term(
        "ratification",
        "Ratification",
        "비준",
        _(
            "The act by which the head of state binds the country to an agreement that was signed. In Seoul it "
            "follows the consent of the National Assembly."
        ),
        forms=("ratified", "ratify"),
        related=("national-assembly-consent", "entry-into-force"),
    ),
    Term(
        "readout",
        "Readout",
        "",
        _(
            "A short account of a call or a meeting that one government gives afterwards. Each side writes its "
            "own, and what one of them leaves out is part of the record."
        ),
        forms=("readouts",),
        related=("round",),
    ),
    Term(
        "requirement-based-method",
        "Requirement-based (needs-based) method",
        "소요형",
        _(
            "The sum is built from projects and needs that are shown and checked one by one. The other way is the "
            "total-amount method."
        ),
        forms=("requirement-based method", "needs-based method", "requirement-based", "needs-based"),
        related=("lump-sum-method",),
    ),
    Term(
        "rider",
        "Opinion attached to the consent",
        "부대의견",
        _(
            "What the National Assembly asks of the government when it consents to an agreement. It does not "
            "change the agreement’s text."
        ),
        forms=("attached opinion", "attached opinions", "rider", "riders"),
        related=("national-assembly-consent",),
    ),
    Term(
        "round",
        "Round",
        "",
        _(
            "A numbered meeting of the two delegations, of one to several days, in turn in either country. "
            "Working talks, calls and meetings of ministers between the rounds bear no number."
        ),
        related=("delegation", "chief-negotiator"),
        is_plain_word=True,
    ),
    Term(
        "scm",
        "Security Consultative Meeting",
        "한미안보협의회의",
        _("The yearly meeting of the two defense ministers, which ends with a joint communiqué."),
        abbreviation="SCM",
        forms_ko=("한미연례안보협의회", "한미안보협의회"),
        related=("kidd",),
    ),
    Term(
        "signing",
        "Signing",
        "서명",
        _(
            "The representatives of both governments put their signatures under the final text. It comes between "
            "initialling and ratification."
        ),
        related=("initialling", "ratification"),
        is_plain_word=True,
    ),
    Term(
        "sma",
        "Special Measures Agreement",
        "방위비분담특별협정",
        _(
            "An agreement by which Seoul, as an exception to Article V of the Status of Forces Agreement, bears a "
            "part of the cost of U.S. forces in Korea for a stated term."
        ),
        abbreviation="SMA",
        forms=("Special Measures Agreements", "SMAs"),
        forms_ko=("특별협정", "방위비 분담 특별협정"),
        related=("sofa", "defense-cost-sharing-contribution"),
    ),
    Term(
        "sofa",
        "Status of Forces Agreement",
        "",
        _(
            "The agreement on the status of U.S. forces in Korea. Its Article V leaves the upkeep of the forces "
            "to Washington and the land and facilities to Seoul; the Special Measures Agreements are exceptions "
            "to it."
        ),
        abbreviation="SOFA",
        related=("sma",),
    ),
    Term(
        "strategic-assets",
        "Strategic assets",
        "전략자산",
        _("Weapons that act far beyond the peninsula, such as bombers, aircraft carriers and submarines."),
        forms=("strategic asset",),
        related=("operational-support",),
    ),
    Term(
        "unspent-money",
        "Unspent money",
        "미집행액",
        _("Money agreed or voted for a year and not spent in it: carried into the next, cut, or laid in an account."),
        forms=("unspent funds", "unspent"),
        forms_ko=("미집행",),
        related=("appropriation", "in-kind"),
    ),
    Term(
        "usfk",
        "United States Forces Korea",
        "주한미군",
        _("The U.S. forces stationed in the Republic of Korea, and the command that leads them."),
        abbreviation="USFK",
        forms=("U.S. Forces Korea", "US Forces Korea"),
        related=("korean-employees", "sofa"),
    ),
    Term(
        "won-based-costs",
        "Won-based costs",
        "",
        _(
            "Those costs of the forces that are paid in Korean currency: Korean pay, local purchases, local "
            "services. Dollar pay and equipment from the United States are not among them. Also written won-based "
            "stationing costs."
        ),
        forms=("won-based stationing costs", "won-based cost", "won costs", "stationing costs"),
        related=("cost-sharing",),
    ),
)
BY_SLUG = {term.slug: term for term in TERMS}
TAGS = re.compile(r"(<[^>]*>)")
OPENS = re.compile(r"<(a|code)\b")
CLOSES = re.compile(r"</(a|code)>")


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Which term each form leads to, by the form in small letters."""
    return {form.casefold(): term.slug for term in TERMS for form in term.linked_forms}


@lru_cache(maxsize=1)
def _pattern() -> re.Pattern[str]:
    """Every form, the longest first. Abbreviations only in capitals; Korean particles may follow a Korean form."""
    alternatives = []
    for form in sorted({form for term in TERMS for form in term.linked_forms}, key=lambda form: (-len(form), form)):
        written = re.escape(escape(form))
        if form.isupper() or form == "SMAs":
            alternatives.append(rf"\b{written}(?![\w-])")
        elif form.isascii():
            alternatives.append(rf"(?<![\w-])(?ai:{written})(?![\w-])")
        else:
            alternatives.append(rf"(?<!\w){written}")
    return re.compile("|".join(alternatives))


def linked(html: str, seen: set[str], address: str) -> str:
    """Clean HTML in which the first occurrence of each term leads to its explanation; `seen` has those that do already.

    Nothing inside a link or code is touched, and nothing but text: the tags are passed over as they are.
    """
    pieces, inside = [], 0
    for piece in TAGS.split(html):
        if piece.startswith("<"):
            inside += bool(OPENS.match(piece)) - bool(CLOSES.match(piece))
            pieces.append(piece)
        else:
            pieces += [piece] if inside else _linked(piece, seen, address)
    return "".join(pieces)


def _linked(text: str, seen: set[str], address: str) -> Iterator[str]:
    done = 0
    for start, end, slug in _found(text):
        if slug not in seen:
            seen.add(slug)
            yield f'{text[done:start]}<a class="term" href="{address}#{slug}">{text[start:end]}</a>'
            done = end
    yield text[done:]


@lru_cache(maxsize=512)
def _found(text: str) -> list[tuple[int, int, str]]:
    """Where terms stand in it, and which. Kept, as the same text stands on several pages."""
    found: list[tuple[int, int, str]] = []
    pattern, done = _pattern(), 0
    for beginning in _beginnings().finditer(text):  # trying all forms at each letter is slow
        at = beginning.start()
        if at >= done and (match := pattern.match(text, at)):
            done = match.end()
            found.append((at, done, _forms()[unescape(match[0]).casefold()]))
    return found


@lru_cache(maxsize=1)
def _beginnings() -> re.Pattern[str]:
    """Words that begin as a form does, in whatever case. Every form begins with a word."""
    seconds: dict[str, set[str]] = {}
    for form in {escape(form) for term in TERMS for form in term.linked_forms}:
        seconds.setdefault(form[0].lower(), set()).update((form[1].lower(), form[1].upper()))
    firsts = {letter: re.escape(letter + letter.upper()) for letter in sorted(seconds)}
    pairs = (f"[{first}][{re.escape(''.join(sorted(seconds[letter])))}]" for letter, first in firsts.items())
    return re.compile(rf"(?=[{''.join(firsts.values())}])(?<!\w)(?:{'|'.join(pairs)})")
