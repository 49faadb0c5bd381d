"""Units of other qualifications: what the paper says of them, and a portfolio of the outcomes of one alone."""

import io
import json
import re
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from courses.models import OutcomeLink, Unit
from people.models import User
from progress.models import ProgressLog
from reports import tasks
from reports.attached import record_json
from reports.models import LogExport, Pack
from reports.record import Link
from reports.record import Unit as UnitOnPaper
from reports.rendering import render_pdf
from tests.cast import add_account, entry_of, make_framework
from tests.reports.test_bundle import own_key as own_key
from tests.reports.test_paper import pages_of
from tests.reports.test_portfolio import made
from tests.reports.test_portfolio_pdf import content_of
from tests.reports.test_record import read, sign_it
from tests.reports.test_seal import own_seal as own_seal

CERTIFICATE = "Care Certificate, March 2025"


def link(log: ProgressLog, unit: Unit, code: str, strength: str = "whole") -> OutcomeLink:
    outcome = log.framework.outcomes.get(code=code)
    return OutcomeLink.objects.create(unit=unit, outcome=outcome, strength=strength, why="You can say why.")


@pytest.fixture
def awareness(log: ProgressLog) -> Unit:
    """A unit that all of 1.1 and a part of 1.3 may help to show."""
    unit = Unit.objects.create(qualification=CERTIFICATE, code="Standard 9", title="Awareness of dementia")
    link(log, unit, "1.3", "part")
    link(log, unit, "1.1")
    return unit


@pytest.fixture
def filled(log: ProgressLog, grace: User) -> ProgressLog:
    """Amina's log: 1.1 and 1.2 signed off, each for an account of its own."""
    sign_it(log, "1.1", grace)
    sign_it(log, "1.2", grace)
    return log


# On the paper


def test_the_record_names_each_unit_with_the_outcomes_in_their_order(log: ProgressLog, awareness: Unit) -> None:
    links = (Link("1.1", is_whole=True, why="You can say why."), Link("1.3", is_whole=False, why="You can say why."))
    assert read(log).units == (UnitOnPaper(CERTIFICATE, "Standard 9", "Awareness of dementia", links),)


def test_a_unit_of_another_edition_is_not_named(log: ProgressLog) -> None:
    other = make_framework(3, key="other")
    unit = Unit.objects.create(qualification=CERTIFICATE, code="Standard 1", title="Something else")
    OutcomeLink.objects.create(unit=unit, outcome=other.outcomes.get(code="1.1"), why="You can say why.")
    assert read(log).units == ()


def test_three_units_cost_the_queries_of_one(log: ProgressLog, awareness: Unit) -> None:
    with CaptureQueriesContext(connection) as one:
        read(log)
    for number in (3, 10):
        unit = Unit.objects.create(qualification=CERTIFICATE, code=f"Standard {number}", title="Another")
        link(log, unit, "1.1")
        link(log, unit, "1.2")
    with CaptureQueriesContext(connection) as three:
        assert [unit.code for unit in read(log).units] == ["Standard 3", "Standard 9", "Standard 10"]
    assert len(three) == len(one)


def test_the_paper_says_what_is_signed_for_a_unit_and_that_it_decides_nothing(filled: ProgressLog, awareness: Unit) -> None:
    text = " ".join(" ".join(pages_of(render_pdf(read(filled)))).split())
    assert "Standard 9 Awareness of dementia Care Certificate, March 2025 1.1 in part: 1.3" in text
    assert "nobody who publishes or awards them has looked at it, and a sign-off here achieves none of them" in text


def test_programs_read_the_same(log: ProgressLog, awareness: Unit) -> None:
    said = json.loads(record_json(read(log)))["units"]
    outcomes = [{"code": "1.1", "strength": "whole"}, {"code": "1.3", "strength": "part"}]
    assert said == [{"qualification": CERTIFICATE, "code": "Standard 9", "title": "Awareness of dementia", "outcomes": outcomes}]


def test_a_paper_is_made_again_when_an_author_changed_the_links(log: ProgressLog, awareness: Unit) -> None:
    first = LogExport.request(log, by=log.learner)
    tasks.render_log(str(first.pk))
    assert LogExport.request(log, by=log.learner) == first
    link(log, awareness, "1.2")
    second = LogExport.request(log, by=log.learner)
    tasks.render_log(str(second.pk))
    assert second != first
    assert LogExport.request(log, by=log.learner) == second
    OutcomeLink.objects.all().delete()
    assert LogExport.still_true_for(log) is None


# A portfolio of one unit


def text_of(pack: Pack) -> str:
    assert pack.is_ready, pack.last_error
    return " ".join(" ".join(pages_of(content_of(pack))).split())


def test_one_pdf_has_its_outcomes_and_their_evidence_and_no_others(filled: ProgressLog, awareness: Unit) -> None:
    text = text_of(made(Pack.request(filled, by=filled.learner, form=Pack.Form.PDF, unit=awareness)))
    assert "Only the outcomes that may help to show Standard 9 Awareness of dementia, Care Certificate, March 2025." in text
    assert "1 of 2 outcomes signed off by" in text
    assert [code for code in ("1.1", "1.2", "1.3") if f"{code} {entry_of(filled, code).outcome.text}" in text] == ["1.1", "1.3"]
    assert [title for title in ("Account for 1.1", "Account for 1.2") if title in text] == ["Account for 1.1"]


