"""Faithfulness of a run's explanations as figures that can be stored, shown and said."""

from collections.abc import Iterable, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict

from seqrec_core.explain.curves import FIGURES
from seqrec_core.explain.measure import RANDOM, Case
from seqrec_core.stats.intervals import bootstrap_mean_interval
from seqrec_core.text import percent, say

OWN, RECENCY = "shapley", "recency"
Interval = dict[str, float | None]


class FaithfulnessReport(BaseModel):
    """How far the explanations of one model can be trusted, over many users.

    Args:
        model: whose recommendations were explained. k: length of the list. seed: of users and draws.
        users: explained; checked: those whose history is long enough and adds something, so that shares exist.
        verdicts: badge → users.
        methods: order → figure of `curves.FIGURES` → `{mean, low, high}` over users, shares of what the history adds.
        against: recency and random → `{mean, low, high}`: comprehensiveness of the Shapley order less the other's, paired.
        agreement: mean rank correlation of the shares with another seed's and, where there is any, with attention.
        counterfactual: `validity` (share of listed items with a found removal), mean `size`, `tried`, and on the users where
            all three find one the mean `size_paired`, `greedy` and `random`.
    """

    model_config = ConfigDict(frozen=True)

    model: str
    k: int
    seed: int
    users: int
    checked: int
    verdicts: dict[str, int]
    methods: dict[str, dict[str, Interval]]
    against: dict[str, Interval]
    agreement: dict[str, float | None]
    counterfactual: dict[str, float | None]

    @property
    def sentence(self) -> str:
        """Say whether the explanations beat random order and recency."""
        if not self.checked:
            return say("explain.trust_run.none", users=self.users)
        own, random, recent = (self.methods[name]["comprehensiveness"]["mean"] for name in (OWN, RANDOM, RECENCY))
        shares = {"own": percent(own, 0), "random": percent(random, 0), "recent": percent(recent, 0), "users": self.checked}
        return say(f"explain.trust_run.{self.verdict}", **shares)

    @property
    def verdict(self) -> str:
        """Return `holds`, `weak` (does not clearly beat recency), `fails` (not even random order), or `none`."""
        if not self.checked:
            return "none"
        if (self.against[RANDOM]["low"] or 0.0) <= 0:
            return "fails"
        return "holds" if (self.against[RECENCY]["low"] or 0.0) > 0 else "weak"


def report(model: str, cases: Sequence[Case], k: int, seed: int) -> FaithfulnessReport:
    """Sum up measured explanations.

    Args:
        model: its registered name.
        cases: from `measure`.
        k: length of the list.
        seed: that users and draws came from; also of the bootstrap.
    """
    checked = [case for case in cases if case.figures]
    names = [name for name in (OWN, "leave_one_out", "attention", RECENCY, "popularity", RANDOM) if _all_have(checked, name)]
    values = {name: np.array([case.figures[name] for case in checked]) for name in names}
    rng = np.random.default_rng(seed)
    return FaithfulnessReport(
        model=model,
        k=k,
        seed=seed,
        users=len(cases),
        checked=len(checked),
        verdicts={name: sum(case.check.verdict == name for case in cases) for name in ("holds", "weak", "fails", "too_short")},
        methods={
            name: {figure: _interval(rows[:, at], rng) for at, figure in enumerate(FIGURES)} for name, rows in values.items()
        },
        against={name: _interval(values[OWN][:, 0] - values[name][:, 0], rng) for name in (RECENCY, RANDOM) if checked},
        agreement={name: _mean(case.agreements.get(name) for case in checked) for name in ("seeds", "attention")},
        counterfactual=_counterfactual(cases),
    )


def _all_have(cases: Sequence[Case], name: str) -> bool:
    return bool(cases) and all(name in case.figures for case in cases)


def _interval(values: "np.ndarray[tuple[int], np.dtype[np.float64]]", rng: np.random.Generator) -> Interval:
    low, high = bootstrap_mean_interval(values, rng)
    return {"mean": float(values.mean()), "low": low, "high": high}


def _counterfactual(cases: Sequence[Case]) -> dict[str, float | None]:
    listed = [case for case in cases if "greedy" in case.removed]
    found = [case for case in listed if case.removed["counterfactual"] is not None]
    all_three = [case for case in found if case.removed["greedy"] is not None and case.removed[RANDOM] is not None]
    return {
        "listed": float(len(listed)),
        "validity": len(found) / len(listed) if listed else None,
        "size": _mean(case.removed["counterfactual"] for case in found),
        "tried": _mean(case.tried for case in listed),
        "size_paired": _mean(case.removed["counterfactual"] for case in all_three),
        "greedy": _mean(case.removed["greedy"] for case in all_three),
        "random": _mean(case.removed[RANDOM] for case in all_three),
    }


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None
