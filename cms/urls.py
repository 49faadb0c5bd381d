"""Every address of the site, on one screen."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from cms import theme, views
from cms.media import media
from cms.pages import page
from cms.unsent import unsent


@login_not_required
def no_such_page(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Close a door of Wagtail's that would open beside ours."""
    raise Http404


ONE_DOOR = login_not_required(RedirectView.as_view(pattern_name="account_login", query_string=True))

urlpatterns = [
    path("health/", views.health, name="health"),
    path("start/", views.start, name="start"),
    path("theme/<slug:colour>.css", theme.style_sheet, name="theme"),
    path("unsent/", unsent, name="unsent"),
    # One sign-in door (trust.md 1): Wagtail's own, its password pages and its user management stay shut.
    path("admin/login/", ONE_DOOR),
    path("_util/login/", ONE_DOOR),
    re_path(r"^admin/(password_reset|users|groups)/(?P<rest>.*)$", no_such_page),
    path("admin/", include(wagtailadmin_urls)),
    re_path(r"^accounts/(signup|email|confirm-email|login/code|3rdparty|social)/(?P<rest>.*)$", no_such_page),
    path("accounts/", include("allauth.account.urls")),
    *decorate_urlpatterns(
        [
            path("documents/", include(wagtaildocs_urls)),
            path("media/<path:path>", media, name="media"),
        ],
        login_not_required,
    ),
    path("", include("people.urls")),
    path("", include("progress.urls")),
    path("", include("reports.urls")),
    re_path(wagtail_urls.serve_pattern, page),
    *decorate_urlpatterns([path("", include(wagtail_urls))], login_not_required),
]
