"""Letters: who gets one, when, what stands in it, and what becomes of one that does not go."""

import re
import smtplib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends import locmem
from django.test import Client, override_settings
from django.utils import timezone, translation

from people import addresses, letters
from people.letters import send_what_is_due, stop_token
from people.models import AuditEvent, Every, Kind, Letters, Membership, Notice, User, Workplace
from people.notices import tell
from people.proof import PROVED_AT
from people.tasks import send_letters
from tests.cast import PASSWORD
from tests.people.test_notices import about

NOON = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)  # a Wednesday; London has winter time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the time for everybody who asks Django for it."""

    def be(now: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: now)

    be(NOON)
    return be


@pytest.fixture
def grace_writes(grace: User) -> User:
    """Grace has an e-mail address."""
    grace.email = "grace@example.org"
    grace.save()
    return grace


@pytest.fixture
def news(clock: Any, grace_writes: User, amina: User, rosewood: Workplace) -> Any:
    """Return a function that tells Grace something new of an outcome, as much before the time as is given."""

    def happen(code: str = "1.2", ago: timedelta = timedelta(minutes=6)) -> Notice:
        tell([grace_writes], Kind.DECLARED, about=about(amina, rosewood, code), by=amina)
        Notice.objects.filter(letter=None).update(made_at=timezone.now() - ago)
        return Notice.objects.filter(to=grace_writes).latest("made_at")

    return happen


def choose(user: User, every: str, *, at_night: bool = False) -> None:
    Letters.to(user).choose(every, at_night=at_night)


def gone() -> int:
    """Send what is due, and return how many letters have gone in all."""
    send_what_is_due()
    return len(mail.outbox)


def test_a_letter_is_plain_and_short(news: Any) -> None:
    news("1.2")
    news("1.3")
    assert gone() == 1
    (letter,) = mail.outbox
    assert (letter.subject, letter.to, letter.content_subtype) == ("You have news in Countersign", ["grace@example.org"], "plain")
    stop = f"http://localhost:8000/notices/stop/{stop_token(User.objects.get(username='grace'))}/"
    assert (
        letter.body
        == f"""Hello Grace,

This is new for you in Countersign:

- Amina Okafor sent 2 outcomes of Dementia care for sign-off: 1.2, 1.3.

Read more here:
http://localhost:8000/notices/

Choose how often you want these e-mails:
http://localhost:8000/notices/choices/

Stop these e-mails:
{stop}
"""
    )
    assert letter.extra_headers == {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }


def test_a_letter_shows_names_as_they_are(news: Any, amina: User) -> None:
    User.objects.filter(pk=amina.pk).update(full_name="Amina <b> O'Kafor & Co")
    news()
    gone()
    assert "- Amina <b> O'Kafor & Co sent outcome 1.2" in mail.outbox[0].body


def test_many_lines_end_in_a_number(news: Any, grace_writes: User, amina: User, rosewood: Workplace) -> None:
    news()
    for n in range(21):
        tell([grace_writes], Kind.PDF_READY, about=about(amina, rosewood, once=f"pdf {n}"))
    gone()
    assert (len(re.findall("^- ", str(mail.outbox[0].body), re.M)), "- 2 more\n" in mail.outbox[0].body) == (21, True)


@override_settings(LANGUAGES=[("en-gb", "English"), ("cy", "Welsh")])
def test_a_letter_is_written_in_her_language(news: Any, grace_writes: User, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(pk=grace_writes.pk).update(language="cy")
    monkeypatch.setattr(letters, "render_to_string", lambda *_args: translation.get_language())
    news()
    gone()
    assert (mail.outbox[0].body, translation.get_language()) == ("cy\n", "en-gb")


# To whom


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda grace: None, 1),
        (lambda grace: User.objects.filter(pk=grace.pk).update(email=""), 0),
        (lambda grace: User.objects.filter(pk=grace.pk).update(is_active=False), 0),
        (lambda grace: Membership.objects.filter(user=grace).update(ended_on=timezone.localdate()), 0),
        (lambda grace: Notice.objects.update(read_at=timezone.now()), 0),
        (lambda grace: Notice.objects.update(made_at=timezone.now() - timedelta(days=15)), 0),
        (lambda grace: Notice.objects.update(made_at=timezone.now() - timedelta(minutes=4)), 0),
        (lambda grace: choose(grace, Every.NEVER), 0),
    ],
    ids=["as it is", "no address", "not active", "left", "read", "old", "this moment", "never"],
)
def test_who_gets_a_letter(news: Any, grace_writes: User, change: Any, expected: int) -> None:
    news()
    change(grace_writes)
    assert [gone(), gone()] == [expected, expected]


