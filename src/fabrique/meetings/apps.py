from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "fabrique.meetings"
    label = "meetings"
    verbose_name = "Rencontres"

    def ready(self) -> None:
        from fabrique.meetings import perms

        perms.declare()
