from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Carries the wiring that Django looks for in an app: system checks, static files, commands of the instance."""

    name = "config"
    label = "config"

    def ready(self) -> None:
        from django.conf import settings

        from config import checks  # noqa: F401  registers the checks

        if settings.TRACES:
            from config import traces

            traces.follow_tasks()
