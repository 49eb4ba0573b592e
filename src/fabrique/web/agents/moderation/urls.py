"""Addresses of the agents' room of moderation.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.moderation import views, views_settings

app_name = "agents-moderation"
urlpatterns = [
    path("", views.queue, name="liste"),
    path("decider/<str:contribution_id>/", views.decide, name="decider"),
    path("alertes/<str:alert_id>/", views.alert, name="alerte"),
    path("alertes/<str:alert_id>/texte/", views.reveal, name="alerte-texte"),
    path("contestations/<str:contest_id>/", views.contest, name="contestation"),
    path("procedure/", views.procedure, name="procedure"),
    path("motifs/", views_settings.reasons, name="motifs"),
    path("motifs/<slug:key>/", views_settings.reason, name="motif"),
    path("destinataires/", views_settings.contacts, name="destinataires"),
]
