"""What every instance shares.

Fed by the environment (variables FABRIQUE_*, listed in docs/reference/reglages.md).
Feeds Django; nothing in fabrique_core reads it.
"""

import base64
import hashlib
import os
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("FABRIQUE_VAR", Path.cwd() / "var")).resolve()

SECRET_KEY = os.environ.get("FABRIQUE_SECRET_KEY", "")
DEBUG = False
ALLOWED_HOSTS = [h for h in os.environ.get("FABRIQUE_HOSTS", "").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("FABRIQUE_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "fabrique.demo",
    "fabrique.web",
    "fabrique.restitution",
    "fabrique.paper",
    "fabrique.relays",
    "fabrique.field",
    "fabrique.imports",
    "fabrique.analysis",
    "fabrique.consultations",
    "fabrique.meetings",
    "fabrique.written",
    "fabrique.councils",
    "fabrique.plan",
    "fabrique.observatory",
    "fabrique.contributions",
    "fabrique.subscriptions",
    "fabrique.audit",
    "fabrique.accounts",
    "fabrique.territories",
    "fabrique.common",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "widget_tweaks",
    "dsfr",
    "csp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "fabrique.web.middleware.ClosedByDefaultMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "fabrique.web.middleware.PrivateResponsesMiddleware",
    "fabrique.web.middleware.RefusalsMiddleware",
]

ROOT_URLCONF = "fabrique.urls"
WSGI_APPLICATION = "fabrique.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates", *sorted(PACKAGE.glob("web/*/*/templates"))],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "fabrique.web.context.instance",
            ],
        },
    },
]


def _whole(variable: str, default: int) -> int:
    """A setting that counts something: a whole number, zero or more."""
    given = os.environ.get(variable, "").strip() or str(default)
    if not given.isascii() or not given.isdigit():
        raise ImproperlyConfigured(
            f"{variable} : écrire un nombre entier, sans espace ni unité. Voir docs/reference/reglages.md."
        )
    return int(given)


# --- database: SQLite beside the instance by default, PostgreSQL through libpq's own variables (PGHOST…)
FABRIQUE_DATABASE = os.environ.get("FABRIQUE_DATABASE", "sqlite")
if FABRIQUE_DATABASE == "postgresql":
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": os.environ.get("PGDATABASE", "fabrique"),
            "HOST": os.environ.get("PGHOST", ""),
            "PORT": os.environ.get("PGPORT", ""),
            "USER": os.environ.get("PGUSER", ""),
            "PASSWORD": os.environ.get("PGPASSWORD", ""),
            "CONN_MAX_AGE": 60,
        }
    }
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": VAR / "fabrique.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # secure_delete: what is erased is overwritten in the file, not left in its free pages
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;"
                ),
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- people
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "connexion"
LOGIN_REDIRECT_URL = "agents:accueil"
LOGOUT_REDIRECT_URL = "accueil"

# --- words and time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = os.environ.get("FABRIQUE_TIME_ZONE", "Europe/Paris")
USE_THOUSAND_SEPARATOR = True

# --- files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [PACKAGE / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR / "files"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- cache: shared by the processes of one machine (the sign-in window counts in it)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR / "django-cache",
        # beyond, entries go at random: a crowd of drawings must not chase the counts of failed sign-ins
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    }
}

# --- security
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fabrique.web.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 500_000  # a part of the questionnaire is at most a tenth of it
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
# a file that is sent stays in memory, under a ceiling: never in clear in a temporary folder
FILE_UPLOAD_HANDLERS = ["fabrique.common.uploads.CappedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 10
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- jobs
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- look
DSFR_MARK_OPTIONAL_FIELDS = True
DSFR_USE_INTEGRITY_CHECKSUMS = False

# --- logging: to the standard error, without addresses, codes or texts
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_codes": {"()": "fabrique.web.shared.codes.NoCodesInLogs"}},
    "formatters": {"plain": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_codes"]},
        "django.server": {"class": "logging.StreamHandler", "filters": ["no_codes"]},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "fabrique": {"handlers": ["console"], "level": "INFO", "propagate": False},
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        # machines that try names at random: each would write a page of traceback
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": False},
        "django.server": {"handlers": ["django.server"], "level": "INFO", "propagate": False},
    },
}


def _derived(purpose: str) -> str:
    """A key for development and tests only: production names its own (see production.py)."""
    return base64.b64encode(hashlib.sha256(f"{purpose}:{SECRET_KEY}".encode()).digest()).decode()


def _keyring(variable: str, purpose: str) -> dict[str, str]:
    """{key id: base64 of 32 bytes}, first the current one; written 'id:key,id:key' in the environment."""
    given = os.environ.get(variable, "")
    if not given:
        return {"dev": _derived(purpose)}
    ring: dict[str, str] = {}
    for pair in given.split(","):
        key_id, _colon, key = pair.strip().partition(":")
        # a key that cannot serve stops the start, rather than the first answer of an inhabitant
        if not key_id or key_id in ring or not _is_a_key(key):
            raise ImproperlyConfigured(
                f"{variable} : écrire « identifiant:clé,identifiant:clé », chaque identifiant une fois, "
                "chaque clé de 32 octets en base64. Voir docs/reference/reglages.md."
            )
        ring[key_id] = key
    return ring