def test_what_one_may_not_see_any_more_is_left_out(news: Any, grace_writes: User, amina: User, lena: User, rosewood: Workplace) -> None:
    news()
    tell([grace_writes], Kind.DECLARED, about=about(lena, rosewood), by=lena)
    Membership.objects.filter(user=amina).update(ended_on=timezone.localdate())
    assert (gone(), "Lena Novak" in mail.outbox[0].body, "Amina" in mail.outbox[0].body) == (1, True, False)


# When


@pytest.mark.parametrize(
    ("now", "by_day", "at_night"),
    [
        (datetime(2026, 11, 25, 7, 59, tzinfo=UTC), 0, 1),
        (datetime(2026, 11, 25, 8, 0, tzinfo=UTC), 1, 1),
        (datetime(2026, 11, 25, 20, 59, tzinfo=UTC), 1, 1),
        (datetime(2026, 11, 25, 21, 0, tzinfo=UTC), 0, 1),
        (datetime(2026, 11, 25, 2, 0, tzinfo=UTC), 0, 1),
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), 0, 1),  # a minute to eight in London
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), 1, 1),
        (datetime(2026, 7, 1, 20, 0, tzinfo=UTC), 0, 1),  # nine in the evening there
    ],
)
@pytest.mark.parametrize("chose_nights", [False, True])
def test_no_letter_comes_at_night_unless_she_chose_it(
    news: Any, clock: Any, grace_writes: User, now: datetime, by_day: int, at_night: int, chose_nights: bool
) -> None:
    clock(now)
    employed = timezone.localdate(now) - timedelta(days=9)
    Membership.objects.update(started_on=employed)
    choose(grace_writes, Every.DAY, at_night=chose_nights)
    news()
    assert gone() == (at_night if chose_nights else by_day)


@pytest.mark.parametrize(
    ("every", "not_yet", "then"),
    [
        (Every.HOUR, timedelta(minutes=59), timedelta(minutes=60)),
        (Every.DAY, timedelta(hours=8), timedelta(hours=20)),  # eight in the evening; eight the next morning
        (Every.WEEK, timedelta(days=6, hours=8), timedelta(days=7)),
    ],
)
def test_letters_come_as_often_as_she_chose(
    news: Any, clock: Any, grace_writes: User, every: str, not_yet: timedelta, then: timedelta
) -> None:
    choose(grace_writes, every)
    news("1.2")
    assert gone() == 1
    clock(NOON + not_yet)
    news("1.3")
    assert gone() == 1
    clock(NOON + then)
    assert (gone(), "outcome 1.3" in mail.outbox[-1].body) == (2, True)
    assert gone() == 2


def test_another_choice_counts_at_once(news: Any, clock: Any, grace_writes: User) -> None:
    choose(grace_writes, Every.WEEK)
    news("1.2")
    assert gone() == 1
    clock(NOON + timedelta(hours=2))
    news("1.3")
    choose(grace_writes, Every.HOUR)
    assert gone() == 2


# What goes wrong


class Post(locmem.EmailBackend):
    """A mail server that takes nothing, or nothing for one address."""

    trouble: Exception | None = None
    only_for = ""

    def send_messages(self, messages: Any) -> int:
        (message,) = messages
        if self.trouble and (not self.only_for or message.to == [self.only_for]):
            raise self.trouble
        return int(super().send_messages(messages))


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> type[Post]:
    monkeypatch.setattr(letters, "get_connection", Post)
    monkeypatch.setattr(Post, "trouble", None)
    monkeypatch.setattr(Post, "only_for", "")
    return Post


def test_what_did_not_go_goes_the_next_time(news: Any, clock: Any, post: type[Post], caplog: pytest.LogCaptureFixture) -> None:
    news()
    post.trouble = smtplib.SMTPServerDisconnected("gone")
    send_letters()
    row = Letters.objects.get()
    assert (row.attempts, row.last_error, row.claim, Notice.objects.get().letter) == (1, "SMTPServerDisconnected", None, None)
    assert "The mail server takes no letters: SMTPServerDisconnected." in caplog.text
    assert "Amina" not in caplog.text
    assert "grace@" not in caplog.text
    post.trouble = None
    assert gone() == 0
    clock(NOON + timedelta(minutes=15))
    assert (gone(), gone()) == (1, 1)
    row.refresh_from_db()
    assert (row.attempts, row.last_error) == (0, "")


