"""Addresses of the facilitator's room, under /agents/animation/.

Fed by its views. Feeds web/urls.py; the service worker's scope is the room's root.
"""

from django.urls import path

from fabrique.web.agents.animation.views import importing, initiatives, minutes, room, screen, sheets, sync

app_name = "agents-animation"
urlpatterns = [
    path("", room.listing, name="liste"),
    path("service.js", sync.service, name="service"),
    path("hors-ligne/", sync.offline, name="hors-ligne"),
    path("initiatives/", initiatives.listing, name="initiatives"),
    path("initiatives/nouvelle/", initiatives.add, name="initiative-nouvelle"),
    path("initiatives/<str:initiative_id>/", initiatives.edit, name="initiative"),
    path("initiatives/<str:initiative_id>/publier/", initiatives.publish, name="initiative-publier"),
    path("initiatives/<str:initiative_id>/decider/", initiatives.decide, name="initiative-decider"),
    path("<str:public_id>/", room.detail, name="rencontre"),
    path("<str:public_id>/tables/", room.set_tables, name="tables"),
    path("<str:public_id>/tables/<str:table_id>/", room.table, name="table"),
    path("<str:public_id>/questions/", room.add_prompt, name="question-ajouter"),
    path("<str:public_id>/questions/themes/", room.prompts_from_themes, name="questions-themes"),
    path("<str:public_id>/questions/<str:prompt_id>/", room.prompt, name="question"),
    path("<str:public_id>/questions/<str:prompt_id>/deplacer/", room.move_prompt, name="question-deplacer"),
    path("<str:public_id>/questions/<str:prompt_id>/retirer/", room.remove_prompt, name="question-retirer"),
    path("<str:public_id>/salle/", screen.room, name="salle"),
    path("<str:public_id>/etat/", sync.state, name="etat"),
    path("<str:public_id>/synchro/", sync.sync, name="synchro"),
    path("<str:public_id>/propos/<str:item_id>/", screen.item, name="propos"),
    path("<str:public_id>/propos/<str:item_id>/retirer/", screen.remove, name="propos-retirer"),
    path("<str:public_id>/propos/<str:item_id>/departager/", screen.settle, name="propos-departager"),
    path("<str:public_id>/propos/<str:item_id>/initiative/", initiatives.from_item, name="propos-initiative"),
    path("<str:public_id>/feuilles.pdf", sheets.table_sheets, name="feuilles"),
    path("<str:public_id>/talons/", sheets.slips, name="talons"),
    path("<str:public_id>/reprendre/", sheets.take_up, name="reprendre"),
    path("<str:public_id>/reprendre/<str:table_id>/", sheets.type_sheet, name="reprendre-feuille"),
    path("<str:public_id>/importer/", importing.preview, name="importer"),
    path("<str:public_id>/importer/enregistrer/", importing.store, name="importer-enregistrer"),
    path("<str:public_id>/compte-rendu/", minutes.detail, name="compte-rendu"),
    path("<str:public_id>/compte-rendu/commencer/", minutes.begin, name="compte-rendu-commencer"),
    path("<str:public_id>/compte-rendu/ecrire/", minutes.write, name="compte-rendu-ecrire"),
    path("<str:public_id>/compte-rendu/abandonner/", minutes.discard, name="compte-rendu-abandonner"),
    path("<str:public_id>/compte-rendu/signer/", minutes.sign, name="compte-rendu-signer"),
    path("<str:public_id>/compte-rendu/publier/", minutes.publish, name="compte-rendu-publier"),
    path("<str:public_id>/compte-rendu/transmettre/", minutes.transmit, name="compte-rendu-transmettre"),
    path("<str:public_id>/compte-rendu/<int:number>.pdf", minutes.pdf_version, name="compte-rendu-pdf"),
]
