"""A quality assurer's way through the pages, and what everybody concerned sees of it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from people.models import User, Workplace
from people.permissions import Role
from progress.models import Draft, LedgerEvent, LogEntry, Sample, SamplingPlan, SignOff, StandardisationNote
from reports.cells import neutral
from reports.progress_log import read_record
from reports.quality import report_of
from reports.verification import Verdict, finding_for
from tests.browser.worlds import issue
from tests.cast import PASSWORD, declare, employ, entry_of, just_now, person, sign
from tests.progress.test_proof import proved_minutes_ago


@pytest.fixture
def desk(client: Client, idris: User) -> Client:
    client.force_login(idris)
    return client


@pytest.fixture
def nothing_by_lot(rosewood: Workplace, idris: User) -> None:
    """Take away the share: one sign-off in ten would be drawn, and be looked at for that reason too."""
    SamplingPlan.choose(rosewood, share=0, risks=["new_signer", "too_quick"], by=idris, submission=uuid4())


def place(entry: LogEntry) -> str:
    return f"/quality/sign-offs/{entry.sign_offs.latest('signed_at').pk}/"


def press(client: Client, address: str, entry: LogEntry, **more: Any) -> Any:
    return client.post(address, {"seen": str(entry.version), "submission": str(uuid4()), **more})


def ask_for_action(client: Client, entry: LogEntry, reason: str = "Say what she chose.") -> Any:
    return press(client, f"{place(entry)}action/", entry, reason=reason)


def page(client: Client, address: str) -> str:
    return client.get(address, follow=True).content.decode()


@pytest.mark.usefixtures("nothing_by_lot")
def test_from_signing_in_to_agreeing(desk: Client, signed: LogEntry, rosewood: Workplace) -> None:
    first = page(desk, "/start/")
    assert ("Rosewood House" in first, "1 sign-off" in first, "New to signing off here: this was number 1." in first) == (True, True, True)
    address = f"{place(signed)}?why=new_signer"
    assert address in first
    shown = page(desk, address)
    for words in [
        "Explain matter number 2",
        "Grace Mwangi, Senior care worker",
        "Direct observation",
        "Breakfast with Mrs C",
        "I sat down first.",
    ]:
        assert words in shown
    assert "Somebody is new to signing off here" in shown
    assert press(desk, address, signed, agree="1")["Location"] == f"/quality/{rosewood.pk}/"
    after = page(desk, f"/quality/{rosewood.pk}/")
    assert ("You agreed with the sign-off of outcome 1.2." in after, "Nothing to sample now" in after) == (True, True)
    assert [(sample.outcome, sample.why) for sample in Sample.objects.all()] == [("agreed", ["new_signer"])]
    assert "Idris Bello agreed with this sign-off" in page(desk, address)
    assert "Idris Bello agreed with this sign-off" in page(desk, signed.get_absolute_url())


@pytest.mark.usefixtures("nothing_by_lot")
def test_the_address_does_not_say_what_is_recorded(desk: Client, signed: LogEntry) -> None:
    press(desk, f"{place(signed)}?why=too_quick&why=nonsense", signed, agree="1")
    assert Sample.objects.get().why == ["new_signer"]


def test_deciding_later_keeps_it_among_those_begun(desk: Client, signed: LogEntry, rosewood: Workplace) -> None:
    press(desk, place(signed), signed, later="1")
    shown = page(desk, f"/quality/{rosewood.pk}/")
    assert ("Begun, to be decided" in shown, "Nothing to sample now" in shown, Sample.objects.get().outcome) == (True, True, "waiting")
    assert "Decide later" not in page(desk, place(signed))
    press(desk, place(signed), signed, agree="1")
    assert Sample.objects.get().outcome == "agreed"


def test_everybody_concerned_sees_the_action_until_it_is_sent_again(desk: Client, signed: LogEntry, amina: User, grace: User) -> None:
    assert ask_for_action(desk, signed).status_code == 302
    for who, address, seen in [
        (amina, "/learn/", "A quality assurer asks for more work"),
        (amina, signed.get_absolute_url(), "What the quality assurer wrote"),
        (amina, signed.get_absolute_url(), "Say what she chose."),
        (grace, "/review/", "Action asked for"),
        (grace, signed.get_absolute_url(), "Say what she chose."),
    ]:
        desk.force_login(who)
        assert (who, address, seen in page(desk, address)) == (who, address, True)
    declare(entry_of(signed.log, "1.2"))
    assert "Action asked for" not in page(desk, "/review/")


def test_a_later_return_is_the_supervisors_own_word(desk: Client, signed: LogEntry, amina: User, grace: User) -> None:
    ask_for_action(desk, signed)
    declare(entry_of(signed.log, "1.2"))
    entry = entry_of(signed.log, "1.2")
    entry.send_back(by=grace, proof=just_now(), reason="And when?", seen=entry.version, submission=uuid4())
    desk.force_login(amina)
    shown = page(desk, signed.get_absolute_url())
    assert ("What your supervisor wrote" in shown, "And when?" in shown, "What the quality assurer wrote" in shown) == (True, True, False)
    desk.force_login(grace)
    assert "Action asked for" not in page(desk, "/review/")


def test_a_supervisor_of_another_home_hears_nothing(desk: Client, signed: LogEntry, tom: User) -> None:
    ask_for_action(desk, signed)
    desk.force_login(tom)
    assert "Action asked for" not in page(desk, "/review/")


@pytest.mark.parametrize(("reason", "told"), [("", "Enter what has to change"), ("x" * 1001, "Your text is too long")])
def test_action_needs_a_reason(desk: Client, signed: LogEntry, reason: str, told: str) -> None:
    shown = ask_for_action(desk, signed, reason).content.decode()
    assert (told in shown, "Error: " in shown, Sample.objects.count()) == (True, True, 0)


def test_a_reason_that_is_begun_is_kept(desk: Client, signed: LogEntry, idris: User) -> None:
    address = f"{place(signed)}action/"
    assert desk.post("/learn/drafts/", {"place": address, "reason": "Say wh"}).status_code == 200
    assert "Say wh" in page(desk, address)
    ask_for_action(desk, signed)
    assert Draft.at(address, by=idris) is None


def test_a_stale_page_is_told_so(desk: Client, signed: LogEntry) -> None:
    shown = desk.post(place(signed), {"seen": "1", "submission": str(uuid4()), "agree": "1"}).content.decode()
    assert ("1.2 has changed since you opened the page." in shown, Sample.objects.count()) == (True, 0)


def test_the_password_is_asked_for_again_after_ten_minutes(desk: Client, signed: LogEntry) -> None:
    proved_minutes_ago(desk, 11)
    assert 'type="password"' in page(desk, place(signed))
    assert "Error: " in press(desk, place(signed), signed, agree="1", password="a wrong guess").content.decode()
    assert Sample.objects.count() == 0
    assert press(desk, place(signed), signed, agree="1", password=PASSWORD).status_code == 302
    assert Sample.objects.get().outcome == "agreed"


def test_the_password_stands_on_the_page_for_action_too(desk: Client, signed: LogEntry) -> None:
    proved_minutes_ago(desk, 11)
    assert "Error: " in ask_for_action(desk, signed).content.decode()
    assert Sample.objects.count() == 0
    press(desk, f"{place(signed)}action/", signed, reason="Say more.", password=PASSWORD)
    assert Sample.objects.get().outcome == "action"


def test_ones_own_sign_off_has_no_such_page(client: Client, signed: LogEntry, grace: User, rosewood: Workplace) -> None:
    employ(grace, rosewood, Role.QUALITY_ASSURER)
    client.force_login(grace)
    assert [client.get(f"{place(signed)}{rest}").status_code for rest in ("", "action/")] == [404, 404]
    assert "Amina" not in page(client, f"/quality/{rosewood.pk}/")


def test_a_sign_off_that_was_taken_back_is_not_decided_on(desk: Client, signed: LogEntry, grace: User) -> None:
    signed.withdraw_sign_off(by=grace, proof=just_now(), reason="The wrong person.", seen=signed.version, submission=uuid4())
    shown = page(desk, place(signed))
    assert ("This sign-off was taken back. There is nothing to decide." in shown, "Agree with" in shown) == (True, False)
    assert "This sign-off was taken back." in press(desk, place(signed), entry_of(signed.log, "1.2"), agree="1").content.decode()


def test_what_happened_before_is_told_in_order(desk: Client, declared: LogEntry, grace: User) -> None:
    declared.send_back(by=grace, proof=just_now(), reason="Say what you did next.", seen=declared.version, submission=uuid4())
    declare(entry_of(declared.log, "1.2"))
    sign(entry_of(declared.log, "1.2"), grace)
    shown = page(desk, place(declared))
    told = [shown.index(words) for words in ["Sent for sign-off, Amina", "Returned, Grace", "Say what you did next.", "Signed off, Grace"]]
    assert told == sorted(told)


def test_somebody_with_one_workplace_goes_straight_there(
    desk: Client, signed: LogEntry, idris: User, rosewood: Workplace, birch: Workplace
) -> None:
    assert desk.get("/quality/")["Location"] == f"/quality/{rosewood.pk}/"
    employ(idris, birch, Role.QUALITY_ASSURER)
    shown = page(desk, "/quality/")
    assert ("1 sign-off to sample" in shown, "0 sign-offs to sample" in shown, "Birch Lodge" in shown) == (True, True, True)


def test_changing_the_plan_changes_what_is_chosen(desk: Client, signed: LogEntry, rosewood: Workplace) -> None:
    address = f"/quality/{rosewood.pk}/plan/"
    assert "Every workplace begins with this plan." in page(desk, address)
    assert "from 0 to 100" in desk.post(address, {"share": "101", "submission": str(uuid4())}).content.decode()
    desk.post(address, {"share": "0", "submission": str(uuid4())})
    assert "Nothing to sample now" in page(desk, f"/quality/{rosewood.pk}/")
    desk.post(address, {"share": "100", "risks": ["too_quick"], "submission": str(uuid4())})
    assert "Drawn by chance. The plan takes 100 in 100." in page(desk, f"/quality/{rosewood.pk}/")
    assert "Idris Bello made this plan on" in page(desk, address)
    assert [plan.risks for plan in SamplingPlan.objects.order_by("made_at")] == [[], ["too_quick"]]


def test_a_note_about_an_outcome_reaches_the_supervisors(desk: Client, signed: LogEntry, grace: User, rosewood: Workplace) -> None:
    address = f"/quality/{rosewood.pk}/note/?outcome={signed.outcome_id}&outcome=nonsense"
    assert "1.2 Explain matter number 2" in page(desk, address)
    sent = {"title": "What counts", "text": "Two different mornings.", "outcomes": [str(signed.outcome_id)], "submission": str(uuid4())}
    for _time in range(2):
        desk.post(address, sent)
    assert StandardisationNote.objects.count() == 1
    desk.force_login(grace)
    shown = page(desk, "/quality/notes/")
    assert ("Two different mornings." in shown, "Explain matter number 2" in shown, "Write a note" in shown) == (True, True, False)


def test_a_note_is_not_about_an_outcome_that_nobody_here_works_on(desk: Client, rosewood: Workplace, framework: Any) -> None:
    outcome = framework.outcomes.first()
    assert outcome.text not in page(desk, f"/quality/{rosewood.pk}/note/?outcome={outcome.pk}")


# Figures


def test_the_figures_of_a_workplace(desk: Client, signed: LogEntry, idris: User, rosewood: Workplace, birch: Workplace) -> None:
    ask_for_action(desk, signed)
    (line,) = report_of(rosewood, 12).by_signer
    assert line.cells == ["Grace Mwangi", 1, 1, 100, 0, 1, 0]
    assert [one.cells for one in report_of(rosewood, 12).by_outcome] == [
        ["1.2 Explain matter number 2 (Dementia care)", 1, 1, 100, 0, 1, 0]
    ]
    assert report_of(birch, 12).total.cells[1:] == [0, 0, 0, 0, 0, 0]
    page(desk, f"/quality/{rosewood.pk}/")  # where she is told what she did, by name
    shown = page(desk, f"/quality/{rosewood.pk}/report/")
    assert ("1 signed off, 1 sampled: 100 in 100." in shown, "Amina" in shown) == (True, False)


def test_the_manager_reads_the_figures_too_and_goes_back_to_her_own_page(
    desk: Client, client: Client, signed: LogEntry, priya: User, rosewood: Workplace
) -> None:
    address = f"/quality/{rosewood.pk}/report/"
    assert f'href="/quality/{rosewood.pk}/"' in page(desk, address)
    client.force_login(priya)
    shown = page(client, address)
    seen = ["1 signed off, none sampled yet.", f'href="/team/{rosewood.pk}/"', f'href="/quality/{rosewood.pk}/"']
    assert [words in shown for words in seen] == [True, True, False]
    assert f'href="{address}"' in page(client, f"/team/{rosewood.pk}/")


def test_a_report_is_of_its_months(desk: Client, signed: LogEntry, rosewood: Workplace) -> None:
    SignOff.objects.update(signed_at=timezone.now() - timedelta(days=120))
    assert [report_of(rosewood, months).total.signed for months in (3, 12)] == [0, 1]
    assert "No figures yet" in page(desk, f"/quality/{rosewood.pk}/report/?months=3")


def test_the_table_holds_the_same_and_runs_nothing(desk: Client, declared: LogEntry, rosewood: Workplace) -> None:
    hostile = person("hostile", "=HYPERLINK(“x”)")
    employ(hostile, rosewood, Role.SUPERVISOR)
    sign(declared, hostile)
    response = desk.get(f"/quality/{rosewood.pk}/report.csv")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[2] == "Supervisor,'=HYPERLINK(“x”),1,0,0,0,0,0"
    assert (response["Cache-Control"], response["X-Content-Type-Options"]) == ("no-store, private", "nosniff")
    assert response["Content-Disposition"].startswith('attachment; filename="quality-')


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "\u200b=1", "  =1", "\u200b＠x"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Grace Mwangi", "1.2 Explain", "", "a=b"])
def test_a_plain_cell_stays(text: str) -> None:
    assert neutral(text) == text


# The paper


def test_a_paper_shows_no_signature_after_action_and_the_one_before_is_told(desk: Client, signed: LogEntry) -> None:
    _export, code = issue(signed.log)
    assert finding_for(code).verdict == Verdict.VALID  # type: ignore[union-attr]
    ask_for_action(desk, signed)
    finding = finding_for(code)
    assert finding is not None
    assert finding.verdict == Verdict.WITHDRAWN
    signed.log.refresh_from_db()
    record = read_record(signed.log, export_id=uuid4(), code="A", issued_at=timezone.now())
    row = next(row for area in record.areas for row in area.rows if row.code == "1.2")
    assert (row.status, row.signature, row.practice_met_on, record.signatories) == ("Needs more work", None, None, ())


def test_looking_leaves_no_word_of_a_learner_in_the_address_or_the_log(desk: Client, signed: LogEntry) -> None:
    ask_for_action(desk, signed)
    assert LedgerEvent.objects.filter(payload__contains="Say what she chose").count() == 0
