from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "fabrique.contributions"
    label = "contributions"
    verbose_name = "Contributions"

    def ready(self) -> None:
        from fabrique.contributions import perms

        perms.declare()
