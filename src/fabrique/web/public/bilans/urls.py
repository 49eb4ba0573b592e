"""Addresses of the room public/bilans.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import URLPattern

app_name = "bilans"
urlpatterns: list[URLPattern] = []
