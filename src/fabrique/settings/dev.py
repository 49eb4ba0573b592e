"""For one's own machine: `make demo` and `make dev`. Never on a public address."""

import os

os.environ.setdefault("FABRIQUE_SECRET_KEY", "clef-de-developpement-sans-valeur")

from fabrique.settings.base import *  # noqa: F403

DEBUG = os.environ.get("FABRIQUE_DEBUG", "") == "1"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
FABRIQUE_DEMONSTRATION = os.environ.get("FABRIQUE_DEMONSTRATION", "1") == "1"
