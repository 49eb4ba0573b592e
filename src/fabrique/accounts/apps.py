from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fabrique.accounts"
    label = "accounts"
    verbose_name = "Comptes et rôles"

    def ready(self) -> None:
        from fabrique.accounts import perms, rights, services
        from fabrique.common.registry import gatekeepers, periodic

        perms.declare()
        gatekeepers.register("accounts", rights.require)
        periodic.register("accounts.closed", services.erase_closed_users)
