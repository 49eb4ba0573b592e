"""Addresses of the room agents/papier.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.papier.views import batches, entry, quality, settling, telephone

app_name = "agents-papier"
urlpatterns = [
    path("", batches.index, name="liste"),
    path("lots/nouveau/", batches.new, name="nouveau"),
    path("lots/<str:batch_id>/", batches.detail, name="lot"),
    path("lots/<str:batch_id>/livrets/", batches.booklets, name="livrets"),
    path("lots/<str:batch_id>/retour/", batches.receive, name="retour"),
    path("lots/<str:batch_id>/tirage/", batches.draw, name="tirage"),
    path("lots/<str:batch_id>/ajouter/", batches.add, name="ajouter"),
    path("lots/<str:batch_id>/clore/", batches.close, name="clore"),
    path("lots/<str:batch_id>/ecarts/", settling.differences, name="ecarts"),
    path("lots/<str:batch_id>/qualite/", quality.of_batch, name="qualite"),
    path("lots/<str:batch_id>/feuilles/<int:number>/", entry.entry, name="saisie"),
    path("lots/<str:batch_id>/feuilles/<int:number>/laisser/", entry.leave, name="laisser"),
    path("lots/<str:batch_id>/feuilles/<int:number>/rouvrir/", batches.reopen, name="rouvrir"),
    path("lots/<str:batch_id>/feuilles/<int:number>/trancher/", settling.settle, name="trancher"),
    path("feuille/", entry.find, name="feuille"),
    path("qualite/<str:consultation_id>/", quality.of_consultation, name="qualite-consultation"),
    path("telephone/", telephone.index, name="telephone"),
    path("telephone/code/", telephone.receipt, name="recu"),
    path("telephone/code/effacer/", telephone.forget, name="effacer"),
    path("telephone/<str:consultation_id>/", telephone.call, name="appel"),
]
