"""Words that may tell who somebody is: names, rooms, dates of birth, numbers. A hint to look again, never a verdict.

It knows no names of the people who are supported, and must not: nobody may be listed in order to be hidden. So it goes
by how such words are written. It would rather be silent than wrong in every second text: whoever is warned for nothing
learns to press on. What it is measured by: tests/progress/test_names.py.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = 12  # told at once
YOUNGEST = 16  # years: who was born later is not cared for as an adult; a later date is a day at work
CAPITAL = "[A-ZÀ-ÖØ-ÞĀ-Ž]"
NAME = rf"{CAPITAL}(?:[^\W\d_]+|[’']{CAPITAL}[^\W\d_]+)(?:[-’']{CAPITAL}[^\W\d_]+)*"

A_NAME = _("a name")
A_ROOM = _("a room or an address")
A_BIRTHDAY = _("a date of birth")
A_NUMBER = _("somebody’s number")

DAY = r"\d{1,2}(?:st|nd|rd|th)?[ ./-](?:\d{1,2}|[A-Z][a-z]{2,8})[ ./-]"
SPELLED = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
MARKS: list[tuple[Promise, re.Pattern[str]]] = [
    (A_NAME, re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr)\.? (?:{NAME} )?{NAME}")),
    (A_ROOM, re.compile(rf"\b(?:(?:room|bed|flat|bungalow)\s+(?:no\.?\s*|number\s+)?\d+[A-Za-z]?|room\s+(?:{SPELLED}))\b", re.IGNORECASE)),
    (A_ROOM, re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b")),
    (A_BIRTHDAY, re.compile(r"\b(?:d\.?o\.?b\.?|date of birth|born (?:on|in))\b[:\s]*[\w ./-]{0,12}\d+(?:[ ./-]\d+)*", re.IGNORECASE)),
    (A_NUMBER, re.compile(r"(?<![\d.,])(?:\+44\s?|0)\d{2,4}[\s-]?\d{3}[\s-]?\d{3,4}(?![\d.,]\d|\d)")),
]
DATED = re.compile(rf"\b{DAY}(\d{{4}})\b")
NHS = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
# A word is at the start of a sentence after one of these; there a capital says nothing.
START = re.compile(r"(?:^|[.!?:;…\n\r]|[–—•*]|[-/]\s|\b\d+[.)])[\s“”‘’\"'()]*$|[“‘\"(]$")
WORD = re.compile(rf"(?<!\w){NAME}")

# Words that carry a capital in the middle of a sentence and name nobody. Lower case; a text’s own lower-case words count too.
KNOWN = frozenset(
    """
    mr mrs ms miss mx dr monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december christmas easter ramadan eid diwali passover hanukkah new year eve boxing bank holiday
    england english britain british wales welsh scotland scottish scots ireland irish northern europe european poland polish
    romania romanian india indian pakistan pakistani bangladesh bengali punjabi urdu hindi gujarati nigeria nigerian ghana
    ghanaian kenya kenyan zimbabwe somali somalia jamaica jamaican caribbean africa african asia asian china chinese
    cantonese portugal portuguese spain spanish italy italian france french germany german ukraine ukrainian russia russian
    philippines filipino turkish arabic america american london leeds bradford birmingham manchester liverpool bristol
    cardiff glasgow edinburgh belfast newcastle sheffield nottingham yorkshire lancashire kent essex devon cornwall
    god bible quran koran torah jesus christian christianity catholic protestant methodist anglican muslim islam jewish judaism
    hindu hinduism sikh sikhism buddhist buddhism quaker rastafarian jehovah witness witnesses
    alzheimer alzheimers parkinson parkinsons lewy down korsakoff huntington crohn braille makaton zimmer waterlow abbey
    pain scale heimlich bristol stool chart zoom teams facebook whatsapp google internet skype radio times marmite horlicks
    care certificate act code practice standard standards skills commission quality regulation regulations law human rights
    mental capacity health social safety data protection equality deprivation liberty safeguards safeguarding adults nhs
    service services council national league society association red cross st john john’s ambulance royal college nursing
    midwifery british heart foundation age uk england level unit outcome module award diploma nvq rqf apprenticeship
    dementia induction training award first aid basic life support infection prevention control home house lodge court
    manor grange hall view lane street road avenue close park garden gardens ward wing unit floor lounge kitchen team day
    centre hospital surgery clinic pharmacy school church temple mosque i ok mum dad gran nan grandma grandad queen king
    government department office framework agency trust institute samaritans police helpline public guardian
    prime minister parliament covid macmillan admiral herbert protocol mar tv dvd cd dj bingo scrabble monopoly war world
    """.split()  # noqa: SIM905 – a list to read
)
# First names that stand at the start of sentences in care notes. Those that are also other words (Grace, May, Bill) are left out.
FIRST_NAMES = frozenset(
    """
    Agnes Albert Alfred Alice Amy Andrew Anita Ann Anna Anne Annie Anthony Arthur Audrey Barbara Beatrice Bernard Beryl Betty
    Brenda Brian Carol Catherine Cecil Charles Christine Clive Colin Cyril David Deirdre Denise Dennis Derek Doreen Doris
    Dorothy Douglas Edith Edna Edward Eileen Elaine Elizabeth Elsie Emily Enid Eric Ernest Ethel Eunice Evelyn Florence Frances
    Fred Freda Frederick Geoffrey George Gerald Gladys Gordon Graham Gwen Harold Harry Hazel Helen Henry Hilda Howard Irene Ivan
    Jack James Janet Jean Jennifer Jim Joan John Joseph Josephine Joyce Judith Julia Kathleen Kenneth Leonard Leslie Lilian
    Linda Lucy Mabel Malcolm Marcia Margaret Maria Marion Marjorie Martha Mary Maureen Mavis Michael Mildred Millie Mohammed
    Molly Moira Muriel Myra Nancy Nora Norma Norman Olga Patricia Paul Peggy Percy Peter Phyllis Ralph Reginald Richard Robert
    Roger Roland Ronald Roy Ruby Ruth Sarah Sheila Shirley Sidney Stanley Stella Stephen Susan Sybil Sylvia Teresa Terence
    Thomas Thelma Tony Vera Veronica Victor Vincent Walter Wilfred William Winifred Yvonne
    """.split()  # noqa: SIM905 – a list to read
)


class Found(NamedTuple):
    """Words that may tell who somebody is, and what they look like."""

    words: str
    what: Promise


def found_in(texts: Iterable[str], known: Iterable[str] = ()) -> list[Found]:
    """Return what may name somebody, in the order in which it stands, each once.

    `known`: full names that may stand there, such as those of colleagues, and names of places. Only a whole name is let
    pass: somebody who is supported may share a first name with a colleague.
    """
    found: dict[str, Found] = {}
    known = {*known}
    for text in texts:
        for one in sorted(_found(text, known), key=lambda one: text.find(one.words)):
            found.setdefault(one.words.casefold(), one)
    names = list(found.values())
    return [one for one in names if not any(one is not other and one.words in other.words for other in names)][:MOST]


def _found(text: str, known: set[str]) -> Iterator[Found]:
    for what, mark in MARKS:
        yield from (Found(match.group(), what) for match in mark.finditer(text))
    yield from (Found(match.group(), A_BIRTHDAY) for match in DATED.finditer(text) if _is_birthday(int(match[1])))
    yield from (Found(match.group(), A_NUMBER) for match in NHS.finditer(text) if _is_nhs_number(match.group()))
    yield from (Found(name, A_NAME) for name in _names(text) if name not in known)


def _is_birthday(year: int) -> bool:
    return 1900 <= year <= timezone.localdate().year - YOUNGEST


def _is_nhs_number(written: str) -> bool:
    """Return whether ten digits are an NHS number by its check digit (NHS Data Dictionary: modulus 11)."""
    digits = [int(digit) for digit in written if digit.isdigit()]
    check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return digits[9] == check % 11 and check != 10


def _names(text: str) -> Iterator[str]:
    """Yield words that are written as names are: a capital where no sentence begins, or a first name anywhere."""
    is_title = _is_title(text)
    small = {word for word in re.findall(r"[^\W\d_]+", text) if word.islower()}
    words: list[str] = []
    end = -1
    for match in WORD.finditer(text):
        word = re.sub(r"[’']s?$", "", match.group())
        if word.isupper():  # letters that stand for words
            continue
        first = START.search(text[max(match.start() - 40, 0) : match.start()])
        is_known = bool({word.casefold(), word.casefold().removesuffix("s")} & (KNOWN | small))
        if words and text[end : match.start()] != " ":
            yield " ".join(words)
            words = []
        if word in FIRST_NAMES or words or not (first or is_known or is_title):
            words = [*words, word] if not is_known or word in FIRST_NAMES else words
            end = match.end()
    if words:
        yield " ".join(words)


def _is_title(text: str) -> bool:
    """Return whether Every Longer Word Has a Capital: there it says nothing."""
    longer = re.findall(r"[^\W\d_]{3,}", text)
    return all(word[0].isupper() for word in longer)
