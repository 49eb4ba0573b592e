from django.apps import AppConfig


class RelaysConfig(AppConfig):
    name = "fabrique.relays"
    label = "relays"
    verbose_name = "Relais"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.relays import perms, tasks

        perms.declare()
        periodic.register("relays.contacts", tasks.erase_contacts)
