"""The hybrid: a user graph, an item graph by use and by content, and a sequence model, mixed by weights that validation gave.

score(j) = Σ w_p · z_p(j), z_p being the logarithm of what part p says of j, standardised over all items of one history, so that
weights of different parts compare. What a counting part says is made a share of its sum first, a tenth of it popularity, so that
an item that it never saw is unlikely and not impossible. Scores are log-probabilities up to a constant: the weights are those of
a conditional logit. Source: McFadden 1974, "Conditional logit analysis of qualitative choice behavior" (non-negative here).
"""

from collections.abc import Mapping, Sequence
from typing import Self

import numpy as np
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.models.config import HybridConfig, ModelConfig
from seqrec_core.models.protocol import Arrays, Fired, PartShare, ReadsText, Recommender
from seqrec_core.models.registry import load_model, model_spec

PARTS = ("people", "items", "content", "sequence")  # content only where the items have text
FIXED = {"people": 0.2, "items": 0.4, "content": 0.2, "sequence": 0.2}  # without validation: what needs the least data leads
POPULAR = 0.1  # share of popularity in what a counting part says


class Hybrid:
    """A mix of fitted models.

    Args:
        config: its settings.
        share: share of each item among the training events, float64[V].
        models: the fitted parts by name; where the items have no text there is no `content`.
        weights: of each part, ≥ 0; None = as in FIXED.
    """

    name = "hybrid"

    def __init__(
        self,
        config: ModelConfig,
        share: NDArray[np.float64],
        models: Mapping[str, Recommender],
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.config, self.share, self.models = config, share, dict(models)
        self.names = tuple(name for name in PARTS if name in models)
        self.weights = fixed_weights(self.names) if weights is None else dict(weights)
        self.n_items = len(share)

    @property
    def knows_new_items(self) -> bool:
        """Whether a part of it knows items that nobody has used."""
        return "content" in self.models

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the weighted sum of the parts, float32[B, V]."""
        total = np.zeros((len(histories), self.n_items))
        for name in self.names:
            if self.weights[name]:
                total += self.weights[name] * self.standardised(name, histories)
        return total.astype(np.float32)

    def standardised(self, name: str, histories: Sequence[History]) -> NDArray[np.float64]:
        """Return the log-scores of one part with mean 0 and deviation 1 over the items, float64[B, V]; PAD has 0."""
        scores = self.models[name].score(histories).astype(np.float64)
        if model_spec(self.models[name].name).learns == "counts":
            scores = _log_shares(scores, self.share)
        real = scores[:, 1:]
        real = real - real.mean(1, keepdims=True)
        spread = np.sqrt((real**2).mean(1, keepdims=True))
        return np.concatenate([np.zeros((len(scores), 1)), real / np.where(spread > 0, spread, 1)], 1)

    def parts(self, history: History, item: int) -> tuple[PartShare, ...]:
        """Return what each part adds to the score of an item (index); the values sum to the score."""
        values = {name: self.weights[name] * float(self.standardised(name, [history])[0, item]) for name in self.names}
        above = sum(max(0.0, value) for value in values.values())
        return tuple(PartShare(name, value, max(0.0, value) / above if above else 0.0) for name, value in values.items())

    def content_words(self, item: int, history: History, n: int = 5) -> list[Fired]:
        """Return the words of an item that make it like or unlike a history, in units of the content part's own score."""
        reader = self.models.get("content")
        return reader.content_words(item, history, n) if isinstance(reader, ReadsText) else []

    def to_arrays(self) -> Arrays:
        """Return the weights, the shares and the arrays of each part under its name."""
        arrays: Arrays = {"share": self.share, "weights": np.array([self.weights[name] for name in self.names])}
        for name, model in self.models.items():
            arrays |= {f"{name}.{key}": array for key, array in model.to_arrays().items()}
        return arrays

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model."""
        models = {
            name: load_model(part, n_items, _under(name, arrays))
            for name, part in HybridConfig.model_validate(config.model_dump()).parts().items()
            if _under(name, arrays)
        }
        found = cls(config, np.asarray(arrays["share"], np.float64), models)
        found.weights = dict(zip(found.names, np.asarray(arrays["weights"], np.float64).tolist(), strict=True))
        return found


def fixed_weights(names: Sequence[str]) -> dict[str, float]:
    """Return the weights of these parts where none can be learnt; they sum to 1."""
    total = sum(FIXED[name] for name in names)
    return {name: FIXED[name] / total for name in names}


def _log_shares(scores: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """Logarithm of scores made shares of their row, mixed with popularity, float64[B, V]; PAD has 0."""
    out = np.zeros_like(scores)
    found = np.maximum(scores[:, 1:], 0)
    sums = found.sum(1, keepdims=True)
    said = np.divide(found, sums, out=np.zeros_like(found), where=sums > 0)
    out[:, 1:] = np.log((1 - POPULAR) * said + POPULAR * share[1:])
    return out


def _under(name: str, arrays: Arrays) -> Arrays:
    prefix = f"{name}."
    return {key.removeprefix(prefix): array for key, array in arrays.items() if key.startswith(prefix)}
