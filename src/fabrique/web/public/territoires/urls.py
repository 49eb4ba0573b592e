"""Addresses of the room public/territoires.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.territoires import (
    views,
    views_comparison,
    views_indicators,
    views_inequalities,
    views_means,
)

app_name = "territoires"
urlpatterns = [
    path("", views.index, name="liste"),
    path("comparer/", views_comparison.compare, name="comparer"),
    path("comparer/comparaison.csv", views_comparison.compare_csv, name="comparer_csv"),
    path("indicateurs/", views_indicators.index, name="indicateurs"),
    path("indicateurs/<slug:code>/", views_indicators.detail, name="indicateur"),
    path("indicateurs/<slug:code>/valeurs.csv", views_indicators.values_csv, name="indicateur_csv"),
    path("indicateurs/schema.json", views_indicators.schema, name="indicateur_schema"),
    path("inegalites/", views_inequalities.index, name="inegalites"),
    path("inegalites/inegalites.csv", views_inequalities.index_csv, name="inegalites_csv"),
    path("inegalites/moyens/", views_means.means, name="moyens"),
    path("inegalites/moyens/moyens.csv", views_means.means_csv, name="moyens_csv"),
    path("schemas/<slug:table>.json", views_indicators.schema, name="schema"),
    path("departements/<slug:code>/", views.department, name="departement"),
    path("departements/<slug:code>/portrait.pdf", views.department_pdf, name="departement_pdf"),
    path("intercommunalites/<slug:code>/", views.epci, name="epci"),
    path("intercommunalites/<slug:code>/portrait.pdf", views.epci_pdf, name="epci_pdf"),
]
