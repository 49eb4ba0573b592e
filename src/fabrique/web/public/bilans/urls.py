"""Addresses of the public room of reviews, evaluations, recommendations and users' findings.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.bilans import data, views, views_evaluations

app_name = "bilans"
urlpatterns = [
    path("", views.index, name="liste"),
    path("revues/<str:review_id>/", views.review, name="revue"),
    path("revues/<str:review_id>/compte-rendu/", views.inhabitants, name="compte-rendu"),
    path("revues/<str:review_id>/compte-rendu.pdf", views.inhabitants_pdf, name="compte-rendu-pdf"),
    path("revues/<str:review_id>/dossier.<str:form>", views.dossier, name="dossier"),
    path("evaluations/<str:evaluation_id>/", views_evaluations.evaluation, name="evaluation"),
    path("recommandations/", views_evaluations.recommendations, name="recommandations"),
    path("constats/", views_evaluations.findings, name="constats"),
    *(
        path(f"{table}.{form}", view, {"name": table}, name=f"{table}-{kind}")
        for table in data.TABLES
        for form, kind, view in (("csv", "csv", data.table), ("schema.json", "schema", data.schema))
    ),
]
