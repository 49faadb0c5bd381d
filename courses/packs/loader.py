"""Put a pack into the site: its framework, its course, its modules. All of it, or nothing."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from courses.models import Area, CourseIndexPage, CoursePage, Framework, ModulePage, Outcome
from courses.packs.contents import about_data, digest, framework_data, pack_digest, page_digest
from courses.packs.files import keep_file
from courses.packs.problems import PackRefused, Problem
from courses.packs.reader import Pack
from courses.packs.steps import files_in, stream_of
from courses.packs.units import load_units

# A framework that records rest on keeps its words for good; only its standing may change.
MAY_STILL_CHANGE = ("status",)

# What somebody must bring before it is signed stays as it was when she began; a pack that asks for something else is no reason to refuse it.
NEEDS = ("evidence_needed", "evidence_kinds", "evidence_months")


@dataclass
class Loading:
    """What came of it, a line for each thing in the pack, and whether anything changed."""

    said: list[str] = field(default_factory=list)
    changed: bool = False

    def made(self, what: str, verb: str = "new") -> None:
        """Note a change."""
        self.said.append(f"{verb}: {what}")
        self.changed = True

    def kept(self, what: str, why: str) -> None:
        """Note something left as it is."""
        self.said.append(f"kept: {what} ({why})")


@transaction.atomic
def load_pack(pack: Pack, *, force: bool = False) -> Loading:
    """Bring the site to what the pack says, and return what was done.

    A page an author changed since is kept, unless `force`. Loading the same pack
    again changes nothing. Raise PackRefused when the edition is in use with other words.
    """
    loading = Loading()
    framework = _load_framework(pack, loading)
    if pack.units:
        _load_units(pack, framework, loading, force)
    course = _load_course(pack, framework, loading, force)
    pages = {page.slug: page for page in ModulePage.objects.child_of(course)}
    for module in pack.modules:
        _load_module(pack, module, course, pages.get(module["key"]), loading, force)
    for slug, page in pages.items():
        if slug not in pack.about["modules"]:
            loading.kept(f"module {page.title}", "not in the pack")
    _put_in_order(course, pack.about["modules"], loading)
    return loading


def _load_framework(pack: Pack, loading: Loading) -> Framework:
    wanted = pack.framework
    label = f"framework {wanted['title']}, {wanted['edition']}"
    framework = Framework.objects.select_for_update().filter(key=wanted["key"], edition=wanted["edition"]).first()
    if framework and framework_data(framework) == wanted:
        return framework
    if framework and framework.frozen_at:
        wanted = _as_it_may_change(framework, wanted)
        if framework_data(framework) == wanted:
            loading.kept(label, "what its outcomes ask for stays: somebody’s record is under way")
            return framework
    loading.made(label, "changed" if framework else "new")
    framework = framework or Framework()
    for name, value in wanted.items():
        if name != "areas":
            setattr(framework, name, value)
    framework.save()
    if not framework.frozen_at:
        _load_areas(framework, wanted["areas"])
    return framework


def _as_it_may_change(framework: Framework, wanted: dict[str, Any]) -> dict[str, Any]:
    """Return what a pack wants of an edition in use, with the needs it has. Raise PackRefused when the words are other ones."""
    held = framework_data(framework)
    needs = {outcome["code"]: {name: outcome[name] for name in NEEDS} for area in held["areas"] for outcome in area["outcomes"]}
    areas = [
        {**area, "outcomes": [{**outcome, **needs.get(outcome["code"], {})} for outcome in area["outcomes"]]} for area in wanted["areas"]
    ]
    wanted = {**wanted, "areas": areas}
    standing = dict.fromkeys(MAY_STILL_CHANGE)
    if held | standing != wanted | standing:
        says = (
            f"The edition “{framework.edition}” is in use: somebody’s record rests on its words. Give the changed set a new edition name."
        )
        raise PackRefused([Problem("framework.yaml", 1, says)])
    return wanted


def _load_areas(framework: Framework, areas: list[dict[str, Any]]) -> None:
    outcomes = 0
    for position, data in enumerate(areas, 1):
        about_area = {"title": data["title"], "position": position}
        area, _new = Area.objects.update_or_create(framework=framework, code=data["code"], defaults=about_area)
        for outcome in data["outcomes"]:
            outcomes += 1
            rest = {name: value for name, value in outcome.items() if name != "code"}
            Outcome.objects.update_or_create(
                framework=framework, code=outcome["code"], defaults={**rest, "area": area, "position": outcomes}
            )
    framework.outcomes.exclude(code__in=[o["code"] for area in areas for o in area["outcomes"]]).delete()
    framework.areas.exclude(code__in=[area["code"] for area in areas]).delete()


def _load_units(pack: Pack, framework: Framework, loading: Loading, force: bool) -> None:
    what = f"units of qualifications for {framework.label}"
    done = load_units(framework, pack.units, force=force)
    if done == "kept":
        loading.kept(what, "an author changed them; --force takes the pack’s")
    elif done:
        loading.made(what, done)


def _load_course(pack: Pack, framework: Framework, loading: Loading, force: bool) -> CoursePage:
    about = pack.about
    course = CoursePage.objects.filter(pack_key=about["key"]).first()
    wanted = digest({name: value for name, value in about.items() if name != "modules" and value})
    if course:
        same_framework = course.framework_id == framework.pk
        if same_framework and digest(about_data(course)) == wanted:
            return course
        if course.pack_digest != digest(about_data(course)) and not force:
            loading.kept(f"course {course.title}", "an author changed it; --force takes the pack’s words")
            return course
    loading.made(f"course {about['title']}", "changed" if course else "new")
    page = course or CoursePage(slug=slugify(about["key"]), pack_key=about["key"])
    page.title, page.framework, page.licence, page.summary = about["title"], framework, about["licence"], about["summary"]
    page.language = about["language"]
    page.authors, page.intro, page.pack_digest = ", ".join(about["authors"]), about.get("intro", ""), wanted
    if not course:
        _index().add_child(instance=page)
    page.save_revision().publish()
    return page


def _index() -> CourseIndexPage:
    index = CourseIndexPage.objects.first()
    if index is None:
        raise PackRefused([Problem("pack.yaml", 1, "The site has no page for courses yet. Run `manage.py make_site` first.")])
    return index


def _load_module(pack: Pack, module: dict[str, Any], course: CoursePage, page: ModulePage | None, loading: Loading, force: bool) -> None:
    wanted = pack_digest(_in_framework_order(pack, module), pack.folder)
    if page:
        held = page_digest(page)
        same_edition = not page.outcomes.exclude(framework=course.framework).exists()
        if held == wanted and same_edition:
            return
        if (held != page.pack_digest or page.has_unpublished_changes) and not force:
            loading.kept(f"module {page.title}", "an author changed it; --force takes the pack’s words")
            return
    loading.made(f"module {module['title']}", "changed" if page else "new")
    new = page is None
    page = page or ModulePage(slug=module["key"])
    _fill(page, pack, module, course.framework)
    page.pack_digest = wanted
    if new:
        course.add_child(instance=page)
    page.save_revision().publish()


def _in_framework_order(pack: Pack, module: dict[str, Any]) -> dict[str, Any]:
    """Return the module with its outcomes as the framework orders them, which is how a page gives them back."""
    order = [outcome["code"] for area in pack.framework["areas"] for outcome in area["outcomes"]]
    return {**module, "outcomes": sorted(module["outcomes"], key=order.index)}


def _fill(page: ModulePage, pack: Pack, module: dict[str, Any], framework: Framework) -> None:
    files = {name: keep_file(pack.folder / name) for name in sorted(files_in(module))}
    page.title, page.summary, page.minutes = module["title"], module["summary"], module["minutes"]
    page.words, page.afterword = "\n".join(module.get("words", [])), module.get("afterword", "")
    page.aims, page.sources = "\n".join(module["aims"]), "\n".join(module["sources"])
    page.outcomes = list(framework.outcomes.filter(code__in=module["outcomes"]))
    page.steps = page._meta.get_field("steps").stream_block.to_python(stream_of(module, files))


def _put_in_order(course: CoursePage, keys: list[str], loading: Loading) -> None:
    """Order the pack's modules as it lists them, before any of the author's own."""
    place = {key: number for number, key in enumerate(keys)}
    now = list(course.modules())
    wanted = sorted(now, key=lambda page: place.get(page.slug, len(keys)))
    if wanted == now:
        return
    for page in wanted:
        page.refresh_from_db()
        page.move(CoursePage.objects.get(pk=course.pk), "last-child")
    loading.made(f"order of the modules of {course.title}", "changed")
