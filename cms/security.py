"""What the site tells browsers to refuse, page by page."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

Answer = Callable[[HttpRequest], HttpResponse]


class AdminIsForAuthors:
    """For everybody who is signed in and does not write courses, the authors' admin does not exist (trust.md 10)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/admin/") and request.user.is_authenticated and not request.user.is_staff:
            raise Http404
        return self.get_response(request)


class CompressPages(GZipMiddleware):
    """Send pages compressed: a log of 60 outcomes is 64 KB, and care homes have weak signal.

    Compression beside a secret can give the secret away, letter by letter, to who can put guesses into the
    same page and watch its length (BREACH). The secrets here are the CSRF token, which Django masks anew in every
    answer; other sites cannot make signed-in requests (SameSite cookies)
    except by opening a page; and Django adds up to 100 random bytes. Files are left as they are.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress HTML and nothing else."""
        is_page = response.get("Content-Type", "").startswith("text/html")
        return super().process_response(request, response) if is_page else response


class KeepPersonalPagesPrivate:
    """No shared computer keeps a copy of a page that was made for one person."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # A course's pictures are the same for everybody: a phone on weak signal fetches each of them once.
        if not request.path.startswith(settings.MEDIA_URL) and request.user.is_authenticated:
            response["Cache-Control"] = "no-store, private"
        if request.path.startswith("/admin/"):
            response._csp_replace = settings.ADMIN_CONTENT_SECURITY_POLICY  # type: ignore[attr-defined]
            response["X-Frame-Options"] = "SAMEORIGIN"
        return response
