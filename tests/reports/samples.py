"""Records for the page: no database. Used by the tests of the PDF and by the bench."""

import io
from dataclasses import replace
from datetime import date
from functools import cache

from PIL import Image

from reports.record import Area, Assurer, FrameworkWords, Link, LogRecord, Piece, Row, Signatory, Signature, Unit, Witness
from reports.statement import Finished, Learned, Taught, TaughtArea

AREAS = (
    "Understanding dementia",
    "The person and the life they have lived",
    "Communication",
    "Rights, choice and risk",
    "Behaviour as communication",
    "Health, comfort and eating well",
    "Families, carers and others",
    "Keeping people safe",
)
TEXTS = (
    "Explain in your own words what dementia is, and how it differs from forgetting as we grow older",
    "Support a person with dementia to choose what to wear, eat and do, in a way that suits them today",
    "Say who you tell, and how soon, when you see a change in somebody’s health or mood",
    "Use what you know of somebody’s past to begin a conversation they enjoy",
    "Describe two reasons why somebody may seem to refuse care, and what you would try first",
)
KINDS = ("knowledge", "knowledge and practice", "practice")
GRACE = Signature("Grace Okafor", "Senior care worker", "Rosewood House", "Larkfield Care", date(2026, 11, 14))
TOMASZ = Signature("Tomasz Wiśniewski", "Deputy manager", "Rosewood House", "Larkfield Care", date(2026, 11, 20))
HEAD = "3f9a1c07e2b84d5566aa90b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f5"


def row(area: int, place: int, *, signed: bool, knows: bool, pieces: int) -> Row:
    """Return one outcome of a sample log that has so many pieces of evidence."""
    number = area * 7 + place
    kind = KINDS[number % 3]
    return Row(
        code=f"{area}.{place}",
        text=TEXTS[number % len(TEXTS)],
        kind=kind,
        state="signed_off" if signed else ("declared" if knows and place == 4 else "open"),
        status="Signed off" if signed else ("Sent to supervisor" if knows and place == 4 else "In progress" if knows else "Not started"),
        shown=("Direct observation", "Professional discussion", "Work product")[number % 3] if signed else "",
        signature=(TOMASZ if number % 4 == 0 else GRACE) if signed else None,
        knowledge_met_on=date(2026, 11, 3) if (signed or knows) and kind != "practice" else None,
        practice_met_on=date(2026, 11, 14) if signed and kind != "knowledge" else None,
        evidence=(f"E{number % pieces + 1}",) if pieces and (signed or knows) else (),
        workplace_specific=place == 3,
        sign_individually=place == 5,
    )


