"""What people do with claims: choose the one that counts, propose another, accept or decline a proposal."""

import hashlib
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from evaluations import permissions
from evaluations.actions.canonical import storable_json
from evaluations.models import AIModel, Choice, Claim, Correction, Deployment, Source
from evaluations.models.claim import CorrectionState, Trust
from evaluations.queries.claims import LABELS, day_of, of_model
from evaluations.queries.openness import columns

COLUMNS = {
    "weights": ("weights",),
    "licence": ("licence", "commercial_use"),
    "licence.commercial_use": ("commercial_use",),
    "training_data": ("training_data",),
}
"""Which of the model's own columns a choice may change."""

ANSWERS: dict[str, dict[str, Any]] = {
    "weights": {"open": "open", "gated": "gated", "closed": "closed"},
    "licence.commercial_use": {"allowed": True, "yes": True, "forbidden": False, "no": False},
    "licence.osi_approved": {"yes": True, "no": False},
}


class ClaimRefused(Exception):
    """Nothing was changed. The message says why and what to do."""


@transaction.atomic
def choose(*, claim: Claim, reason: str, by: User, now: datetime) -> Choice:
    """From now on this claim counts; the others stay visible. Raises ClaimRefused."""
    if not permissions.may_curate(by):
        raise ClaimRefused("Only who may change models chooses which claim counts. Ask an owner.")
    if not reason.strip():
        raise ClaimRefused("Say why this value counts; it is kept beside it.")
    model = AIModel.objects.select_for_update().get(pk=claim.model_id)
    choice = Choice.objects.create(claim=claim, reason=reason.strip(), by=by, at=now)
    _write_through(model, claim)
    return choice


@transaction.atomic
def propose(
    *, model: AIModel, field: str, scope: str, value: str, where: str, reason: str, by: User, now: datetime
) -> Correction:
    """A correction that waits for a curator. Raises ClaimRefused."""
    if field not in LABELS:
        raise ClaimRefused("Choose one of the fields offered.")
    if not (where.strip() and reason.strip()):
        raise ClaimRefused("Say where you read it and why the catalogue is wrong.")
    return Correction.objects.create(
        model=model,
        field=field,
        scope=scope.strip(),
        value=_value(field, value),
        where=where.strip(),
        reason=reason.strip(),
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def accept(*, correction: Correction, reason: str, by: User, now: datetime) -> Claim:
    """The correction becomes a claim with its own source, and counts. Raises ClaimRefused."""
    held = _answered(correction, CorrectionState.ACCEPTED, reason=reason, by=by, now=now)
    source, _ = Source.objects.get_or_create(
        key=f"read-{hashlib.sha256(held.where.encode()).hexdigest()[:16]}",
        defaults={
            "kind": "page" if held.where.startswith("http") else "document",
            "what": held.where[:300],
            "where": held.where,
            "trust": Trust.PERSON,
            "read_on": held.proposed_at.date(),
        },
    )
    claim, _ = Claim.objects.get_or_create(
        model=held.model,
        deployment=None,
        field=held.field,
        scope=held.scope,
        source=source,
        value=held.value,
        defaults={"statement": held.reason, "created_at": now, "created_by": held.proposed_by},
    )
    choose(claim=claim, reason=reason, by=by, now=now)
    return claim


@transaction.atomic
def decline(*, correction: Correction, reason: str, by: User, now: datetime) -> Correction:
    """The catalogue stays as it is. Raises ClaimRefused."""
    return _answered(correction, CorrectionState.DECLINED, reason=reason, by=by, now=now)


def _answered(
    correction: Correction, state: CorrectionState, *, reason: str, by: User, now: datetime
) -> Correction:
    if not permissions.may_curate(by):
        raise ClaimRefused("Only who may change models answers a correction. Ask an owner.")
    if not reason.strip():
        raise ClaimRefused("Say why; the person who proposed it reads it.")
    held = Correction.objects.select_for_update().get(pk=correction.pk)
    if held.state != CorrectionState.OPEN:
        raise ClaimRefused(f"This correction was answered before ({held.get_state_display().lower()}).")
    held.state, held.answered_by, held.answered_at, held.answer = state, by, now, reason.strip()
    held.save(update_fields=["state", "answered_by", "answered_at", "answer"])
    return held


def _value(field: str, text: str) -> Any:
    """The text as the claim's value. Raises ClaimRefused, naming what is wanted."""
    text = text.strip()
    if not text or not storable_json(text):
        raise ClaimRefused("Enter the value as the source has it.")
    if answers := ANSWERS.get(field):
        if text.lower() not in answers:
            raise ClaimRefused(f"Answer with one of: {', '.join(answers)}.")
        return answers[text.lower()]
    if field.endswith(("_on", "_retirement")) and day_of(text) is None:
        raise ClaimRefused("Write the day like 2027-03-31.")
    return [part.strip() for part in text.split(",")] if field in {"access", "variants"} else text


def _write_through(model: AIModel, claim: Claim) -> None:
    """What everybody reads follows the choice: the model's columns, and the end of a deployment."""
    if names := COLUMNS.get(claim.field):
        known = columns(of_model(model), model.kind)
        for name in names:
            setattr(model, name, known[name])
        model.save(update_fields=list(names))
    if claim.field == "lifecycle.retires_on" and claim.deployment_id:
        Deployment.objects.filter(pk=claim.deployment_id).update(retires_on=day_of(claim.value))