def test_it_is_never_called_complete_for_the_log_is_not(filled: ProgressLog, awareness: Unit) -> None:
    OutcomeLink.objects.get(outcome__code="1.3").delete()
    text = text_of(made(Pack.request(filled, by=filled.learner, form=Pack.Form.PDF, unit=awareness)))
    assert ("1 of 1 outcomes signed off by" in text, "complete" in text) == (True, False)


def test_a_zip_has_the_pages_of_its_evidence_the_whole_log_and_not_her_other_words(filled: ProgressLog, awareness: Unit) -> None:
    pack = made(Pack.request(filled, by=filled.learner, unit=awareness))
    opened = ZipFile(io.BytesIO(content_of(pack)))
    assert sorted(opened.namelist()) == [
        "evidence/E1.html",
        "index.html",
        "outcomes.csv",
        "progress-log.pdf",
        "style.css",
        "verify_log.py",
    ]
    with pack.export.file.open("rb") as paper:  # type: ignore[union-attr]
        assert opened.read("progress-log.pdf") == paper.read()
    assert [line.split(b",")[0] for line in opened.read("outcomes.csv").splitlines()[1:]] == [b"1.1", b"1.3"]
    assert "What this is for" in opened.read("index.html").decode()


def test_a_piece_keeps_the_name_it_has_in_the_log(filled: ProgressLog, log: ProgressLog) -> None:
    unit = Unit.objects.create(qualification=CERTIFICATE, code="Standard 5", title="Another")
    link(log, unit, "1.2")
    opened = ZipFile(io.BytesIO(content_of(made(Pack.request(filled, by=filled.learner, unit=unit)))))
    assert [name for name in opened.namelist() if name.startswith("evidence/")] == ["evidence/E2.html"]
    assert "Account for 1.2" in opened.read("evidence/E2.html").decode()


def test_each_choice_is_a_pack_of_its_own(filled: ProgressLog, awareness: Unit) -> None:
    whole = made(Pack.request(filled, by=filled.learner))
    unit = made(Pack.request(filled, by=filled.learner, unit=awareness))
    assert (Pack.request(filled, by=filled.learner), Pack.request(filled, by=filled.learner, unit=awareness)) == (whole, unit)
    add_account(entry_of(filled, "1.3"))
    newer = made(Pack.request(filled, by=filled.learner, unit=awareness))
    assert set(Pack.objects.all()) == {whole, newer}  # only the older one of its kind went


def test_its_file_says_which_unit_it_is_for(filled: ProgressLog, awareness: Unit) -> None:
    pack = made(Pack.request(filled, by=filled.learner, unit=awareness))
    assert pack.file_name.startswith("portfolio-amina-okafor-standard-9-")


def test_a_unit_that_an_author_deleted_meanwhile_makes_no_whole_portfolio(filled: ProgressLog, awareness: Unit) -> None:
    pack = Pack.request(filled, by=filled.learner, unit=awareness)
    awareness.delete()
    pack = made(pack)
    assert (pack.is_ready, pack.last_error) == (False, "NoSuchUnit")


def test_she_chooses_it_on_the_page_of_her_log(client: Client, filled: ProgressLog, awareness: Unit) -> None:
    client.force_login(filled.learner)
    page = client.get(filled.get_absolute_url()).content.decode()
    assert f'<option value="{awareness.pk}">Standard 9 Awareness of dementia (2)</option>' in page
    client.post(f"/logs/{filled.pk}/pack/", {"form": "pdf", "unit": awareness.pk})
    assert [(pack.form, pack.unit) for pack in Pack.objects.all()] == [("pdf", awareness)]


def test_a_unit_that_the_edition_has_no_link_to_is_told_on_the_page_of_the_log(client: Client, filled: ProgressLog) -> None:
    unit = Unit.objects.create(qualification=CERTIFICATE, code="Standard 1", title="Something else")
    client.force_login(filled.learner)
    answer = client.post(f"/logs/{filled.pk}/pack/", {"form": "pdf", "unit": unit.pk}, follow=True)
    assert answer.redirect_chain == [(filled.get_absolute_url(), 302)]
    assert "Choose again which outcomes go in." in answer.content.decode()
    assert not Pack.objects.exists()


def test_her_page_of_an_outcome_says_where_else_it_may_help_and_nobody_elses_does(
    client: Client, filled: ProgressLog, awareness: Unit, grace: User
) -> None:
    page = f"{filled.get_absolute_url()}1.3/"
    said = {}
    for person in (filled.learner, grace):
        client.force_login(person)
        said[person.username] = "Where else it may help you" in client.get(page).content.decode()
    assert said == {"amina": True, "grace": False}


def test_they_stand_there_in_the_order_of_their_publisher(client: Client, filled: ProgressLog, awareness: Unit) -> None:
    for code in ("Standard 10", "Standard 2"):
        link(filled, Unit.objects.create(qualification=CERTIFICATE, code=code, title="Something else"), "1.3")
    client.force_login(filled.learner)
    page = client.get(f"{filled.get_absolute_url()}1.3/").content.decode()
    assert re.findall(r"<li><b>(Standard \d+)", page) == ["Standard 2", "Standard 9", "Standard 10"]
