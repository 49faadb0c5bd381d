"""Who writes and who publishes: Wagtail's own two groups, given what our authors need."""

from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission

AUTHORS, REVIEWERS = "Editors", "Moderators"  # the names Wagtail's migrations give them: authors send for review, reviewers publish
FRAMEWORKS = [f"{act}_{thing}" for act in ("add", "change", "delete", "view") for thing in ("framework", "area", "outcome", "unit")]
RECORDINGS = ["add_recording", "change_recording", "choose_recording"]


def give_authors_their_tools() -> None:
    """Let both groups keep frameworks and recordings, and reviewers the look of the site. The rest Wagtail has given them.

    Run again, it changes nothing.
    """
    look = Permission.objects.filter(content_type__app_label="cms", codename="change_sitesettings")
    Group.objects.get(name=REVIEWERS).permissions.add(*look)
    for group in Group.objects.filter(name__in=[AUTHORS, REVIEWERS]):
        group.permissions.add(*Permission.objects.filter(content_type__app_label="courses", codename__in=FRAMEWORKS))
        for permission in Permission.objects.filter(content_type__app_label="cms", codename__in=RECORDINGS):
            root = Collection.get_first_root_node()
            GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)
