"""Addresses of the answering journey.

Fed by repondre.views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.repondre.views import arriving, ending, parts, resuming, start

app_name = "repondre"
urlpatterns = [
    # short on purpose: it is printed in letters under the QR code of a relay
    path("r/<slug:code>/", arriving.arrival, name="relais"),
    path("consultations/<slug:slug>/repondre/", start.start, name="debut"),
    path("consultations/<slug:slug>/repondre/partie/<slug:section>/", parts.part, name="partie"),
    path("consultations/<slug:slug>/repondre/verifier/", ending.check, name="verifier"),
    path("consultations/<slug:slug>/repondre/plus-tard/", resuming.later, name="plus-tard"),
    path("consultations/<slug:slug>/repondre/abandonner/", resuming.abandon, name="abandonner"),
    path("reprendre/", resuming.resume, name="reprendre"),
    path("repondre/merci/", ending.thanks, name="merci"),
    path("repondre/effacer/", ending.clear_screen, name="effacer"),
    path("repondre/ecran-efface/", ending.cleared, name="ecran-efface"),
]
