"""The names this product reads from its environment, and strict readers for them.

A misspelt name that is silently ignored is how a site runs for a year without backups,
so a variable that looks like ours and is not known stops the start.
"""

import os
import re
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

KNOWN: dict[str, str] = {
    "COUNTERSIGN_MODE": "local (try it, develop, test) or production",
    "COUNTERSIGN_SITE_URL": "the address people type, without a slash at the end; printed in every PDF; required in production, with https",
    "COUNTERSIGN_DATA_DIR": "the folder for files, the SQLite database and the local job queue",
    "COUNTERSIGN_TRUSTED_PROXIES": "how many proxies of your own stand in front of the web server",
    "COUNTERSIGN_LEDGER_KEY_FILE": "an Ed25519 private key (PEM) that signs ledger checkpoints; required in production",
    "COUNTERSIGN_SEAL_KEY": "the key that seals PDFs: a PKCS#12 file, or a `pkcs11:` address of a hardware module; required in production",
    "COUNTERSIGN_SEAL_PASSWORD": "the password of that file, or the PIN of that module",
    "COUNTERSIGN_TIMESTAMP_URL": "a time-stamp service (RFC 3161); with it seals are of level B-LTA",
    "COUNTERSIGN_TIMESTAMP_ROOTS": "a PEM file with the root certificates of that service",
    "COUNTERSIGN_CHECKPOINT_DIR": "a write-once folder that receives the signed checkpoints",
    "COUNTERSIGN_S3_BUCKET": "the bucket for files; without it they lie in the data folder",
    "COUNTERSIGN_S3_ENDPOINT": "the address of an S3-compatible store other than Amazon's",
    "COUNTERSIGN_LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "AWS_ACCESS_KEY_ID": "the object store's access key",
    "AWS_SECRET_ACCESS_KEY": "the object store's secret",
    "SECRET_KEY": "Django's secret; at least 50 random characters; required in production",
    "ALLOWED_HOSTS": "host names this site answers to, with commas between; required in production",
    "DATABASE_URL": "postgres://user:password@host:5432/name; required in production",
    "REDIS_URL": "redis://host:6379/0, the job queue; required in production",
    "EMAIL_URL": "smtp+tls://user:password@host:587; without it letters go to the log",
    "DEFAULT_FROM_EMAIL": "the sender of every letter",
}

# What a production site cannot guess. The ledger key is one: a key made quietly would vanish with its container,
# and checkpoints signed by it would be worth nothing.
REQUIRED = (
    "SECRET_KEY",
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "REDIS_URL",
    "COUNTERSIGN_SITE_URL",
    "COUNTERSIGN_LEDGER_KEY_FILE",
    "COUNTERSIGN_SEAL_KEY",
)

MODES = ("local", "production")
SHORTEST_SECRET = 50  # characters

env = environ.Env()


def refuse_unknown_names() -> None:
    """Stop the start when a variable with our prefix is not one of ours."""
    unknown = sorted(name for name in os.environ if name.startswith("COUNTERSIGN_") and name not in KNOWN)
    if unknown:
        raise ImproperlyConfigured(f"Unknown settings: {', '.join(unknown)}. Known: {', '.join(sorted(KNOWN))}.")


def refuse_missing_names() -> None:
    """Stop the start of a production site that was not told everything, and name all that is missing at once."""
    missing = [f"{name} ({KNOWN[name]})" for name in REQUIRED if not os.environ.get(name)]
    if missing:
        raise ImproperlyConfigured(f"A production site needs these settings too: {'; '.join(missing)}.")


def mode() -> str:
    """Return "local" or "production"; anything else stops the start."""
    chosen: str = env.str("COUNTERSIGN_MODE", default="local")
    if chosen not in MODES:
        raise ImproperlyConfigured(f"COUNTERSIGN_MODE is “{chosen}”. Use local or production.")
    return chosen


def whole_number(name: str, default: int, least: int, most: int) -> int:
    """Read a whole number between `least` and `most`, or stop the start."""
    number: int = env.int(name, default=default)
    if not least <= number <= most:
        raise ImproperlyConfigured(f"{name} is {number}. Use a number from {least} to {most}.")
    return number


def site_url(production: bool) -> str:
    """Read the address people type; a production site without https stops the start."""
    address = str(env.str("COUNTERSIGN_SITE_URL", default="http://localhost:8000"))
    if production and not re.fullmatch(r"https://[^/?#@\s]+", address):
        raise ImproperlyConfigured(f"COUNTERSIGN_SITE_URL is “{address}”. Use https:// and a host name, with nothing behind it.")
    return address


def ledger_key_file(production: bool, data_dir: Path) -> Path:
    """Return where the ledger's key lies: in production only where it was said to be."""
    if production:
        return Path(env.str("COUNTERSIGN_LEDGER_KEY_FILE"))
    return Path(env.str("COUNTERSIGN_LEDGER_KEY_FILE", default=str(data_dir / "ledger-key.pem")))


def secret_key(production: bool, data_dir: Path) -> str:
    """Read the secret, or, on a machine that only tries the product, make one and keep it.

    The made one lies in the data folder, readable by its owner only, so that
    sessions outlive a restart and no secret is ever in the code.
    """
    if production:
        return _long_enough(str(env.str("SECRET_KEY")))
    if given := env.str("SECRET_KEY", default=""):
        return str(given)
    kept = data_dir / "secret_key"
    if not kept.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(64))
    return kept.read_text()


def _long_enough(secret: str) -> str:
    if len(secret) < SHORTEST_SECRET:
        raise ImproperlyConfigured(f"SECRET_KEY has {len(secret)} characters. Use {SHORTEST_SECRET} random ones or more.")
    return secret
