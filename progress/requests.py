"""A request by somebody who is signed in, for type checkers: the login middleware has seen to it."""

from django.http import HttpRequest

from people.models import User


class MemberRequest(HttpRequest):
    """What every view behind the sign-in door is given."""

    user: User
    htmx: object
