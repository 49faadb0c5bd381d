"""Make the pages every site begins with: home, courses, help, about. Run again, it changes nothing."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Page, Site

from cms.authoring.groups import give_authors_their_tools
from cms.models import HomePage, TextPage
from courses.models import CourseIndexPage

HELP = """
<h2>I cannot sign in</h2>
<p>Check your username first. It may not be your e-mail address. Ten wrong passwords lock the account for five minutes.</p>
<p>If you gave us an e-mail address, choose “I forgot my password”. If not, ask your manager for a password code.</p>
<h2>I have no account</h2>
<p>Ask your manager for a join code. Then choose “I have a join code” on the first page.</p>
<h2>My signal is weak</h2>
<p>Wait until the page says “Saved”. If you were signed out, sign in again: your words are still there for 15 minutes.</p>
<h2>My supervisor has not answered</h2>
<p>Your outcome stays on their list, oldest first. You can add more evidence while you wait.</p>
<h2>My outcome came back</h2>
<p>Open it in your log. It says what your supervisor needs. Add evidence, then send it again.</p>
<h2>I change my job</h2>
<p>Your log is yours. Download the PDF at any time. Your old employer no longer sees your log when you leave.</p>
"""
ABOUT = """
<p>Countersign helps people who work in adult social care to learn, to show what they can do, and to have it signed off.</p>
<p>It is free software. Nobody pays with their data: nothing on these pages loads from anywhere else.</p>
<h2>What a progress log is</h2>
<p>A progress log shows which outcomes a supervisor has signed off, and on what evidence. You can put it in your NVQ portfolio.</p>
<p>It is not an award and not an assessment decision. An assessor from a qualification centre judges the portfolio.</p>
<h2>Whose words these are</h2>
<p>The dementia care set here is an example edition in our own words. It is not the wording of any published knowledge set.</p>
"""


class Command(BaseCommand):
    """`manage.py make_site`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing, in one transaction."""
        with transaction.atomic():
            home = HomePage.objects.first() or self._home()
            if not CourseIndexPage.objects.exists():
                intro = "<p>Free to read for everybody. Sign in to keep your answers.</p>"
                self._publish(home, CourseIndexPage(title="Courses", slug="courses", intro=intro))
            for slug, title, body in [("help", "Help", HELP), ("about", "About Countersign", ABOUT)]:
                if not TextPage.objects.filter(slug=slug).exists():
                    self._publish(home, TextPage(title=title, slug=slug, body=body))
            give_authors_their_tools()

    def _publish(self, parent: Page, page: Page) -> None:
        """Put a page below another, with a first revision: authors can come back to it, and it is kept in memory by it."""
        parent.add_child(instance=page)
        page.save_revision().publish()

    def _home(self) -> HomePage:
        """Put our home page where Wagtail's welcome page stands."""
        root = Page.objects.get(depth=1)
        home = root.add_child(
            instance=HomePage(
                title="Learn it. Show it. Have it signed off.",
                slug="countersign",
                intro="Short lessons in dementia care for people who work in adult social care. Free to read, on any phone.",
            )
        )
        Site.objects.update_or_create(is_default_site=True, defaults={"hostname": "localhost", "port": 80, "root_page": home})
        Page.objects.filter(depth=2, slug="home").exclude(pk=home.pk).delete()
        return HomePage.objects.get(pk=home.pk)
