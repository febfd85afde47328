"""How a model stands beside its best baseline, in one sentence and its numbers."""

SENTENCES = {
    "beats": "{model} beats the best baseline, {rival}, by {gain}",
    "ties": "{model} cannot be told from the baseline {rival}",
    "loses": "{model} does not beat the baseline {rival}: it is {gain} behind",
    "alone": "{model} was trained without a baseline beside it",
    "unmeasured": "{model} learnt from everything, so nothing was held out to measure it",
    "much": "far",
    "numbers": "NDCG@10 {model} against {rival} · difference {low} to {high} (95 %) · paired test {p} · {cases}",
    "p": "p = {p}",
    "p.least": "p ≤ 0.001",
    "best": "{metric}: {model} leads, {value}",
    "best.subtitle": "mean over {users}, whiskers: 95 % interval",
    "bits": "{n} bits",
}
