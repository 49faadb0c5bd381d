"""Course and module pages, written in Wagtail."""

from functools import lru_cache
from typing import Any, ClassVar

from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageManager, PageViewRestriction, Revision, Site
from wagtail.query import PageQuerySet

from courses.activities import BLOCKS
from courses.activities.text import READING_FEATURES
from courses.models.framework import Framework, Outcome
from courses.module_form import ModuleForm
from courses.module_panels import ChecksPanel
from courses.outline import Outline, Step, outline_of

# One for all: it is empty, and is asked at every page, which costs something only the first time.
NOTHING_RESTRICTED = PageViewRestriction.objects.none()


class StepBlock(blocks.StructBlock):
    """One idea, one screen."""

    title = blocks.CharBlock(max_length=100, label=_("Title"))
    content = blocks.StreamBlock([(kind, block()) for kind, block in BLOCKS.items()], label=_("Content"), min_num=1)

    class Meta:
        icon = "doc-empty"
        label = _("Step")
        description = _("One idea on one screen")
        preview_value = {"title": "One morning at Rosewood House", "content": []}


class KnownAddress:
    """A page that knows its own address, and looks for restrictions only when there are any.

    At every link Wagtail looks in a cache for the addresses of all sites, and ours is a table;
    this product has one site. At every page it reads all ancestors to learn what restricts them.
    """

    url_path: str
    is_any_restricted = True  # unless the query that fetched the page has looked

    def get_url(self, request: HttpRequest | None = None, current_site: Site | None = None) -> str | None:
        """Return the address on this site; `url_path` begins with the home page's own part."""
        beyond_home = self.url_path.strip("/").partition("/")[2]
        return reverse("wagtail_serve", args=[f"{beyond_home}/"]) if beyond_home else super().get_url(request, current_site)  # type: ignore[misc]

    url = property(get_url)

    def get_view_restrictions(self) -> "models.QuerySet[PageViewRestriction]":
        """Return what keeps readers from this page: nothing at all on a site without restrictions."""
        return super().get_view_restrictions() if self.is_any_restricted else NOTHING_RESTRICTED  # type: ignore[misc]


class CourseIndexPage(KnownAddress, Page):
    """All courses, to choose from."""

    intro = RichTextField(blank=True, features=READING_FEATURES)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    subpage_types: ClassVar[list[str]] = ["courses.CoursePage"]
    max_count = 1
    template = "courses/index.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the courses."""
        courses = CoursePage.objects.child_of(self).live()
        return {**super().get_context(request, *args, **kwargs), "courses": courses}


class CourseQuerySet(PageQuerySet):
    """Fetches a course with its framework, unless only some columns are asked for: so the tree asks when a course is deleted."""

    def only(self, *fields: str) -> Any:
        """Leave the framework out."""
        return super(CourseQuerySet, self.select_related(None)).only(*fields)


class CourseManager(PageManager.from_queryset(CourseQuerySet)):  # type: ignore[misc]
    """Fetches a course with its framework, which every page about it names."""

    def get_queryset(self) -> Any:
        """Return all courses."""
        return super().get_queryset().select_related("framework")


class CoursePage(KnownAddress, Page):
    """A course: modules that teach one framework edition."""

    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="courses")
    summary = models.CharField(max_length=300)
    intro = RichTextField(blank=True, features=READING_FEATURES)
    pack_key = models.SlugField(max_length=60, blank=True, editable=False)
    pack_digest = models.CharField(max_length=64, blank=True, editable=False)
    authors = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    language = models.CharField(
        max_length=12, default="en-GB", help_text=_("The language it is written in, as browsers name it: en-GB, cy.")
    )

    objects = CourseManager()

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("framework"),
        FieldPanel("summary"),
        FieldPanel("intro"),
        FieldPanel("authors"),
        FieldPanel("licence"),
        FieldPanel("language"),
    ]
    parent_page_types: ClassVar[list[str]] = ["courses.CourseIndexPage"]
    subpage_types: ClassVar[list[str]] = ["courses.ModulePage"]
    template = "courses/course.html"

    def modules(self) -> "models.QuerySet[ModulePage]":
        """Return the modules anybody may take, in order."""
        return ModulePage.objects.child_of(self).live().order_by("path")

    def bring_modules_along(self) -> list["ModulePage"]:
        """Let modules that serve another edition serve the same codes of this one, and return those that lost an outcome by it.

        A module with unpublished changes keeps them unpublished.
        """
        lost = []
        for module in ModulePage.objects.child_of(self):
            codes = {outcome.code for outcome in module.outcomes.exclude(framework=self.framework)}
            if not codes:
                continue
            is_published_as_it_is = module.live and not module.has_unpublished_changes
            newest = module.get_latest_revision_as_object()
            newest.outcomes = list(self.framework.outcomes.filter(code__in=codes))
            revision = newest.save_revision()
            if is_published_as_it_is:
                revision.publish()
            if newest.outcomes.count() < len(codes):
                lost.append(module)
        return lost

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the modules."""
        return {**super().get_context(request, *args, **kwargs), "modules": self.modules()}


def steps_on_paper(stream: Any) -> list[dict[str, Any]]:
    """Return each step's title and its parts as HTML for paper."""
    return [
        {
            "title": step.value["title"],
            "printed": [part.block.printed(part.id, part.value) for part in step.value["content"]],
        }
        for step in stream
    ]


@lru_cache(maxsize=500)
def outline_of_revision(revision_id: int) -> Outline:
    """Return the steps of one revision of a module. Nobody can change an outline, so the requests of a process share it."""
    page = Revision.objects.get(pk=revision_id).as_object()
    return outline_of(page.steps, page.glossary)


