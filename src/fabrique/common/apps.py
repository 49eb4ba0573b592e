from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "fabrique.common"
    label = "common"
    verbose_name = "Socle commun"
