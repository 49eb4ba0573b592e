"""For one's own machine: `make demo` and `make dev`. Never on a public address."""

import os

os.environ.setdefault("FABRIQUE_SECRET_KEY", "clef-de-developpement-sans-valeur")

from fabrique.settings.base import *  # noqa: F403
from fabrique.settings.base import EMAIL_BACKEND, VAR

DEBUG = os.environ.get("FABRIQUE_DEBUG", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
FABRIQUE_DEMONSTRATION = os.environ.get("FABRIQUE_DEMONSTRATION", "1") == "1"
if not EMAIL_BACKEND:
    # messages become files that one opens to follow their links: nothing leaves this machine
    FABRIQUE_EMAIL_FOLDER = EMAIL_FILE_PATH = str(VAR / "courriels")
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
