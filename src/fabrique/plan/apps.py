from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "fabrique.plan"
    label = "plan"
    verbose_name = "Plan régional de santé"

    def ready(self) -> None:
        from fabrique.plan import perms

        perms.declare()
