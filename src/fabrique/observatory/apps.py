from django.apps import AppConfig


class ObservatoryConfig(AppConfig):
    name = "fabrique.observatory"
    label = "observatory"
    verbose_name = "Observatoire"

    def ready(self) -> None:
        from fabrique.observatory import perms

        perms.declare()
