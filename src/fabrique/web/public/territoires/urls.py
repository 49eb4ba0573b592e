"""Addresses of the room public/territoires.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.public.territoires import views, views_comparison, views_indicators, views_inequalities

app_name = "territoires"
urlpatterns = [
    path("", views.index, name="liste"),
    path("comparer/", views_comparison.compare, name="comparer"),
    path("indicateurs/", views_indicators.index, name="indicateurs"),
    path("indicateurs/<slug:code>/", views_indicators.detail, name="indicateur"),
    path("indicateurs/<slug:code>/valeurs.csv", views_indicators.values_csv, name="indicateur_csv"),
    path("indicateurs/schema.json", views_indicators.schema, name="indicateur_schema"),
    path("inegalites/", views_inequalities.index, name="inegalites"),
    path("inegalites/moyens/", views_inequalities.means, name="moyens"),
    path("departements/<slug:code>/", views.department, name="departement"),
    path("departements/<slug:code>/portrait.pdf", views.department_pdf, name="departement_pdf"),
    path("intercommunalites/<slug:code>/", views.epci, name="epci"),
    path("intercommunalites/<slug:code>/portrait.pdf", views.epci_pdf, name="epci_pdf"),
]
