"""What goes with a person who left and whose data is erased: all that is no record."""

from django.contrib.sessions.models import Session
from django.db import models, transaction

from people.models import AuditEvent, User

NO_NAME = "Erased person"


def forget_account(person: User, *, keep_name: bool, by: User) -> None:
    """Leave an account that nobody can sign in to and that says nothing of a person, but for a name that stands on others' records.

    Whatever would go with the row, were it deleted, goes now: no record hangs on a person like that (docs/decisions/0014).
    """
    with transaction.atomic():
        for relation in User._meta.get_fields(include_hidden=True):
            if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.CASCADE:
                relation.related_model._base_manager.filter(**{relation.field.name: person}).delete()
        person.password_codes.all().delete()
        person.memberships.update(worker_id="", job_title="")
        _empty(person, keep_name)
        AuditEvent.record("erased a person", about=person, by=by)
    _end_sessions(person)


def is_erased(person: User) -> bool:
    """Return whether this account was forgotten."""
    return person.username == _opaque(person)


def _opaque(person: User) -> str:
    return f"erased-{person.pk.hex}"


def _empty(person: User, keep_name: bool) -> None:
    person.username = _opaque(person)
    person.full_name = person.full_name if keep_name else NO_NAME
    person.email, person.reading, person.last_login = "", "", None
    person.language = str(User._meta.get_field("language").get_default())
    person.is_active = person.is_superuser = False
    person.set_unusable_password()
    person.save()


def _end_sessions(person: User) -> None:
    """Delete her sessions: what was typed and could not be sent waits in there."""
    for session in Session.objects.iterator(chunk_size=500):
        if session.get_decoded().get("_auth_user_id") == str(person.pk):
            session.delete()
