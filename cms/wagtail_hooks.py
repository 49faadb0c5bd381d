"""What Wagtail's admin shows of ours."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import ListingButton
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from cms.authoring import views
from cms.authoring.frameworks import IN_USE, Frameworks
from cms.authoring.ledger_panel import LedgerPanel
from courses.models import Area, CoursePage, Framework, ModulePage, Outcome
from progress.models import Answer, ModulePlace

register_snippet(Frameworks)


@hooks.register("register_admin_urls")
def addresses() -> list[URLPattern]:
    """Give the authors' pages their addresses, behind the admin's door."""
    return [
        path("coverage/", views.courses, name="authoring_courses"),
        path("coverage/<int:course_id>/", views.coverage, name="authoring_coverage"),
        path("questions/<int:module_id>/", views.questions, name="authoring_questions"),
        path("frameworks/<uuid:framework_id>/new-edition/", views.new_edition, name="authoring_new_edition"),
    ]


@hooks.register("register_reports_menu_item")
def coverage_in_the_menu() -> MenuItem:
    """Offer coverage among the reports."""
    return MenuItem(_("Coverage"), reverse("authoring_courses"), icon_name="tasks", order=100)


@hooks.register("construct_homepage_panels")
def records_on_the_first_page(request: HttpRequest, panels: list[Any]) -> None:
    """Tell whoever runs the site, and nobody who only writes, whether the records are whole."""
    if request.user.is_superuser:
        panels.append(LedgerPanel())


@hooks.register("insert_global_admin_js")
def filter_of_outcomes() -> str:
    """Load what filters outcomes; a module, so that it waits for the page."""
    return format_html('<script type="module" src="{}"></script>', static("js/author.js"))


@hooks.register("register_snippet_listing_buttons")
def new_edition_in_the_list(snippet: Any, user: Any, next_url: str | None = None) -> Iterable[ListingButton]:
    """Offer a new edition of each framework."""
    if isinstance(snippet, Framework) and user.has_perm("courses.add_framework"):
        yield ListingButton(_("New edition"), reverse("authoring_new_edition", args=[snippet.pk]), icon_name="copy", priority=20)


@hooks.register("before_delete_snippet")
def keep_what_is_in_use(request: HttpRequest, instances: list[Any]) -> HttpResponse | None:
    """Refuse to delete any part of an edition that a record rests on."""
    frameworks = [
        thing if isinstance(thing, Framework) else thing.framework for thing in instances if isinstance(thing, (Framework, Area, Outcome))
    ]
    if not any(framework.frozen_at for framework in frameworks):
        return None
    messages.error(request, IN_USE)
    return redirect("wagtailsnippets_courses_framework:list")


@hooks.register("before_delete_page")
def keep_what_was_taken(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Refuse to delete a module, or a page with modules under it, that somebody's answers or place rest on."""
    if request.method != "POST":
        return None
    below = ModulePage.objects.filter(path__startswith=page.path)
    if not Answer.objects.filter(module__in=below).exists() and not ModulePlace.objects.filter(module__in=below).exists():
        return None
    messages.error(request, _("Somebody has taken this module. Unpublish it instead: it is then no longer shown, and every record stays."))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_what_was_taken_in_bulk(request: HttpRequest, action: str, pages: Any, view: Any) -> HttpResponse | None:
    """Refuse the same when several pages are deleted at once."""
    if action != "delete" or view.models != [Page]:
        return None
    return next((response for page in pages if (response := keep_what_was_taken(request, page))), None)


@hooks.register("after_publish_page")
def bring_modules_along(request: HttpRequest, page: Any) -> None:
    """When a course turns to another edition, its modules do too."""
    if not isinstance(page.specific, CoursePage):
        return
    for module in page.specific.bring_modules_along():
        messages.warning(
            request, _("“%(title)s” served an outcome that this edition does not have. Look at its outcomes.") % {"title": module.title}
        )
