from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fabrique.accounts"
    label = "accounts"
    verbose_name = "Comptes et rôles"

    def ready(self) -> None:
        from fabrique.accounts import perms, rights
        from fabrique.common.registry import gatekeepers

        perms.declare()
        gatekeepers.register("accounts", rights.require)
