"""The database itself refuses to change the ledger."""

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from people.models import Refused
from progress import guards
from progress.models import LedgerEvent, LedgerText, LogEntry
from tests.cast import add_account

postgres_only = pytest.mark.postgres


def told(sql: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # no table may be altered while foreign keys are still to be checked
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(sql, values)


def drop(name: str) -> None:
    on = f" ON {guards.EVENTS if name.startswith(guards.EVENTS) else guards.TEXTS}" if connection.vendor == "postgresql" else ""
    told(f"DROP TRIGGER {name}{on}")
    guards._seen.connection = None


def copy_of(event: LedgerEvent, **changes: object) -> LedgerEvent:
    values = {field.attname: getattr(event, field.attname) for field in LedgerEvent._meta.fields if field.attname != "id"}
    return LedgerEvent(**(values | {"event_id": "00000000-0000-4000-8000-000000000001"} | changes))


def test_every_guard_stands_after_a_migration(db):
    assert guards.missing() == []


@pytest.mark.parametrize("table", [guards.EVENTS, guards.TEXTS])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}"])
def test_a_row_is_never_changed_nor_deleted(signed, table, change):
    with pytest.raises(IntegrityError, match="only ever appended"):
        told(change.format(table))


@postgres_only
@pytest.mark.parametrize("table", [guards.EVENTS, guards.TEXTS])
def test_a_table_is_never_emptied(signed, table):
    with pytest.raises(IntegrityError, match="only ever appended"):
        told(f"TRUNCATE {table} CASCADE")


def test_the_orm_is_refused_too(signed):
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEvent.objects.update(payload="{}")
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerText.objects.all().delete()


def test_a_row_is_never_replaced(signed):
    event = LedgerEvent.objects.order_by("seq").last()
    for changes in ({"seq": event.seq}, {"event_id": event.event_id, "seq": event.seq + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            copy_of(event, **changes).save(force_insert=True)
    if connection.vendor == "sqlite":
        names = ", ".join(f'"{field.column}"' for field in LedgerEvent._meta.fields)
        with pytest.raises(IntegrityError, match="only ever appended"):
            told(f"INSERT OR REPLACE INTO {guards.EVENTS} ({names}) SELECT {names} FROM {guards.EVENTS} WHERE id = %s", event.pk)


@pytest.mark.parametrize("changes", [{"seq": 99}, {"prev_hash": "0" * 64}, {"seq": 1}])
def test_an_event_follows_the_one_before_it(signed, changes):
    last = LedgerEvent.objects.order_by("seq").last()
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_of(last, **({"seq": last.seq + 1, "prev_hash": last.hash} | changes)).save(force_insert=True)


@postgres_only
def test_a_hash_that_is_not_the_events_own_is_refused(signed):
    last = LedgerEvent.objects.order_by("seq").last()
    with pytest.raises(IntegrityError, match="not the hash of this event"), transaction.atomic():
        copy_of(last, seq=last.seq + 1, prev_hash=last.hash, hash="0" * 64).save(force_insert=True)


@pytest.mark.parametrize("name", sorted(guards.POSTGRES if connection.vendor == "postgresql" else guards.SQLITE))
def test_without_a_guard_nothing_is_recorded(log, name):
    entry = LogEntry.objects.filter(log=log).first()
    drop(name)
    before = LedgerEvent.objects.count()
    with pytest.raises(Refused, match="Nothing can be recorded just now"), transaction.atomic():
        add_account(entry)
    assert LedgerEvent.objects.count() == before
    assert [error.id for error in run_checks(databases=["default"]) if error.id == "progress.E001"] == ["progress.E001"]
    guards.install()
    assert add_account(entry).pk


@postgres_only
def test_a_guard_that_is_switched_off_or_hollowed_out_counts_as_missing(db):
    told(f"ALTER TABLE {guards.EVENTS} DISABLE TRIGGER {guards.EVENTS}_no_change")
    assert guards.missing() == [f"{guards.EVENTS}_no_change"]
    guards.install()
    told("CREATE OR REPLACE FUNCTION progress_check_event() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RETURN NEW; END$$")
    assert guards.missing() == [f"{guards.EVENTS}_follows"]


@pytest.mark.django_db(transaction=True)
def test_a_migration_puts_a_dropped_guard_back():
    drop(f"{guards.TEXTS}_no_{'change' if connection.vendor == 'postgresql' else 'update'}")
    call_command("migrate", verbosity=0)
    assert guards.missing() == []
