from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "fabrique.web"
    label = "web"
    verbose_name = "Site public et écrans des agents"

    def ready(self) -> None:
        from fabrique.common.registry import account_erasers, periodic
        from fabrique.web import tasks
        from fabrique.web.public.instances import followup as door_followup
        from fabrique.web.public.rencontres import followup as meetings_followup
        from fabrique.web.public.resultats import followup

        followup.register()
        meetings_followup.register()
        door_followup.register()
        account_erasers.register("web", tasks.erase_sessions_of)
        periodic.register("web.sessions", tasks.erase_expired_sessions)
