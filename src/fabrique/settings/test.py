"""For the tests: quick password hashing, plain static files, a database in a file (as the design wants)."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("FABRIQUE_SECRET_KEY", "clef-de-test-sans-valeur")
os.environ.setdefault("FABRIQUE_VAR", str(Path(tempfile.gettempdir()) / f"fabrique-test-{os.getuid()}"))

from fabrique.settings.base import *  # noqa: F403
from fabrique.settings.base import DATABASES, FABRIQUE_DATABASE, INSTALLED_APPS, STORAGES, VAR

# the tools of those who write migrations: installed with the tests, absent from an instance
INSTALLED_APPS = [*INSTALLED_APPS, "django_linear_migrations"]
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
VAR.mkdir(parents=True, exist_ok=True)
if FABRIQUE_DATABASE == "sqlite":
    DATABASES["default"]["TEST"] = {"NAME": VAR / f"test-{os.getpid()}.sqlite3"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
FABRIQUE_DEMONSTRATION = False
