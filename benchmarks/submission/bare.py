"""What it is for: the yardstick: a bare Django view that writes four rows durably to SQLite, and nothing else.
What feeds it: gunicorn benchmarks.submission.bare:application, with the folder of its database in BARE_FOLDER.
What it feeds: benchmarks/submission/run.py.
"""

from __future__ import annotations

import os
from pathlib import Path

import django
from django.conf import settings

settings.configure(
    SECRET_KEY="bare",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[],
    MIDDLEWARE=[],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": Path(os.environ["BARE_FOLDER"]) / "bare.sqlite3",
            # as an instance has it (fabrique.settings.base): the comparison is of what is done, not of how
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    },
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models, transaction  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402

ROWS = 4


class Row(models.Model):
    text = models.TextField()

    class Meta:
        app_label = "bare"

    def __str__(self) -> str:
        return self.text


def write(request: HttpRequest) -> HttpResponse:
    """Four rows in one durable transaction."""
    text = request.POST.get("text", "")
    with transaction.atomic():
        for _ in range(ROWS):
            Row.objects.create(text=text)
    return HttpResponse("written")


def create_table() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Row)


urlpatterns = [path("write/", write)]
application = get_wsgi_application()
