"""Addresses of the room public/rencontres.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.rencontres import (
    views,
    views_feeds,
    views_initiatives,
    views_minutes,
    views_registration,
)

app_name = "rencontres"
urlpatterns = [
    path("", views.calendar, name="liste"),
    path("calendrier.ics", views_feeds.everything, name="calendrier_ics"),
    path(
        "departements/<slug:code>/calendrier.ics", views_feeds.department, name="calendrier_departement_ics"
    ),
    path("themes/<slug:key>/calendrier.ics", views_feeds.theme, name="calendrier_theme_ics"),
    path("programmes/<slug:slug>/", views.programme, name="programme"),
    path("programmes/<slug:slug>/programme.pdf", views.programme_pdf, name="programme_pdf"),
    path("programmes/<slug:slug>/calendrier.ics", views_feeds.programme, name="calendrier_programme_ics"),
    path(
        "programmes/<slug:slug>/communiques/<str:public_id>.<str:extension>",
        views.press_release,
        name="communique",
    ),
    path("comptes-rendus/", views_minutes.listing, name="comptes_rendus"),
    path("initiatives/", views_initiatives.listing, name="initiatives"),
    path("initiatives/<slug:public_id>/", views_initiatives.detail, name="initiative"),
    path("<slug:slug>/", views.meeting, name="rencontre"),
    path("<slug:slug>/compte-rendu/", views_minutes.page, name="compte_rendu"),
    path(
        "<slug:slug>/compte-rendu/version-<int:number>/", views_minutes.version, name="compte_rendu_version"
    ),
    path(
        "<slug:slug>/compte-rendu/version-<int:number>.pdf",
        views_minutes.pdf_version,
        name="compte_rendu_pdf",
    ),
    path("<slug:slug>/inscription/", views_registration.ask, name="inscription"),
    path("<slug:slug>/inscription/envoyee/", views_registration.sent, name="inscription-envoyee"),
    path("<slug:slug>/rencontre.ics", views_feeds.meeting, name="rencontre_ics"),
]
