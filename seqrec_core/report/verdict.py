"""How a run stands beside its best baseline: which to ship, and what is traded for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from seqrec_core.evaluation.compare import Comparison
from seqrec_core.evaluation.names import metric_title
from seqrec_core.report.entries import ACCURACY, Entry, entries, is_counting, model_title
from seqrec_core.store.runs import RunCard
from seqrec_core.text import count, decimal, has_sentence, percent, say

NOVELTY, COVERAGE = "novelty@10", "coverage@10"
CTR, CONVERSION = "ctr@10", "conversion@10"
SURE = 0.05  # p-value below which a difference counts as one
Kind = Literal["beats", "ties", "loses", "alone", "unmeasured"]
Compare = Callable[[Entry, Entry, str], Comparison]


@dataclass(frozen=True)
class Verdict:
    """How a run's model stands beside its best baseline.

    Args:
        kind: `beats` and `loses` only where a paired test says so; `ties` else.
        model, rival: the two entries; the rival is None where no baseline was measured.
        gain: relative difference of the means, such as 0.12; None where the rival has 0.
        comparison: case by case, rival to model.
    """

    kind: Kind
    model: Entry
    rival: Entry | None = None
    gain: float | None = None
    comparison: Comparison | None = None


def judge(card: RunCard, compare: Compare) -> Verdict:
    """Say how a run's model stands beside its best baseline.

    Args:
        card: the run.
        compare: the paired test of two entries under a metric, the second to the first.
    """
    measured = entries(card)
    if not measured:
        return Verdict("unmeasured", Entry(card.id, card.model, model_title(card.model), {}, True))
    model, rivals = measured[0], measured[1:]
    if not rivals or model.mean(ACCURACY) is None:
        return Verdict("alone", model)
    rival = rivals[0]
    found = compare(rival, model, ACCURACY)
    before = rival.mean(ACCURACY) or 0.0
    gain = ((model.mean(ACCURACY) or 0.0) - before) / before if before else None
    sure = found.p_value < SURE and found.difference != 0
    kind: Kind = "ties" if not sure else "beats" if found.difference > 0 else "loses"
    return Verdict(kind, model, rival, gain, found)


def headline(found: Verdict) -> str:
    """Say in one sentence how a model stands beside its best baseline."""
    rival = "" if found.rival is None else found.rival.title
    gain = say("verdict.much") if found.gain is None else percent(abs(found.gain))
    return say(f"verdict.{found.kind}", model=found.model.title, rival=rival, gain=gain)


def numbers(card: RunCard, found: Verdict) -> str:
    """Say the numbers behind the verdict, with n."""
    if found.comparison is None or found.rival is None:
        return card.name
    test = found.comparison
    return say(
        "verdict.numbers",
        model=decimal(found.model.mean(ACCURACY) or 0.0, 3),
        rival=decimal(found.rival.mean(ACCURACY) or 0.0, 3),
        low=decimal(test.low, 3),
        high=decimal(test.high, 3),
        p=p_value(test.p_value),
        cases=count(test.n, "case"),
    )


def p_value(value: float) -> str:
    """Write a p-value: '0.032', and 'p at most 0.001' for what 2,000 draws cannot tell from less."""
    return say("verdict.p.least") if value <= 0.001 else say("verdict.p", p=decimal(value, 3))


def decision(verdict: Verdict) -> str:
    """Say in one sentence which model to ship."""
    key = f"report.ship.{verdict.kind}"
    if not has_sentence(key) or verdict.rival is None:
        return headline(verdict)
    both_count = is_counting(verdict.model.model) and verdict.kind == "ties"
    gain = say("verdict.much") if verdict.gain is None else percent(abs(verdict.gain))
    key = "report.ship.even" if both_count else key
    return say(key, model=verdict.model.title, rival=verdict.rival.title, gain=gain)


def trade(verdict: Verdict) -> str:
    """Say what the recommended model gives and takes beside the other one: catalogue shown, and rarity."""
    if verdict.rival is None:
        return ""
    first, second = (verdict.model, verdict.rival) if verdict.kind == "beats" else (verdict.rival, verdict.model)
    wide, narrow = first.mean(COVERAGE), second.mean(COVERAGE)
    new, old = first.mean(NOVELTY), second.mean(NOVELTY)
    if wide is None or narrow is None or new is None or old is None:
        return ""
    shares, bits = (percent(wide), percent(narrow)), (decimal(new, 1), decimal(old, 1))
    coverage = _way(wide - narrow, *shares, "more", "less")
    novelty = _way(new - old, *bits, "rarer", "usual")
    lead = "something" if coverage == "less" or novelty == "usual" else "nothing"
    named = {"model": first.title, "other": second.title}
    return say(
        f"report.trade.{lead}",
        coverage=say(f"report.coverage.{coverage}", wide=shares[0], narrow=shares[1], **named),
        novelty=say(f"report.novelty.{novelty}", new=bits[0], old=bits[1], **named),
        model=first.title,
    )


def otherwise(verdict: Verdict, compare: Compare) -> str:
    """Say where replayed behaviour surely speaks for the other model than the recommended one; "" where it does not.

    Args:
        verdict: how the model stands beside its best baseline.
        compare: the paired test of two entries under a metric, the second to the first.
    """
    if verdict.rival is None:
        return ""
    first, second = (verdict.model, verdict.rival) if verdict.kind == "beats" else (verdict.rival, verdict.model)
    for metric in (CONVERSION, CTR):
        here, there = first.mean(metric), second.mean(metric)
        if here is None or there is None or here >= there:
            continue
        test = compare(first, second, metric)
        if test.p_value < SURE and test.difference > 0:
            rates = {"here": percent(here), "there": percent(there), "p": p_value(test.p_value)}
            return say("report.otherwise", metric=metric_title(metric), model=first.title, other=second.title, **rates)
    return ""


def _way(difference: float, one: str, other: str, up: str, down: str) -> str:
    """Which way a number goes, as far as it can be seen when written."""
    return "same" if one == other else up if difference > 0 else down
