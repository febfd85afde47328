"""Event type, time gap, category and text as parts of a network's input, each switched on or off by its settings."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.models.config import GAPS, NetworkConfig
from seqrec_core.models.inputs import NO_TIME, Inputs, LogFacts
from seqrec_core.models.layers import Noise

UNKNOWN = 0.1  # share of the histories that are learnt from without types and times


class EventVectors(nn.Module):
    """Vectors added to those of the items. They begin at zero: switching one on changes nothing before the first step.

    Args:
        config: which are on, and the width D.
        facts: how many there are of each; what the log has not is left out.
    """

    types: nn.Parameter | None
    gaps: nn.Parameter | None
    kinds: nn.Parameter | None
    categories: Tensor
    text: nn.Parameter | None
    texts: Tensor

    def __init__(self, config: NetworkConfig, facts: LogFacts) -> None:
        super().__init__()

        def table(rows: int) -> nn.Parameter:
            return nn.Parameter(torch.zeros(rows, config.width))

        self.types = table(facts.n_event_types + 1) if config.event_type else None
        self.gaps = table(GAPS + 1) if config.time_gap else None
        self.kinds = None
        if config.content and facts.categories is not None and facts.categories.any():
            self.register_buffer("categories", torch.from_numpy(facts.categories))
            self.kinds = table(int(facts.categories.max(initial=0)) + 1)

        self.text = None
        if config.content and facts.texts is not None:
            self.register_buffer("texts", torch.from_numpy(facts.texts))
            self.text = table(facts.texts.shape[1])

    def sometimes_unknown(self, inputs: Inputs, noise: Noise) -> Inputs:
        """While training, hide types and times of some whole histories: a history that a person types has none."""
        if self.types is None and self.gaps is None:
            return inputs
        is_known = noise.drop(torch.ones(len(inputs), 1, device=inputs.items.device), UNKNOWN) > 0
        kinds, times = inputs.event_types.masked_fill(~is_known, 0), inputs.times.masked_fill(~is_known, NO_TIME)
        return Inputs(inputs.items, kinds, times)

    def add_to(self, x: Tensor, inputs: Inputs) -> Tensor:
        """Add the vectors of each event that are on: [B, L, D] → [B, L, D]."""
        if self.types is not None:
            kinds = inputs.event_types
            x = x + F.embedding(kinds.masked_fill(kinds >= len(self.types), 0), self.types)
        if self.gaps is not None:
            x = x + F.embedding(gap_buckets(inputs.times), self.gaps)
        if self.kinds is not None:
            x = x + F.embedding(self.categories[inputs.items], self.kinds)
        if self.text is not None:
            x = x + F.embedding(inputs.items, self.texts) @ self.text
        return x


def gap_buckets(times: Tensor) -> Tensor:
    """Return the bucket of the time since the event before, int64[B, L]; of the first event 0."""
    return F.pad(buckets(times[:, :-1], times[:, 1:]), (1, 0))


def buckets(earlier: Tensor, later: Tensor) -> Tensor:
    """Return 1 + ⌊log2(1 + seconds between)⌋, at most GAPS; 0 where a time is not known. Shapes broadcast.

    Args:
        earlier: microseconds, int64.
        later: the same; a time before `earlier` counts as none between.
    """
    seconds = (later - earlier).clamp(min=0).float() / 1e6
    bucket = 1 + torch.log2(1 + seconds).long().clamp(max=GAPS - 1)
    return bucket.masked_fill((earlier == NO_TIME) | (later == NO_TIME), 0)
