"""Whatever goes wrong, people read our own words, which say what to do."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client

from progress.models import LogEntry


def test_a_database_that_fails_while_a_desk_is_kept_says_to_send_it_again(
    client: Client, declared: LogEntry, grace: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(grace)  # type: ignore[arg-type]

    def full(session: Session, **how: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(Session, "save", full)  # Django answers this as a session that has ended
    answer = client.post(f"/review/{declared.log_id}/check/", {f"{declared.pk}-decision": "sign_off"})
    assert "Sending it twice does no harm." in answer.content.decode()


def test_a_session_that_ended_in_another_tab_says_so(
    client: Client, declared: LogEntry, grace: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.force_login(grace)  # type: ignore[arg-type]
    save = SessionStore.save

    def ended(store: SessionStore, must_create: bool = False) -> None:
        store.model.objects.all().delete()
        save(store, must_create)

    monkeypatch.setattr(SessionStore, "save", ended)
    answer = client.post(f"/review/{declared.log_id}/check/", {f"{declared.pk}-decision": "sign_off"})
    assert answer.status_code == 400
    assert "We could not take what you sent" in answer.content.decode()
