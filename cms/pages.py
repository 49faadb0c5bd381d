"""Pages written in Wagtail, found in one query however deep they lie."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db import connection
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve

# Columns that authors and searches need and a reader's page does not. A module's steps are kept by
# revision (courses.ModulePage.outline). What is asked for all the same costs a query of its own, never an error.
NOT_FOR_READERS = {
    "alias_of",
    "draft_title",
    "expire_at",
    "expired",
    "first_published_at",
    "go_live_at",
    "has_unpublished_changes",
    "last_published_at",
    "latest_revision",
    "latest_revision_created_at",
    "locale",
    "locked",
    "locked_at",
    "locked_by",
    "owner",
    "search_description",
    "seo_title",
    "show_in_menus",
    "steps",
    "translation_key",
    "words",
}


# In SQL of our own: putting the same question together in Python took eight times as long as asking it.
STILL_STANDS = """SELECT 1 FROM wagtailcore_page
    WHERE id = %s AND url_path = %s AND live AND live_revision_id = %s
    AND NOT EXISTS (SELECT 1 FROM wagtailcore_pageviewrestriction)"""


@login_not_required
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at `path`, as Wagtail's own view does, with all its hooks.

    Wagtail loads the site, the home page and every page on the way, two queries each: half of what
    a step cost. We keep the page that was found, and ask only whether it still is what is published there.
    """
    if path:
        request._wagtail_route_for_request = _found(request, path)  # type: ignore[attr-defined]
    response: HttpResponse = serve(request, path)
    return response


def _found(request: HttpRequest, path: str) -> RouteResult | None:
    """Return what the deepest page on this address makes of the rest of it; None where nothing is."""
    kept: Page | None = caches["content"].get(f"page:{path}")
    if kept and _still_stands(kept):
        return _routed(request, path, kept)
    there = _look_up(path)
    result = _routed(request, path, there) if there else None
    if there and result and there.live_revision_id and not there.is_any_restricted:
        caches["content"].set(f"page:{path}", there)
    return result


def _still_stands(kept: Page) -> bool:
    """Return whether a page is still published, in the same words, at the same address, and no reader kept from any page."""
    with connection.cursor() as cursor:
        cursor.execute(STILL_STANDS, [kept.pk, kept.url_path, kept.live_revision_id])
        return cursor.fetchone() is not None


def _look_up(path: str) -> Any:
    names = path.strip("/").split("/")
    home = Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True).first()
    addresses = [f"{home}{'/'.join(names[:end])}/" for end in range(1, len(names) + 1)]
    deepest = Page.objects.filter(url_path__in=addresses).order_by("-depth").values_list("content_type", "pk").first()
    return _fetched(*deepest) if deepest else None


def _fetched(kind: int, pk: int) -> Any:
    """Fetch a page with what its readers see, and nothing that can change without a new revision of it."""
    model = ContentType.objects.get_for_id(kind).model_class()
    unused = NOT_FOR_READERS & {field.name for field in model._meta.concrete_fields}  # type: ignore[union-attr]
    pages = model._default_manager.filter(pk=pk).select_related(None).defer(*unused)  # type: ignore[union-attr]
    return pages.annotate(is_any_restricted=Exists(PageViewRestriction.objects.all())).first()


def _routed(request: HttpRequest, path: str, there: Any) -> RouteResult | None:
    """Let a page route the rest of the address. Only the page itself knows whether it is live."""
    beyond_home = there.url_path.strip("/").count("/")
    return there.route(request, path.strip("/").split("/")[beyond_home:])
