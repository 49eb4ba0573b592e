from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "fabrique.councils"
    label = "councils"
    verbose_name = "Instances de démocratie en santé"

    def ready(self) -> None:
        from fabrique.councils import perms

        perms.declare()
