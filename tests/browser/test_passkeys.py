"""With a passkey, in a real browser: added, signed in with, and a decision signed; and what happens when it does not answer."""

import json
from typing import Any

import pytest

from people.models import User
from progress.models import LogEntry
from progress.verification import verify
from progress.verification.passkeys import wrong_with_passkey
from tests.browser.conftest import Visitor
from tests.browser.test_evidence_files import everybody_signed_in_long_ago
from tests.cast import PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


class Device:
    """The phone's own passkeys, as Chromium plays them."""

    def __init__(self, visitor: Visitor) -> None:
        self.tools = visitor.context.new_cdp_session(visitor.page)
        self.tools.send("WebAuthn.enable")
        self.number = self.tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def knows_her(self, does: bool) -> None:
        self.tools.send("WebAuthn.setUserVerified", {"authenticatorId": self.number, "isUserVerified": does})


def a_passkey_for(visitor: Visitor) -> None:
    visitor.open("/accounts/passkeys/")
    visitor.press("Add a passkey")
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.press("Continue")
    visitor.page.get_by_role("button", name="Make a passkey").click()
    visitor.page.get_by_text("Your passkey is added.").wait_for()
    visitor.check()


def to_the_signature(visitor: Visitor, entry: LogEntry) -> None:
    visitor.open(f"/review/{entry.log_id}/")
    visitor.page.get_by_label("Sign off", exact=True).check()
    visitor.page.get_by_label("If you sign off: how was it shown?").select_option("observation")
    visitor.press("Check before signing")


def state(entry: LogEntry) -> str:
    entry.refresh_from_db()
    return entry.state


@pytest.mark.parametrize("visit", ["phone", "desk"], indirect=True)
def test_a_passkey_opens_the_door_and_signs_a_decision(visit: Any, grace: User, declared: LogEntry) -> None:
    her = visit()
    Device(her)
    her.sign_in(grace)
    a_passkey_for(her)
    her.page.get_by_role("button", name="Sign out").click()
    her.open("/accounts/login/")
    her.page.get_by_role("button", name="Use a passkey").click()
    her.page.wait_for_url("**/review/")
    to_the_signature(her, declared)
    her.page.get_by_role("button", name="Sign off outcome 1.2").click()
    her.page.wait_for_url("**/done/**")
    her.check()
    event = declared.events.get(type="signed_off")
    payload = json.loads(event.payload)
    assert (state(declared), payload["data"]["proof"]["kind"], wrong_with_passkey(payload)) == ("signed_off", "passkey", None)
    assert verify().findings == []
    her.open("/accounts/passkeys/")
    her.press("Remove")
    her.page.get_by_label("Password", exact=True).fill(PASSWORD)
    her.press("Continue")
    her.press("Remove this passkey")
    assert "You have no passkey yet." in her.page.inner_text("main")


@pytest.mark.parametrize("visit", ["phone"], indirect=True)
def test_when_the_passkey_does_not_answer_the_password_signs(visit: Any, grace: User, declared: LogEntry) -> None:
    her = visit()
    device = Device(her)
    her.sign_in(grace)
    a_passkey_for(her)
    everybody_signed_in_long_ago()
    to_the_signature(her, declared)
    assert her.page.get_by_label("Your password").is_hidden()
    device.knows_her(False)
    her.page.get_by_role("button", name="Sign off outcome 1.2").click()
    her.page.get_by_text("Your passkey did not answer.").wait_for()
    her.check()
    assert state(declared) == "declared"
    her.page.get_by_role("button", name="Use my password instead").click()
    her.page.get_by_label("Your password").fill(PASSWORD)
    her.press("Sign off outcome 1.2")
    assert state(declared) == "signed_off"
