"""The triggers that refuse to change the ledger (trust.md, “Guards”).

PostgreSQL refuses UPDATE, DELETE and TRUNCATE, and checks each new event's place, link and
hash. SQLite has no SHA-256; it refuses UPDATE, DELETE and the INSERT OR REPLACE that would
pass both, and checks place and link. One thing may be deleted: a personal text that a later
event of the same log says is erased (docs/decisions/0014). They are put in place after every migration, because
SQLite drops them silently whenever Django rebuilds a table.
"""

import threading
from collections.abc import Sequence
from typing import Any

from django.core import checks
from django.db import connection
from django.utils.translation import gettext as _

from people.models import Refused

EVENTS, TEXTS, LOGS = "progress_ledgerevent", "progress_ledgertext", "progress_progresslog"
SAYS = "The ledger is only ever appended to."

# Whether a later event of the same log says that OLD, a personal text, is erased. The chain itself gives leave, and nothing else.
ERASURE = f"{EVENTS} told JOIN {EVENTS} said ON said.log_id = told.log_id AND said.seq > told.seq"
SAYS_SO = "told.id = OLD.event_id AND said.type IN ('erased', 'redacted')"

# What an insert must not meet, in each table: a row that INSERT OR REPLACE would throw away.
TAKEN = {
    EVENTS: "id = NEW.id OR event_id = NEW.event_id OR (log_id = NEW.log_id AND seq = NEW.seq)",
    TEXTS: "id = NEW.id OR (event_id = NEW.event_id AND field = NEW.field)",
}
ERASED_ON_SQLITE = (
    f"SELECT 1 FROM {ERASURE}, json_each(said.payload, '$.data.texts') gone WHERE {SAYS_SO}"
    " AND json_extract(gone.value, '$.seq') = told.seq AND json_extract(gone.value, '$.field') = OLD.field"
)
SQLITE = {
    f"{table}_{name}": f"CREATE TRIGGER {table}_{name} BEFORE {when} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for table, taken in TAKEN.items()
    for name, when in {
        "no_update": f"UPDATE ON {table}",
        "no_delete": f"DELETE ON {table}" + (f" WHEN NOT EXISTS ({ERASED_ON_SQLITE})" if table == TEXTS else ""),
        "no_replace": f"INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken})",
    }.items()
} | {
    f"{EVENTS}_follows": (
        f"CREATE TRIGGER {EVENTS}_follows BEFORE INSERT ON {EVENTS} WHEN NOT EXISTS ("
        f"SELECT 1 FROM {EVENTS} WHERE log_id = NEW.log_id AND seq = NEW.seq - 1 AND hash = NEW.prev_hash"
        f" UNION ALL SELECT 1 FROM {LOGS} WHERE id = NEW.log_id AND NEW.seq = 1 AND head_seq = 0 AND head_hash = NEW.prev_hash"
        ") BEGIN SELECT RAISE(ABORT, 'This event does not follow the one before it.'); END"
    )
}

