"""A picture that carries meaning."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from courses.activities.activity import ActivityBlock


class PictureBlock(ActivityBlock):
    """A picture, with words for somebody who cannot see it."""

    image = ImageChooserBlock(label=_("Picture"))
    alt = blocks.CharBlock(max_length=300, label=_("What the picture shows"), help_text=_("For somebody who cannot see it."))
    caption = blocks.CharBlock(max_length=200, required=False, label=_("Caption"))

    class Meta:
        icon = "image"
        label = _("Picture")
        description = _("A drawing or photograph with a description")
        template = "activities/picture/learn.html"
