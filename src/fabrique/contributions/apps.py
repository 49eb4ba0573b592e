from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "fabrique.contributions"
    label = "contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.contributions import perms
        from fabrique.contributions.tasks import notify_alerts

        perms.declare()
        periodic.register("contributions.alerts", notify_alerts)
