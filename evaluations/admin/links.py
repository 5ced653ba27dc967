from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from evaluations.models import Prompt, SuiteVersion


def to_cases(version: SuiteVersion) -> SafeString:
    address = f"{reverse('admin:evaluations_case_changelist')}?version__id__exact={version.pk}"
    return _link("Read the cases", address)


def to_prompt(prompt: Prompt) -> SafeString:
    return _link("Read the prompt", reverse("admin:evaluations_prompt_change", args=[prompt.pk]))


def _link(words: str, address: str) -> SafeString:
    return render_to_string("admin/evaluations/link.html", {"words": words, "address": address})
