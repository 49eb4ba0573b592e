from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "fabrique.audit"
    label = "audit"
    verbose_name = "Journal"

    def ready(self) -> None:
        from fabrique.audit import perms, services
        from fabrique.common.registry import journal_sinks

        perms.declare()
        journal_sinks.register("audit", services.write_line)
