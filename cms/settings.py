"""Every setting of the product. The environment chooses; `cms/environment.py` names what it may say."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from cms.broker import folder_options
from cms.environment import (
    env,
    ledger_key_file,
    mode,
    refuse_missing_names,
    refuse_unknown_names,
    secret_key,
    site_url,
    whole_number,
)

BASE_DIR = Path(__file__).resolve().parent.parent

refuse_unknown_names()
PRODUCTION = mode() == "production"
if PRODUCTION:
    refuse_missing_names()
DATA_DIR = Path(env.str("COUNTERSIGN_DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

# The site
DEBUG = False
SECRET_KEY = secret_key(PRODUCTION, DATA_DIR)
SITE_URL = site_url(PRODUCTION)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS") if PRODUCTION else env.list("ALLOWED_HOSTS", default=["*"])
ROOT_URLCONF = "cms.urls"
WSGI_APPLICATION = "cms.wsgi.application"
TRUSTED_PROXIES = whole_number("COUNTERSIGN_TRUSTED_PROXIES", default=0, least=0, most=5)

INSTALLED_APPS = [
    "cms",
    "reports",
    "progress",
    "courses",
    "people",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.routable_page",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtailmedia",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "cms.security.CompressPages",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "cms.unsent.RememberWhoWorks",
    "cms.unsent.KeepWhatWasSent",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cms.security.KeepPersonalPagesPrivate",
    "cms.security.AdminIsForAuthors",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "cms.context.site",
                "cms.context.reading",
                "cms.context.nav",
            ],
        },
    }
]

# Records
DATABASES = {"default": env.db("DATABASE_URL") if PRODUCTION else env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/db.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Django's defaults answered a third of concurrent writes with an error (measured).
    DATABASES["default"]["OPTIONS"] = {
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # In the database, so that a dead Redis cannot stop sign-in.
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # Rendered content, keyed by page revision: never stale, so each process may keep its own.
    "content": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "content",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
}

# Who is here
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "full_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "start"
ACCOUNT_ADAPTER = "people.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "people.account_forms.SignInForm",
    "reauthenticate": "people.account_forms.PasswordAgainForm",
    "reset_password": "people.account_forms.ForgottenPasswordForm",
    "reset_password_from_key": "people.account_forms.LinkedPasswordForm",
    "change_password": "people.account_forms.ChangePasswordForm",
}
# One login method: accepting e-mail too tells by its timing who has an account (trust.md 2).
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_PREVENT_ENUMERATION = True
# A training room of forty signs in from one address in a minute; ten thousand guesses
# at one account must still stop at ten (trust.md 3).
ACCOUNT_RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "10/5m/key,300/5m/ip",
    # At /verify/. Only codes that are wrong count: whoever holds a paper is never locked out.
    "wrong_code": "30/m/ip",
    "check_file": "20/m/ip",
}
# A passkey is another way in, and signs decisions; it is never a second lock on the password (people/adapters.py).
MFA_ADAPTER = "people.adapters.PasskeyAdapter"
MFA_FORMS = {"add_webauthn": "people.account_forms.AddPasskeyForm"}
MFA_SUPPORTED_TYPES = ["webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
SESSION_COOKIE_AGE = 60 * 60 * 12
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_TRUSTED_ORIGINS = [SITE_URL]
CSRF_FAILURE_VIEW = "cms.views.form_went_stale"

# What a browser may do
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# Wagtail's admin writes inline scripts and styles, and frames its own previews.
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [SELF],
    "script-src": [SELF, "'unsafe-inline'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "frame-ancestors": [SELF],
    "base-uri": [SELF],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 3000

# Words and time
LANGUAGE_CODE = "en-gb"
# One language so far. A second one also needs LocaleMiddleware, which costs every page, before CommonMiddleware.
LANGUAGES = [("en-gb", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Files
STATIC_URL = "/static/"
# Beside the code, not with the data: a volume mounted over the data folder would keep the files of an older version.
STATIC_ROOT = BASE_DIR / "var" / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"
S3_BUCKET = env.str("COUNTERSIGN_S3_BUCKET", default="")
S3_ENDPOINT = env.str("COUNTERSIGN_S3_ENDPOINT", default="") or None
S3_OPTIONS = {
    "bucket_name": S3_BUCKET,
    "endpoint_url": S3_ENDPOINT,
    # A store of one's own answers under one name, not under one for each bucket.
    "addressing_style": "path" if S3_ENDPOINT else None,
    "access_key": env.str("AWS_ACCESS_KEY_ID", default="") or None,
    "secret_key": env.str("AWS_SECRET_ACCESS_KEY", default="") or None,
    # The bucket decides who reads (nobody but us): buckets made today refuse an upload that brings its own rights.
    "default_acl": None,
    "file_overwrite": False,
}


def files_under(folder: str) -> dict[str, object]:
    """Describe a storage: a prefix of the bucket, or a folder of the data folder."""
    if S3_BUCKET:
        return {"BACKEND": "cms.bucket.Bucket", "OPTIONS": {**S3_OPTIONS, "location": folder, "base_url": f"/{folder}/"}}
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / folder, "base_url": f"/{folder}/"}}


STORAGES = {
    # Pictures of the courses: cms/media.py says which of them anybody may see.
    "default": files_under("media"),
    # Rendered logs: served only by a view that checks the person.
    "exports": files_under("exports"),
    # Photos, documents and sounds that are evidence: likewise.
    "evidence": files_under("evidence"),
    "staticfiles": {"BACKEND": "cms.static_files.Released" if PRODUCTION else "cms.static_files.Plain"},
}
# Somebody trying it never runs collectstatic.
WHITENOISE_USE_FINDERS = not PRODUCTION

# Content
WAGTAIL_SITE_NAME = "Countersign"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILIMAGES_IMAGE_MODEL = "cms.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "cms.Handout"
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp", "svg"]
# What every phone plays.
WAGTAILMEDIA = {"MEDIA_MODEL": "cms.Recording", "VIDEO_EXTENSIONS": ["mp4", "webm"], "AUDIO_EXTENSIONS": ["mp3", "m4a", "ogg"]}
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

# Jobs: a row is the truth, the message only a nudge (trust.md 4 and 5)
REDIS_URL = env.str("REDIS_URL") if PRODUCTION else env.str("REDIS_URL", default="")
CELERY_BROKER_URL = REDIS_URL or "folder://"
# A hung Redis must not hold anybody longer than two seconds; a lost worker's message returns after a minute.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 60, "socket_timeout": 2, "socket_connect_timeout": 2, "retry_on_timeout": False}
    if REDIS_URL
    else folder_options(DATA_DIR / "broker")
)
# What nobody waits for has a queue of its own. A worker takes from both, unless it is told which (docs/operations.md).
CELERY_TASK_QUEUES: dict[str, dict[str, str]] = {"celery": {}, "many": {}}
CELERY_TASK_ROUTES = {"reports.tasks.collect_logs": {"queue": "many"}}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = 50
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
# Celery kills a child that has not loaded everything in 4 seconds, and on a busy small machine none ever does (seen).
CELERY_WORKER_PROC_ALIVE_TIMEOUT = 60.0
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# In memory: a schedule file that was cut off by a kill -9 keeps beat from ever starting again (seen).
CELERY_BEAT_SCHEDULER = "cms.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    "sweep-exports": {"task": "reports.tasks.sweep_exports", "schedule": 15.0},
    "publish-what-is-due": {"task": "cms.tasks.publish_what_is_due", "schedule": 60.0},
    "forget-old-drafts": {"task": "progress.tasks.forget_old_drafts", "schedule": crontab(hour="3", minute="20")},
    "forget-old-uploads": {"task": "progress.tasks.forget_old_uploads", "schedule": crontab(minute="35")},
    "remind": {"task": "progress.tasks.remind", "schedule": crontab(minute="10")},
    "send-letters": {"task": "people.tasks.send_letters", "schedule": crontab(minute="*/15")},
    "forget-old-notices": {"task": "people.tasks.forget_old_notices", "schedule": crontab(hour="3", minute="50")},
    "check-the-ledger": {"task": "progress.tasks.check_the_ledger", "schedule": crontab(hour="2", minute="40")},
    "delete-erased-files": {"task": "progress.tasks.delete_erased_files", "schedule": crontab(minute="50")},
    "checkpoint-letters": {"task": "progress.tasks.post_checkpoint_letters", "schedule": crontab(minute="12,42")},
    "checkpoint": {"task": "progress.tasks.sign_where_every_log_stands", "schedule": crontab(minute="7")},
}

# Letters and logs
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 5
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Countersign <countersign@localhost>")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": env.str("COUNTERSIGN_LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING")},
}

# The ledger
LEDGER_KEY_FILE = ledger_key_file(PRODUCTION, DATA_DIR)
CHECKPOINT_DIR = Path(env.str("COUNTERSIGN_CHECKPOINT_DIR", default=str(DATA_DIR / "checkpoints")))

# The seal on PDFs
SEAL_KEY = env.str("COUNTERSIGN_SEAL_KEY", default=str(DATA_DIR / "seal.p12"))
SEAL_PASSWORD = env.str("COUNTERSIGN_SEAL_PASSWORD", default="")
TIMESTAMP_URL = env.str("COUNTERSIGN_TIMESTAMP_URL", default="")
TIMESTAMP_ROOTS = env.str("COUNTERSIGN_TIMESTAMP_ROOTS", default="")
