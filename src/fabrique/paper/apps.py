from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "fabrique.paper"
    label = "paper"
    verbose_name = "Papier et téléphone"

    def ready(self) -> None:
        from fabrique.common.registry import erasers
        from fabrique.paper import perms, services

        perms.declare()
        erasers.register("paper", services.erase_entries)
