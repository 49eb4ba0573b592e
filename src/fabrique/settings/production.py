"""For a public instance: refuses to start with a secret missing, and speaks HTTPS only."""

import os

from django.core.exceptions import ImproperlyConfigured

from fabrique.settings.base import *  # noqa: F403

_missing = [
    name
    for name in ("FABRIQUE_SECRET_KEY", "FABRIQUE_KEYRING", "FABRIQUE_RECEIPT_KEYRING", "FABRIQUE_HOSTS")
    if not os.environ.get(name)
]
if os.environ.get("FABRIQUE_EMAIL_HOST") and not os.environ.get("FABRIQUE_EMAIL_FROM"):
    _missing.append("FABRIQUE_EMAIL_FROM")
if _missing:
    raise ImproperlyConfigured(
        f"Réglages absents : {', '.join(_missing)}. Voir docs/reference/reglages.md, puis relancer."
    )

SECURE_SSL_REDIRECT = True
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
