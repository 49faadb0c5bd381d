"""Pages for authors in Wagtail's admin."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from courses.coverage import coverage_of
from courses.models import CoursePage, Framework, ModulePage
from progress.how_questions_do import how_questions_do


def courses(request: HttpRequest) -> HttpResponse:
    """List the courses, each with the share of its outcomes that is covered."""
    found = [coverage_of(course) for course in CoursePage.objects.live().order_by("path")]
    return render(request, "cms/authoring/courses.html", {"coverages": found})


def coverage(request: HttpRequest, course_id: int) -> HttpResponse:
    """Show outcomes × modules: taught, checked and practised, with the gaps."""
    course = get_object_or_404(CoursePage, pk=course_id)
    return render(request, "cms/authoring/coverage.html", {"coverage": coverage_of(course)})


def questions(request: HttpRequest, module_id: int) -> HttpResponse:
    """Show how many got each question right first time, and which wrong answer they chose."""
    module = get_object_or_404(ModulePage, pk=module_id)
    return render(request, "cms/authoring/questions.html", {"module": module, "doings": how_questions_do(module)})


@permission_required("courses.add_framework", raise_exception=True)
def new_edition(request: HttpRequest, framework_id: UUID) -> HttpResponse:
    """Copy a framework under the name of a new edition, which may then be changed."""
    framework = get_object_or_404(Framework, pk=framework_id)
    edition = request.POST.get("edition", "").strip()
    error = ""
    if request.method == "POST":
        try:
            copy = framework.new_edition(edition)
            messages.success(
                request, _("%(label)s is there. Change it as you need; the edition before stays as it is.") % {"label": copy.label}
            )
            return redirect("wagtailsnippets_courses_framework:edit", copy.pk)
        except ValidationError as refused:
            error = " ".join(refused.messages)
    return render(request, "cms/authoring/new_edition.html", {"framework": framework, "edition": edition, "error": error})
