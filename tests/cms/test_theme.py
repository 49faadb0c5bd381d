"""An employer's own look: a colour that can be read, a name and a logo, on every page."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import Client

from cms.authoring.groups import AUTHORS, REVIEWERS
from cms.models import Picture, SiteSettings
from cms.theme import contrast
from courses.models import ModulePage
from tests.cast import person

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="12"/></svg>'


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("#000000", "#ffffff", 21.0), ("#767676", "#ffffff", 4.54), ("#0e504d", "#0e504d", 1.0)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert round(contrast(one, other), 2) == round(contrast(other, one), 2) == expected


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("colour", "says"),
    [
        ("#7a1f5c", None),
        ("#ff8800", "This colour cannot be read on white: its contrast is 2.4, and it needs 4.5. Choose a darker one."),
        ("#767676", "This colour cannot be read on the colour of the page: its contrast is 4.1, and it needs 4.5. Choose a darker one."),
        ("teal", "Write the colour as # and six letters or digits, such as #0e504d."),
        ("#0e504d;}", None),
    ],
)
def test_a_colour_is_checked_when_it_is_chosen(module: ModulePage, colour: str, says: str | None) -> None:
    chosen = SiteSettings.for_site(module.get_site())
    chosen.colour = colour
    if colour == "#7a1f5c":
        chosen.full_clean()
        return
    with pytest.raises(ValidationError) as refused:
        chosen.full_clean()
    assert says is None or says in refused.value.message_dict["colour"]


def test_colour_name_and_logo_stand_on_every_page(client: Client, module: ModulePage) -> None:
    logo = Picture.objects.create(title="Logo", file=ContentFile(LOGO, "logo.svg"), width=32, height=32)
    settings = SiteSettings.for_site(module.get_site())
    settings.name, settings.colour, settings.logo = "Rosewood learns", "#7a1f5c", logo
    settings.save()
    caches["content"].clear()
    page = client.get("/courses/").content.decode()
    assert ['href="/theme/7a1f5c.css"' in page, "Rosewood learns</a>" in page, logo.file.url in page] == [True] * 3
    sheet = client.get("/theme/7a1f5c.css")
    assert "--accent:#7a1f5c;" in sheet.content.decode()
    assert (sheet["Content-Type"], "immutable" in sheet["Cache-Control"]) == ("text/css", True)


@pytest.mark.parametrize(("group", "status"), [(REVIEWERS, 200), (AUTHORS, 302)])
def test_reviewers_change_the_look_and_authors_do_not(client: Client, module: ModulePage, group: str, status: int) -> None:
    user = person("rosa", "Rosa Reviewer")
    user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    site = module.get_site().pk
    assert client.get(f"/admin/settings/cms/sitesettings/{site}/").status_code == status
    sent = {"name": "Rosewood learns", "colour": "#ff8800", "help_email": "", "help_phone": "", "logo": ""}
    page = client.post(f"/admin/settings/cms/sitesettings/{site}/", sent)
    assert ("cannot be read on white" in page.content.decode(), SiteSettings.for_site(module.get_site()).colour) == (status == 200, "")


@pytest.mark.django_db
@pytest.mark.parametrize("colour", ["ff8800", "red", "7a1f5", "7a1f5c0"])
def test_no_other_colour_has_a_style_sheet(client: Client, colour: str) -> None:
    assert client.get(f"/theme/{colour}.css").status_code == 404
