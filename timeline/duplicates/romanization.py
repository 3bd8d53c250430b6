"""Korean names in any spelling: Lee Tae-woo, Yi T'ae-u, Tae-woo Lee and 이태우 have one key.

The vowels that the systems confuse (Revised Romanization, McCune–Reischauer, and what people print on their cards) fall
together, and so do the voiced and voiceless consonants. A family name is one of a closed list, each with the spellings
that are in use. The key is coarse: it finds whom to compare, and does not say that two are the same.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

HANGUL_NAME = re.compile(r"[가-힣]{2,5}")
HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")

# Family names by frequency, each with its spellings; one spelling may stand for several.
_SPELLINGS = """
김 kim gim ghim          이 lee yi rhee ri li i yee rhie leigh    박 park pak bak bark parc
최 choi choe choy chwe   정 chung jung jeong chong jong cheong joung jeung    강 kang gang khang
조 cho jo joe choh       윤 yoon yun youn yune    장 chang jang jahng chahng  임 lim im rim yim leem rhim
한 han hahn              오 oh o                  서 seo suh so surh seoh     신 shin sin
권 kwon gwon kweon kwun  황 hwang whang           안 ahn an                   송 song sohng
류 ryu yoo yu ryoo lyu you rhyu rhyoo yoou        유 yoo yu you ryu yoou      홍 hong
전 jeon chun jun chon cheon jon cheon             고 ko go koh goh            문 moon mun
양 yang ryang            손 son sohn              배 bae pae pai bai          백 baek paek baik paik back
허 heo huh hur her ho    남 nam nahm              심 shim sim                 노 noh roh no ro rho
하 ha hah                곽 kwak gwak             성 sung seong song          차 cha
주 joo ju chu choo       우 woo wu u ooh          구 koo gu ku goo            민 min
나 na nah ra rha         라 ra na nah rha         진 jin chin                 지 ji chi jee
엄 um eom uhm ohm        채 chae chai             원 won weon wun             천 cheon chun chon chen
방 bang pang bahng       공 kong gong             현 hyun hyeon hyon          함 ham hahm
변 byun byeon pyon byon pyun  염 yum yeom yom     여 yeo yuh yo yu            추 chu choo choo
도 do to doh             석 suk seok sok suck     선 sun seon son             설 sul seol sol
마 ma mah                길 gil kil               연 yeon youn yon            위 wi wee
표 pyo                   명 myung myeong myong    기 ki gi kee                반 ban pan bahn
왕 wang                  금 geum keum kum         옥 ok ock                   육 yuk yook
인 in ihn                맹 maeng                 제 je jae jeh               모 mo moh
탁 tak tahk              국 kuk gook guk kook     어 eo uh                    은 eun un
편 pyeon pyun            용 yong                  예 ye yeh                   경 kyung kyeong
봉 bong                  사 sa sah                부 boo bu pu                소 so soh
두 doo du                복 bok                   태 tae                      감 kam gam
남궁 namgung namkung namkoong namgoong            황보 hwangbo hwangpo        선우 sunwoo seonu seonwoo
제갈 jegal chegal        독고 dokgo dokko tokko   사공 sagong sakong          서문 seomun suhmoon
"""
FAMILIES: dict[str, set[str]] = defaultdict(set)  # spelling to family names in Hangul
for _word in _SPELLINGS.split():
    if HANGUL.match(_word):
        _family = _word
    else:
        FAMILIES[_word].add(_family)
FAMILY_NAMES = frozenset(name for names in FAMILIES.values() for name in names)

_INITIALS = ["g", "g", "n", "d", "d", "l", "m", "b", "b", "s", "s", "", "j", "j", "j", "g", "d", "b", "h"]
_VOWELS: list[str] = re.findall(r"\w+", "a e ya ye u e yu ye u wa we we yu u wu we wi yu u i i")
_FINALS: list[str] = ["", *re.findall(r"\w", "gggnnndlgmbllblmbbddNddgdbd")]
# Longest spelling first: the pattern takes the first that fits.
_SOUNDS = {
    "yeoh yeo yoo you yuh yu yo": "yu",
    "yae yeh ye": "ye",
    "yah ya": "ya",
    "yi": "i",
    "wae weh we oe oi": "we",
    "wah wa oa": "wa",
    "woo wu": "u",
    "weo wuh wo": "wu",
    "wee wi": "wi",
    "eui ui": "i",
    "eo eu oo ou oh ow uh o u": "u",
    "ae ai ay eh ei e": "e",
    "ee ie i y": "i",
    "ah a": "a",
    "tch ch jj j z": "j",
    "kk ck k gg g c q x": "g",
    "tt th t dd d": "d",
    "pp ph p bb b f v": "b",
    "ssh sh ss s": "s",
    "wh": "hw",
    "ng": "N",
    "rr ll rl lr r l": "l",
    "nn n": "n",
    "mm m": "m",
    "h": "h",
    "w": "u",
}
_SOUND_OF = {spelling: sound for spellings, sound in _SOUNDS.items() for spelling in spellings.split()}
_SPELLED = re.compile("|".join(sorted(_SOUND_OF, key=len, reverse=True)))
MOST_WORDS = 4  # family name and a given name in up to three pieces


def people_keys(name: str) -> set[str]:
    """The keys of all readings of a name as a Korean one, family name first or last. Empty: it has no such reading."""
    text = unicodedata.normalize("NFC", name).strip()
    if HANGUL.search(text):
        squeezed = "".join(text.split())
        return set(_of_hangul(squeezed)) if HANGUL_NAME.fullmatch(squeezed) else set()
    return {f"{family}{given}" for family, given in _readings(text) if given}


def sounds(text: str) -> str:
    """A given name in Latin letters as its coarse sounds; syllable by syllable where hyphens or spaces part them."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    syllables = re.findall(r"[a-z]+", re.sub(r"['’‘ʼ`\u0300-\u036f]", "", plain))
    return _single("".join(_SOUND_OF[each] for syllable in syllables for each in _SPELLED.findall(syllable)))


def sounds_of_hangul(text: str) -> str:
    return _single("".join(_syllable(ord(letter) - 0xAC00) for letter in text if "가" <= letter <= "힣"))


def _syllable(number: int) -> str:
    initial, rest = divmod(number, 21 * 28)
    vowel, final = divmod(rest, 28)
    return _INITIALS[initial] + _VOWELS[vowel] + _FINALS[final]


def _single(text: str) -> str:
    """Doubled sounds as one, and n before g as ng: where a syllable ends is not always written."""
    return re.sub(r"(.)\1+", r"\1", text.replace("ng", "N"))


def _of_hangul(name: str) -> Iterator[str]:
    for length in (2, 1):
        family, given = name[:length], name[length:]
        if given and (family in FAMILY_NAMES or length == 1):
            yield f"{family}{sounds_of_hangul(given)}"


def _readings(text: str) -> Iterator[tuple[str, str]]:
    words = [word for word in re.split(r"[\s,]+", text) if word]
    if not 2 <= len(words) <= MOST_WORDS:
        return
    for family, given in ((words[0], words[1:]), (words[-1], words[:-1])):
        for name in FAMILIES.get(_letters(family), ()):
            yield name, sounds(" ".join(given))


def _letters(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(re.findall(r"[a-z]", plain))


def hangul_among(names: Iterable[str]) -> set[str]:
    """Those names that are written in Hangul, without spaces."""
    return {"".join(name.split()) for name in names if HANGUL.search(name)}
