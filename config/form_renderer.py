"""Forms as Django draws them, but for the attributes of their fields: those are joined in one call. A charter's page has some
five thousand of them, and a template that loops over each took a tenth of its time."""

from functools import cached_property
from pathlib import Path
from typing import Any

from django import template
from django.forms import renderers
from django.forms.utils import flatatt

DIRS = [Path(__file__).parent / "templates", Path(renderers.__file__).parent / "templates"]
register = template.Library()
register.filter("flat", flatatt)


class FormRenderer(renderers.DjangoTemplates):
    @cached_property
    def engine(self) -> Any:
        named = {"NAME": "forms", "APP_DIRS": True, "DIRS": DIRS}
        return self.backend(named | {"OPTIONS": {"builtins": [__name__]}})
