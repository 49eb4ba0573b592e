from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "fabrique.paper"
    label = "paper"
    verbose_name = "Papier et téléphone"

    def ready(self) -> None:
        from fabrique.paper import perms

        perms.declare()
