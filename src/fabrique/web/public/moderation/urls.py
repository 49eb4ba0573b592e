"""Addresses of the public page of moderation.

Fed by its view. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.moderation import views

app_name = "moderation"
urlpatterns = [path("", views.rules, name="regles")]
