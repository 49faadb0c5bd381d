"""The web server's way in (gunicorn cms.wsgi)."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings")
application = get_wsgi_application()

# What is loaded by now stays for as long as the process lives. Without these lines Python looked
# through all of it again and again for something to throw away: a tenth of what a step cost.
assert get_resolver().url_patterns  # noqa: S101 – loads every view
gc.collect()
gc.freeze()
gc.set_threshold(50_000, 20, 20)
