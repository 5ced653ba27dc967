"""Shortest ways to the rows that tests are about. Every default is a plain, valid thing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User

from evaluations.models import AIModel, Deployment, Vendor
from pilots.actions import overrides, pilots
from pilots.models import Candidate, Goal, Metric, Override, Pilot, StopTrigger, Token
from pilots.models.candidate import Role
from pilots.models.metric import Design, Direction, Estimand
from pilots.queries.readiness import checklist
from tests.copied_rows import copied

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
_numbers = count(1)


def make_user(username: str = "", *groups: str, **fields: Any) -> User:
    """A person in the groups named; password "correct horse battery"."""
    user = User.objects.create_user(
        username or f"person-{next(_numbers)}", password="correct horse battery", **fields
    )
    user.groups.set(Group.objects.filter(name__in=groups))
    assert user.groups.count() == len(groups)
    return user


def make_owner(username: str = "", **fields: Any) -> User:
    return make_user(username, "Owners", is_staff=True, **fields)


def make_manager(username: str = "", **fields: Any) -> User:
    return make_user(username, "Managers", **fields)


def make_deployment(slug: str = "", **fields: Any) -> Deployment:
    number = next(_numbers)
    vendor, _ = Vendor.objects.get_or_create(slug="acme", defaults={"name": "Acme"})
    model = AIModel.objects.create(
        vendor=vendor, slug=f"acme-{number}", name=f"Acme {number}", weights="open"
    )
    defaults: dict[str, Any] = {
        "host": vendor,
        "base_url": "http://127.0.0.1:9/v1",
        "served_model": f"model-{number}",
    }
    return Deployment.objects.create(slug=slug or f"deployment-{number}", model=model, **(defaults | fields))


def make_pilot(slug: str = "clause-check", **fields: Any) -> Pilot:
    """A draft with a charter that is complete, without candidates and metrics. Window: 1 to 30 November 2026."""
    defaults: dict[str, Any] = {
        "name": slug.replace("-", " ").capitalize(),
        "workflow": "Check the clauses of incoming contracts",
        "friction": "Each contract waits two days for a lawyer.",
        "volume_per_month": 600,
        "minutes_per_item": Decimal("12"),
        "scope_out": "Contracts above one million.",
        "window_start": date(2026, 11, 1),
        "maintenance_start": date(2026, 11, 15),
        "window_end": date(2026, 11, 30),
        "wage_per_hour": Decimal("60"),
        "migration_cost": Decimal("2000"),
        "operator": "Legal operations",
        "removal_plan": "Switch the inbox rule off.",
        "fallback_plan": "Contracts wait for a lawyer again.",
        "fallback_cost_per_day": Decimal("300"),
        "real_problem": "Contracts wait.",
        "extra_control": "Where a clause is new to us.",
        "silent_failure": "A clause is passed over and nobody looks again.",
    }
    people: dict[str, Any] = {}
    if "owner" not in fields:
        people["owner"] = make_owner()
    if "decider" not in fields:
        people["decider"] = make_manager()
    return Pilot.objects.create(slug=slug, **(defaults | people | fields))


def make_candidate(pilot: Pilot, slug: str = "primary", **fields: Any) -> Candidate:
    defaults: dict[str, Any] = {"name": slug.capitalize(), "role": Role.PRIMARY}
    if fields.get("role") != Role.NON_AI and "deployment" not in fields:
        defaults["deployment"] = make_deployment()
    Override.objects.get_or_create(
        pilot=pilot,
        code="one_kind_of_model",
        defaults={
            "reason": "Only one fits our machines.",
            "overridden_by": pilot.owner,
            "overridden_at": NOW,
        },
    )
    return Candidate.objects.create(pilot=pilot, slug=slug, **(defaults | fields))


def make_metric(
    pilot: Pilot, key: str = "review_minutes", *, goal: str = "", margin: str = "", **fields: Any
) -> Metric:
    """`goal`: better than before by at least that much. `margin`: worse by more than that stops the pilot."""
    defaults: dict[str, Any] = {
        "name": key.replace("_", " ").capitalize(),
        "unit": "min",
        "direction": Direction.LOWER,
        "estimand": Estimand.MEAN,
        "design": Design.BEFORE_AFTER,
        "cap": Decimal("60"),
        "floor": Decimal("0"),
    }
    metric = Metric.objects.create(pilot=pilot, key=key, **(defaults | fields))
    if goal:
        Goal.objects.create(metric=metric, margin=Decimal(goal))
    if margin:
        trigger = StopTrigger.objects.create(metric=metric, margin=Decimal(margin), response="fallback")
        pilot.silent_failure_trigger = pilot.silent_failure_trigger or trigger
        pilot.save(update_fields=["silent_failure_trigger"])
    return metric


def make_ready_pilot(slug: str = "clause-check", **fields: Any) -> Pilot:
    """A draft that can start: one candidate, and review minutes with a goal (0.3 less) and a stop trigger (0.2 more)."""
    return _ready(slug, **fields) if fields or slug != "clause-check" else _usual_draft()


@copied
def _usual_draft() -> Pilot:
    return _ready("clause-check")


def _ready(slug: str, **fields: Any) -> Pilot:
    pilot = make_pilot(slug, **fields)
    make_candidate(pilot)
    make_metric(pilot, goal="0.3", margin="0.2")
    return pilot


def make_running_pilot(slug: str = "clause-check", *, now: datetime = NOW, **fields: Any) -> Pilot:
    """Started by the action. The one that most tests begin with is copied from the first of its kind."""
    if (slug, now, fields) == ("clause-check", NOW, {}):
        return _usual_pilot()
    return start(make_ready_pilot(slug, **fields), now=now)


@copied
def _usual_pilot() -> Pilot:
    return start(make_ready_pilot())


def make_paired_pilot(*, now: datetime = NOW) -> Pilot:
    """Running, with a rate and a cost that are compared unit by unit with the candidate `control`."""
    pilot = make_ready_pilot()
    make_candidate(pilot, "control", role="non_ai", deployment=None)
    unbounded: dict[str, Any] = {"design": "paired", "cap": None, "floor": None}
    make_metric(pilot, "right", estimand="rate", unit="", direction="higher", **unbounded)
    make_metric(pilot, "cost", estimand="mean", unit="EUR", **unbounded)
    return start(pilot, now=now)


@copied
def make_worse_pilot() -> Pilot:
    """Running, measured before and after, judged: review minutes got worse, so the flag is stop."""
    from pilots.actions import measurements, verdicts

    pilot = make_running_pilot()
    for phase, value in {"baseline": 3.0, "pilot": 6.0}.items():
        measurements.record(pilot=pilot, rows=make_rows(40, value=value, phase=phase), now=NOW, atomic=True)
    verdicts.judge(pilot_id=pilot.pk, now=NOW)
    return pilot


def start(pilot: Pilot, *, now: datetime = NOW) -> Pilot:
    """Whatever the checklist lets an owner leave open is left open. The draft was logged at the same moment."""
    pilot.created_at = now
    pilot.save(update_fields=["created_at"])
    for point in checklist(pilot).overridable:
        overrides.override(pilot=pilot, code=point.code, reason="A test.", by=pilot.owner, now=now)
    pilots.start(pilot=pilot, by=pilot.owner, now=now)
    pilot.refresh_from_db()
    return pilot


def make_rows(
    n: int, *, value: float = 3.0, spread: float = 1.0, start: datetime = NOW, **fields: Any
) -> list[dict[str, Any]]:
    """n rows of review minutes, one every ten minutes before `start`, alternating around the value."""
    return [
        {
            "metric": "review_minutes",
            "value": value + (spread if index % 2 else -spread),
            "observed_at": (start - timedelta(minutes=10 * index)).isoformat(),
            "external_id": f"{fields.get('phase', 'pilot')}-{start:%d%H%M}-{index}",
            **fields,
        }
        for index in range(n)
    ]


def make_token(
    *pilots_: Pilot, scopes: tuple[str, ...] = ("ingest", "read"), **fields: Any
) -> tuple[Token, str]:
    from pilots.actions import tokens

    return tokens.create(
        name="test", scopes=list(scopes), pilots=pilots_, by=None, now=fields.pop("now", NOW), **fields
    )


def answer_all(pilot: Pilot, *, confidence: str = "high", now: datetime = NOW) -> None:
    """Four firm answers by the owner, resting on a risk of the register."""
    from pilots.actions import memos
    from pilots.models import Risk
    from pilots.models.memo import Question

    risk, _ = Risk.objects.get_or_create(
        pilot=pilot, text="Answers sound right.", defaults={"owner": pilot.owner, "control": "Samples."}
    )
    for question in Question.values:
        memos.answer(
            pilot=pilot,
            question=question,
            text="In the mornings.",
            confidence=confidence,
            evidence=[f"risk:{risk.pk}"],
            by=pilot.owner,
            now=now,
        )


def make_failures(pilot: Pilot, *, now: datetime = NOW) -> None:
    """As many examples as a go asks for."""
    from pilots.actions import findings

    for number in range(settings.PILOT_FAILURES_NEEDED):
        values = {"type": "wrong", "severity": "minor", "cause": "guess", "external_id": f"failure-{number}"}
        findings.report_failure(pilot=pilot, values=values, by=pilot.owner, token=None, now=now)


def sign(pilot: Pilot, outcome: str = "stop", **fields: Any) -> Any:
    """Signs what the memo says now, by the decider, with all that the outcome asks for; fields replace it."""
    from pilots.actions import decisions
    from pilots.queries import memo

    now = fields.pop("now", NOW)
    given: dict[str, Any] = {"reason": "The evidence says so.", "review_on": date(2027, 5, 1)}
    if outcome == "extend":
        given |= {
            "extend_mode": "window",
            "settles": "The review minutes.",
            "extend_until": date(2026, 12, 20),
        }
    if outcome == "simplify":
        given |= {"removed_parts": "Contracts in French."}
    names = decisions.Terms.__dataclass_fields__
    given |= {name: fields.pop(name) for name in list(fields) if name in names}
    return decisions.sign(
        pilot=pilot,
        terms=decisions.Terms(outcome=outcome, **given),
        fingerprint=fields.pop("fingerprint", None)
        or memo.load(Pilot.objects.get(pk=pilot.pk), now=now).fingerprint,
        by=fields.pop("by", pilot.decider),
        now=now,
        **fields,
    )