FUNCTIONS = {
    "progress_refuse_change": f"BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation'; END",
    "progress_check_erasure": f"""
BEGIN
    IF EXISTS (SELECT 1 FROM {ERASURE} WHERE {SAYS_SO}
        AND said.payload::jsonb #> '{{data,texts}}' @> jsonb_build_array(jsonb_build_object('seq', told.seq, 'field', OLD.field))) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'integrity_constraint_violation';
END""",
    "progress_check_event": f"""
DECLARE
    last_seq integer;
    last_hash text;
BEGIN
    SELECT seq, hash INTO last_seq, last_hash FROM {EVENTS} WHERE log_id = NEW.log_id ORDER BY seq DESC LIMIT 1;
    IF NOT FOUND THEN
        SELECT 0, head_hash INTO last_seq, last_hash FROM {LOGS} WHERE id = NEW.log_id AND head_seq = 0;
    END IF;
    IF NEW.seq IS DISTINCT FROM last_seq + 1 OR NEW.prev_hash IS DISTINCT FROM last_hash THEN
        RAISE EXCEPTION 'This event does not follow the one before it.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.hash <> encode(sha256(convert_to('ledger/v1' || chr(10) || NEW.prev_hash || chr(10) || NEW.payload, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'This hash is not the hash of this event.' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END""",
}
# As PostgreSQL itself writes them down, so that they can be compared.
POSTGRES = {
    f"{table}_{name}": f"CREATE TRIGGER {table}_{name} BEFORE {when.format(table)} EXECUTE FUNCTION {function}()"
    for table, name, when, function in (
        (EVENTS, "no_change", "DELETE OR UPDATE ON {} FOR EACH ROW", "progress_refuse_change"),
        (EVENTS, "no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT", "progress_refuse_change"),
        (TEXTS, "no_change", "UPDATE ON {} FOR EACH ROW", "progress_refuse_change"),
        (TEXTS, "no_truncate", "TRUNCATE ON {} FOR EACH STATEMENT", "progress_refuse_change"),
        (TEXTS, "only_erased", "DELETE ON {} FOR EACH ROW", "progress_check_erasure"),
    )
} | {f"{EVENTS}_follows": f"CREATE TRIGGER {EVENTS}_follows BEFORE INSERT ON {EVENTS} FOR EACH ROW EXECUTE FUNCTION progress_check_event()"}

STANDING = """
SELECT t.tgname, replace(pg_get_triggerdef(t.oid), current_schema() || '.', ''), p.prosrc, t.tgenabled::text, p.proname
FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
WHERE t.tgrelid IN (%s::regclass, %s::regclass) AND NOT t.tgisinternal
"""
_seen = threading.local()


def install() -> None:
    """Put every guard in place, replacing what stands under its name."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for name, body in FUNCTIONS.items():
                cursor.execute(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$")
            for name, sql in POSTGRES.items():
                table = EVENTS if name.startswith(EVENTS) else TEXTS
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(sql)
                # ALWAYS: they hold even for a session that plays a replica.
                cursor.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
        else:
            for name, sql in SQLITE.items():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(sql)


def missing() -> list[str]:
    """Return the names of the guards that are not in place, or not as we wrote them, or not switched on."""
    standing = _standing_on_postgres() if connection.vendor == "postgresql" else _standing_on_sqlite()
    wanted = POSTGRES if connection.vendor == "postgresql" else SQLITE
    return sorted(name for name, sql in wanted.items() if standing.get(name) != sql)


def _standing_on_sqlite() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _standing_on_postgres() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [EVENTS, TEXTS])
        rows = cursor.fetchall()
    return {name: sql for name, sql, body, enabled, function in rows if enabled == "A" and body == FUNCTIONS.get(function)}


def insist_on_guards() -> None:
    """Raise Refused when a guard is not in place: then nothing may be recorded.

    Looked up once for each connection to the database, which lives a minute at most:
    an append stays one query cheaper, and a guard dropped under our feet is noticed soon.
    """
    connection.ensure_connection()
    if getattr(_seen, "connection", None) is connection.connection:
        return
    if missing():
        raise Refused(_("Nothing can be recorded just now. Tell the person who runs this site that the ledger’s guards are missing."))
    _seen.connection = connection.connection


def install_after_migrate(**_signal: Any) -> None:
    """Put the guards in place again after every migration."""
    if EVENTS in connection.introspection.table_names():
        install()


@checks.register(checks.Tags.database)
def guards_are_in_place(*, databases: Sequence[str] | None = None, **_more: Any) -> list[checks.CheckMessage]:
    """Report missing guards to `manage.py check --database default`."""
    if "default" not in (databases or []) or EVENTS not in connection.introspection.table_names() or not (gone := missing()):
        return []
    return [checks.Error(f"The ledger's guards are missing: {', '.join(gone)}.", hint="Run manage.py migrate.", id="progress.E001")]
