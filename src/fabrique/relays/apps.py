from django.apps import AppConfig


class RelaysConfig(AppConfig):
    name = "fabrique.relays"
    label = "relays"
    verbose_name = "Relais"

    def ready(self) -> None:
        from fabrique.relays import perms

        perms.declare()
