"""Looks of the canary: tonight's answers to a pinned suite held against all earlier ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from math import comb

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from evaluations import permissions
from evaluations.actions.texts import hash_of
from evaluations.models import CanaryAcceptance, CanaryLook, Deployment, Result, RunTarget
from evaluations.models.run import Outcome
from evaluations.stats.answer_change import Watch, differing, follow, p_value

ALPHA = 0.01
"""The chance that an unchanged model ever raises an alarm, all looks of a series together."""

ANSWERS = [Outcome.OK, Outcome.ABSTAINED, Outcome.ESCALATED, Outcome.REFUSED, Outcome.BLOCKED]
"""Time-outs and errors say something of the host's night, not of the model."""

Answers = Mapping[str, Mapping[int, Counter[str]]]
"""By case key, then by target: how often each answer was given."""


class CanaryRefused(Exception):
    """Nothing was changed. The message says why and what to do."""


@transaction.atomic
def look(*, target: RunTarget, now: datetime) -> CanaryLook | None:
    """The look at a finished target, once; None when it gave no answer that could be looked at."""
    Deployment.objects.select_for_update(no_key=True).get(pk=target.deployment_id)
    if seen := CanaryLook.objects.filter(target=target).first():
        return seen
    last = _last(target)
    fresh = last is None or hasattr(last, "acceptance")
    earlier = [] if last is None or fresh else list(_series(last).values_list("target_id", flat=True))
    answers = _answers([*earlier, target.pk])
    tonight = {key: by_target[target.pk] for key, by_target in answers.items() if target.pk in by_target}
    if not tonight:
        return None
    names = sorted(
        Result.objects.filter(target=target)
        .exclude(model_returned="")
        .order_by()
        .values_list("model_returned", flat=True)
        .distinct()
    )
    made = CanaryLook(
        deployment_id=target.deployment_id,
        target=target,
        fingerprint=target.fingerprint,
        series=(last.series + 1 if last and fresh else last.series if last else 1),
        number=1 if fresh or last is None else last.number + 1,
        cases=len(tonight),
        noise=_noise(answers),
        names=names,
        looked_at=now,
    )
    if fresh or last is None:
        made.sentence = f"Baseline: {len(tonight)} cases, own repeats differ in {_percent(made.noise)}."
    else:
        _compare(made, last, answers, tonight)
    made.save()
    return made


@transaction.atomic
def accept(*, look: CanaryLook, reason: str, by: User, now: datetime) -> CanaryAcceptance:
    """The change was looked into; the next look is a new baseline. Raises CanaryRefused."""
    if not permissions.may_start(by):
        raise CanaryRefused("Only who may start runs accepts a change. Ask an owner.")
    if not reason.strip():
        raise CanaryRefused("Say what you found; it is kept with the alarm.")
    newest = _last(look.target)
    if newest is None or newest.pk != look.pk or not look.alarm or hasattr(look, "acceptance"):
        raise CanaryRefused("There is no open alarm here. Reload the page.")
    return CanaryAcceptance.objects.create(look=look, reason=reason.strip(), by=by, at=now)


def _compare(
    made: CanaryLook, last: CanaryLook, answers: Answers, tonight: Mapping[str, Counter[str]]
) -> None:
    pairs = [(_pooled(answers[key], made.target_id), counts) for key, counts in sorted(tonight.items())]
    made.p = p_value(pairs)
    before = Watch(last.number - 1, last.log_running) if last.log_running is not None else Watch()
    watch = follow(before, made.p)
    made.log_running, made.log_evidence = watch.log_running, watch.log_evidence
    possible = sum(sum(earlier.values()) * sum(counts.values()) for earlier, counts in pairs)
    made.differing = sum(differing(*pair) for pair in pairs) / possible if possible else None
    known = {name for look in _series(last) for name in look.names}
    renamed = bool(known and set(made.names) - known)
    made.alarm = last.alarm or renamed or watch.alarms(ALPHA)
    figures = (
        f"{_percent(made.differing)} of pairs with earlier answers differ, its own repeats in {_percent(made.noise)} "
        f"({made.cases} cases, look {made.number})"
    )
    if renamed:
        now, once = ", ".join(made.names), ", ".join(sorted(known))
        made.sentence = f"The host now calls the model {now} instead of {once}; {figures}."
    elif made.alarm:
        made.sentence = f"It answers differently beyond its own noise: {figures}."
    else:
        made.sentence = f"It answers as before: {figures}."


def _last(target: RunTarget) -> CanaryLook | None:
    return (
        CanaryLook.objects.filter(deployment_id=target.deployment_id, fingerprint=target.fingerprint)
        .select_related("acceptance", "target")
        .order_by("-series", "-number")
        .first()
    )


def _series(last: CanaryLook) -> QuerySet[CanaryLook]:
    return CanaryLook.objects.filter(
        deployment=last.deployment_id, fingerprint=last.fingerprint, series=last.series
    )


def _answers(targets: Iterable[int]) -> Answers:
    found: dict[str, dict[int, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    rows = Result.objects.filter(target__in=list(targets), outcome__in=ANSWERS).order_by("id")
    told = rows.values_list("case__key", "target_id", "outcome", "answer_hash", "answer")
    for key, target, outcome, known, text in told:
        found[key][target][f"{outcome}:{known or hash_of(text)}"] += 1
    return found


def _pooled(by_target: Mapping[int, Counter[str]], without: int) -> Counter[str]:
    return sum((counts for target, counts in by_target.items() if target != without), Counter())


def _noise(answers: Answers) -> float | None:
    """The share of pairs of repeats, within one run and case, that differ."""
    pairs = same = 0
    for by_target in answers.values():
        for counts in by_target.values():
            pairs += comb(sum(counts.values()), 2)
            same += sum(comb(number, 2) for number in counts.values())
    return 1 - same / pairs if pairs else None


def _percent(share: float | None) -> str:
    return "no pair" if share is None else f"{share:.0%}"
