"""SASRec: a Transformer that looks back over the events of a history.

Source: Kang & McAuley 2018, "Self-attentive sequential recommendation". Departures: layer norm before each part and a last
one (pre-norm, Xiong et al. 2020); the inner layer is four times as wide; the softmax over all items instead of one negative
an event (Klenitskiy & Vasilev 2023 measured what that gives); places are counted from the start of what the model sees, and
a learnt start vector stands at place 0; event type, time gap and category may be added to the input.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.models.attention import AttentionNetwork, AttentionRecommender, Block, Sight, heads, is_later, joined
from seqrec_core.models.config import ModelConfig, SasrecConfig
from seqrec_core.models.inputs import LogFacts
from seqrec_core.models.layers import Noise
from seqrec_core.models.network import Network

INNER = 4  # width of the inner layer over D


class SasrecBlock(Block):
    """x + attention(norm(x)), then x + inner(norm(x)).

    Args:
        config: width D, heads H, dropout.
    """

    def __init__(self, config: SasrecConfig) -> None:
        super().__init__()
        self.heads, self.dropout, width = config.heads, config.dropout, config.width
        self.before_attention, self.before_inner = nn.LayerNorm(width), nn.LayerNorm(width)
        self.queries_keys_values, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, INNER * width), nn.Linear(INNER * width, width)

    def forward(self, x: Tensor, sight: Sight, noise: Noise) -> Tensor:
        """Return the new vectors: [B, T, D] → [B, T, D]."""
        parts = self.queries_keys_values(self.before_attention(x)).chunk(3, -1)  # 3 × [B, T, D]
        q, k, v = (heads(part, self.heads) for part in parts)  # [B, H, T, D / H]
        x = x + noise.drop(self.out(joined(attend(q, k, v, sight))), self.dropout)
        return x + noise.drop(self.down(F.relu(self.up(self.before_inner(x)))), self.dropout)


def attend(q: Tensor, k: Tensor, v: Tensor, sight: Sight) -> Tensor:
    """Return what each position reads of those up to itself, [B, H, T, d] × 3 → [B, H, T, d].

    On a CPU two products and a softmax: at these lengths the backward of its fused kernel takes a third of a step.
    """
    if q.device.type == "cuda" and not sight.is_noted:
        return F.scaled_dot_product_attention(q, k, v, is_causal=True)
    b, h, t, d = q.shape
    hidden = torch.zeros(t, t, dtype=q.dtype, device=q.device).masked_fill(is_later(t, q.device), -torch.inf)
    q, k, v = (part.reshape(b * h, t, d) for part in (q * d**-0.5, k, v))
    weights = torch.softmax(torch.baddbmm(hidden, q, k.transpose(1, 2)), -1)  # [B · H, T, T]
    if sight.is_noted:
        sight.weights.append(weights.view(b, h, t, t))
    return torch.bmm(weights.to(v.dtype), v).view(b, h, t, d)


class Sasrec(AttentionRecommender):
    """The SASRec network as a recommender."""

    name = "sasrec"

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        settings = cast(SasrecConfig, config)
        blocks: list[Block] = [SasrecBlock(settings) for _ in range(settings.layers)]
        return AttentionNetwork(settings, facts, blocks, places=settings.position)
