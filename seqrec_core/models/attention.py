"""What networks of attention share: the events → blocks that look back → layer norm, and a way to see where they look."""

from dataclasses import dataclass, field
from typing import ClassVar, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from seqrec_core.data.history import History
from seqrec_core.models.config import AttentionConfig
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import Noise, NoNoise, start_linear
from seqrec_core.models.network import TABLE_STD, Network, NetworkRecommender, one_thread


@dataclass
class Sight:
    """What the blocks of one pass look at, and where they note it.

    Args:
        inputs: the events; position 1 + t holds event t, position 0 the start.
        weights: [B, H, T, T] of each block so far, where `is_noted`.
        is_noted: whether weights are kept.
    """

    inputs: Inputs
    weights: list[Tensor] = field(default_factory=list)
    is_noted: bool = False


class Block(nn.Module):
    """One layer: [B, T, D] → [B, T, D]; position i sees positions 0…i."""

    def forward(self, x: Tensor, sight: Sight, noise: Noise) -> Tensor:
        """Return the new vectors."""
        raise NotImplementedError


class AttentionNetwork(Network):
    """Start and events, with a learnt vector for each place where `places` is on → blocks → layer norm.

    Args:
        config: width D, length, layers, dropout, and what is read of an event.
        facts: V, and how many event types and categories there are.
        blocks: the layers.
        places: whether each place has a vector of its own.
    """

    autocasts: ClassVar[bool] = True

    def __init__(self, config: AttentionConfig, facts: LogFacts, blocks: list[Block], places: bool) -> None:
        super().__init__(config, facts)
        self.dropped_input = config.dropped_input
        self.places = nn.Parameter(torch.randn(1 + config.length, config.width) * TABLE_STD) if places else None
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.LayerNorm(config.width)
        start_linear(self.blocks)

    def states(self, inputs: Inputs, noise: Noise) -> Tensor:
        """Return the state after each event: [B, L] → [B, 1 + L, D]."""
        return self._through(Sight(inputs), noise)

    def weights(self, inputs: Inputs) -> Tensor:
        """Return the weight that each position gives to each, [layers, B, H, T, T] with T = 1 + L; 0 for later ones."""
        sight = Sight(inputs, is_noted=True)
        self._through(sight, NoNoise())
        return torch.stack(sight.weights)

    def _through(self, sight: Sight, noise: Noise) -> Tensor:
        x = self.embed(sight.inputs)  # [B, T, D]
        if self.places is not None:
            x = x + self.places[: x.shape[1]]
        x = noise.drop(x, self.dropped_input)
        for block in self.blocks:
            x = block(x, sight, noise)  # [B, T, D]
        return self.norm(x.float())


class AttentionRecommender(NetworkRecommender):
    """A network of attention as a recommender that can show where it looked."""

    def attention(self, history: History) -> NDArray[np.float32]:
        """Return float32[layers, H, 1 + L, 1 + L]; position 0 is the start, L the events that the model sees."""
        net = cast(AttentionNetwork, self.net)
        with one_thread(), torch.inference_mode():
            weights = net.weights(Inputs.of([self.seen(history)]).to(net.items.device))[:, 0]
        return weights[..., : 1 + len(self.seen(history)), : 1 + len(self.seen(history))].float().cpu().numpy()


def heads(x: Tensor, n: int) -> Tensor:
    """Cut the width into heads: [B, T, D] → [B, H, T, D / H]."""
    return x.unflatten(-1, (n, -1)).transpose(1, 2)


def joined(x: Tensor) -> Tensor:
    """Put heads side by side again: [B, H, T, D / H] → [B, T, D]."""
    return x.transpose(1, 2).flatten(2)


def is_later(n: int, device: torch.device) -> Tensor:
    """Return which positions come after which, bool[T, T]: column j is hidden from row i where j > i."""
    return torch.ones(n, n, dtype=torch.bool, device=device).triu(1)
