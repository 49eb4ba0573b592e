from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "fabrique.imports"
    label = "imports"
    verbose_name = "Imports"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.imports import perms
        from fabrique.imports.services import jobs

        perms.declare()
        periodic.register("imports.take_back", jobs.take_back_abandoned)
        periodic.register("imports.forget", jobs.forget_old)
