from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "fabrique.common"
    label = "common"
    verbose_name = "Socle commun"

    def ready(self) -> None:
        from django.core.checks import Tags, register

        from fabrique.common.checks import sealed_values_open

        register(sealed_values_open, Tags.database)
