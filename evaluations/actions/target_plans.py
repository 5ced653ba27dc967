"""What shapes an answer, frozen when a run is planned and named by its fingerprint."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from django.db import connection

from evaluations.actions.canonical import sha256_of
from evaluations.models import Deployment, Prompt, SuiteVersion
from evaluations.scoring import model_judge, versioned, versions

CHECKS_USED = """
SELECT DISTINCT one ->> 'scorer' FROM evaluations_case
CROSS JOIN jsonb_array_elements(
    CASE jsonb_typeof(expected -> 'checks') WHEN 'array' THEN expected -> 'checks' ELSE '[]' END
) AS one WHERE version_id = %s
"""


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """Everything the fingerprint covers. `base_url` is "" for the local model, whose port may change.

    `scoring` names the version of each scorer that is used, `judge` the model that judges: who, where, how, told what.
    What has a default came later than the first runs, whose plans lack it.
    """

    protocol: str
    base_url: str
    model: str
    limit_field: str
    temperature: float | None
    seed: int | None
    timeout_s: int
    prompt_hash: str
    scorer: str
    scorer_options: Mapping[str, object]
    suite_hash: str
    max_tokens: int | None = None
    api_version: str = ""
    streams: bool = False
    scoring: Mapping[str, str] | int = 0
    judge: Mapping[str, object] | None = None

    @classmethod
    def of(cls, deployment: Deployment, prompt: Prompt, version: SuiteVersion) -> "TargetPlan":
        return cls(
            protocol=deployment.protocol,
            base_url=deployment.base_url,
            model=deployment.served_model,
            limit_field=deployment.limit_field,
            temperature=deployment.temperature,
            seed=deployment.seed,
            timeout_s=deployment.timeout_s,
            prompt_hash=prompt.content_hash,
            scorer=versioned(version.suite.scorer),
            scorer_options=version.suite.scorer_options,
            suite_hash=version.content_hash,
            max_tokens=prompt.max_tokens,
            api_version=deployment.api_version,
            streams=deployment.streams,
            scoring=versions(_scorers(version)),
            judge=_judge(version),
        )

    @property
    def fingerprint(self) -> str:
        return sha256_of(self.stored())

    def stored(self) -> dict[str, Any]:
        """As kept in the target's row; `TargetPlan(**stored)` is the same plan again."""
        return asdict(self)


def judge_prompt_hash(instructions: str) -> str:
    return sha256_of({"system": instructions, "schema": model_judge.VERDICT_SCHEMA})


def _scorers(version: SuiteVersion) -> set[str]:
    scorer = version.suite.scorer
    return {scorer, *_checks_used(version.pk, version.content_hash)} if scorer == "checks" else {scorer}


@lru_cache(maxsize=256)
def _checks_used(version_id: int, _content_hash: str) -> frozenset[str]:
    """Scorers that the cases of this version name. They never change."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKS_USED, [version_id])
        return frozenset(name for (name,) in cursor.fetchall() if name)


def _judge(version: SuiteVersion) -> dict[str, object] | None:
    """None where the suite names no judge, or one that is not in the catalogue: planning refuses that one."""
    options = version.suite.scorer_options
    slug = options.get("judge")
    deployment = Deployment.objects.filter(slug=slug).first() if slug else None
    if deployment is None:
        return None
    return {
        "protocol": deployment.protocol,
        "base_url": deployment.base_url,
        "model": deployment.served_model,
        "temperature": deployment.temperature,
        "seed": deployment.seed,
        "prompt_hash": judge_prompt_hash(str(options.get("instructions") or model_judge.SYSTEM)),
    }
