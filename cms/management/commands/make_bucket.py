"""Make the bucket for files, if it is not there. Run again, it changes nothing."""

from typing import Any

from django.conf import settings
from django.core.files.storage import storages
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    """`manage.py make_bucket`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Look for the bucket with our own key; make it only when the store says that there is none."""
        if not settings.S3_BUCKET:
            raise CommandError("COUNTERSIGN_S3_BUCKET is not set: files lie in the data folder, and there is no bucket to make.")
        default: Any = storages["default"]
        client = default.connection.meta.client
        try:
            client.head_bucket(Bucket=settings.S3_BUCKET)
        except client.exceptions.ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise CommandError(f"The object store does not let us use the bucket {settings.S3_BUCKET}: {error}") from error
            client.create_bucket(Bucket=settings.S3_BUCKET)
            self.stdout.write(f"Made the bucket {settings.S3_BUCKET}.")
