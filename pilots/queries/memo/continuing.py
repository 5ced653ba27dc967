"""The continue test: less dead work, more clarity, no hidden risk."""

from pilots.judging.ledger import Ledger
from pilots.judging.sentences import counted, inside, listed
from pilots.judging.verdict import MetricResult, Verdict
from pilots.memos.structure import RiskLine, Test
from pilots.models import Metric
from pilots.models.metric import Link


def tests(
    judged: Verdict | None,
    ledger: Ledger | None,
    metrics: list[Metric],
    risks: tuple[RiskLine, ...],
    *,
    silent_failures: int,
) -> tuple[Test, ...]:
    """Three lines. What nobody measured has not passed."""
    return (_work(ledger), _clarity(judged, metrics), _risk(risks, silent_failures))


def _work(ledger: Ledger | None) -> Test:
    name = "Less dead work"
    if ledger is None:
        return Test(name=name, passed=None, sentence="the net effect per item is not measured")
    passed = None
    if ledger.low is not None and ledger.high is not None:
        passed = True if ledger.low > 0 else False if ledger.high < 0 else None
    return Test(name=name, passed=passed, sentence=ledger.sentence)


def _clarity(judged: Verdict | None, metrics: list[Metric]) -> Test:
    name = "More clarity"
    linked = {metric.key for metric in metrics if metric.link == Link.CLARITY}
    found = [each for each in (judged.results if judged else ()) if _tells(each, linked)]
    if not found:
        return Test(name=name, passed=None, sentence="clarity is not measured")
    worse = [each for each in found if each.interval and each.interval.high < 0]
    better = [each for each in found if each.interval and each.interval.low > 0]
    if worse:
        return Test(
            name=name, passed=False, sentence=f"worse: {listed(inside(each.label) for each in worse)}"
        )
    if better:
        return Test(
            name=name, passed=True, sentence=f"better: {listed(inside(each.label) for each in better)}"
        )
    return Test(name=name, passed=None, sentence="whether clarity rose is not settled")


def _tells(result: MetricResult, linked: set[str]) -> bool:
    compared = result.limit is None or result.before is not None
    return result.decides and not result.segment and result.metric in linked and compared


def _risk(risks: tuple[RiskLine, ...], silent_failures: int) -> Test:
    name = "No hidden risk"
    hidden = [risk for risk in risks if risk.hidden]
    if silent_failures:
        said = f"{counted(silent_failures, 'silent failure')} not explained"
        return Test(name=name, passed=False, sentence=said)
    if hidden:
        said = f"{counted(len(hidden), 'open risk')} without an owner or a control"
        return Test(name=name, passed=False, sentence=said)
    if not risks:
        return Test(name=name, passed=None, sentence="no risk is written down")
    return Test(name=name, passed=True, sentence="every open risk has an owner and a control")
