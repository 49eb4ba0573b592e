"""Addresses of the room public/plan.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.plan import views, views_compare, views_data, views_subscribe, views_versions

app_name = "plan"
urlpatterns = [
    path("", views.index, name="liste"),
    path("versions/", views_versions.index, name="versions"),
    path("versions/<slug:public_id>/", views_versions.text, name="texte"),
    path("versions/<slug:public_id>/changements/", views_versions.changes, name="changements"),
    path("engagements/<slug:key>/", views.commitment, name="engagement"),
    path("defis/<slug:key>/", views.challenge, name="defi"),
    path("objectifs/<slug:public_id>/", views.objective, name="objectif"),
    path("objectifs/<slug:public_id>/abonnement/", views_subscribe.ask, name="abonnement"),
    path("objectifs/<slug:public_id>/abonnement/envoye/", views_subscribe.sent, name="abonnement-envoye"),
    path("actions/<slug:public_id>/", views.action, name="action"),
    path("territoires/<str:code>/", views.territory, name="territoire"),
    path("publics/<slug:key>/", views.target_public, name="public"),
    path("marques/<slug:mark>/", views.mark, name="marque"),
    path("programmes/<slug:public_id>/", views.programme, name="programme"),
    path("comparer/", views_compare.compare, name="comparer"),
    path("comparer.csv", views_compare.download, name="comparaison-csv"),
    path("comparer.schema.json", views_compare.schema, name="comparaison-schema"),
    path("donnees/", views_data.index, name="donnees"),
    path("donnees/datapackage.json", views_data.package, name="paquet"),
    path("donnees/plan.xlsx", views_data.workbook, name="classeur"),
    path("donnees/<slug:name>.csv", views_data.table, name="table"),
    path("donnees/<slug:name>.json", views_data.records, name="lignes"),
    path("donnees/<slug:name>.schema.json", views_data.schema, name="schema"),
]
