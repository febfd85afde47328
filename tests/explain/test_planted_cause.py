"""The shop sample holds an item that one known earlier event causes; models learn it, and explanations have to name it."""

import json
from dataclasses import dataclass

import pytest

from seqrec_core.data.history import History
from seqrec_core.data.importing import import_log
from seqrec_core.data.mapping import ImportRequest
from seqrec_core.data.samples import SAMPLES
from seqrec_core.data.sequences import SequenceDataset
from seqrec_core.data.split import Split, split
from seqrec_core.explain.explain import explain
from seqrec_core.explain.types import Explanation
from seqrec_core.models.registry import model_spec
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions


@dataclass(frozen=True)
class Shop:
    """The sample as arrays, and the planted pair as item indices."""

    dataset: SequenceDataset
    parts: Split
    cause: int
    effect: int
    histories: list[History]


@pytest.fixture(scope="module")
def shop() -> Shop:
    """Histories end just before the effect, two or three items after the cause."""
    found = SAMPLES["shop"]
    imported = import_log(ImportRequest(path=found.events, items_path=found.items))
    dataset = SequenceDataset.from_log(imported.log, imported.catalog)
    truth = json.loads(found.truths.read_text(encoding="utf-8"))["cause"]
    cause, effect = dataset.vocabulary.index(truth["cause"]), dataset.vocabulary.index(truth["effect"])
    whole = [dataset.history(dataset.user_index(user)) for user in truth["ends_with_effect"]]
    assert all(history.items[-1] == effect for history in whole)
    return Shop(
        dataset,
        split(dataset, "leave_one_out"),
        cause,
        effect,
        [history.last(40).take(range(min(39, len(history) - 1))) for history in whole],
    )


def explanations(shop: Shop, name: str, options: TrainOptions, n: int) -> list[Explanation]:
    model = fit(model_spec(name).config(name=name), shop.dataset, shop.parts, options).model
    n_candidates = shop.dataset.vocabulary.n_logged
    return [explain(model, h, shop.effect, exclude_seen=False, n_candidates=n_candidates) for h in shop.histories[:n]]


def place(shop: Shop, found: Explanation) -> int:
    """0 where the cause has the largest attribution, 1 where one other event has a larger one, …"""
    ordered = sorted(found.attributions, key=lambda share: -share.value)
    items = [int(found.history.items[share.position]) if share.position >= 0 else 0 for share in ordered]
    return items.index(shop.cause)


def test_a_counting_model_is_explained_by_the_cause(shop):
    found = explanations(shop, "cooccurrence", TrainOptions(), 10)
    assert sum(place(shop, one) == 0 for one in found) >= 8


@pytest.mark.slow
def test_a_network_is_explained_by_the_cause(shop):
    """The last event says which shelf somebody stands at and may add as much; nothing else may come before the cause."""
    found = explanations(shop, "gru", TrainOptions(epochs=8), 26)
    places = [place(shop, one) for one in found]
    assert sum(p <= 1 for p in places) >= 0.9 * len(places)
    fell = 0
    for one in found:
        cause = int((one.history.items == shop.cause).nonzero()[0][-1])
        fell += one.leave_one_out[cause].rank > one.rank
    assert fell >= 0.6 * len(found)
    assert sum(one.rank <= 3 for one in found) >= 0.8 * len(found)
