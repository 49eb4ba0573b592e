from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "fabrique.subscriptions"
    label = "subscriptions"
    verbose_name = "Abonnements et courriels"

    def ready(self) -> None:
        from fabrique.subscriptions import perms

        perms.declare()
