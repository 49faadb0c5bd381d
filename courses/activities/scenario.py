"""A situation that goes on as the learner chooses, and in which she can go back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import expand_db_html

from courses.activities.activity import ActivityBlock, Asks, Objections, Told
from courses.activities.outcomes import outcome_codes
from courses.activities.text import READING_FEATURES

WELL = "well"
NOT_YET = "not_yet"


@dataclass(frozen=True)
class Choice:
    """One thing to do or say, and the scene it leads to."""

    key: str
    text: str
    to: str


@dataclass(frozen=True)
class Scene:
    """What happens, and what can be done next: nothing, at an end. `ending` tells how it ended."""

    key: str
    html: str
    ending: str
    choices: tuple[Choice, ...]

    @property
    def ends_well(self) -> bool:
        """Whether this is an end that one hopes for."""
        return self.ending == WELL


NOWHERE = Scene("", "", "", ())  # where an author's unfinished draft begins


@dataclass(frozen=True)
class Taken:
    """Where a path has led: the scene now, and every choice on the way."""

    scene: Scene
    choices: tuple[Choice, ...]

    @property
    def path(self) -> str:
        """Return the path as a form carries it."""
        return " ".join(choice.key for choice in self.choices)


@dataclass(frozen=True)
class Scenario(Asks):
    """The scenes, the first of them where it begins. A path is the keys of the choices made, in order."""

    title: str
    scenes: tuple[Scene, ...]
    is_marked: ClassVar[bool] = True

    @classmethod
    def from_value(cls, activity_id: str, value: Any) -> Self:
        """Read the author's scenes."""
        return cls(activity_id, value["title"], tuple(_scene(scene) for scene in value["scenes"]))

    def follow(self, path: Sequence[str]) -> Taken | None:
        """Walk a path; None when it makes a choice that is not there."""
        scenes = {scene.key: scene for scene in self.scenes}
        scene, taken = self.scenes[0] if self.scenes else NOWHERE, []
        for key in path:
            choice = next((choice for choice in scene.choices if choice.key == key), None)
            if choice is None or choice.to not in scenes:
                return None
            taken.append(choice)
            scene = scenes[choice.to]
        return Taken(scene, tuple(taken))

    def on_paper(self) -> list[dict[str, Any]]:
        """Return the scenes with the numbers by which a reader finds them on paper, from 1."""
        numbers = {scene.key: number for number, scene in enumerate(self.scenes, 1)}
        return [
            {
                "number": numbers[scene.key],
                "html": scene.html,
                "ends_well": scene.ends_well,
                "choices": [{"text": choice.text, "number": numbers.get(choice.to, "")} for choice in scene.choices],
            }
            for scene in self.scenes
        ]

    def is_right(self, given: Mapping[str, Any]) -> bool | None:
        """Return whether the path has come to a good end; None while it goes on."""
        taken = self.follow(given["path"])
        return None if taken is None or taken.scene.choices else taken.scene.ends_well

    def carried_over(self, given: Mapping[str, Any], before: Asks) -> Mapping[str, Any] | None:
        """Follow the path as long as every choice on it still reads the same."""
        if not isinstance(before, Scenario):
            return None
        was, now = before.follow(given["path"]), self.follow(given["path"])
        same = was and now and [choice.text for choice in was.choices] == [choice.text for choice in now.choices]
        return given if same else None

    def told(self, given: Mapping[str, Any]) -> list[Told]:
        """Return each choice on the way; the last one tells how it ended."""
        taken = self.follow(given["path"])
        chosen = [Told(self.title, choice.text) for choice in taken.choices] if taken else []
        return chosen and [*chosen[:-1], replace(chosen[-1], right=self.is_right(given))]

    def solution(self) -> dict[str, Any]:
        """Return a shortest path to a good end. (A scenario without one is refused; see `objections`.)"""
        paths: list[list[str]] = [[]]
        for path in paths:  # grows while it is walked
            taken = self.follow(path)
            if taken and taken.scene.ends_well:
                return {"path": path}
            if taken and len(path) < len(self.scenes):
                paths += [[*path, choice.key] for choice in taken.scene.choices]
        return {"path": []}

    def has_shorter_way(self, taken: Taken) -> bool:
        """Return whether a good end can be reached with fewer choices: on the way to this one something went wrong first."""
        return taken.scene.ends_well and len(taken.choices) > len(self.solution()["path"])


