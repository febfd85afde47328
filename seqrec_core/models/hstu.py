"""HSTU: attention without a softmax, so that how often and how lately something came is not normalised away.

u, v, q, k = SiLU(W₁ · norm(x));  a(i, j) = SiLU(q(i) · k(j) + place(i − j) + time(t(i) − t(j))) / (1 + i);
x + W₂ · (norm(Σ a(i, j) v(j)) ⊙ u).

Source: Zhai et al. 2024, "Actions speak louder than words" (HSTU). Departures: the sum is divided by the positions that are
seen, not by the longest length, so that padding cannot matter; the age of event j is counted from event i, not from the one
that is to be predicted, whose time is not known when a model is asked; bias of place and time for each head; no vectors of
absolute places; item, event type and category make one input instead of a sequence of items and actions in turn.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.models.attention import AttentionNetwork, AttentionRecommender, Block, Sight, heads, is_later, joined
from seqrec_core.models.config import GAPS, HstuConfig, ModelConfig
from seqrec_core.models.events import buckets
from seqrec_core.models.inputs import NO_TIME, LogFacts
from seqrec_core.models.layers import Noise
from seqrec_core.models.network import Network


class HstuBlock(Block):
    """x + W₂ · (norm(what attention reads) ⊙ u).

    Args:
        config: width D, heads H, length, dropout, and whether places and times are seen.
    """

    def __init__(self, config: HstuConfig) -> None:
        super().__init__()
        self.heads, self.dropout, width = config.heads, config.dropout, config.width
        self.before, self.after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.parts, self.out = nn.Linear(width, 4 * width), nn.Linear(width, width)
        self.places = nn.Parameter(torch.zeros(config.heads, 1 + config.length)) if config.position else None
        self.ages = nn.Parameter(torch.zeros(config.heads, GAPS + 1)) if config.time_gap else None

    def forward(self, x: Tensor, sight: Sight, noise: Noise) -> Tensor:
        """Return the new vectors: [B, T, D] → [B, T, D]."""
        u, *rest = F.silu(self.parts(self.before(x))).chunk(4, -1)  # 4 × [B, T, D]
        q, k, v = (heads(part, self.heads) for part in rest)  # [B, H, T, D / H]
        weights = self._weights(q, k, sight)  # [B, H, T, T]
        if sight.is_noted:
            sight.weights.append(weights)
        b, h, t, d = v.shape
        read = torch.bmm(weights.view(b * h, t, t).to(v.dtype), v.reshape(b * h, t, d)).view(b, h, t, d)
        return x + noise.drop(self.out(self.after(joined(read)) * u), self.dropout)

    def _weights(self, q: Tensor, k: Tensor, sight: Sight) -> Tensor:
        b, h, t, d = q.shape
        q, k = (part.reshape(b * h, t, d) for part in (q * d**-0.5, k))
        scores = torch.bmm(q, k.transpose(1, 2)).view(b, h, t, t)
        at = torch.arange(t, device=q.device)
        if self.places is not None:
            scores = scores + self.places[:, (at[:, None] - at).clamp(min=0)]  # [H, T, T]
        if self.ages is not None:
            scores = scores + self.ages[:, _ages(sight)].transpose(0, 1)  # [B, H, T, T]
        return F.silu(scores).masked_fill(is_later(t, q.device), 0.0) / (1 + at[:, None])


def _ages(sight: Sight) -> Tensor:
    """Bucket of the time from each position to each later one, int64[B, T, T]; of the start not known."""
    times = F.pad(sight.inputs.times, (1, 0), value=NO_TIME)  # [B, T]
    return buckets(times[:, None, :], times[:, :, None])


class Hstu(AttentionRecommender):
    """The HSTU network as a recommender."""

    name = "hstu"

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        settings = cast(HstuConfig, config)
        blocks: list[Block] = [HstuBlock(settings) for _ in range(settings.layers)]
        return AttentionNetwork(settings, facts, blocks, places=False)
