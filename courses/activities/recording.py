"""A film or a sound. Nothing is loaded before it is asked for, and nothing plays by itself."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail import blocks
from wagtailmedia.blocks import AudioChooserBlock, VideoChooserBlock

from courses.activities.activity import ActivityBlock, Objections


class RecordingValue(blocks.StructValue):
    """A recording as templates show it."""

    @property
    def size_in_words(self) -> str:
        """Return how much is loaded when somebody plays it, as she sees it on her phone plan: “3.4 MB”."""
        recording = self["recording"]  # None in an author's unfinished draft
        return f"{max(recording.file.size / 1_000_000, 0.1):.1f} MB" if recording else ""

    @property
    def length_in_words(self) -> str:
        """Return how long it lasts: “52 seconds”, “2 minutes 5 seconds”; nothing where it is not known."""
        minutes, seconds = divmod(self["recording"].seconds if self["recording"] else 0, 60)
        parts = [ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}] if minutes else []
        parts += [ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}] if seconds else []
        return " ".join(parts)


def objections_to(recording: Any, *, needs_captions: bool) -> Objections:
    """Refuse what somebody could not hear or could not see (WCAG 2.2, 1.2.1 and 1.2.2). A pack's files are checked where they lie."""
    if not recording or isinstance(recording, str):
        return {}
    if needs_captions and not recording.captions:
        return {"recording": _now("This film has no captions. Add a WebVTT file to it under Media, then publish.")}
    return {} if recording.transcript.strip() else {"recording": _now("This has no transcript. Write it under Media, then publish.")}


class VideoBlock(ActivityBlock):
    """A film with captions and a transcript."""

    title = blocks.CharBlock(max_length=120, label=_("Title"))
    recording = VideoChooserBlock(label=_("Film"))

    class Meta:
        icon = "wagtailmedia-video"
        label = _("Film")
        description = _("A short film, with captions and a transcript")
        template = "activities/video/learn.html"
        value_class = RecordingValue

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a recording without its words."""
        return objections_to(value["recording"], needs_captions=True)


class AudioBlock(ActivityBlock):
    """A sound with a transcript."""

    title = blocks.CharBlock(max_length=120, label=_("Title"))
    recording = AudioChooserBlock(label=_("Sound"))

    class Meta:
        icon = "wagtailmedia-audio"
        label = _("Sound")
        description = _("Something to listen to, with a transcript")
        template = "activities/audio/learn.html"
        value_class = RecordingValue

    def objections(self, value: Mapping[str, Any]) -> Objections:
        """Refuse a recording without its words."""
        return objections_to(value["recording"], needs_captions=False)
