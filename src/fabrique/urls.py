"""Root of the addresses: everything is in fabrique.web, closed by default (web/public_routes.py).

Fed by the rooms' urls.py. Feeds Django's resolver and its error handlers.
"""

from django.urls import include, path

urlpatterns = [path("", include("fabrique.web.urls"))]

handler400 = "fabrique.web.errors.bad_request"
handler403 = "fabrique.web.errors.permission_denied"
handler404 = "fabrique.web.errors.page_not_found"
handler500 = "fabrique.web.errors.server_error"
