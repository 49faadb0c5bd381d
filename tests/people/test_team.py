"""A manager and the people of a workplace."""

from typing import Any

import pytest
from django.test import Client

from people.models import AuditEvent, Membership, User, Workplace
from people.permissions import Role
from progress.models import LogEntry


def membership(user: User) -> Membership:
    return user.memberships.get(ended_on=None)


def change_role(client: Client, workplace: Workplace, user: User, role: str, title: str = "") -> Any:
    return client.post(f"/team/{workplace.pk}/{membership(user).pk}/role/", {"role": role, "job_title": title})


def test_a_new_role_keeps_the_old_one_readable(client, rosewood, priya, amina):
    client.force_login(priya)
    change_role(client, rosewood, amina, Role.SUPERVISOR, "Senior care worker")
    roles = [(m.role, m.job_title, m.ended_on is None) for m in amina.memberships.order_by("ended_on")]
    assert sorted(roles) == [("learner", "Care worker", False), ("supervisor", "Senior care worker", True)]
    assert list(AuditEvent.objects.values_list("verb", flat=True).order_by("verb")) == ["became supervisor", "ended membership"]


def test_nobody_changes_their_own_role(client, rosewood, priya):
    client.force_login(priya)
    page = change_role(client, rosewood, priya, Role.SUPERVISOR).content.decode()
    assert "You cannot change your own role. Ask another manager." in page
    assert membership(priya).role == Role.MANAGER


def test_a_role_held_already_is_refused_in_words(client, rosewood, priya, grace):
    Membership.objects.create(user=grace, workplace=rosewood, role=Role.LEARNER)
    supervises = grace.memberships.get(role=Role.SUPERVISOR)
    client.force_login(priya)
    page = client.post(f"/team/{rosewood.pk}/{supervises.pk}/role/", {"role": Role.LEARNER, "job_title": ""}).content.decode()
    assert "Grace Mwangi has this role here already." in page


def test_an_ended_role_stops_working_on_the_next_request(client, rosewood, priya, grace, declared: LogEntry):
    desk = Client()
    desk.force_login(grace)
    assert desk.get(f"/review/{declared.log_id}/").status_code == 200
    client.force_login(priya)
    client.post(f"/team/{rosewood.pk}/{membership(grace).pk}/end/")
    assert desk.get(f"/review/{declared.log_id}/").status_code == 404
    assert "Amina Okafor" not in desk.get("/review/").content.decode()


def test_a_manager_of_one_home_cannot_touch_another(client, birch, priya, tom):
    client.force_login(priya)
    assert client.post(f"/team/{birch.pk}/{membership(tom).pk}/end/").status_code == 404
    assert membership(tom).ended_on is None


def test_a_membership_of_another_home_is_not_found_behind_ones_own_address(client, rosewood, birch, priya, tom):
    client.force_login(priya)
    assert client.post(f"/team/{rosewood.pk}/{membership(tom).pk}/end/").status_code == 404


def test_the_list_holds_who_works_there_now(client, rosewood, priya, amina, olu, tom):
    client.force_login(priya)
    page = client.get(f"/team/{rosewood.pk}/").content.decode()
    assert [name for name in ("Amina Okafor", "Priya Shah", "Olu Adeyemi", "Tom Ellery") if name in page] == ["Amina Okafor", "Priya Shah"]


@pytest.mark.parametrize("role", Role.values)
def test_every_role_can_be_given(client, rosewood, priya, amina, role):
    client.force_login(priya)
    change_role(client, rosewood, amina, role, "Someone")
    assert membership(amina).role == role
