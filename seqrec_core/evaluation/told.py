"""What is said beside numbers: what counted as behaviour, what a replay cannot tell, and whether order matters to a model."""

from dataclasses import dataclass

import numpy as np

from seqrec_core.evaluation.behaviour import Behaviour
from seqrec_core.evaluation.report import MetricReport, ProtocolLine
from seqrec_core.stats.tests import paired_bootstrap_interval, sign_flip_p
from seqrec_core.text import decimal, duration, percent, say

SHUFFLED = "ndcg_shuffled@"
DRAWS = 2_000
SURE = 0.05


def behaviour_told(behaviour: Behaviour, protocol: ProtocolLine) -> list[str]:
    """Return the sentences without which replayed numbers mislead: what counted, for how long, and what they cannot tell."""
    names = {name: ", ".join(getattr(behaviour, name)) or say("evaluation.replay.none") for name in ("clicks", "conversions")}
    lines = [say("evaluation.replay.guessed" if behaviour.is_guessed else "evaluation.replay.chosen", **names)]
    window = behaviour.window
    lines.append(
        say("evaluation.replay.no_window") if window is None else say("evaluation.replay.window", window=duration(window))
    )
    if protocol.split == "leave_one_out":
        lines.append(say("evaluation.replay.one_event"))
    if protocol.exclude_seen:
        lines.append(say("evaluation.replay.seen_out"))
    if behaviour.exposure is not None:
        seen = behaviour.exposure
        lines.append(say(f"evaluation.replay.by_{seen.kind}", column=seen.column, clipped=percent(seen.clipped)))
    return [*lines, say("evaluation.replay.limit")]


@dataclass(frozen=True)
class OrderUse:
    """What a model loses when the events of each history are shuffled.

    Args:
        metric: the accuracy, such as `ndcg@10`.
        before, after: its means over the cases asked twice.
        low, high: 95 % interval of before − after, over cases.
        p_value: paired sign-flip test.
        n: cases.
    """

    metric: str
    before: float
    after: float
    low: float
    high: float
    p_value: float
    n: int

    @property
    def sentence(self) -> str:
        """Say it in one sentence."""
        numbers = {"before": decimal(self.before, 3), "after": decimal(self.after, 3), "n": f"{self.n:,}"}
        numbers |= {"low": decimal(self.low, 3), "high": decimal(self.high, 3)}
        if self.p_value >= SURE:
            return say("evaluation.order.no_sign", **numbers)
        lost = (self.before - self.after) / self.before if self.before else 0.0
        return say("evaluation.order.lost" if lost > 0 else "evaluation.order.gained", share=percent(abs(lost)), **numbers)


def order_use(report: MetricReport) -> OrderUse | None:
    """Say what a report's model loses by shuffled histories; None where nobody was asked twice."""
    name = next((name for name in report.means if name.startswith(SHUFFLED)), None)
    if name is None:
        return None
    metric = f"ndcg@{name.partition('@')[2]}"
    both = report.per_user.select(metric, name).drop_nulls()
    before, after = both[metric].to_numpy(), both[name].to_numpy()
    low, high = paired_bootstrap_interval(after, before, np.random.default_rng(report.protocol.seed), draws=DRAWS)
    p_value = sign_flip_p(after, before, np.random.default_rng(report.protocol.seed), draws=DRAWS)
    return OrderUse(metric, float(before.mean()), float(after.mean()), low, high, p_value, both.height)
