from django.apps import AppConfig


class RelaysConfig(AppConfig):
    name = "fabrique.relays"
    label = "relays"
    verbose_name = "Relais"

    def ready(self) -> None:
        from fabrique.common.registry import account_erasers, periodic
        from fabrique.relays import perms, tasks

        perms.declare()
        account_erasers.register("relays", tasks.erase_invitations)
        periodic.register("relays.contacts", tasks.erase_contacts)
