"""Addresses of the room agents/bilans: reviews, snapshots, evaluations, users' findings.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.bilans.views import (
    conclusions,
    decisions,
    evaluations,
    findings,
    listing,
    reviews,
    snapshots,
)

app_name = "agents-bilans"
urlpatterns = [
    path("", listing.index, name="liste"),
    path("instantanes/", snapshots.index, name="instantanes"),
    path("instantanes/<str:snapshot_id>/", snapshots.detail, name="instantane"),
    path("instantanes/<str:snapshot_id>/dossier.<str:form>", snapshots.dossier, name="dossier"),
    path("instantanes/<str:snapshot_id>/compte-rendu.<str:form>", snapshots.inhabitants, name="compte-rendu"),
    path("revues/nouvelle/", reviews.new, name="revue-nouvelle"),
    path("revues/<str:review_id>/", reviews.detail, name="revue"),
    path("revues/<str:review_id>/modifier/", reviews.edit, name="revue-modifier"),
    path("revues/<str:review_id>/etapes/", reviews.steps, name="etapes"),
    path("revues/<str:review_id>/modele/", reviews.replay, name="modele"),
    path("revues/<str:review_id>/instantane/", reviews.choose, name="choisir"),
    path("revues/<str:review_id>/tenir/", reviews.hold, name="tenir"),
    path("revues/<str:review_id>/decisions/", decisions.screen, name="decisions"),
    path("revues/<str:review_id>/publier/", reviews.publish, name="revue-publier"),
    path("decisions/<str:decision_id>/", decisions.follow_up, name="suite"),
    path("evaluations/nouvelle/", evaluations.new, name="evaluation-nouvelle"),
    path("evaluations/<str:evaluation_id>/", evaluations.detail, name="evaluation"),
    path("evaluations/<str:evaluation_id>/protocole/", evaluations.protocol, name="protocole"),
    path("evaluations/<str:evaluation_id>/question/", evaluations.question_new, name="question-nouvelle"),
    path("evaluations/<str:evaluation_id>/commencer/", evaluations.start, name="commencer"),
    path("evaluations/<str:evaluation_id>/rapport/", evaluations.report, name="rapport"),
    path("evaluations/<str:evaluation_id>/publier/", evaluations.publish, name="evaluation-publier"),
    path(
        "evaluations/<str:evaluation_id>/recommandation/",
        conclusions.recommendation_new,
        name="recommandation-nouvelle",
    ),
    path("questions/<str:question_id>/", evaluations.question_edit, name="question"),
    path("questions/<str:question_id>/oter/", evaluations.question_remove, name="question-oter"),
    path("questions/<str:question_id>/constat/", conclusions.result_new, name="resultat-nouveau"),
    path("resultats/<str:result_id>/", conclusions.result, name="resultat"),
    path("resultats/<str:result_id>/oter/", conclusions.result_remove, name="resultat-oter"),
    path("recommandations/<str:recommendation_id>/", conclusions.recommendation, name="recommandation"),
    path(
        "recommandations/<str:recommendation_id>/oter/",
        conclusions.recommendation_remove,
        name="recommandation-oter",
    ),
    path("constats/nouveau/", findings.new, name="constat-nouveau"),
    path("constats/<str:finding_id>/", findings.detail, name="constat"),
    path("constats/<str:finding_id>/publier/", findings.publish, name="constat-publier"),
    path("mandats/", findings.mandates, name="mandats"),
    path("mandats/<str:finding_id>/", findings.mandate, name="mandat"),
]
