"""Listening to a step: offered where the device has a voice, paragraph by paragraph, and nowhere else."""

from typing import Any

import pytest
from playwright.sync_api import expect

from courses.models import ModulePage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("visit", ["phone"], indirect=True)]
STEP = "/courses/dementia-care/what-dementia-is/step/1/"
# A voice that says nothing and remembers what it was given: the machines of tests have none.
A_VOICE = """
window.spoken = [];
Object.defineProperty(window, "speechSynthesis", {value: {
  getVoices: () => [{lang: "en-GB", localService: true}], addEventListener() {}, cancel() {},
  speak(words) { spoken.push(words.text); setTimeout(() => words.onend(), 50); },
}});
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_a_step_is_read_paragraph_by_paragraph(visit: Any, module: ModulePage) -> None:
    her = visit()
    her.context.add_init_script(A_VOICE)
    page = her.open(STEP)
    page.get_by_role("button", name="Listen").click()
    expect(page.locator(".is-read")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Listen")).to_have_attribute("aria-pressed", "false")  # it has come to the end
    assert page.evaluate("spoken.slice(0, 4)") == [
        "Step 1 of 2",
        "One morning",
        "It is ten past seven.",
        "For you to think about. It is kept for you and never marked.",
    ]
    her.check()


def test_without_a_voice_nothing_is_offered(visit: Any, module: ModulePage) -> None:
    her = visit()
    her.context.add_init_script(A_VOICE.replace('[{lang: "en-GB", localService: true}]', "[]"))
    expect(her.open(STEP).get_by_text("Listen")).to_be_hidden()
