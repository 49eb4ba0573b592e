"""Addresses of the room agents/instances: bodies, sessions, opinions, requests, and the questions at the door.

Fed by its views. Feeds web/urls.py, under /agents/instances/.
"""

from django.urls import path

from fabrique.web.agents.instances.views import bodies, composition, door, items, requests, sessions

app_name = "agents-instances"
urlpatterns = [
    path("", bodies.index, name="liste"),
    path("questions/", door.queue, name="questions"),
    path("question/<str:question_id>/", door.detail, name="question"),
    path("question/<str:question_id>/repondre/", door.answer, name="repondre"),
    path("question/<str:question_id>/ecarter/", door.aside, name="ecarter"),
    path("question/<str:question_id>/reprendre/", door.back, name="reprendre"),
    path("question/<str:question_id>/publier/", door.publish, name="publier-question"),
    path("question/<str:question_id>/retirer/", door.unpublish, name="retirer-question"),
    path("nouvelle-instance/", bodies.new, name="nouvelle-instance"),
    path("instance/<str:body_id>/", bodies.detail, name="instance"),
    path("instance/<str:body_id>/modifier/", bodies.edit, name="modifier-instance"),
    path("instance/<str:body_id>/supprimer/", bodies.end, name="supprimer-instance"),
    path("instance/<str:body_id>/membres/", composition.members, name="membres"),
    path("instance/<str:body_id>/nouveau-membre/", composition.new_member, name="nouveau-membre"),
    path("instance/<str:body_id>/nouveau-college/", composition.new_college, name="nouveau-college"),
    path("instance/<str:body_id>/college/<int:number>/", composition.edit_college, name="college"),
    path(
        "instance/<str:body_id>/college/<int:number>/retirer/",
        composition.remove_college,
        name="retirer-college",
    ),
    path(
        "instance/<str:body_id>/college/<int:number>/nouvelle-categorie/",
        composition.new_category,
        name="nouvelle-categorie",
    ),
    path(
        "instance/<str:body_id>/college/<int:number>/categorie/<int:rank>/",
        composition.edit_category,
        name="categorie",
    ),
    path(
        "instance/<str:body_id>/college/<int:number>/categorie/<int:rank>/retirer/",
        composition.remove_category,
        name="retirer-categorie",
    ),
    path("instance/<str:body_id>/nouvelle-seance/", sessions.new, name="nouvelle-seance"),
    path("instance/<str:body_id>/nouvelle-demande/", requests.new, name="nouvelle-demande"),
    path("mandat/<str:mandate_id>/", composition.edit_member, name="mandat"),
    path("mandat/<str:mandate_id>/finir/", composition.end_member, name="finir-mandat"),
    path("demande/<str:request_id>/", requests.detail, name="demande"),
    path("demande/<str:request_id>/clore/", requests.close, name="clore-demande"),
    path("seance/<str:session_id>/", sessions.detail, name="seance"),
    path("seance/<str:session_id>/modifier/", sessions.edit, name="modifier-seance"),
    path("seance/<str:session_id>/convoquer/", sessions.call, name="convoquer"),
    path("seance/<str:session_id>/envoyer/", sessions.send, name="envoyer"),
    path("seance/<str:session_id>/tenue/", sessions.hold, name="tenue"),
    path("seance/<str:session_id>/annuler/", sessions.cancel, name="annuler"),
    path("seance/<str:session_id>/compte-rendu/", sessions.minutes, name="compte-rendu"),
    path(
        "seance/<str:session_id>/compte-rendu/publier/", sessions.publish_minutes, name="publier-compte-rendu"
    ),
    path("seance/<str:session_id>/nouveau-point/", items.new, name="nouveau-point"),
    path("seance/<str:session_id>/nouveau-document/", items.new_document, name="nouveau-document"),
    path("point/<str:item_id>/", items.edit, name="point"),
    path("point/<str:item_id>/deplacer/", items.move, name="deplacer"),
    path("point/<str:item_id>/retirer/", items.remove, name="retirer-point"),
    path("point/<str:item_id>/mon-avis/", items.my_opinion, name="mon-avis"),
    path("point/<str:item_id>/avis/", items.opinion, name="avis"),
    path("point/<str:item_id>/avis/publier/", items.publish_opinion, name="publier-avis"),
    path("document/<str:document_id>/", items.download, name="document"),
    path("document/<str:document_id>/remplacer/", items.replace, name="remplacer"),
    path("document/<str:document_id>/retirer/", items.remove_document, name="retirer-document"),
]
