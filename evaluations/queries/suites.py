"""Finding what a run is made of by the names people use."""

from evaluations.models import Prompt, Suite, SuiteVersion


def newest_version(suite: Suite) -> SuiteVersion | None:
    """The version with the highest number, None before the first import."""
    return suite.versions.order_by("-number").first()


def version_named(suite: Suite, number: int | None) -> SuiteVersion | None:
    """That version, or the newest one when no number is given; None when there is none."""
    return newest_version(suite) if number is None else suite.versions.filter(number=number).first()


def prompt_named(suite: Suite, name: str) -> Prompt | None:
    """`slug` names the newest version of a prompt, `slug@2` its second; None when there is none."""
    slug, _, version = name.partition("@")
    prompts = suite.prompts.filter(slug=slug).order_by("-version")
    if not version:
        return prompts.first()
    return prompts.filter(version=int(version)).first() if version.isdecimal() and len(version) < 10 else None
