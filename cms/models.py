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

from courses.models.course import KnownAddress

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


@register_setting
class SiteSettings(BaseSiteSetting):
    """What an employer may change about the whole site."""

    name = models.CharField(max_length=60, default="Countersign")
    help_email = models.EmailField(blank=True, help_text=_("Where people write when they are stuck."))
    help_phone = models.CharField(max_length=30, blank=True)
