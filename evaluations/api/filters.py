from django_filters import rest_framework as filters

from evaluations.models import Result, Run
from evaluations.models.run import Outcome, RunState


class RunFilter(filters.FilterSet):
    suite = filters.CharFilter(field_name="suite_version__suite__slug")
    state = filters.ChoiceFilter(choices=RunState.choices)

    class Meta:
        model = Run
        fields: list[str] = []


class ResultFilter(filters.FilterSet):
    target = filters.CharFilter(field_name="target__key")
    case = filters.CharFilter(field_name="case__key")
    outcome = filters.ChoiceFilter(choices=Outcome.choices)
    passed = filters.BooleanFilter()

    class Meta:
        model = Result
        fields: list[str] = []
