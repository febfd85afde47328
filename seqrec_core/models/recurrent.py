"""What recurrent networks share: start and events → cells → layer norm."""

from torch import Tensor, nn

from seqrec_core.models.config import RecurrentConfig
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import Noise
from seqrec_core.models.network import Network


class RecurrentNetwork(Network):
    """Start and events → recurrent layers, drop-out behind each → layer norm.

    Args:
        config: width D, layers, dropout, and what is read of an event.
        facts: V, and how many event types and categories there are.
        cell: kind of layer; its first output is the state after each event.
    """

    def __init__(self, config: RecurrentConfig, facts: LogFacts, cell: type[nn.GRU] | type[nn.LSTM]) -> None:
        super().__init__(config, facts)
        self.dropout, self.dropped_input = config.dropout, config.dropped_input
        self.cells = nn.ModuleList(cell(config.width, config.width, batch_first=True) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)

    def states(self, inputs: Inputs, noise: Noise) -> Tensor:
        """Return the state after each event: [B, L] → [B, 1 + L, D]."""
        x = noise.drop(self.embed(inputs), self.dropped_input)  # [B, 1 + L, D]
        for cell in self.cells:
            x, _ = cell(x)  # [B, 1 + L, D]
            x = noise.drop(x, self.dropout)
        return self.norm(x)
