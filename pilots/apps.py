from django.apps import AppConfig


class PilotsConfig(AppConfig):
    """What is tried, measured and decided."""

    name = "pilots"
    verbose_name = "Pilotage"