def _scene(scene: Any) -> Scene:
    choices = (Choice(str(n), choice["text"], choice["to"]) for n, choice in enumerate(scene["choices"], 1))
    return Scene(scene["key"], expand_db_html(scene["html"].source), scene["ending"], tuple(choices))


class ChoiceBlock(blocks.StructBlock):
    """One thing to do or say."""

    text = blocks.CharBlock(max_length=200, label=_("What the learner can do or say"))
    to = blocks.CharBlock(max_length=40, label=_("Leads to the scene named"))

    class Meta:
        icon = "arrow-right"
        label = _("Choice")


class SceneBlock(blocks.StructBlock):
    """What happens, and what can be done about it."""

    key = blocks.RegexBlock(
        regex=r"^[a-z0-9][a-z0-9-]*$",
        max_length=40,
        label=_("Name of the scene"),
        help_text=_("Small letters and hyphens. Choices name it."),
    )
    html = blocks.RichTextBlock(features=READING_FEATURES, max_length=2000, label=_("What happens"))
    choices = blocks.ListBlock(ChoiceBlock(), min_num=0, max_num=4, label=_("Choices"), default=[])
    ending = blocks.ChoiceBlock(
        choices=[(WELL, _("It ends well")), (NOT_YET, _("There is a better way"))], required=False, label=_("If it ends here")
    )

    class Meta:
        icon = "comment"
        label = _("Scene")


class ScenarioBlock(ActivityBlock):
    """A situation with choices and their consequences. The learner can go back and try another way."""

    asks = Scenario

    title = blocks.CharBlock(max_length=100, label=_("Title"))
    scenes = blocks.ListBlock(SceneBlock(), min_num=3, max_num=24, label=_("Scenes"), help_text=_("It begins with the first."))
    outcomes = outcome_codes()

    class Meta:
        icon = "redirect"
        label = _("Scenario")
        description = _("A situation that goes on as the learner chooses")
        preview_value = {
            "title": "Ten past three at night",
            "scenes": [
                {
                    "key": "door",
                    "html": "<p>Amina stands at the front door in her coat.</p>",
                    "choices": [{"text": "Ask her who is waiting.", "to": "talk"}, {"text": "Tell her to go to bed.", "to": "bed"}],
                    "ending": "",
                },
                {"key": "talk", "html": "<p>She tells you about her children.</p>", "choices": [], "ending": WELL},
                {"key": "bed", "html": "<p>She shakes the door.</p>", "choices": [], "ending": NOT_YET},
            ],
        }

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a story that cannot be walked: two scenes of one name, a way to nowhere, no good end, or a scene without either."""
        scenes = value["scenes"]
        keys = [scene["key"] for scene in scenes]
        led_to = {choice["to"] for scene in scenes for choice in scene.get("choices") or []}
        said: list[str] = []
        said += [_now("Two scenes are named “%s”.") % key for key in keys if keys.count(key) > 1]
        said += [_now("A choice leads to “%s”, and there is no such scene.") % key for key in sorted(led_to - set(keys))]
        said += [_now("No choice leads to the scene “%s”.") % key for key in keys[1:] if key not in led_to]
        for scene in scenes:
            if bool(scene.get("choices")) == bool(scene.get("ending")):
                said.append(_now("The scene “%s” needs either choices or an ending.") % scene["key"])
        if not any(scene.get("ending") == WELL for scene in scenes):
            said.append(_now("No way ends well."))
        return {"scenes": " ".join(dict.fromkeys(said))} if said else {}
