"""Every address of the site, on one screen."""

from allauth.mfa.webauthn import views as passkeys
from django.contrib.auth.decorators import login_not_required
from django.db.transaction import atomic
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

# Of allauth's pages of passkeys those we use. A passkey and the line that says who added it are written together.
PASSKEYS = [
    path("", passkeys.list_webauthn, name="mfa_list_webauthn"),
    path("added/", RedirectView.as_view(pattern_name="mfa_list_webauthn"), name="mfa_index"),
    path("add/", atomic(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("<int:pk>/remove/", atomic(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("sign-in/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
]

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
    path("accounts/passkeys/", include(PASSKEYS)),
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
