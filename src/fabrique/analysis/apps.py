from django.apps import AppConfig


class AnalysisConfig(AppConfig):
    name = "fabrique.analysis"
    label = "analysis"
    verbose_name = "Analyse"

    def ready(self) -> None:
        from fabrique.analysis import perms, services
        from fabrique.common.registry import erasers, periodic

        perms.declare()
        erasers.register("analysis", services.erase_derived)
        periodic.register("analysis.take_back", services.take_back_abandoned)
        periodic.register("analysis.clear_drafts", services.clear_drafts)
