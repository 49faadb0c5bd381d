"""Who may do what today, as SQL, for the few questions that every page asks.

Putting such a question together from Django's parts takes ten times longer than asking it. Each of them has a test
that holds it against the same question in Django's words. The parameters are those of `asked_by`.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from people.models import User
from people.permissions import May, roles_that

PARAMETER = re.compile(r"%\((\w+)\)s")
TODAY = "m.started_on <= %(today)s AND (m.ended_on IS NULL OR m.ended_on > %(today)s)"


def asked_by(user: User) -> dict[str, Any]:
    """Return the parameters: who asks, and today."""
    return {"user": user.pk.hex, "today": timezone.localdate().isoformat()}


def she_may(may: May, at: str) -> str:
    """Return whether the one who asks holds, at the workplace in the column `at`, a role that allows `may`.

    A list of workplaces and not a condition on each row: with it a database begins at her few, however many homes there are.
    """
    held = f"m.user_id = %(user)s AND {TODAY} AND m.role IN ({quoted(roles_that(may))})"
    return f"{at} IN (SELECT m.workplace_id FROM people_membership m WHERE {held})"  # noqa: S608 – made of this project's own names


def works_there(who: str, at: str) -> str:
    """Return whether the person in the column `who` holds a role at the workplace in the column `at`."""
    return f"EXISTS (SELECT 1 FROM people_membership m WHERE m.user_id = {who} AND m.workplace_id = {at} AND {TODAY})"  # noqa: S608


def quoted(names: Iterable[str]) -> str:
    """Return names of our own code as SQL has them in a list."""
    return ", ".join(f"'{name}'" for name in names)


def by_place(sql: str, named: dict[str, Any]) -> tuple[str, list[Any]]:
    """Return a piece of SQL with its parameters by place, which is how Django's RawSQL takes them."""
    return PARAMETER.sub("%s", sql), [named[name] for name in PARAMETER.findall(sql)]
