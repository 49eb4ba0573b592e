from django.apps import AppConfig


class WrittenConfig(AppConfig):
    name = "fabrique.written"
    label = "written"
    verbose_name = "Contributions écrites"

    def ready(self) -> None:
        from fabrique.written import perms

        perms.declare()
