from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "fabrique.field"
    label = "field"
    verbose_name = "Terrain sans réseau"

    def ready(self) -> None:
        from fabrique.field import perms

        perms.declare()
