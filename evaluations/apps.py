from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    """What a model is and how well it does. Knows nothing of pilots."""

    name = "evaluations"
