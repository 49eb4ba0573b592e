from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "fabrique.imports"
    label = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        from fabrique.imports import perms

        perms.declare()
