"""Content: what comes next, judged by nothing but what is written about the items.

The network of `text_net` turns the text of an item into a vector of length 1. It learns from two things: to say category and tags
from the other words, and to tell what follows an item in a history from what followed others (van den Oord et al. 2018,
"Representation learning with contrastive predictive coding"). An item needs no event to have a vector, so one that is new is
placed among the others by its words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self, cast

import numpy as np
import torch
from numpy.typing import NDArray

from seqrec_core.data.history import History
from seqrec_core.errors import Damaged
from seqrec_core.models.config import ContentConfig, ModelConfig
from seqrec_core.models.counting import flatten, weights_of_age
from seqrec_core.models.protocol import Arrays, Fired
from seqrec_core.models.text_net import WIDTHS, TextNet
from seqrec_core.models.words import BREAK, FIRST, RARE, TextTable, number, packed, unpacked

ROWS = 1024  # texts read in one pass
TIE = 1e-3  # most that popularity adds: it orders items of equal text and no others
NET = "net."
UNSAID = "…"  # stands for a word that hardly any item has


@dataclass(frozen=True)
class Reading:
    """What the network needs of the items' texts.

    Args:
        words: known words; code FIRST + n stands for `words[n]`.
        labels: known categories and tags.
        whole: all words of each item.
        bare: the same without category and tags, which are to be told from them.
    """

    words: tuple[str, ...]
    labels: tuple[str, ...]
    whole: TextTable
    bare: TextTable


class Content:
    """Score of j = scale · cos(u, v(j)), u = start + Σ decay^age · v(i) / Σ decay^age over the history; all of it is learnt.

    Popularity, weighted by TIE, orders items of equal text. An item without text has no vector and scores 0.

    Args:
        config: its settings.
        net: the fitted network, on the CPU.
        reading: words of the items.
        share: share of each item among the training events, float64[V].
        vectors: item vectors, float32[V, D].
    """

    name = "content"
    knows_new_items = True

    def __init__(
        self,
        config: ModelConfig,
        net: TextNet,
        reading: Reading,
        share: NDArray[np.float64],
        vectors: NDArray[np.float32],
    ) -> None:
        self.config, self.net, self.reading, self.share, self.vectors = config, net.eval(), reading, share, vectors
        self.n_items = len(share)

    @cached_property
    def has_text(self) -> NDArray[np.bool_]:
        """Which items have text, bool[V]."""
        return self.reading.whole.lengths > 0

    @property
    def _scale(self) -> float:
        return self.net.scale.item()

    def score(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return float32[B, V]; of a long history the last `length` events count."""
        scores = self._scale * (self.user_vectors(histories) @ self.vectors.T)
        return (scores + _ties(self.share)).astype(np.float32)

    def user_vectors(self, histories: Sequence[History]) -> NDArray[np.float32]:
        """Return the vector of each history, of length 1, float32[B, D]."""
        seen = [history.last(cast(ContentConfig, self.config).length) for history in histories]
        owners, items = flatten(seen)
        weights = weights_of_age(seen, torch.sigmoid(self.net.decay).item()) * self.has_text[items]
        total = np.zeros((len(seen), self.vectors.shape[1]))
        np.add.at(total, owners, weights[:, None] * self.vectors[items])
        counted = np.bincount(owners, weights, minlength=len(seen))[:, None]
        mean = np.divide(total, counted, out=np.zeros_like(total), where=counted > 0)
        u = mean + self.net.start.detach().cpu().numpy()
        lengths = np.linalg.norm(u, axis=1, keepdims=True)
        return np.divide(u, lengths, out=np.zeros_like(u), where=lengths > 0).astype(np.float32)

    def label_odds(self, items: Sequence[int]) -> NDArray[np.float32]:
        """Return how likely each category and tag is, told from the other words of each item, float32[B, n_labels]."""
        with torch.inference_mode():
            rows = torch.from_numpy(self.reading.bare.rows(np.asarray(items, np.int64)))
            return torch.sigmoid(self.net.labels(self.net(rows))).numpy()

    def label_words(self, item: int, label: str, n: int = 5) -> list[Fired]:
        """Return the words of an item that speak for and against a category or tag (logits), the strongest first.

        Raises:
            ValueError: no such label.
        """
        toward = self.net.labels.weight[self.reading.labels.index(label)].detach()
        return self._fired(self.reading.bare, item, toward, 1.0, n)

    def content_words(self, item: int, history: History, n: int = 5) -> list[Fired]:
        """Return the words of an item that make it like or unlike a history, in units of its score, the strongest first.

        “…” alone, at the end, is what no known word is part of. All words together, and what the network adds to every item,
        give the score but for popularity.
        """
        if not self.has_text[item]:
            return []
        user = torch.from_numpy(self.user_vectors([history])[0])
        with torch.inference_mode():
            length = float(self.net(torch.from_numpy(self.reading.whole.rows(np.array([item])))).norm())
        return self._fired(self.reading.whole, item, user, self._scale / max(length, 1e-12), n)

    def _fired(self, table: TextTable, item: int, toward: torch.Tensor, scale: float, n: int) -> list[Fired]:
        """Add up filters by the words of their strongest window: what each adds to (item vector · toward) · scale."""
        codes = table.rows(np.array([item]))
        with torch.inference_mode():
            pooled, places = self.net.pooled(torch.from_numpy(codes))
            values = (pooled[0] * (toward @ self.net.dense.weight) * scale).numpy()
        sums: dict[str, float] = {}
        for f, (value, place) in enumerate(zip(values.tolist(), places[0].tolist(), strict=True)):
            said = self._spelled(codes[0, place : place + WIDTHS[f // (len(values) // len(WIDTHS))]])
            sums[said] = sums.get(said, 0.0) + value
        found = [Fired(said, value) for said, value in sums.items() if value]
        return sorted(found, key=lambda one: (one.words == UNSAID, -abs(one.value), one.words))[:n]

    def _spelled(self, codes: NDArray[np.int64]) -> str:
        """Words of a window up to the end of its field; all windows without a known word are one."""
        inside = codes[: int(np.flatnonzero(codes == BREAK)[0])] if (codes == BREAK).any() else codes
        if not (inside >= FIRST).any():
            return UNSAID
        return " ".join(UNSAID if code == RARE else self.reading.words[code - FIRST] for code in inside.tolist() if code >= RARE)

    def vectors_of(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float32]:
        """Return the vectors of texts that no catalogue held, given as lists of words, float32[n, D]."""
        import polars as pl

        lists = pl.Series("words", [list(text) for text in texts], dtype=pl.List(pl.String))
        longest = cast(ContentConfig, self.config).words
        return read(self.net, number(lists, self.reading.words, longest), np.arange(len(texts)))

    def to_arrays(self) -> Arrays:
        """Return network, words, item vectors and shares."""
        weights: Arrays = {NET + name: value.detach().cpu().numpy().copy() for name, value in self.net.state_dict().items()}
        texts = self.reading.whole.to_arrays("whole") | self.reading.bare.to_arrays("bare")
        names: Arrays = {"words": packed(self.reading.words), "labels": packed(self.reading.labels)}
        return weights | texts | names | {"vectors": self.vectors, "share": self.share}

    @classmethod
    def from_arrays(cls, config: ModelConfig, n_items: int, arrays: Arrays) -> Self:
        """Rebuild a fitted model.

        Raises:
            Damaged: the arrays do not fit the settings.
        """
        settings = ContentConfig.model_validate(config.model_dump())
        words, labels = unpacked(arrays["words"]), unpacked(arrays["labels"])
        net = TextNet(settings, FIRST + len(words), len(labels))
        weights = {key.removeprefix(NET): torch.from_numpy(np.array(a)) for key, a in arrays.items() if key.startswith(NET)}
        try:
            net.load_state_dict(weights)
        except RuntimeError as error:
            raise Damaged("models", "model_arrays", problem=str(error).splitlines()[-1].strip()) from error
        reading = Reading(words, labels, TextTable.from_arrays("whole", arrays), TextTable.from_arrays("bare", arrays))
        share, vectors = np.asarray(arrays["share"], np.float64), np.asarray(arrays["vectors"], np.float32)
        return cls(settings, net, reading, share, vectors)


def read(net: TextNet, table: TextTable, items: NDArray[np.integer]) -> NDArray[np.float32]:
    """Return the vectors of these items, texts of alike length together, float32[n, D]."""
    out = np.zeros((len(items), net.dense.out_features), np.float32)
    order = np.argsort(table.lengths[items], kind="stable")
    device = net.words.device
    with torch.inference_mode():
        for start in range(0, len(order), ROWS):
            rows = order[start : start + ROWS]
            out[rows] = net.units(torch.from_numpy(table.rows(items[rows])).to(device)).cpu().numpy()
    return out


def _ties(share: NDArray[np.float64]) -> NDArray[np.float64]:
    """TIE · log share, from 0 for the rarest to TIE for the most used, float64[V]."""
    logs = np.log(np.maximum(share, share[1:].min(initial=1.0)))
    spread = logs - logs[1:].min(initial=0.0) if len(logs) > 1 else logs
    return TIE * spread / max(spread.max(), 1e-12)
