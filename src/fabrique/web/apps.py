from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "fabrique.web"
    label = "web"
    verbose_name = "Site public et écrans des agents"

    def ready(self) -> None:
        from fabrique.web.public.resultats import followup

        followup.register()