def test_it_is_tried_less_and_less_often(news: Any, clock: Any, post: type[Post]) -> None:
    news()
    choose(User.objects.get(username="grace"), Every.DAY, at_night=True)
    post.trouble = smtplib.SMTPDataError(550, b"no")
    now, waits = NOON, []
    for _try in range(9):
        send_what_is_due()
        waits.append((Letters.objects.get().not_before - now).total_seconds() / 3600)
        clock(now := Letters.objects.get().not_before)
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24]


def test_one_bad_address_holds_up_nobody(news: Any, post: type[Post], priya: User, amina: User, rosewood: Workplace) -> None:
    news()
    User.objects.filter(pk=priya.pk).update(email="priya@example.org")
    tell([priya], Kind.PDF_READY, about=about(amina, rosewood))
    Notice.objects.update(made_at=NOON - timedelta(hours=1))
    for address in ("grace@example.org", "priya@example.org"):
        mail.outbox.clear()
        Letters.objects.all().delete()
        Notice.objects.update(letter=None)
        post.trouble, post.only_for = smtplib.SMTPRecipientsRefused({}), address
        assert gone() == 1


def test_a_dead_server_is_asked_once_a_round(news: Any, post: type[Post], priya: User, amina: User, rosewood: Workplace) -> None:
    news()
    User.objects.filter(pk=priya.pk).update(email="priya@example.org")
    tell([priya], Kind.PDF_READY, about=about(amina, rosewood))
    Notice.objects.update(made_at=NOON - timedelta(hours=1))
    post.trouble = ConnectionRefusedError("nobody there")
    assert send_what_is_due() is False
    assert sorted(Letters.objects.values_list("attempts", flat=True)) == [0, 1]


def test_a_letter_whose_worker_died_is_taken_up_again(news: Any, clock: Any, grace_writes: User) -> None:
    news()
    seen = Letters.to(grace_writes)
    claimed = Letters.objects.claim(seen)
    assert claimed
    assert letters.letter_to(grace_writes, claimed)  # and then the power went
    assert gone() == 0
    clock(NOON + timedelta(minutes=10))
    assert (gone(), gone()) == (1, 1)


def test_who_lost_the_claim_changes_nothing(news: Any, clock: Any, grace_writes: User) -> None:
    news()
    late = Letters.objects.claim(Letters.to(grace_writes))
    assert late
    clock(NOON + timedelta(minutes=10))
    assert gone() == 1
    before = Letters.objects.values().get()
    late.failed(OSError())
    late.had_nothing()
    assert Letters.objects.values().get() == before


def test_two_who_saw_the_same_row_claim_it_once(news: Any, grace_writes: User) -> None:
    seen = Letters.to(grace_writes)
    assert [Letters.objects.claim(seen) is None for _worker in range(2)] == [False, True]


