"""A witness without an account: one link, one person, one use, and nothing else to be seen."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import Refused, User
from progress.models import Evidence, LogEntry, ProgressLog, WitnessRequest
from progress.models.witness import MOST_OPEN
from progress.verification import verify
from tests.cast import add_account, declare, entry_of, sign

GONE = "It works once, for two weeks."


def asked(log: ProgressLog, *codes: str) -> WitnessRequest:
    entries = [entry_of(log, code) for code in codes or ("1.2",)]
    return WitnessRequest.ask(log, entries, by=log.learner, remember="Breakfast on Tuesday", submission=uuid4())


def said(request: WitnessRequest, *codes: str, **other: Any) -> dict[str, Any]:
    """Return what a witness sends."""
    entries = [str(entry_of(request.log, code).pk) for code in codes or ("1.2",)]
    return {
        "submission": str(uuid4()),
        "witness_name": "Ruth Lane",
        "witness_job": "District nurse",
        "witness_relation": "I visit on Tuesdays",
        "seen_on": timezone.localdate().isoformat(),
        "text": "She asked first, and she waited.",
        "entries": entries,
        "is_true": "on",
        **other,
    }


def address(request: WitnessRequest) -> str:
    return f"/witness/{request.token}/"


def test_what_a_witness_says_becomes_evidence_under_their_name(log: ProgressLog, client: Client) -> None:
    request = asked(log, "1.2", "1.3")
    response = client.post(address(request), said(request))
    assert response["Location"] == "/witness/thanks/"
    [piece] = entry_of(log, "1.2").pieces
    assert (piece.kind_by(log.learner_id), piece.title, piece.witness_job) == (
        "Witness statement by Ruth Lane",
        "Breakfast on Tuesday",
        "District nurse",
    )
    assert entry_of(log, "1.3").pieces == []
    assert verify().findings == []


def test_it_counts_where_a_witness_statement_is_needed(log: ProgressLog, client: Client) -> None:
    outcome = entry_of(log, "1.2").outcome
    outcome.evidence_kinds = ["witness_statement"]
    outcome.save()
    assert entry_of(log, "1.2").missing == "One more is needed, and it must be a witness statement."
    request = asked(log)
    client.post(address(request), said(request))
    assert entry_of(log, "1.2").missing is None


def test_a_link_works_once(log: ProgressLog, client: Client) -> None:
    request = asked(log)
    client.post(address(request), said(request))
    again = client.get(address(request))
    assert (again.status_code, GONE in again.content.decode()) == (404, True)
    assert client.post(address(request), said(request)).status_code == 404
    assert Evidence.objects.count() == 1


def test_pressed_twice_it_is_recorded_once_and_thanked_twice(log: ProgressLog, client: Client) -> None:
    request = asked(log)
    words = said(request)
    assert [client.post(address(request), words)["Location"] for _press in range(2)] == ["/witness/thanks/"] * 2
    assert Evidence.objects.count() == 1


def test_two_at_once_leave_one_statement(log: ProgressLog) -> None:
    """The second looks again once it holds the log, whatever its page showed."""
    request = asked(log)
    late = WitnessRequest.objects.get(pk=request.pk)
    words = {"text": "T", "seen_on": timezone.localdate(), "witness_name": "R", "witness_job": "N", "witness_relation": "V"}
    request.give([entry_of(log, "1.2")], submission=uuid4(), **words)
    with pytest.raises(Refused, match="cannot be used any more"):
        late.give([entry_of(log, "1.2")], submission=uuid4(), **words)


def test_a_link_that_was_taken_back_or_is_too_old_does_not_work(log: ProgressLog, client: Client) -> None:
    taken_back, old = asked(log), asked(log)
    taken_back.take_back()
    WitnessRequest.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    for request in (taken_back, old):
        assert client.get(address(request)).status_code == 404
        assert client.post(address(request), said(request)).status_code == 404
    assert Evidence.objects.count() == 0


@pytest.mark.parametrize("change", [lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"), lambda token: token.split(":")[0]])
def test_a_link_cannot_be_made_up(log: ProgressLog, client: Client, change: Any) -> None:
    request = asked(log)
    assert client.get(f"/witness/{change(request.token)}/").status_code == 404


def test_the_witness_sees_the_name_and_the_outcomes_and_nothing_else(declared: LogEntry, client: Client) -> None:
    page = client.get(address(asked(declared.log, "1.3"))).content.decode()
    assert "What did you see Amina Okafor do?" in page
    assert "1.3 Explain matter number 3" in page
    for secret in ("Breakfast with Mrs C", "matter number 2", "Rosewood", declared.log.learner.username, "Sent to"):
        assert secret not in page


def test_nobody_is_a_witness_to_their_own_work(log: ProgressLog, client: Client) -> None:
    request = asked(log)
    client.force_login(log.learner)
    assert "This link is for somebody else" in client.post(address(request), said(request)).content.decode()
    assert Evidence.objects.count() == 0


def test_a_mistake_keeps_every_word(log: ProgressLog, client: Client) -> None:
    request = asked(log)
    page = client.post(address(request), said(request, witness_job="", is_true="")).content.decode()
    assert "Enter your job, or say that you are a visitor." in page
    assert "Tick the box if you saw it yourself." in page
    assert "She asked first, and she waited." in page
    assert Evidence.objects.count() == 0


def test_only_outcomes_she_asked_about_can_be_ticked(log: ProgressLog, client: Client) -> None:
    request = asked(log, "1.2")
    page = client.post(address(request), said(request, "1.2", "1.3")).content.decode()
    assert "Choose from the list." in page
    assert Evidence.objects.count() == 0


def test_what_was_signed_off_meanwhile_is_left_alone(log: ProgressLog, grace: User, client: Client) -> None:
    request = asked(log, "1.2", "1.3")
    add_account(entry_of(log, "1.2"))
    declare(entry_of(log, "1.2"))
    sign(entry_of(log, "1.2"), grace)
    assert "All of this is signed off already." in client.post(address(request), said(request, "1.2")).content.decode()
    client.post(address(request), said(request, "1.2", "1.3"))
    assert [len(entry_of(log, code).pieces) for code in ("1.2", "1.3")] == [1, 1]


def test_she_asks_sends_the_link_and_takes_it_back(log: ProgressLog, client: Client) -> None:
    client.force_login(log.learner)
    form = {"submission": str(uuid4()), "remember": "Supper", "entries": [str(entry_of(log, "1.2").pk)]}
    first = client.post(f"/learn/logs/{log.pk}/1.2/witness/", form)
    assert client.post(f"/learn/logs/{log.pk}/1.2/witness/", form)["Location"] == first["Location"]
    [request] = WitnessRequest.objects.all()
    assert request.link in client.get(first["Location"]).content.decode()
    assert "You asked a witness." in client.get(entry_of(log, "1.2").get_absolute_url()).content.decode()
    client.post(first["Location"])
    assert client.get(address(request)).status_code == 404
    assert "This link does not work any more." in client.get(first["Location"]).content.decode()


def test_nobody_else_sees_or_takes_back_her_link(log: ProgressLog, grace: User, client: Client) -> None:
    request = asked(log)
    client.force_login(grace)
    assert [client.get(request.get_absolute_url()).status_code, client.post(request.get_absolute_url()).status_code] == [404, 404]
    assert client.get(f"/learn/logs/{log.pk}/1.2/witness/").status_code == 404
    assert WitnessRequest.objects.open().count() == 1


def test_there_is_an_end_to_asking(log: ProgressLog) -> None:
    for _number in range(MOST_OPEN):
        asked(log)
    with pytest.raises(Refused, match="Take a link back first"):
        asked(log)


def test_the_supervisor_is_told_that_nobody_checked_who_it_is(log: ProgressLog, grace: User, client: Client) -> None:
    request = asked(log)
    client.post(address(request), said(request))
    declare(entry_of(log, "1.2"))
    client.force_login(grace)
    page = client.get(f"/review/{log.pk}/").content.decode()
    assert "Witness statement by Ruth Lane" in page
    assert "not checked by this site" in page
