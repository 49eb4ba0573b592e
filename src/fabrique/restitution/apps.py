from django.apps import AppConfig


class RestitutionConfig(AppConfig):
    name = "fabrique.restitution"
    label = "restitution"
    verbose_name = "Restitution"

    def ready(self) -> None:
        from fabrique.restitution import perms

        perms.declare()
