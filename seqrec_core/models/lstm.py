"""An LSTM over the events of a history: beside the state that the GRU has, a memory that gates write, keep and read.

Source: Hochreiter & Schmidhuber 1997, "Long short-term memory", with the forget gate of Gers et al. 2000; used as in GRU4Rec
(Hidasi et al. 2016). Departures: those of `gru`; the forget gate begins open (bias 1, Jozefowicz et al. 2015), so that an
untrained memory keeps what it is given.
"""

from typing import cast

import torch
from torch import nn

from seqrec_core.models.config import LstmConfig, ModelConfig
from seqrec_core.models.inputs import LogFacts
from seqrec_core.models.network import Network, NetworkRecommender
from seqrec_core.models.recurrent import RecurrentNetwork


class Lstm(NetworkRecommender):
    """The LSTM network as a recommender."""

    name = "lstm"

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        settings = cast(LstmConfig, config)
        net = RecurrentNetwork(settings, facts, nn.LSTM)
        with torch.no_grad():
            for cell in net.cells:
                cast(torch.Tensor, cell.bias_ih_l0)[settings.width : 2 * settings.width] = 1.0  # gates: in, forget, cell, out
        return net
