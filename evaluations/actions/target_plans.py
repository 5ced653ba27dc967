"""What shapes an answer, frozen when a run is planned and named by its fingerprint."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from evaluations.actions.canonical import sha256_of
from evaluations.models import Deployment, Prompt, SuiteVersion
from evaluations.scoring import versioned

SCORING = 1
"""To be raised whenever a scorer of ours judges an answer differently; plug-ins carry their version in their name."""


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """Everything the fingerprint covers. `base_url` is "" for the local model, whose port may change.

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
    scoring: int = 0

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
            scoring=SCORING,
        )

    @property
    def fingerprint(self) -> str:
        return sha256_of(self.stored())

    def stored(self) -> dict[str, Any]:
        """As kept in the target's row; `TargetPlan(**stored)` is the same plan again."""
        return asdict(self)
