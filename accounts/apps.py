from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """How people prove who they are: with the company's accounts, and by a second factor."""

    name = "accounts"

    def ready(self) -> None:
        from accounts import checks  # noqa: F401, PLC0415 - registers the checks
