"""The network that reads what is written about an item.

word vectors → filters over one, two and three words → the strongest window of each filter → item vector → category and tags.
Source: Kim 2014, "Convolutional neural networks for sentence classification". Departures: word vectors are learnt from the
log's own items; labels are several and independent; the layer before them is linear, so that what every filter adds to a label,
or to the likeness of two items, is exact and not an approximation.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from seqrec_core.models.config import ContentConfig
from seqrec_core.models.words import PAD, RARE

WIDTHS = (1, 2, 3)  # words under a filter
WORD_STD = 0.1
SCALE, DECAY = 10.0, 0.8  # of the cosine, and of an event over the one after it, at the start
LARGEST_SCALE = 20.0  # above it a few pairs of rare items count for more than all others
LOWEST = -1e9


class TextNet(nn.Module):
    """Words [B, T] → pooled filters [B, 3 D] → item vector [B, D] → labels [B, n_labels].

    Args:
        config: width D, dropout.
        n_words: rows of the table of words, the three special ones included.
        n_labels: categories and tags.
    """

    def __init__(self, config: ContentConfig, n_words: int, n_labels: int) -> None:
        super().__init__()
        width = config.width
        self.dropout = config.dropout
        self.words = nn.Parameter(torch.randn(n_words, width) * WORD_STD)
        self.filters = nn.ModuleList([nn.Linear(k * width, width) for k in WIDTHS])
        self.dense = nn.Linear(len(WIDTHS) * width, width)
        self.labels = nn.Linear(width, max(1, n_labels))
        self.start = nn.Parameter(torch.randn(width) * WORD_STD)
        self.decay = nn.Parameter(torch.logit(torch.tensor(DECAY)))
        self.log_scale = nn.Parameter(torch.tensor(SCALE).log())

    def windows(self, words: Tensor) -> Tensor:
        """Return what each filter says of the window that begins at each word: [B, T] → [B, T, 3 D]."""
        is_there = (words != PAD)[..., None]
        x = F.embedding(words, self.words) * is_there  # [B, T, D]
        longest = WIDTHS[-1] - 1
        padded = F.pad(x, (0, 0, 0, longest))
        shifted = [padded[:, k : k + x.shape[1]] for k in range(longest + 1)]
        found = [layer(torch.cat(shifted[:k], -1)) for k, layer in zip(WIDTHS, self.filters, strict=True)]
        return torch.cat(found, -1).masked_fill(~is_there, LOWEST)

    def pooled(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return the strongest answer of each filter, never below 0, [B, 3 D], and the word its window begins at."""
        strongest, places = self.windows(words).max(1)
        return F.relu(strongest), places

    def forward(self, words: Tensor) -> Tensor:
        """Return the item vectors: [B, T] → [B, D]."""
        pooled, _ = self.pooled(words)
        return cast(Tensor, self.dense(F.dropout(pooled, self.dropout, self.training)))

    def units(self, words: Tensor) -> Tensor:
        """Return item vectors of length 1, and 0 for an item without words: [B, T] → [B, D]."""
        return F.normalize(self(words), dim=-1) * (words != PAD).any(-1, keepdim=True)

    def users(self, seen: Tensor, weights: Tensor) -> Tensor:
        """Return the vector of each history, of length 1: [B, L, D], weights [B, L] → [B, D]; without any event, the start."""
        total = weights.sum(1, keepdim=True)
        mean = (weights[..., None] * seen).sum(1) / total.clamp(min=1e-9)
        return F.normalize(mean + self.start, dim=-1)

    @property
    def scale(self) -> Tensor:
        """What the cosine is multiplied by."""
        return self.log_scale.exp().clamp(max=LARGEST_SCALE)


def with_words_hidden(words: Tensor, share: float, generator: torch.Generator) -> Tensor:
    """Return the same with some words made RARE, so that no item is known by one of them alone."""
    hidden = torch.rand(words.shape, generator=generator).to(words.device) < share
    return words.masked_fill(hidden & (words > RARE), RARE)
