"""What each role may do, and where. This is the whole of it, on one screen.

Closed by default: a role may do only what stands beside it here, at the
workplaces where the person holds that role *today*. Nothing is taken from the request.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is at a workplace."""

    LEARNER = "learner", _("Care worker")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manager")
    QUALITY_ASSURER = "quality_assurer", _("Quality assurer")


class May(StrEnum):
    """One thing a role can allow."""

    KEEP_A_LOG = "keep a progress log"
    SEE_LOGS = "see the logs of the workplace"
    SIGN_OFF = "sign off, return and withdraw"
    SET_DATES = "set the day a log should be finished"
    LEAD_SESSIONS = "lead group sessions"
    MANAGE_PEOPLE = "invite people, change roles, end memberships"
    TAKE_EVERY_LOG = "take the logs of a workplace in one file"
    SEE_QUALITY = "see how much was sampled, and what came of it"
    ASSURE = "sample sign-offs, agree or ask for action"


GRANTS: dict[str, frozenset[May]] = {
    Role.LEARNER: frozenset({May.KEEP_A_LOG}),
    Role.SUPERVISOR: frozenset({May.KEEP_A_LOG, May.SEE_LOGS, May.SIGN_OFF, May.SET_DATES, May.LEAD_SESSIONS}),
    Role.MANAGER: frozenset(
        {May.KEEP_A_LOG, May.SEE_LOGS, May.SET_DATES, May.LEAD_SESSIONS, May.MANAGE_PEOPLE, May.TAKE_EVERY_LOG, May.SEE_QUALITY}
    ),
    Role.QUALITY_ASSURER: frozenset({May.SEE_LOGS, May.SEE_QUALITY, May.ASSURE}),
}


def roles_that(may: May) -> list[str]:
    """Return the roles that allow `may`."""
    return [role for role, granted in GRANTS.items() if may in granted]
