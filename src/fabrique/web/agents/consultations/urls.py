"""Addresses of the consultations' files, under /agents/consultations/.

Fed by views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.consultations.views import (
    documents,
    listing,
    opening,
    preview,
    question,
    questionnaire,
    steps,
    translations,
)

app_name = "agents-consultations"
urlpatterns = [
    path("", listing.listing, name="liste"),
    path("nouvelle/", listing.new, name="nouvelle"),
    path("<str:public_id>/", steps.step, {"code": "presentation"}, name="presentation"),
    path("<str:public_id>/calendrier/", steps.step, {"code": "calendrier"}, name="calendrier"),
    path("<str:public_id>/analyse-impact/", steps.step, {"code": "analyse-impact"}, name="analyse-impact"),
    path("<str:public_id>/donnees/", steps.notice, name="donnees"),
    path("<str:public_id>/documents/", documents.listing, name="documents"),
    path("<str:public_id>/documents/ajouter/", documents.add, name="document-ajouter"),
    path("<str:public_id>/documents/<str:document_id>/", documents.edit, name="document"),
    path("<str:public_id>/documents/<str:document_id>/retirer/", documents.remove, name="document-retirer"),
    path("<str:public_id>/questionnaire/", questionnaire.editor, name="questionnaire"),
    path("<str:public_id>/parties/ajouter/", questionnaire.add_section, name="partie-ajouter"),
    path("<str:public_id>/parties/<slug:key>/", questionnaire.edit_section, name="partie"),
    path("<str:public_id>/parties/<slug:key>/deplacer/", questionnaire.move_section, name="partie-deplacer"),
    path(
        "<str:public_id>/parties/<slug:key>/qui-repond/", questionnaire.add_help_question, name="qui-repond"
    ),
    path("<str:public_id>/parties/<slug:key>/retirer/", questionnaire.remove_section, name="partie-retirer"),
    path(
        "<str:public_id>/parties/<slug:section_key>/questions/<slug:kind>/",
        question.add,
        name="question-ajouter",
    ),
    path("<str:public_id>/questions/<slug:key>/", question.edit, name="question"),
    path(
        "<str:public_id>/questions/<slug:key>/deplacer/",
        questionnaire.move_question,
        name="question-deplacer",
    ),
    path(
        "<str:public_id>/questions/<slug:key>/retirer/",
        questionnaire.remove_question,
        name="question-retirer",
    ),
    path("<str:public_id>/langues/", translations.index, name="langues"),
    path("<str:public_id>/langues/enregistrer/", translations.record, name="enregistrer"),
    path(
        "<str:public_id>/langues/enregistrements/<str:recording>/retirer/",
        translations.drop,
        name="enregistrement-retirer",
    ),
    path("<str:public_id>/langues/<slug:language>/", translations.edit, name="traduction"),
    path("<str:public_id>/langues/<slug:language>/csv/", translations.download, name="traduction-csv"),
    path(
        "<str:public_id>/langues/<slug:language>/recevoir/", translations.upload, name="traduction-recevoir"
    ),
    path("<str:public_id>/apercu/", preview.start, name="apercu"),
    path("<str:public_id>/apercu/<slug:register>/<slug:section_key>/", preview.page, name="apercu-page"),
    path("<str:public_id>/ouverture/", opening.checklist, name="ouverture"),
    path("<str:public_id>/ouverture/ouvrir/", opening.open_, name="ouvrir"),
    path("<str:public_id>/ouverture/prolonger/", opening.extend, name="prolonger"),
    path("<str:public_id>/ouverture/clore/", opening.close, name="clore"),
    path("<str:public_id>/version/nouvelle/", opening.new_version, name="version-nouvelle"),
    path("<str:public_id>/version/publier/", opening.publish_version, name="version-publier"),
    path("<str:public_id>/version/abandonner/", opening.drop_version, name="version-abandonner"),
]
