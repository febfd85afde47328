"""A GRU over the events of a history.

Source: Hidasi et al. 2016, "Session-based recommendations with recurrent neural networks" (GRU4Rec), and Hidasi &
Karatzoglou 2018. Departures: one table for input and output; a layer norm before the output; the full softmax over all
positions of a window in one pass instead of sampled ranking losses; a learnt start vector instead of a zero state.
"""

from typing import cast

from torch import nn

from seqrec_core.models.config import GruConfig, ModelConfig
from seqrec_core.models.inputs import LogFacts
from seqrec_core.models.network import Network, NetworkRecommender
from seqrec_core.models.recurrent import RecurrentNetwork


class Gru(NetworkRecommender):
    """The GRU network as a recommender."""

    name = "gru"

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        return RecurrentNetwork(cast(GruConfig, config), facts, nn.GRU)
