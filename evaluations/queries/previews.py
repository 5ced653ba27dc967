"""What a model would read: a prompt put to one case."""

from dataclasses import dataclass

from evaluations.actions.prompt_templates import TemplateRefused
from evaluations.actions.questions import Task, Wording
from evaluations.models import Case, Prompt
from evaluations.queries.suites import newest_version

CASES_OFFERED = 50


@dataclass(frozen=True, slots=True)
class Preview:
    """Role and text of each message in the order they are sent; `fault` says why the case cannot be put."""

    case: Case
    messages: list[tuple[str, str]]
    fault: str = ""


def offered(prompt: Prompt) -> list[str]:
    """Ids of the first cases of the suite's newest version."""
    version = newest_version(prompt.suite)
    return (
        list(version.cases.order_by("key").values_list("key", flat=True)[:CASES_OFFERED]) if version else []
    )


def preview(prompt: Prompt, key: str = "") -> Preview | None:
    """Of the case with this id in the newest version, the first one by default; None where there is none."""
    version = newest_version(prompt.suite)
    cases = version.cases.order_by("key") if version else Case.objects.none()
    case = cases.filter(key=key).first() if key else cases.first()
    if case is None:
        return None
    try:
        request = Wording.of(prompt).request(Task.of(case), repeat=0)
    except TemplateRefused as refusal:
        return Preview(case, [], str(refusal))
    system = [("system", request.system)] if request.system else []
    return Preview(case, [*system, *((message.role, message.content) for message in request.messages)])
