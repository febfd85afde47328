"""How people go from item to item: an item depends on the ones one, two and three steps before, and on popularity.

A first-order Markov chain sees a part of it; a model that remembers three steps sees most of it; popularity alone little.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# How likely the next item follows from the item one, two or three steps before; the rest is chance.
LAG_SHARES = {1: 0.16, 2: 0.46, 3: 0.14}
SUCCESSORS = 2
FIRST_SUCCESSOR = 0.75
FILL = -1
RECENT = 8  # people rarely go back to one of the last eight items


@dataclass(frozen=True)
class Cause:
    """Seeing `cause` makes a person see `effect` two or three items later, hardly ever otherwise."""

    cause: int
    effect: int
    chance: float = 0.85


@dataclass
class Person:
    """What one person has seen so far and what is planted to come: item indices, FILL = an ordinary step."""

    history: list[int] = field(default_factory=list)
    script: list[int] = field(default_factory=list)


def zipf_weights(rng: np.random.Generator, n: int, exponent: float = 0.9, shift: float = 3.0) -> NDArray[np.float64]:
    """Return popularity weights of n items in random order, float64[n], sum 1."""
    weights = 1.0 / (rng.permutation(n) + shift) ** exponent
    return weights / weights.sum()


class Walk:
    """Draws the next item of a person.

    Args:
        rng: the generator; all chance comes from it.
        popularity: float64[n], sum 1.
        near: for each item the items that belong after it (its own and its follow-up categories).
        cause: the planted dependence.
    """

    def __init__(
        self, rng: np.random.Generator, popularity: NDArray[np.float64], near: Sequence[NDArray[np.int64]], cause: Cause
    ) -> None:
        self.rng, self.near, self.cause = rng, near, cause
        self.popularity = popularity.copy()
        self.popularity[cause.effect] = 0.0
        self.popularity /= self.popularity.sum()
        self.successors = {lag: self._draw_successors() for lag in LAG_SHARES}

    def _draw_successors(self) -> list[NDArray[np.int64]]:
        return [self._pick(self.near[item], {item}, SUCCESSORS) for item in range(len(self.popularity))]

    def _pick(self, among: NDArray[np.int64], without: set[int], n: int = 1) -> NDArray[np.int64]:
        candidates = np.array([item for item in among if item not in without and self.popularity[item] > 0])
        weights = self.popularity[candidates]
        return self.rng.choice(candidates, size=n, replace=False, p=weights / weights.sum())

    def step(self, person: Person) -> int:
        """Return the next item of a person and remember it."""
        planned = person.script.pop(0) if person.script else FILL
        inside = bool(person.script)
        item = planned if planned != FILL else self.ordinary(person, {self.cause.cause} if inside else set())
        person.history.append(item)
        if item == self.cause.cause and not inside and self.rng.random() < self.cause.chance:
            person.script = [FILL] * int(self.rng.integers(1, 3)) + [self.cause.effect]
        return item

    def ordinary(self, person: Person, without: set[int]) -> int:
        """Return an unplanned next item: a successor of one, two or three steps before, else by popularity."""
        recent = set(person.history[-RECENT:]) | without
        chance = self.rng.random()
        for lag, share in LAG_SHARES.items():
            if chance < share and len(person.history) >= lag:
                first, second = self.successors[lag][person.history[-lag]]
                item = int(first if self.rng.random() < FIRST_SUCCESSOR else second)
                if item not in recent and self.popularity[item] > 0:
                    return item
            chance -= share
        return int(self._pick(self._around(person), recent)[0])

    def _around(self, person: Person) -> NDArray[np.int64]:
        if person.history and self.rng.random() < 0.6:
            return self.near[person.history[-1]]
        return np.arange(len(self.popularity))


def interleave(rng: np.random.Generator, items: Sequence[int], most: int = 2) -> list[int]:
    """Return planted items with nought to `most` ordinary steps between each two."""
    script: list[int] = []
    for item in items:
        script += [FILL] * int(rng.integers(0, most + 1)) if script else []
        script.append(item)
    return script


def near_categories(categories: Sequence[str], follows: dict[str, Sequence[str]]) -> list[NDArray[np.int64]]:
    """Return, for each item, those of the categories that belong after its own, category by category.

    Args:
        categories: of each item.
        follows: category → the categories that come next, itself among them where people stay in it.
    """
    members: dict[str, list[int]] = {}
    for index, category in enumerate(categories):
        members.setdefault(category, []).append(index)
    return [np.array([index for name in follows[category] for index in members[name]]) for category in categories]
