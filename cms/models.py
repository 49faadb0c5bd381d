"""The site's own pages, pictures and settings."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.documents.models import AbstractDocument, Document
from wagtail.fields import RichTextField
from wagtail.images.models import AbstractImage, AbstractRendition, Image
from wagtail.models import Page
from wagtailmedia.models import AbstractMedia

from cms.theme import can_be_read
from courses.models.course import KnownAddress
from courses.recordings import are_captions, is_a_recording, last_second

PAGE_FEATURES = ["h2", "h3", "bold", "italic", "link", "ul", "ol"]


class HomePage(KnownAddress, Page):
    """The front door: what this is, and the way in."""

    intro = models.CharField(max_length=300, blank=True)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("intro")]
    max_count = 1
    template = "cms/home.html"


class TextPage(KnownAddress, Page):
    """A page of plain text: help, about, accessibility, privacy."""

    body = RichTextField(features=PAGE_FEATURES)

    content_panels: ClassVar[list[Any]] = [*Page.content_panels, FieldPanel("body")]
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = []
    template = "cms/text.html"


class Picture(AbstractImage):
    """A picture of a course. Never one of a person who uses services: those are evidence."""

    admin_form_fields = Image.admin_form_fields


class Rendition(AbstractRendition):
    """A picture at one size."""

    image = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("image", "filter_spec", "focal_point_key"), name="one_rendition_per_size")]


class Handout(AbstractDocument):
    """A document of a course."""

    admin_form_fields = Document.admin_form_fields


class Recording(AbstractMedia):
    """A film or a sound of a course, with its words for those who cannot hear it or see it."""

    file = models.FileField(upload_to="recordings", validators=[is_a_recording], verbose_name=_("File"))
    captions = models.FileField(
        upload_to="recordings",
        blank=True,
        validators=[are_captions],
        verbose_name=_("Captions"),
        help_text=_("A WebVTT file (.vtt): what is said and heard, with times. A film is not published without it."),
    )
    transcript = models.TextField(
        blank=True,
        max_length=20_000,
        verbose_name=_("Transcript"),
        help_text=_("Everything that is said, heard and seen, in words. Nothing is published without it."),
    )

    admin_form_fields = ("title", "file", "captions", "transcript", "thumbnail", "collection", "tags")

    @property
    def seconds(self) -> int:
        """Return how long it lasts, as its captions tell; 0 where there are none."""
        return last_second(self.captions) if self.captions else 0


@register_setting
class SiteSettings(BaseSiteSetting):
    """What an employer may change about the whole site."""

    name = models.CharField(max_length=60, default="Countersign")
    logo = models.ForeignKey(
        Picture,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Stands before the name at the top. A drawing (SVG) is best."),
    )
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[can_be_read],
        help_text=_("Of buttons and links, such as #0e504d. Its contrast is checked. Leave it empty for ours."),
    )
    help_email = models.EmailField(blank=True, help_text=_("Where people write when they are stuck."))
    help_phone = models.CharField(max_length=30, blank=True)
