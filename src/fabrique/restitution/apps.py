from django.apps import AppConfig


class RestitutionConfig(AppConfig):
    name = "fabrique.restitution"
    label = "restitution"
    verbose_name = "Restitution"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.restitution import perms
        from fabrique.restitution.services.indicator_values import pull_all

        perms.declare()
        periodic.register("restitution.indicator_values", pull_all)
