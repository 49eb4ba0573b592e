"""Addresses of the room public/relais.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "relais"
urlpatterns: list[URLPattern] = []
