"""Addresses of the room agents/avis: formal consultations, those consulted, points and replies, differences.

Fed by its views. Feeds web/urls.py.
"""

from django.urls import path

from fabrique.web.agents.avis.views import differences, preparing, receiving

app_name = "agents-avis"
urlpatterns = [
    path("", preparing.index, name="liste"),
    path("nouvelle/", preparing.new, name="nouvelle"),
    path("consultes/<slug:consultee_id>/", receiving.consultee, name="consulte"),
    path("consultes/<slug:consultee_id>/modifier/", preparing.correct, name="consulte-modifier"),
    path("consultes/<slug:consultee_id>/retirer/", preparing.remove, name="retirer"),
    path("consultes/<slug:consultee_id>/point/", receiving.new_point, name="point-nouveau"),
    path("points/<slug:point_id>/", receiving.point, name="point"),
    path("points/<slug:point_id>/oter/", receiving.drop_point, name="point-oter"),
    path("points/<slug:point_id>/repondre/", receiving.reply, name="repondre"),
    path("changements/<slug:change_id>/", differences.tie, name="rattacher"),
    path("<slug:consultation_id>/", preparing.detail, name="consultation"),
    path("<slug:consultation_id>/modifier/", preparing.edit, name="modifier"),
    path("<slug:consultation_id>/proposer/", preparing.propose, name="proposer"),
    path("<slug:consultation_id>/ajouter/", preparing.add, name="ajouter"),
    path("<slug:consultation_id>/publier/", preparing.publish, name="publier"),
    path("<slug:consultation_id>/points/", receiving.points, name="points"),
    path("<slug:consultation_id>/terminer/", receiving.end, name="terminer"),
    path("<slug:consultation_id>/comparer/", differences.compare, name="comparer"),
    path("<slug:consultation_id>/differences/", differences.screen, name="differences"),
    path("<slug:consultation_id>/differences/publier/", differences.publish, name="publier-differences"),
]
