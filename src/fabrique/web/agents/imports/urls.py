"""Addresses of the room agents/imports: the list, a file sent, its columns, its check, its report.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.imports.views import following, reports, sending

app_name = "agents-imports"
urlpatterns = [
    path("", following.index, name="liste"),
    path("nouveau/", sending.new, name="nouveau"),
    path("<str:import_id>/", following.detail, name="detail"),
    path("<str:import_id>/colonnes/", sending.columns, name="colonnes"),
    path("<str:import_id>/confirmer/", following.confirm, name="confirmer"),
    path("<str:import_id>/abandonner/", following.cancel, name="abandonner"),
    path("<str:import_id>/lignes/", reports.lines, name="lignes"),
    path("<str:import_id>/rapport.csv", reports.as_csv, name="rapport-csv"),
    path("<str:import_id>/rapport.xlsx", reports.as_xlsx, name="rapport-xlsx"),
]
