"""The first manager of a workplace is made by command; everybody else joins with a code."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from people.models import AuditEvent, Membership, User, Workplace
from people.permissions import May, Role

ROSEWOOD = ("Rosewood Care", "Rosewood House", "priya", "Priya Shah")


def made(*names: str) -> str:
    said = StringIO()
    call_command("make_workplace", *names, stdout=said)
    return said.getvalue()


def test_a_workplace_and_its_manager(db: None) -> None:
    said = made(*ROSEWOOD)
    priya = User.objects.get(username="priya")
    assert [home.name for home in Workplace.objects.where(priya, May.MANAGE_PEOPLE)] == ["Rosewood House"]
    assert (priya.has_usable_password(), "manage.py changepassword priya" in said) == (False, True)


def test_run_again_it_changes_nothing(db: None) -> None:
    made(*ROSEWOOD)
    made(*ROSEWOOD)
    assert (Workplace.objects.count(), Membership.objects.count(), AuditEvent.objects.count()) == (1, 1, 1)


def test_somebody_with_an_account_may_manage_a_second_place(priya: User) -> None:
    made("Rosewood Care", "Rosewood Cottage", "PRIYA", "Priya Shah")
    roles = Membership.objects.filter(user=priya, role=Role.MANAGER).values_list("workplace__name", flat=True)
    assert sorted(roles) == ["Rosewood Cottage", "Rosewood House"]


@pytest.mark.parametrize(("username", "full_name"), [("amina", "Priya Shah"), ("has a space", "Priya Shah"), ("new", " ")])
def test_a_wrong_name_makes_nothing(amina: User, username: str, full_name: str) -> None:
    with pytest.raises(CommandError):
        made("Birch Homes", "Birch Lodge", username, full_name)
    assert not Workplace.objects.filter(name="Birch Lodge").exists()