@lru_cache(maxsize=100)
def paper_of_revision(revision_id: int) -> list[dict[str, Any]]:
    """Return the steps of one revision of a module, for paper."""
    return steps_on_paper(Revision.objects.get(pk=revision_id).as_object().steps)


class ModulePage(KnownAddress, RoutablePageMixin, Page):
    """A module: steps to take one at a time, mapped to outcomes."""

    summary = models.CharField(max_length=300)
    minutes = models.PositiveSmallIntegerField(default=20)
    aims = models.TextField(blank=True, help_text=_("One on each line. Each completes: After this module you will be able to …"))
    words = models.TextField(
        _("words explained"),
        blank=True,
        help_text=_("One on each line: the word, a colon, what it means. Shown in the steps in which it stands."),
    )
    afterword = models.TextField(
        _("words at the end"),
        blank=True,
        max_length=400,
        help_text=_("For a hard subject: who helps. It stands at the top of the page that says the module is finished."),
    )
    sources = models.TextField(blank=True, help_text=_("One on each line: where each fact comes from."))
    outcomes = ParentalManyToManyField(Outcome, blank=True, related_name="modules")
    steps = StreamField([("step", StepBlock())], min_num=1)
    pack_digest = models.CharField(max_length=64, blank=True, editable=False)

    content_panels: ClassVar[list[Any]] = [
        ChecksPanel(heading=_("Checks")),
        *Page.content_panels,
        FieldPanel("summary"),
        FieldPanel("minutes"),
        FieldPanel("aims"),
        FieldPanel("outcomes"),
        FieldPanel("steps"),
        FieldPanel("words"),
        FieldPanel("afterword"),
        FieldPanel("sources"),
        FieldPanel("knows_changes"),
    ]
    parent_page_types: ClassVar[list[str]] = ["courses.CoursePage"]
    subpage_types: ClassVar[list[str]] = []
    base_form_class = ModuleForm

    @property
    def preview_modes(self) -> list[tuple[str, Any]]:
        """Let an author see the opening page, every step, and the module on paper; the names are addresses below the page."""
        steps = [(f"step/{n}/", f"{n}. {step.value['title']}") for n, step in enumerate(self.steps, 1)]
        return [("", _("Opening page")), *steps, ("paper/", _("On paper"))]

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """Show one of the preview modes, as a learner finds it."""
        view, args, kwargs = self.resolve_subpage(f"/{mode_name}")
        response: HttpResponse = view(request, *args, **kwargs)
        return response

    @property
    def aim_list(self) -> list[str]:
        """Return what the learner will be able to do, one aim an item."""
        return self.aims.splitlines()

    @property
    def source_list(self) -> list[str]:
        """Return where the facts come from, one source an item."""
        return self.sources.splitlines()

    @property
    def glossary(self) -> list[tuple[str, str]]:
        """Return the words that are explained, each with what it means."""
        pairs = (line.partition(":") for line in self.words.splitlines())
        return [(word.strip(), means.strip()) for word, _colon, means in pairs if word.strip() and means.strip()]

    def outline(self) -> Outline:
        """Return the published steps as plain data, read once per revision."""
        if not self.live_revision_id or self.has_changed_since_published:
            return outline_of(self.steps, self.glossary)
        return outline_of_revision(self.live_revision_id)

    @property
    def has_changed_since_published(self) -> bool:
        """Whether this object holds an author's draft (a preview), not the published words."""
        return getattr(self, "_is_draft", False)

    def with_content_json(self, content: dict[str, Any]) -> "ModulePage":
        """Mark an object made from a revision, so that a preview never meets or fills the cache."""
        page: ModulePage = super().with_content_json(content)
        page._is_draft = True
        return page

    @path("")
    def opening(self, request: HttpRequest) -> HttpResponse:
        """Show what the module is about, how long it takes, and the way in."""
        return self._show(request, "courses/module.html", outline=self.outline(), course=self.course)

    @path("step/<int:number>/")
    def step(self, request: HttpRequest, number: int) -> HttpResponse:
        """Show one step."""
        step = self.outline().step(number)
        if step is None:
            raise Http404
        return self.show_step(request, step)

    @path("paper/")
    def paper(self, request: HttpRequest) -> HttpResponse:
        """Show the whole module on one page, to print."""
        is_draft = self.has_changed_since_published or not self.live_revision_id
        steps = steps_on_paper(self.steps) if is_draft else paper_of_revision(self.live_revision_id)
        return self._show(request, "courses/paper.html", steps=steps, course=self.course)

    @path("finished/")
    def finished(self, request: HttpRequest) -> HttpResponse:
        """Show the end of the module and what comes next."""
        return self.show_end(request)

    def show_end(self, request: HttpRequest, **more: Any) -> HttpResponse:
        """Render the end; `more` is what `show_step` takes."""
        return self._show(request, "courses/finished.html", outline=self.outline(), course=self.course, **more)

    def show_step(self, request: HttpRequest, step: Step, **more: Any) -> HttpResponse:
        """Render a step; `more` carries an answer just given by somebody who is not signed in, or its errors."""
        return self._show(request, "courses/step.html", outline=self.outline(), step=step, **more)

    def _show(self, request: HttpRequest, template: str, **more: Any) -> HttpResponse:
        context = {"page": self, "self": self, **more}
        return TemplateResponse(request, template, context)

    @cached_property
    def course(self) -> CoursePage:
        """Return the course this module belongs to."""
        return CoursePage.objects.get(path=self.path[: -self.steplen])
