"""`python -m bench.mutate [1000]`: change one thing in a copied ledger, anywhere, and see whether verification says so.

Each trial changes one column of one row (a character, a digit, a number, something to nothing), or takes a whole row away,
behind the product's back: guards lifted before and put back after, foreign keys and checks switched off where the database
lets somebody. Then `verify` must find it; the same change to an exported bundle must be found by the independent verifier,
which knows nothing of the product. The untouched ledger and bundle must have no finding. Exit 0 when nothing slipped through.
"""

import importlib
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from bench.scratch import scratch_database

# What the ledger answers for. A row's own number is left out where nothing in the record names it: it says nothing.
TABLES = {
    "progress_ledgerevent": {"id"},
    "progress_ledgertext": {"id"},
    "progress_evidence": set(),
    "progress_evidencelink": {"id"},
    "progress_logentry": {"id"},
    "progress_signoff": {"id"},
    "progress_sample": {"id"},
    "progress_progresslog": {"due_on"},
}
LETTERS = 'abcdef0123456789-: .TZ{}",xyzé'


class Ledger:
    """A small ledger with every kind of event in it, and the ways to spoil it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.db = importlib.import_module("django.db")
        self.guards = importlib.import_module("progress.guards")
        self.verify = importlib.import_module("progress.verification").verify
        self.is_postgres = self.db.connection.vendor == "postgresql"
        self.columns = {table: self._columns(table) - free for table, free in TABLES.items()}

    def _columns(self, table: str) -> set[str]:
        with self.db.connection.cursor() as cursor:
            return {column.name for column in self.db.connection.introspection.get_table_description(cursor, table)}

    def trial(self) -> tuple[str, str]:
        """Change one thing, look, and put it back. Return what was changed and what came of it: found, refused or MISSED."""
        connection, transaction = self.db.connection, importlib.import_module("django.db.transaction")
        if not self.is_postgres:
            connection.cursor().execute("PRAGMA foreign_keys = OFF")
            connection.cursor().execute("PRAGMA ignore_check_constraints = ON")
        self.what = "?"
        with transaction.atomic():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    self._lift_guards(cursor)
                    self.what = self._spoil(cursor)
                    if self.is_postgres:
                        cursor.execute("SET LOCAL session_replication_role = origin")
                    self.guards.install()
                result = self._look()
            except self.db.DatabaseError:
                result = "refused"
            transaction.set_rollback(True)
        return self.what, result

    def _look(self) -> str:
        try:
            return "found" if self.verify().findings else "MISSED"
        except Exception as error:
            self.what += f" ({type(error).__name__}: {error})"
            return "FELL OVER"

    def _lift_guards(self, cursor: Any) -> None:
        if self.is_postgres:
            cursor.execute("SET LOCAL session_replication_role = replica")
        for name in self.guards.POSTGRES if self.is_postgres else self.guards.SQLITE:
            table = self.guards.EVENTS if name.startswith(self.guards.EVENTS) else self.guards.TEXTS
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if self.is_postgres else ""))

    def _spoil(self, cursor: Any) -> str:
        table = self.chance.choice(list(TABLES))
        key = "id"
        cursor.execute(f"SELECT {key} FROM {table}")
        row = self.chance.choice(cursor.fetchall())[0]
        if self.chance.random() < 0.02:
            cursor.execute(f"DELETE FROM {table} WHERE {key} = %s", [row])
            return f"{table}: a row taken away"
        column = self.chance.choice(sorted(self.columns[table]))
        cursor.execute(f"SELECT {'CAST(' + column + ' AS text)'} FROM {table} WHERE {key} = %s", [row])
        before = cursor.fetchone()[0]
        after = self._otherwise(before)
        cast = self._cast(cursor, table, column) if self.is_postgres else "%s"
        cursor.execute(f"UPDATE {table} SET {column} = {cast} WHERE {key} = %s", [after, row])
        cursor.execute(f"SELECT CAST({column} AS text) FROM {table} WHERE {key} = %s", [after if column == key else row])
        if (found := cursor.fetchone()) and found[0] == before:
            return self._spoil(cursor)  # another spelling of the same value: the database holds what it held
        return f"{table}.{column}: {before!r} became {after!r}"

    def _cast(self, cursor: Any, table: str, column: str) -> str:
        cursor.execute(
            "SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s", [table, column]
        )
        return f"CAST(%s AS {cursor.fetchone()[0]})"

    def _otherwise(self, value: str | None) -> str | None:
        if value is None:
            return self.chance.choice(["2026-01-01 10:00:00", "1", "x"])
        if not value:
            return self.chance.choice(LETTERS)
        if self.chance.random() < 0.02:
            return None
        place = self.chance.randrange(len(value))
        letter = self.chance.choice([one for one in ("0123456789" if value[place].isdigit() else LETTERS) if one != value[place]])
        return value[:place] + letter + value[place + 1 :]


def spoiled(bundle: bytes, chance: random.Random) -> bytes:
    """Return a bundle with one byte changed, added or taken away."""
    place = chance.randrange(len(bundle))
    kind = chance.choice(["change", "add", "take"])
    if kind == "change":
        return bundle[:place] + bytes([chance.choice([b for b in range(32, 127) if b != bundle[place]])]) + bundle[place + 1 :]
    if kind == "add":
        return bundle[:place] + bytes([chance.randrange(32, 127)]) + bundle[place:]
    return bundle[:place] + bundle[place + 1 :]


def try_the_ledger(times: int, chance: random.Random) -> Counter[str]:
    """Spoil the ledger so often; return how often each thing came of it, having printed what slipped through."""
    ledger = Ledger(chance)
    if before := ledger.verify().findings:
        raise SystemExit(f"The untouched ledger has findings: {before[0]}")
    came: Counter[str] = Counter()
    for _number in range(times):
        what, result = ledger.trial()
        came[result] += 1
        if result not in {"found", "refused"}:
            print(f"{result}  {what[:300]}", flush=True)
    if after := ledger.verify().findings:
        raise SystemExit(f"The ledger was not put back as it was: {after[0]}")
    return came


def try_the_bundle(times: int, chance: random.Random, folder: Path) -> Counter[str]:
    """Spoil an exported bundle so often, and give each to the verifier, which runs by itself."""
    progress = importlib.import_module("progress.models")
    write = importlib.import_module("reports.bundle").bundle_of
    settings = importlib.import_module("django.conf").settings
    verifier = settings.BASE_DIR / "static" / "verifier" / "verify_log.py"
    clean = [write(log) for log in progress.ProgressLog.objects.all()]
    for number, bundle in enumerate(clean):
        path = folder / f"clean-{number}.json"
        path.write_bytes(bundle)
        done = subprocess.run([sys.executable, "-I", verifier, path], capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(f"The untouched bundle has findings: {done.stdout}{done.stderr}")
    check = importlib.util.spec_from_file_location("verify_log", verifier)
    assert check
    assert check.loader
    alone = importlib.util.module_from_spec(check)
    sys.modules["verify_log"] = alone
    check.loader.exec_module(alone)
    came: Counter[str] = Counter()
    for _number in range(times):
        bundle = chance.choice(clean)
        changed = spoiled(bundle, chance)
        result = "found" if alone.findings_in(changed) else "MISSED"
        came[result] += changed != bundle
        if result == "MISSED" and changed != bundle:
            place = next(n for n, (a, b) in enumerate(zip(bundle, changed, strict=False)) if a != b)
            print(
                f"MISSED  bundle, byte {place}: {bundle[place - 60 : place + 20]!r} became {changed[place - 60 : place + 20]!r}", flush=True
            )
    return came


def main(times: int, seed: int) -> int:
    """Run both and print, last, what came of it. Return the exit status."""
    print(f"seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="countersign-mutate-") as name:
        folder = Path(name)
        os.environ["COUNTERSIGN_DATA_DIR"] = name
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
        with scratch_database(folder):
            importlib.import_module("django").setup()
            importlib.import_module("bench.every_event").build()
            chance = random.Random(seed)
            ledger, bundle = try_the_ledger(times, chance), try_the_bundle(times, chance, folder)
            vendor = importlib.import_module("django.db").connection.vendor
            importlib.import_module("django.db").connections.close_all()
    print(json.dumps({"database": vendor, "ledger": ledger, "bundle": bundle}))
    return 1 if ledger["MISSED"] or ledger["FELL OVER"] or bundle["MISSED"] else 0


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["1000"])[0]), int((sys.argv[2:] or [str(random.SystemRandom().randrange(10**6))])[0])))
