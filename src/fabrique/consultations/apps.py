from django.apps import AppConfig


class ConsultationsConfig(AppConfig):
    name = "fabrique.consultations"
    label = "consultations"
    verbose_name = "Consultations"

    def ready(self) -> None:
        from fabrique.common.registry import erasers, periodic
        from fabrique.consultations import perms, services, tasks

        perms.declare()
        erasers.register("consultations", services.erase_answer_document)
        periodic.register("consultations.drafts", tasks.erase_old_drafts)
