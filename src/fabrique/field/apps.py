from django.apps import AppConfig


class FieldConfig(AppConfig):
    name = "fabrique.field"
    label = "field"
    verbose_name = "Terrain sans réseau"

    def ready(self) -> None:
        from fabrique.common.registry import erasers, importers
        from fabrique.field import perms
        from fabrique.field.services.making import make_from_xlsform
        from fabrique.field.services.submissions import remember_withdrawn

        perms.declare()
        erasers.register("field", remember_withdrawn)
        importers.register("xlsform", make_from_xlsform)
