from django.apps import AppConfig


class PlanConfig(AppConfig):
    name = "fabrique.plan"
    label = "plan"
    verbose_name = "Plan régional de santé"

    def ready(self) -> None:
        from fabrique.common.registry import periodic
        from fabrique.plan import perms, tasks
        from fabrique.plan.services import followers

        perms.declare()
        followers.declare()
        periodic.register("plan.digests", tasks.send_lead_digests)
        periodic.register("plan.news", followers.write_weekly_news)
        periodic.register("plan.sheet-files", tasks.forget_sheet_files)
