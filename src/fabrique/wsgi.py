"""Entry of the web server (gunicorn fabrique.wsgi)."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fabrique.settings.production")
application = get_wsgi_application()
