"""How the ledger's rows are read: ids and moments as text, because making objects of them takes longer than all the checks."""

import json
from typing import Any, NamedTuple

from django.db.models import Func, TextField, Value
from django.db.models.functions import Cast, Replace


def _refuse_number(text: str) -> None:
    raise ValueError(f"{text} is not a whole number")


# The same text as progress.canonical.canonical, written and read by one C function each.
write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
read = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number).decode


# Ids and moments are asked for as text and compared as text: making objects of them takes longer than all the checks.
def id_text(column: str) -> Replace:
    """Ask the database for an id as 32 hexadecimal digits."""
    return Replace(Cast(column, TextField()), Value("-"), Value(""), output_field=TextField())


def moment_text(stored: str | None) -> str | None:
    """Return a moment in the ledger's form, from the form either database has: `2026-11-23 08:15:00.5+00`, the end optional."""
    if stored is None:
        return None
    day, _space, time = stored.removesuffix("+00").partition(" ")
    whole, _dot, fraction = time.partition(".")
    return f"{day}T{whole}.{fraction:0<6}Z"  # what neither database writes becomes no moment of the ledger's


class Event(NamedTuple):
    """A row of the ledger. Ids are 32 hexadecimal digits, `at` is the database's own text."""

    log: str
    event: str
    entry: str | None
    actor: str
    at: str
    pk: int
    seq: int
    type: str
    payload: str
    prev_hash: str
    hash: str


COLUMNS: list[str | Func] = [
    *(id_text(column) for column in ("log_id", "event_id", "entry_id", "actor_id")),
    Cast("at", TextField()),
    *Event._fields[5:],
]


NAMES = ("stream", "seq", "event_id", "type", "entry", "actor", "at")  # the columns that repeat what the payload says


def digits(written: Any) -> Any:
    """Return an id as the database holds it: without its hyphens. What is no id comes back as it is, and matches none."""
    return written.replace("-", "") if isinstance(written, str) else written
