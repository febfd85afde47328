"""The content model: what it reads, what it answers for items nobody has used, and what its words add up to."""

import numpy as np
import polars as pl
import pytest
import torch

from seqrec_core import columns as c
from seqrec_core.data.catalog import ItemCatalog
from seqrec_core.data.history import EMPTY
from seqrec_core.data.split import split
from seqrec_core.errors import BadInput
from seqrec_core.models.config import ContentConfig
from seqrec_core.models.words import BREAK, FIRST, RARE, ItemTexts, known_words, number, packed, unpacked
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from tests.models.planted import cycles, dataset_of, history

OPTIONS = TrainOptions(epochs=6, threads=1, patience=6)
SMALL = ContentConfig(width=16, dropout=0.0)
KINDS = ("tent", "boot")


def catalog_of(rows):
    return ItemCatalog.from_frame(pl.DataFrame(rows, schema_overrides={c.ITEM: pl.String}))


@pytest.fixture(scope="module")
def fitted():
    """Half of the users use tents, half boots, in any order; two more items of each are known by their text alone."""
    rng = np.random.default_rng(0)
    histories = [[f"{KINDS[u % 2]}{n}" for n in rng.permutation(8)[:6]] for u in range(80)]
    rows = [
        {c.ITEM: f"{kind}{n}", c.TITLE: f"{'green' if n % 2 else 'blue'} {kind} {n % 3}", c.CATEGORY: kind.upper()}
        for kind in KINDS
        for n in range(10)
    ]
    dataset = dataset_of(histories, catalog=catalog_of(rows))
    return dataset, fit(SMALL, dataset, split(dataset, "none"), OPTIONS).model


def test_an_item_that_nobody_has_used_is_placed_by_its_words(fitted):
    dataset, model = fitted
    new = dataset.vocabulary.indices(["tent8", "tent9", "boot8", "boot9"])
    assert dataset.vocabulary.n_logged < new.min()
    tents, boots = model.score([history(dataset, "tent1", "tent2"), history(dataset, "boot1")])[:, new]
    assert tents[:2].min() > tents[2:].max()
    assert boots[2:].min() > boots[:2].max()


def test_category_is_told_from_the_title_alone(fitted):
    dataset, model = fitted
    assert set(model.reading.labels) == {"TENT", "BOOT"}
    odds = model.label_odds(range(1, dataset.vocabulary.size))
    told = [model.reading.labels[best] for best in odds.argmax(1)]
    assert told == [dataset.vocabulary.id(item)[:4].upper() for item in range(1, dataset.vocabulary.size)]


def test_the_word_that_decides_a_label_is_named(fitted):
    dataset, model = fitted
    item = dataset.vocabulary.index("tent8")
    assert "tent" in model.label_words(item, "TENT")[0].words
    assert model.label_words(item, "TENT")[0].value > 0 > model.label_words(item, "BOOT")[0].value


def test_all_words_and_what_every_item_gets_add_up_to_the_score(fitted):
    dataset, model = fitted
    item, seen = dataset.vocabulary.index("tent8"), history(dataset, "tent1", "tent2")
    words = model.content_words(item, seen, n=10_000)
    user = model.user_vectors([seen])[0]
    with torch.inference_mode():
        length = float(model.net(torch.from_numpy(model.reading.whole.rows(np.array([item])))).norm())
        of_every_item = float(torch.from_numpy(user) @ model.net.dense.bias) * model.net.scale.item() / length
    score = float(user @ model.vectors[item]) * model.net.scale.item()
    assert sum(word.value for word in words) + of_every_item == pytest.approx(score, abs=1e-4)


def test_an_empty_history_and_one_event_are_answered(fitted):
    dataset, model = fitted
    assert np.ptp(model.score([EMPTY])[0][1:]) > 0
    best = int(model.score([history(dataset, "boot3")])[0][1:].argmax()) + 1
    assert dataset.vocabulary.id(best).startswith("boot")


def test_items_without_text_add_nothing_and_score_nothing_but_popularity():
    rows = [{c.ITEM: "a", c.TITLE: "red hat"}, {c.ITEM: "b", c.TITLE: "red scarf"}, {c.ITEM: "n", c.TITLE: None}]
    dataset = dataset_of([["a", "b", "n", "a"]] * 30, catalog=catalog_of(rows))
    model = fit(SMALL, dataset, split(dataset, "none"), OPTIONS.model_copy(update={"epochs": 1})).model
    with_it, without = model.score([history(dataset, "a", "n"), history(dataset, "a")])
    assert abs(with_it[dataset.vocabulary.index("n")]) < 0.01
    assert model.user_vectors([history(dataset, "n")]) == pytest.approx(model.user_vectors([EMPTY]), abs=1e-6)
    assert with_it == pytest.approx(without, abs=1e-4) or not np.allclose(with_it, 0)


@pytest.mark.parametrize("catalog", [None, ItemCatalog.from_items(["i00", "x"])])
def test_a_log_of_bare_ids_is_refused_with_what_is_needed(catalog):
    dataset = cycles(n_users=5, catalog=catalog)
    with pytest.raises(BadInput) as caught:
        fit(SMALL, dataset, split(dataset, "none"), OPTIONS)
    assert caught.value.code == "no_text"
    assert "--items" in caught.value.hint


def test_text_without_labels_and_without_a_second_event_is_refused():
    dataset = dataset_of([["a"], ["b"]], catalog=catalog_of([{c.ITEM: "a", c.TITLE: "red hat"}, {c.ITEM: "b", c.TITLE: "hat"}]))
    with pytest.raises(BadInput) as caught:
        fit(SMALL, dataset, split(dataset, "none"), OPTIONS)
    assert caught.value.code == "nothing_in_text"


def test_words_of_many_scripts_and_fields():
    rows = [
        {c.ITEM: "1", c.TITLE: "Ｆｕｌｌ Été, 東京駅", c.TAGS: "A b|C", c.DESCRIPTION: "हिन्दी 4-door"},
        {c.ITEM: "2", c.TITLE: "2"},
    ]
    texts = ItemTexts.of(dataset_of([["1", "2"]], catalog=catalog_of(rows)))
    assert texts.described.to_list() == [[], ["full", "été", "東", "京", "駅", "", "हिन्दी", "4", "door", ""], []]
    assert texts.labels.to_list() == [[], ["A b", "C"], []]
    assert texts.whole().to_list()[1][:4] == ["a", "b", "c", ""]


def test_words_are_numbered_by_how_many_items_have_them():
    lists = pl.Series([[], ["a", "b", "", "b"], ["b", "c", ""], ["a", "b"]], dtype=pl.List(pl.String))
    words = known_words(lists, 10)
    table = number(lists, words, 3)
    assert words == ("b", "a")
    assert table.rows(np.array([1, 2, 0])).tolist() == [[FIRST + 1, FIRST, BREAK], [FIRST, RARE, BREAK], [0, 0, 0]]
    assert known_words(lists, 1) == ("b",)
    assert unpacked(packed(words)) == words
    assert unpacked(packed(())) == ()


def test_only_columns_whose_values_repeat_are_read_beside_the_named_ones():
    rows = [{c.ITEM: str(n), "brand": f"brand{n % 2}", "address": f"http://x/{n}", "price": 1.0} for n in range(8)]
    texts = ItemTexts.of(dataset_of([["0", "1"]], catalog=catalog_of(rows)))
    assert texts.described.to_list()[1] == ["brand0", ""]
