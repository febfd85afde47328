"""A GRU over the items of a history.

Source: Hidasi et al. 2016, "Session-based recommendations with recurrent neural networks" (GRU4Rec), and Hidasi &
Karatzoglou 2018. Departures: one table for input and output; a layer norm before the output; the full softmax over all
positions of a window in one pass instead of sampled ranking losses; a learnt start vector instead of a zero state.
"""

from typing import cast

from torch import Tensor, nn

from seqrec_core.models.config import GruConfig, ModelConfig
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import Noise
from seqrec_core.models.network import Network, NetworkRecommender


class GruNetwork(Network):
    """Start and items → GRU layers → layer norm.

    Args:
        config: width D, layers, dropout, and what is read of an event.
        facts: V, and how many event types and categories there are.
    """

    def __init__(self, config: GruConfig, facts: LogFacts) -> None:
        super().__init__(config, facts)
        self.dropout = config.dropout
        self.cells = nn.ModuleList(nn.GRU(config.width, config.width, batch_first=True) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)

    def encode(self, inputs: Inputs, noise: Noise) -> Tensor:
        """Return the state after each event: [B, L] → [B, 1 + L, D]."""
        x = noise.drop(self.embed(inputs), self.dropout)  # [B, 1 + L, D]
        for cell in self.cells:
            x, _ = cell(x)  # [B, 1 + L, D]
            x = noise.drop(x, self.dropout)
        return self.norm(x)


class Gru(NetworkRecommender):
    """The GRU network as a recommender."""

    name = "gru"

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        return GruNetwork(cast(GruConfig, config), facts)
