"""Addresses of relays: becoming one, and the relay's own pages.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.relais.views import helping, joining, own

app_name = "relais"
urlpatterns = [
    path("", joining.about, name="accueil"),
    path("charte/", joining.charter, name="charte"),
    path("devenir/", joining.ask, name="devenir"),
    path("devenir/merci/", joining.asked, name="demande-recue"),
    path("invitation/<str:token>/", joining.invitation, name="invitation"),
    path("mot-de-passe/", joining.password, name="mot-de-passe"),
    path("mot-de-passe/choisi/", joining.chosen, name="mot-de-passe-choisi"),
    path("espace/", own.home, name="espace"),
    path("<slug:relay_id>/", own.detail, name="relais"),
    path("<slug:relay_id>/collegue/", own.invite, name="collegue"),
    path("<slug:relay_id>/<slug:slug>/preparer/", own.prepare, name="preparer"),
    path("<slug:relay_id>/<slug:slug>/dossier/", own.kit, name="dossier"),
    path("<slug:relay_id>/<slug:slug>/dossier/tout/", own.everything, name="dossier-complet"),
    path("<slug:relay_id>/<slug:slug>/dossier/questionnaires/", own.more_sheets, name="questionnaires"),
    path("<slug:relay_id>/<slug:slug>/dossier/questionnaires/<slug:batch_id>/", own.sheets, name="lot"),
    path("<slug:relay_id>/<slug:slug>/dossier/<slug:key>/", own.piece, name="piece"),
    path("<slug:relay_id>/<slug:slug>/aider/", helping.begin, name="aider"),
    path("<slug:relay_id>/<slug:slug>/aider/charte/", helping.accept_charter, name="charte-aidant"),
]
