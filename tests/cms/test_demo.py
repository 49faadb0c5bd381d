"""The demonstration: somebody trying it finds people, a course, and something to review; run again, it changes nothing."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from people.models import User, Workplace
from progress.models import LedgerEvent, LogEntry, ProgressLog
from progress.supervision import workload_of
from progress.verification import verify


def states() -> dict[str, str]:
    return dict(LogEntry.objects.exclude(state="open").order_by("outcome__position").values_list("outcome__code", "state"))


def test_the_demonstration_is_ready_and_runs_twice(db: None) -> None:
    said = StringIO()
    call_command("demo", stdout=said)
    assert states() == {
        "1.6": "signed_off",
        "1.7": "returned",
        "2.4": "signed_off",
        "3.2": "declared",
        "3.7": "declared",
        "5.5": "declared",
    }
    assert "Grace Okafor has three of its outcomes to review" in said.getvalue()
    work = workload_of(Workplace.objects.get(name="Rosewood House"))
    assert [(one.name, [learner.name for learner in one.people]) for one in work.supervisors] == [("Grace Okafor", ["Amina Yusuf"])]
    assert [one.name for one in work.without] == ["Tomasz Nowak"]
    assert verify().findings == []
    before = (User.objects.count(), ProgressLog.objects.count(), LedgerEvent.objects.count())
    call_command("demo", stdout=said)
    assert (User.objects.count(), ProgressLog.objects.count(), LedgerEvent.objects.count()) == before


@pytest.mark.parametrize("command", ["demo_people", "demo_log"])
def test_a_production_site_never_gets_these_people(db: None, settings: Any, command: str) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="Never make"):
        call_command(command)
