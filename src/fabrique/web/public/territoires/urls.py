"""Addresses of the room public/territoires.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "territoires"
urlpatterns: list[URLPattern] = []