def test_a_round_that_takes_too_long_is_followed_by_another(news: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    news()
    again: list[object] = []
    monkeypatch.setattr(send_letters, "apply_async", lambda **how: again.append(how))
    monkeypatch.setattr(letters, "PATIENCE", -1.0)
    send_letters()
    assert (again, len(mail.outbox)) == ([{"expires": 600}], 0)


# Stopping


def test_a_link_stops_letters_without_signing_in(client: Client, grace: User) -> None:
    stop = f"/notices/stop/{stop_token(grace)}/"
    page = client.get(stop)
    assert (page.status_code, "Grace" in page.content.decode(), Letters.objects.count()) == (200, False, 0)
    enforcing = Client(enforce_csrf_checks=True)
    answers = [enforcing.post(stop, {"List-Unsubscribe": "One-Click"}) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [(row.user, row.every) for row in Letters.objects.all()] == [(grace, Every.NEVER)]


@pytest.mark.parametrize("token", ["nothing", "{hex}", "{hex}:nothing", "{other}"])
def test_a_link_that_was_made_up_stops_nothing(client: Client, grace: User, token: str) -> None:
    other = addresses.dumps([grace.pk.hex], salt=addresses.SALT)  # signed, and for something else
    answer = client.post(f"/notices/stop/{token.format(hex=grace.pk.hex, other=other)}/")
    assert (answer.status_code, Letters.objects.count()) == (404, 0)


def test_the_link_to_stop_opens_nothing_else(client: Client, amina: User) -> None:
    client.force_login(amina)
    assert client.post(f"/notices/address/{stop_token(amina)}/").status_code == 404


# Her choices


def test_she_chooses_how_often(client: Client, grace_writes: User) -> None:
    client.force_login(grace_writes)
    assert client.post("/notices/choices/", {"every": "week", "at_night": "on"}).status_code == 302
    assert [(row.user, row.every, row.at_night) for row in Letters.objects.all()] == [(grace_writes, "week", True)]
    assert "Choose how often." in client.post("/notices/choices/", {"every": "minute"}).content.decode()


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"http://localhost:8000(/notices/address/\S+)", str(letter.body))
    assert found
    return found[1]


def test_an_address_is_used_once_its_owner_has_found_the_link(client: Client, amina: User) -> None:
    client.force_login(amina)
    client.post("/notices/address/", {"address": "amina@example.org"})
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["amina@example.org"], "Is this your e-mail address?")
    link = link_in(letter)
    assert "amina@example.org" in client.get(link).content.decode()
    amina.refresh_from_db()
    assert amina.email == ""
    assert [client.post(link).status_code for _press in range(2)] == [302, 302]
    amina.refresh_from_db()
    assert (amina.email, AuditEvent.objects.filter(verb="changed the e-mail address").count()) == ("amina@example.org", 1)
    client.post("/notices/address/", {"remove": "1"})
    amina.refresh_from_db()
    assert amina.email == ""


def test_a_link_is_for_one_person_and_not_for_ever(client: Client, amina: User, lena: User) -> None:
    addresses.ask(amina, "amina@example.org")
    link = link_in(mail.outbox[0])
    client.force_login(lena)
    assert client.post(link).status_code == 404
    client.force_login(amina)
    User.objects.filter(pk=amina.pk).update(email="later@example.org")
    assert client.post(link).status_code == 404
    lena.refresh_from_db()
    amina.refresh_from_db()
    assert (lena.email, amina.email) == ("", "later@example.org")


def test_an_old_link_does_nothing(amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    token = addresses.dumps([amina.pk.hex, "amina@example.org", ""], salt=addresses.SALT)
    assert addresses.asked_in(token, by=amina) == "amina@example.org"
    monkeypatch.setattr(addresses, "LASTS", timedelta(seconds=-1))
    assert addresses.asked_in(token, by=amina) is None


def test_whoever_picks_up_her_phone_cannot_give_it_another_address(client: Client, grace: User) -> None:
    client.force_login(grace)
    session = client.session
    session[PROVED_AT] = 0
    session.save()
    page = client.post("/notices/address/", {"address": "thief@example.org"}).content.decode()
    assert ("This address can open your account." in page, mail.outbox) == (True, [])
    client.post("/notices/address/", {"address": "thief@example.org", "password": "a wrong guess"})
    assert mail.outbox == []
    client.post("/notices/address/", {"address": "grace@example.org", "password": PASSWORD})
    assert len(mail.outbox) == 1


def test_an_address_that_is_none_is_refused(client: Client, amina: User) -> None:
    client.force_login(amina)
    page = client.post("/notices/address/", {"address": "amina at home"}).content.decode()
    assert ("Enter a whole e-mail address, with an @." in page, mail.outbox) == (True, [])


def test_a_dead_mail_server_is_said(client: Client, amina: User, monkeypatch: pytest.MonkeyPatch) -> None:
    client.force_login(amina)
    monkeypatch.setattr(addresses, "send_mail", lambda *_args: (_ for _ in ()).throw(ConnectionRefusedError()))
    page = client.post("/notices/address/", {"address": "amina@example.org"}).content.decode()
    assert "We could not send an e-mail just now." in page


def test_letters_to_addresses_are_counted(client: Client, amina: User) -> None:
    client.force_login(amina)
    answers = [client.post("/notices/address/", {"address": f"amina{n}@example.org"}).status_code for n in range(11)]
    assert (answers, len(mail.outbox)) == ([302] * 10 + [200], 10)


def test_nobodys_row_is_made_by_looking(client: Client, amina: User) -> None:
    client.force_login(amina)
    client.get("/notices/choices/")
    assert Letters.objects.count() == 0
