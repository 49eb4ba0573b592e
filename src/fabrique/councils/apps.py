from django.apps import AppConfig


class CouncilsConfig(AppConfig):
    name = "fabrique.councils"
    label = "councils"
    verbose_name = "Instances de démocratie en santé"

    def ready(self) -> None:
        from fabrique.common.registry import erasers, periodic
        from fabrique.councils import perms, services
        from fabrique.councils.services import door_letters, upkeep

        perms.declare()
        erasers.register("councils", services.erase_door)
        periodic.register("councils.messages", upkeep.erase_old_messages)
        door_letters.declare()
