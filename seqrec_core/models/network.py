"""What every network shares: one item table for input and output, a learnt start, and the recommender around it.

A new network is one file: a subclass of `Network` with `states`, a subclass of `NetworkRecommender` that names it, a
config and a line in the registry.

Every sequence begins with a learnt start vector, so the state after 0 events is defined, and with it the scores of an
empty history. Padding is on the right and a state looks only to its left, so padding changes nothing.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import ClassVar, Self, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.data.history import History
from seqrec_core.errors import Damaged
from seqrec_core.models.config import ModelConfig, NetworkConfig
from seqrec_core.models.events import EventVectors
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import Noise, NoNoise
from seqrec_core.models.prior import PREFIX, Prior
from seqrec_core.models.protocol import Arrays

TABLE_STD = 0.02  # of the item table at the start: scores begin near the bias
INPUT_SCALE = 4.0  # the input is larger than the table, or a small table would leave the state at its bias for an epoch
ROWS = 512  # histories scored in one pass


class Network(nn.Module):
    """Item table [V, D], item bias [V], start vector [D]. Subclasses turn a batch of histories into states.

    Args:
        config: width D, and what is read of an event besides its item.
        facts: V, and how many event types and categories there are.
    """

    autocasts: ClassVar[bool] = False  # whether the body gains from bf16; recurrent cells lose more than they gain

    def __init__(self, config: NetworkConfig, facts: LogFacts) -> None:
        super().__init__()
        self.items = nn.Parameter(torch.randn(facts.n_items, config.width) * TABLE_STD)
        self.start = nn.Parameter(torch.randn(config.width) * TABLE_STD)
        self.bias = nn.Parameter(torch.zeros(facts.n_items))
        self.events = EventVectors(config, facts)

    def embed(self, inputs: Inputs) -> Tensor:
        """Return the vectors of a batch behind the start vector: [B, L] → [B, 1 + L, D]."""
        start = self.start.expand(len(inputs), 1, -1)
        events = self.events.add_to(F.embedding(inputs.items, self.items), inputs)
        return torch.cat([start, events], 1) * INPUT_SCALE

    def encode(self, inputs: Inputs, noise: Noise) -> Tensor:
        """Return the state after each event: [B, L], PAD on the right → [B, 1 + L, D]; state 0 is before any event."""
        return self.states(self.events.sometimes_unknown(inputs, noise), noise)

    def states(self, inputs: Inputs, noise: Noise) -> Tensor:
        """Return what `encode` does; what makes each network its own."""
        raise NotImplementedError

    def logits(self, states: Tensor) -> Tensor:
        """Return a score for each item: [..., D] → [..., V]."""
        return states @ self.items.t() + self.bias


class NetworkRecommender:
    """A network as a recommender: cuts histories, scores in batches, adds the pattern prior where it has one.

    Args:
        config: its settings.
        net: the network, on the device where it is to score.
        prior: a term of every score, or None; while the network learns it has none.
    """

    name: str = ""

    def __init__(self, config: ModelConfig, net: Network, prior: Prior | None = None) -> None:
        self.config, self.net, self.prior = config, net.eval(), prior
        self.n_items = len(net.items)
        self.is_low = False  # whether states are read in bf16: while a fit validates, never in an answer

    @classmethod
    def network(cls, config: ModelConfig, facts: LogFacts) -> Network:
        """Build the untrained network of these settings."""
        raise NotImplementedError

    @classmethod
    def start(cls, config: ModelConfig, facts: LogFacts, popularity: NDArray[np.float32], seed: int) -> Self:
        """Return an untrained model whose item bias is the log of each item's share, so that it begins as Popularity.

        Args:
            config: its settings.
            facts: of the log that it will learn from.
            popularity: log share of each item, float32[V].
            seed: of the starting weights; the generator of the process is left as it was.
        """
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            net = cls.network(config, facts)
        with torch.no_grad():
            net.bias.copy_(torch.from_numpy(popularity))
        return cls(config, net)

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return float32[B, V]; of a long history the last `length` events count."""
        scores = self._in_batches(histories, self.n_items, self.net.logits)
        if self.prior is not None:
            self.prior.add_to(scores, [self.seen(history) for history in histories])
        return scores

    def prior_part(self, history: History, item: int) -> float:
        """Return how much of an item's score is the pattern prior's, in logits."""
        return 0.0 if self.prior is None else self.prior.part(self.seen(history), item)

    def user_vectors(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the state after the last event of each history, float32[B, D]."""
        return self._in_batches(histories, self.net.items.shape[1], lambda states: states)

    def seen(self, history: History) -> History:
        """Return the part of a history that the model sees: its last `length` events."""
        return history.last(cast(NetworkConfig, self.config).length)

    def _in_batches(self, histories: Sequence[History], width: int, read: Callable[[Tensor], Tensor]) -> NDArray[np.float32]:
        """Read something off the last state of each history, alike lengths together: float32[B, width]."""
        seen = [self.seen(history) for history in histories]
        out = np.empty((len(seen), width), np.float32)
        order = np.argsort([len(history) for history in seen], kind="stable")
        with one_thread():
            for start in range(0, len(order), ROWS):
                rows = order[start : start + ROWS]
                out[rows] = self._read([seen[row] for row in rows], read)
        return out

    @torch.inference_mode()
    def _read(self, histories: list[History], read: Callable[[Tensor], Tensor]) -> NDArray[np.float32]:
        device = self.net.items.device
        with torch.autocast(device.type, torch.bfloat16, enabled=self.is_low, cache_enabled=False):
            states = self.net.encode(Inputs.of(histories).to(device), NoNoise())
        last = torch.tensor([len(history) for history in histories], device=device)
        return read(states.float()[torch.arange(len(histories), device=device), last]).float().cpu().numpy()

    def to_arrays(self) -> Arrays:
        """Return every weight by name, and the arrays of the prior."""
        weights: Arrays = {name: value.detach().cpu().numpy().copy() for name, value in self.net.state_dict().items()}
        return weights if self.prior is None else weights | self.prior.to_arrays()

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model on the CPU.

        Raises:
            Damaged: the arrays do not fit the settings.
        """
        with torch.random.fork_rng(devices=[]):
            net = cls.network(config, LogFacts.from_arrays(n_items, arrays))
        load_weights(net, {name: array for name, array in arrays.items() if not name.startswith(PREFIX)})
        return cls(config, net, Prior.from_arrays(arrays))


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
