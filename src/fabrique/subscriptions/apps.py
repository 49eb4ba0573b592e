from django.apps import AppConfig


class SubscriptionsConfig(AppConfig):
    name = "fabrique.subscriptions"
    label = "subscriptions"
    verbose_name = "Abonnements et courriels"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.subscriptions import perms, tasks

        perms.declare()
        periodic.register("subscriptions.expiry", tasks.forget)
        periodic.register("subscriptions.outbox", tasks.send_what_is_due)
