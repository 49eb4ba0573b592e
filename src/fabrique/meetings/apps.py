from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "fabrique.meetings"
    label = "meetings"
    verbose_name = "Rencontres"

    def ready(self) -> None:
        from fabrique.common.registry import erasers, periodic
        from fabrique.meetings import perms, tasks
        from fabrique.meetings.services import deposit, followers, registration_purpose, slips

        perms.declare()
        registration_purpose.declare()
        followers.declare()
        erasers.register("meetings", deposit.erase_items)
        periodic.register("meetings.reminders", tasks.remind_registered)
        periodic.register("meetings.registrations", tasks.forget_registered)
        periodic.register("meetings.slips", slips.erase_expired_slips)
        periodic.register("meetings.deposit", deposit.deposit_waiting)