def areas(total: int, signed: int, pieces: int) -> tuple[Area, ...]:
    """Return `total` outcomes spread over the eight areas, the first `signed` of them signed off."""
    places = [(number % 8 + 1, number // 8 + 1) for number in range(total)]
    made: list[Area] = []
    so_far = 0
    for number, title in enumerate(AREAS, start=1):
        rows = []
        for area, place in places:
            if area == number:
                rows.append(row(area, place, signed=so_far < signed, knows=so_far < signed + 9, pieces=pieces))
                so_far += 1
        if rows:
            made.append(Area(str(number), title, tuple(rows)))
    return tuple(made)


def signatories(made: tuple[Area, ...]) -> tuple[Signatory, ...]:
    """Return everyone who signed something in these areas."""
    by: dict[tuple[str, str, str, str], list[tuple[str, date]]] = {}
    for each in (row for area in made for row in area.rows):
        if hand := each.signature:
            by.setdefault((hand.name, hand.status, hand.workplace, hand.employer), []).append((each.code, hand.day))
    return tuple(_signatory(hand, theirs) for hand, theirs in by.items())


def _signatory(hand: tuple[str, str, str, str], theirs: list[tuple[str, date]]) -> Signatory:
    """Return somebody who signed these; of a deputy manager's all were signed with a passkey, of others' the second to the fourth."""
    codes, days = tuple(code for code, _day in theirs), [day for _code, day in theirs]
    return Signatory(*hand, codes, min(days), max(days), by_passkey=codes if hand[0] == TOMASZ.name else codes[1:4])


@cache
def a_photo(number: int) -> bytes:
    """Return a small photo of nobody, upright or lying."""
    out = io.BytesIO()
    Image.linear_gradient("L").resize((320, 240) if number % 8 == 2 else (240, 320)).convert("RGB").save(out, "JPEG", quality=70)
    return out.getvalue()


def piece(number: int, made: tuple[Area, ...]) -> Piece:
    """Return one piece of evidence, for the outcomes that name it."""
    codes = tuple(row.code for area in made for row in area.rows if f"E{number}" in row.evidence)
    if number % 4 == 2:
        kept = f"Kept in Countersign, with this log: Photo, 0.4 MB, SHA-256 {HEAD[:16]}…"
        return Piece(f"E{number}", "The table laid for two", "Work product", codes, date(2026, 11, 4), kept, photo=a_photo(number))
    if number % 2:
        words = (f"{TEXTS[1]}. {TEXTS[3]}.", f"{TEXTS[2]}.")
        here = "Printed in this log, under “Accounts in full”"
        title = f"Mealtime support, account {number}"
        return Piece(f"E{number}", title, "Reflective account", codes, date(2026, 11, 2), here, words)
    kept = "Locked cabinet in the office, file 12, Rosewood House"
    return Piece(f"E{number}", "Daily notes of a morning", "Seen in the workplace", codes, date(2026, 11, 5), kept)


def sample(total: int = 54, signed: int = 23, pieces: int = 12) -> LogRecord:
    """Return a log of an invented care worker."""
    made = areas(total, signed, pieces)
    by = signatories(made)
    seen = tuple(row.code for area in made for row in area.rows)[:2]
    return LogRecord(
        export_id="00000000-0000-4000-8000-000000000001",
        learner="Amina Yusuf",
        workplace="Rosewood House",
        employer="Larkfield Care",
        framework=FrameworkWords("Dementia care", "Example edition 2026", "Countersign", "", "", is_own_wording=True),
        areas=made,
        signatories=by,
        witnesses=(Witness("Ruth Lane", "District nurse", "I visit on Tuesdays", seen, date(2026, 11, 3)),) if pieces else (),
        evidence=tuple(piece(number, made) for number in range(1, pieces + 1)),
        position=57,
        head=HEAD,
        issued_at="2026-11-23T09:15:00Z",
        issued_on=date(2026, 11, 23),
        code="7K3MQ-XW9PZ-4TNB8-HV2RD-6YCJE-5",
        verify_url="http://localhost:8000/verify/?code=7K3MQ-XW9PZ-4TNB8-HV2RD-6YCJE-5",
        assurers=tuple(
            Assurer("Idris Bello", "Quality assurer", one.workplace, one.employer, one.codes[:1], date(2026, 11, 21), date(2026, 11, 21))
            for one in by[:1]
        ),
        ledger=b'{"format":"a sample has no ledger"}',
    )


def with_units(record: LogRecord, number: int = 12) -> LogRecord:
    """Return a log some of whose outcomes may help to show so many units, each those of an area or two."""
    names = ("Equality, diversity, inclusion and human rights", "Communication", "Work in a person-centred way")
    units = []
    for n in range(number):
        rows = [row for area in record.areas if int(area.code) % number in {n % 8, (n + 3) % 8} for row in area.rows]
        links = tuple(Link(row.code, is_whole=place % 4 != 3, why="You can say why.") for place, row in enumerate(rows))
        units.append(Unit("Level 2 Certificate in Looking at Samples", f"S/{n + 1:03}", names[n % 3], links))
    return replace(record, units=tuple(units))


def learned(modules: int = 3) -> Learned:
    """Return what an invented care worker finished of a course."""
    areas = tuple(TaughtArea(str(n), AREAS[n - 1], (Taught(f"{n}.1", TEXTS[n % len(TEXTS)]),)) for n in range(1, modules + 1))
    finished = tuple(Finished(AREAS[n - 1], 20 + n, date(2026, 11, n), (f"{n}.1",)) for n in range(1, modules + 1))
    return Learned(
        learner="Amina Yusuf",
        works_at=("Rosewood House, Larkfield Care",),
        course="Dementia care",
        module="",
        framework=sample(0, 0, 0).framework,
        modules=finished,
        of_modules=8,
        areas=areas,
        signed_off=23,
        total=54,
    )


def many_hands() -> LogRecord:
    """Return a log that fourteen people signed, in roles with long names, and three assurers looked at whole."""
    made = areas(60, 60, 20)
    hands = [
        Signature(
            f"{name} {'van der Merwe-Oyelaran ' * (number % 3)}".strip(),
            ("Senior care and activities worker, nights and weekends", "Deputy manager", "Clinical lead")[number % 3],
            ("Rosewood House", "The Old Rectory Residential and Nursing Home, Lower Wing", "Beech Court")[number % 3],
            ("Larkfield Care", "Larkfield Care (South West and South Wales) Limited", "Larkfield Care")[number % 3],
            date(2026, 10, number + 1),
        )
        for number, name in enumerate(["Ann", "Ben", "Cara", "Dai", "Eve", "Farah", "Gus", "Hana", "Ivo", "Jo", "Kit", "Lin", "Mo", "Nia"])
    ]
    signed = tuple(
        replace(area, rows=tuple(replace(row, signature=hands[(number + int(area.code) * 8) % 14]) for number, row in enumerate(area.rows)))
        for area in made
    )
    codes = tuple(row.code for area in made for row in area.rows)
    looked = tuple(
        Assurer(f"Idris {name}", "Lead quality assurer", "Rosewood House", "Larkfield Care", codes, date(2026, 11, 1), date(2026, 11, 21))
        for name in "ABC"
    )
    return replace(sample(60, 60, 20), areas=signed, signatories=signatories(signed), assurers=looked)


# One name in each script that somebody who works in care in the UK may write her own name in.
NAMES = {
    "Latin": "Agnieszka Wiśniewska-Łoś",
    "Vietnamese": "Nguyễn Thị Hồng Ngọc",
    "Welsh": "Siân Llŷr ap Gruffydd",
    "Yoruba": "Ọlọ́runfẹ́mi Adéṣẹ̀gùn",
    "Greek": "Ελένη Παπαδοπούλου",
    "Cyrillic": "Зоя Щербаківська",
    "Armenian": "Անահիտ Հակոբյան",
    "Georgian": "ნინო ქავთარაძე",
    "Hebrew": "רבקה אברהם",
    "Arabic": "عائشة بنت خالد",
    "Persian": "پروانه گل‌محمدی",
    "Devanagari": "सुनीता शर्मा",
    "Bengali": "তাসলিমা বেগম",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਕੌਰ",
    "Gujarati": "હેતલ પટેલ",
    "Tamil": "கவிதா முருகன்",
    "Telugu": "లక్ష్మి రెడ్డి",
    "Malayalam": "അനു ജോസഫ്",
    "Kannada": "ಸವಿತಾ ಗೌಡ",
    "Sinhala": "නිමාලි පෙරේරා",
    "Thai": "สุดารัตน์ ใจดี",
    "Ethiopic": "ሰላም ተስፋዬ",
    "Chinese": "王小梅",
    "Japanese": "佐藤 さくら",
    "Korean": "김민지",
}
RARER = {
    "Odia": "ସୁନୀତା ଦାସ",
    "Khmer": "សុភា ចាន់",
    "Burmese": "မမြင့်မြင့်",
    "Lao": "ສົມໃຈ ວົງສາ",
    "Tibetan": "བསྟན་འཛིན་སྒྲོལ་མ",
    "Syriac": "ܡܪܝܡ ܫܡܥܘܢ",
    "Thaana": "އައިޝަތު މުހައްމަދު",
    "N’Ko": "ߡߊߡߊ߫ ߖߊ߬ߟߏ߫",
    "Adlam": "𞤀𞤥𞤭𞤲𞤢 𞤄𞤢𞤤𞤣𞤫",
    "Tifinagh": "ⵜⵉⵀⵢⴰ ⴰⵢⵜ",
    "Ol Chiki": "ᱥᱩᱱᱤᱛᱟ ᱢᱩᱨᱢᱩ",
    "Meetei": "ꯁꯨꯅꯤꯇꯥ ꯗꯦꯕꯤ",
}


def all_kinds_of_logs() -> dict[str, LogRecord]:
    """Return some fifty logs of many sizes and states, by what is special about each."""
    sizes = [(0, 0, 0), (1, 0, 0), (1, 1, 1), (5, 5, 5), (20, 10, 4), (54, 0, 12)]
    sizes += [(54, 23, 12), (54, 54, 40), (100, 50, 60), (200, 0, 0), (200, 120, 40), (200, 200, 80)]
    logs = {f"{total} outcomes, {signed} signed, {pieces} pieces": sample(total, signed, pieces) for total, signed, pieces in sizes}
    logs |= {f"a {script} name": replace(sample(8, 6, 3), learner=name, workplace=name) for script, name in NAMES.items()}
    rarer = list(RARER.items())
    for (script, name), (other, place) in zip(rarer[::2], rarer[1::2], strict=True):
        logs[f"a {script} name at a {other} one"] = replace(sample(8, 6, 3), learner=name, workplace=place)
    logs["a long name"] = replace(sample(10, 6, 3), learner="Wolfeschlegelsteinhausenbergerdorff " * 3, workplace="W" * 120)
    logs["many hands"] = many_hands()
    for name in ("54 outcomes, 23 signed, 12 pieces", "200 outcomes, 120 signed, 40 pieces", "many hands", "a Hebrew name"):
        logs[name] = with_units(logs[name])
    logs["an edition withdrawn"] = replace(sample(10, 6, 3), framework=replace(sample().framework, status="Withdrawn"))
    return logs
