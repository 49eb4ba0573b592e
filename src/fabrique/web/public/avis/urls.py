"""Addresses of the room public/avis.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "avis"
urlpatterns: list[URLPattern] = []
