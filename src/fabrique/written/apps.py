from django.apps import AppConfig


class WrittenConfig(AppConfig):
    name = "fabrique.written"
    label = "written"
    verbose_name = "Contributions écrites"

    def ready(self) -> None:
        from fabrique.common.registry import erasers, periodic
        from fabrique.written import perms, services, tasks

        perms.declare()
        erasers.register("written", services.erase_written)
        periodic.register("written.forget", tasks.forget_old_contributions)
