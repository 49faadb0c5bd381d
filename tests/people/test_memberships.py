"""A role holds from its first day to the day before its last, asked of one row or of many."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import Membership, User, Workplace
from people.permissions import GRANTS, May, Role


@pytest.mark.parametrize(
    ("starts", "ends", "holds"),
    [(0, None, True), (-9, None, True), (1, None, False), (-9, 1, True), (-9, 0, False), (-9, -1, False), (0, 0, False)],
)
def test_one_row_and_many_agree(ada: User, rosewood: Workplace, starts: int, ends: int | None, holds: bool) -> None:
    today = timezone.localdate()
    made = Membership.objects.create(
        user=ada,
        workplace=rosewood,
        role=Role.SUPERVISOR,
        started_on=today + timedelta(days=starts),
        ended_on=None if ends is None else today + timedelta(days=ends),
    )
    assert (made.is_current, Membership.objects.current().filter(pk=made.pk).exists()) == (holds, holds)


@pytest.mark.parametrize("role", Role)
def test_whoever_decides_about_somebodys_log_may_see_it(role: Role) -> None:
    decides = GRANTS[role] & {May.SIGN_OFF, May.SET_DATES, May.ASSURE}
    assert not decides or May.SEE_LOGS in GRANTS[role]