def _is_a_key(written: str) -> bool:
    try:
        return len(base64.b64decode(written, validate=True)) == 32
    except ValueError:
        return False


# --- Fabrique's own
FABRIQUE_KEYRING = _keyring("FABRIQUE_KEYRING", "encryption")
FABRIQUE_RECEIPT_KEYRING = _keyring("FABRIQUE_RECEIPT_KEYRING", "receipts")
FABRIQUE_PERIMETER = os.environ.get("FABRIQUE_PERIMETER", "76")
FABRIQUE_INSTANCE_NAME = os.environ.get("FABRIQUE_INSTANCE_NAME", "Fabrique citoyenne en santé")
FABRIQUE_AGENCY_NAME = os.environ.get("FABRIQUE_AGENCY_NAME", "Agence régionale de santé")
FABRIQUE_THEME = os.environ.get("FABRIQUE_THEME", "neutre")
FABRIQUE_DEMONSTRATION = os.environ.get("FABRIQUE_DEMONSTRATION", "") == "1"
FABRIQUE_SMALL_CELL = _whole("FABRIQUE_SMALL_CELL", 11)
FABRIQUE_CACHE = Path(os.environ.get("FABRIQUE_CACHE", VAR / "cache"))
FABRIQUE_DRAFT_DAYS = _whole("FABRIQUE_DRAFT_DAYS", 30)
FABRIQUE_UPLOAD_MB = _whole("FABRIQUE_UPLOAD_MB", 10)
# days after its answer at which an inhabitant's message to a body goes, unless published with their consent
FABRIQUE_DOOR_DAYS = _whole("FABRIQUE_DOOR_DAYS", 730)
# days after its closing at which an account loses its address and its name
FABRIQUE_CLOSED_ACCOUNT_DAYS = _whole("FABRIQUE_CLOSED_ACCOUNT_DAYS", 365)
FABRIQUE_WRITTEN_DAYS = _whole("FABRIQUE_WRITTEN_DAYS", 365)
FABRIQUE_FIELD_GRACE_DAYS = _whole("FABRIQUE_FIELD_GRACE_DAYS", 7)
FABRIQUE_SUBMISSIONS_PER_MINUTE = _whole("FABRIQUE_SUBMISSIONS_PER_MINUTE", 120)

# --- e-mail: without a server nor a folder, messages wait
_LOCAL_SITE = f"https://{ALLOWED_HOSTS[0]}" if ALLOWED_HOSTS else "http://127.0.0.1:8000"
FABRIQUE_SITE_URL = os.environ.get("FABRIQUE_SITE_URL", _LOCAL_SITE)
FABRIQUE_EMAIL_HOST = os.environ.get("FABRIQUE_EMAIL_HOST", "")
FABRIQUE_EMAIL_FOLDER = os.environ.get("FABRIQUE_EMAIL_FOLDER", "")
FABRIQUE_EMAIL_SECURITY = os.environ.get("FABRIQUE_EMAIL_SECURITY", "starttls")
FABRIQUE_EMAIL_ASKS_PER_MINUTE = _whole("FABRIQUE_EMAIL_ASKS_PER_MINUTE", 60)
FABRIQUE_REMINDER_DAYS = _whole("FABRIQUE_REMINDER_DAYS", 2)
FABRIQUE_REGISTRATION_DAYS = _whole("FABRIQUE_REGISTRATION_DAYS", 30)
if FABRIQUE_EMAIL_SECURITY not in ("starttls", "tls", "none"):
    raise ImproperlyConfigured("FABRIQUE_EMAIL_SECURITY : écrire « starttls », « tls » ou « none ».")
EMAIL_HOST = FABRIQUE_EMAIL_HOST
EMAIL_PORT = _whole("FABRIQUE_EMAIL_PORT", 587)
EMAIL_HOST_USER = os.environ.get("FABRIQUE_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("FABRIQUE_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = FABRIQUE_EMAIL_SECURITY == "starttls"
EMAIL_USE_SSL = FABRIQUE_EMAIL_SECURITY == "tls"
EMAIL_TIMEOUT = 15
EMAIL_FILE_PATH = FABRIQUE_EMAIL_FOLDER
EMAIL_BACKEND = ""
if FABRIQUE_EMAIL_HOST:
    EMAIL_BACKEND = "fabrique.subscriptions.services.transport.SilentBackend"
elif FABRIQUE_EMAIL_FOLDER:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("FABRIQUE_EMAIL_FROM", "ne-pas-repondre@localhost")

# --- who answers for the instance: shown in the legal notice, the accessibility statement and security.txt
FABRIQUE_CONTACT_EMAIL = os.environ.get("FABRIQUE_CONTACT_EMAIL", "")
FABRIQUE_DPO_EMAIL = os.environ.get("FABRIQUE_DPO_EMAIL", "")
FABRIQUE_PUBLICATION_DIRECTOR = os.environ.get("FABRIQUE_PUBLICATION_DIRECTOR", "")
FABRIQUE_AGENCY_ADDRESS = os.environ.get("FABRIQUE_AGENCY_ADDRESS", "")
FABRIQUE_HOSTING = os.environ.get("FABRIQUE_HOSTING", "")
FABRIQUE_SOURCE_URL = os.environ.get("FABRIQUE_SOURCE_URL", "")
FABRIQUE_COMPLAINTS_URL = os.environ.get("FABRIQUE_COMPLAINTS_URL", "")
