"""Pages written in Wagtail, found in one query however deep they lie."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve

Known = tuple[int, int, str]  # content type, number, and the whole address a page had when it was found

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
}


@login_not_required
def page(request: HttpRequest, path: str) -> HttpResponse:
    """Show the page at `path`, as Wagtail's own view does, with all its hooks.

    Wagtail loads the site, the home page and every page on the way, two queries each: half of what
    a step cost. We look the page up by its whole address, remember its number, and hand it over as found.
    """
    if path:
        request._wagtail_route_for_request = _found(request, path)  # type: ignore[attr-defined]
    response: HttpResponse = serve(request, path)
    return response


def _found(request: HttpRequest, path: str) -> RouteResult | None:
    """Return what the deepest page on this address makes of the rest of it; None where nothing is."""
    known: Known | None = caches["content"].get(f"page:{path}")
    if known and (result := _routed(request, path, known)):
        return result
    known = _look_up(path)
    result = _routed(request, path, known) if known else None
    if result:
        caches["content"].set(f"page:{path}", known)
    return result


def _look_up(path: str) -> Known | None:
    names = path.strip("/").split("/")
    home = Site.objects.filter(is_default_site=True).values_list("root_page__url_path", flat=True).first()
    addresses = [f"{home}{'/'.join(names[:end])}/" for end in range(1, len(names) + 1)]
    pages = Page.objects.filter(url_path__in=addresses).order_by("-depth")
    found: Known | None = pages.values_list("content_type_id", "pk", "url_path").first()
    return found


def _routed(request: HttpRequest, path: str, known: Known) -> RouteResult | None:
    """Fetch the page and let it route the rest; None when it has gone or moved since. Only the page itself knows whether it is live."""
    kind, pk, address = known
    model = ContentType.objects.get_for_id(kind).model_class()
    unused = NOT_FOR_READERS & {field.name for field in model._meta.concrete_fields}  # type: ignore[union-attr]
    pages = model._default_manager.filter(pk=pk, url_path=address).defer(*unused)  # type: ignore[union-attr]
    there: Any = next(iter(pages.annotate(is_any_restricted=Exists(PageViewRestriction.objects.all()))), None)
    beyond_home = address.strip("/").count("/")
    return there.route(request, path.strip("/").split("/")[beyond_home:]) if there else None
