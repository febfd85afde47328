"""What every network shares: one item table for input and output, a learnt start, and the recommender around it.

A new network is one file: a subclass of `Network` with `encode`, a subclass of `NetworkRecommender` that names it, a
config and a line in the registry.

Every sequence begins with a learnt start vector, so the state after 0 events is defined, and with it the scores of an
empty history. Padding is on the right and a state looks only to its left, so padding changes nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Protocol, Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.data.history import History
from seqrec_core.errors import Damaged
from seqrec_core.models.config import ModelConfig
from seqrec_core.models.layers import Noise, NoNoise
from seqrec_core.models.protocol import Arrays

TABLE_STD = 0.02  # of the item table at the start: scores begin near the bias
INPUT_SCALE = 4.0  # the input is larger than the table, or a small table would leave the state at its bias for an epoch
ROWS = 512  # histories scored in one pass


class NetworkConfig(Protocol):
    """What a network's settings have besides their own."""

    @property
    def width(self) -> int:
        """Width of item vectors and of the state."""
        ...

    @property
    def length(self) -> int:
        """Most recent events that the model sees."""
        ...


class Network(nn.Module):
    """Item table [V, D], item bias [V], start vector [D]. Subclasses turn a batch of items into states.

    Args:
        width: D.
        n_items: V, PAD included.
    """

    autocasts: ClassVar[bool] = False  # whether the body gains from bf16; recurrent cells lose more than they gain

    def __init__(self, width: int, n_items: int) -> None:
        super().__init__()
        self.items = nn.Parameter(torch.randn(n_items, width) * TABLE_STD)
        self.start = nn.Parameter(torch.randn(width) * TABLE_STD)
        self.bias = nn.Parameter(torch.zeros(n_items))

    def embed(self, items: Tensor) -> Tensor:
        """Return the vectors of a batch behind the start vector: int64[B, L] → [B, 1 + L, D]."""
        start = self.start.expand(len(items), 1, -1)
        return torch.cat([start, F.embedding(items, self.items)], 1) * INPUT_SCALE

    def encode(self, items: Tensor, noise: Noise) -> Tensor:
        """Return the state after each event: int64[B, L], 0 = PAD on the right → [B, 1 + L, D]; state 0 is before any event."""
        raise NotImplementedError

    def logits(self, states: Tensor) -> Tensor:
        """Return a score for each item: [..., D] → [..., V]."""
        return states @ self.items.t() + self.bias


class NetworkRecommender:
    """A network as a recommender: cuts histories, pads, scores in batches.

    Args:
        config: its settings.
        net: the network, on the device where it is to score.
    """

    name: str = ""

    def __init__(self, config: ModelConfig, net: Network) -> None:
        self.config, self.net = config, net.eval()
        self.n_items = len(net.items)

    @classmethod
    def network(cls, config: ModelConfig, n_items: int) -> Network:
        """Build the untrained network of these settings."""
        raise NotImplementedError

    @classmethod
    def start(cls, config: ModelConfig, popularity: NDArray[np.float32], seed: int) -> Self:
        """Return an untrained model whose item bias is the log of each item's share, so that it begins as Popularity.

        Args:
            config: its settings.
            popularity: log share of each item, float32[V].
            seed: of the starting weights; the generator of the process is left as it was.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            net = cls.network(config, len(popularity))
        with torch.no_grad():
            net.bias.copy_(torch.from_numpy(popularity))
        return cls(config, net)

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return float32[B, V]; of a long history the last `length` events count."""
        length = self.config.length  # type: ignore[attr-defined]
        columns = [history.items[-length:] for history in histories]
        scores = np.empty((len(columns), self.n_items), np.float32)
        order = np.argsort([len(column) for column in columns], kind="stable")  # alike lengths together: little padding
        with one_thread():
            for start in range(0, len(order), ROWS):
                rows = order[start : start + ROWS]
                scores[rows] = self._score([columns[row] for row in rows])
        return scores

    @torch.inference_mode()
    def _score(self, columns: list[NDArray[np.int32]]) -> NDArray[np.float32]:
        items = torch.from_numpy(padded(columns)).to(self.net.items.device)
        states = self.net.encode(items, NoNoise())
        last = torch.tensor([len(column) for column in columns], device=states.device)
        return self.net.logits(states[torch.arange(len(columns), device=states.device), last]).float().cpu().numpy()

    def to_arrays(self) -> Arrays:
        """Return every weight by name."""
        return {name: value.detach().cpu().numpy().copy() for name, value in self.net.state_dict().items()}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model on the CPU.

        Raises:
            Damaged: the arrays do not fit the settings.
        """
        with torch.random.fork_rng(devices=[]):
            net = cls.network(config, n_items)
        load_weights(net, arrays)
        return cls(config, net)


@contextmanager
def one_thread() -> Iterator[None]:
    """Give torch one OpenMP thread inside: beside other busy processes its barriers made scoring twenty times slower."""
    before = torch.get_num_threads()
    if before > 1:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        if before > 1:
            torch.set_num_threads(before)


def load_weights(net: Network, arrays: Arrays) -> None:
    """Put named arrays into a network.

    Raises:
        Damaged: an array is missing, too many, or of another shape.
    """
    try:
        net.load_state_dict({name: torch.from_numpy(np.array(value)) for name, value in arrays.items()})
    except RuntimeError as error:
        raise Damaged("models", "model_arrays", problem=str(error).splitlines()[-1].strip()) from error


def padded(columns: Sequence[NDArray[np.int32]]) -> NDArray[np.int64]:
    """Put sequences into one array with PAD on the right, int64[B, L]; L is at least 1."""
    lengths = np.array([len(column) for column in columns])
    out = np.zeros((len(columns), max(1, lengths.max(initial=0))), np.int64)
    out[np.arange(out.shape[1]) < lengths[:, None]] = np.concatenate([np.zeros(0, np.int32), *columns])
    return out
