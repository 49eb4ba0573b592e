"""Addresses of the room agents/plan.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.plan.views import files, life, listing, nodes

app_name = "agents-plan"
urlpatterns = [
    path("", listing.listing, name="liste"),
    path("nouveau/", listing.new, name="nouveau"),
    path("charger/", files.load, name="charger"),
    path("schema.json", files.schema, name="schema"),
    path("<slug:slug>/", listing.tree, name="arbre"),
    path("<slug:slug>/listes/<slug:section>/", nodes.section, name="section"),
    path("<slug:slug>/ajouter/<slug:one>/", nodes.add, name="ajouter"),
    path("<slug:slug>/elements/<slug:one>/<str:node_id>/", nodes.edit, name="element"),
    path("<slug:slug>/elements/<slug:one>/<str:node_id>/deplacer/", nodes.move, name="deplacer"),
    path("<slug:slug>/elements/<slug:one>/<str:node_id>/publier/", nodes.show, name="publier"),
    path("<slug:slug>/elements/<slug:one>/<str:node_id>/retirer/", nodes.remove, name="retirer"),
    path("<slug:slug>/defis/<str:node_id>/titre/", nodes.title, name="titre"),
    path("<slug:slug>/vie/", life.state, name="vie"),
    path("<slug:slug>/vie/adopter/", life.adopt, name="adopter"),
    path("<slug:slug>/vie/<slug:gesture>/", life.act, name="geste"),
    path("<slug:slug>/versions/<str:version_id>/", life.version, name="version"),
    path("<slug:slug>/fichiers/", files.files, name="fichiers"),
    path("<slug:slug>/fichiers/plan.yaml", files.yaml, name="yaml"),
    path("<slug:slug>/fichiers/tables.zip", files.tables, name="tables"),
]
