"""What a network reads: histories side by side, buckets of time, and parts of an event that can be switched on."""

import numpy as np
import pytest
import torch

from seqrec_core.data.history import EMPTY, History
from seqrec_core.models.config import GAPS, GruConfig
from seqrec_core.models.events import EventVectors, buckets, gap_buckets
from seqrec_core.models.gru import Gru
from seqrec_core.models.inputs import NO_TIME, Inputs, LogFacts
from tests.models.planted import cycles

SECOND = 1_000_000
FULL = History(np.array([3, 1], np.int32), np.array([0, 2], np.int16), np.array([5, 9], np.int64))
FACTS = LogFacts(5, 3, np.array([0, 1, 1, 2, 0]), np.eye(5, 3, dtype=np.float32))
ALL = {"event_type": True, "time_gap": True, "content": True}


def test_histories_stand_side_by_side_with_what_each_knows():
    inputs = Inputs.of([FULL, EMPTY, History(np.array([2], np.int32))])
    assert inputs.items.tolist() == [[3, 1], [0, 0], [2, 0]]
    assert inputs.event_types.tolist() == [[1, 3], [0, 0], [0, 0]]
    assert inputs.times.tolist() == [[5, 9], [NO_TIME] * 2, [NO_TIME] * 2]
    assert Inputs.of([EMPTY]).items.shape == (1, 1)


@pytest.mark.parametrize(("seconds", "bucket"), [(0, 1), (0.5, 1), (1, 2), (3, 3), (6, 3), (7, 4), (1e12, GAPS), (-5, 1)])
def test_time_between_falls_into_doubling_buckets(seconds, bucket):
    assert buckets(torch.tensor([7]), torch.tensor([7 + int(seconds * SECOND)])).tolist() == [bucket]


def test_gap_of_a_first_event_and_of_an_unknown_time_is_the_bucket_for_not_known():
    assert gap_buckets(torch.tensor([[0, SECOND, NO_TIME, 9]])).tolist() == [[0, 2, 0, 0]]


def test_parts_of_an_event_begin_at_zero_and_each_counts_once_it_is_learnt():
    vectors, inputs, x = EventVectors(GruConfig(width=4, **ALL), FACTS), Inputs.of([FULL]), torch.ones(1, 2, 4)
    assert torch.equal(vectors.add_to(x, inputs), x)
    for weight, rows in ((vectors.types, [1, 3]), (vectors.gaps, [0, 1]), (vectors.kinds, [2, 1])):
        with torch.no_grad():
            weight.copy_(torch.arange(len(weight)).float()[:, None].expand_as(weight))
        assert (vectors.add_to(x, inputs) - 1)[0, :, 0].tolist() == rows
        torch.nn.init.zeros_(weight)
    with torch.no_grad():
        vectors.text.copy_(torch.arange(3).float()[:, None].expand(3, 4))
    assert (vectors.add_to(x, inputs) - 1)[0, :, 0].tolist() == [0, 1], "items 3 and 1 have the text vectors 0 0 0 and 0 1 0"


def test_types_that_the_run_has_never_seen_are_not_known_to_it():
    vectors = EventVectors(GruConfig(width=4, event_type=True), LogFacts(5, 1))
    strange, unknown = (Inputs.of([History(FULL.items, kinds)]) for kinds in (np.array([7, 7], np.int16), None))
    torch.nn.init.normal_(vectors.types)
    x = torch.zeros(1, 2, 4)
    assert torch.equal(vectors.add_to(x, strange), vectors.add_to(x, unknown))


def test_facts_come_back_from_the_arrays_of_a_run():
    for facts in (FACTS, LogFacts(5)):
        model = Gru.start(GruConfig(width=4, **ALL), facts, np.zeros(5, np.float32), 0)
        again = Gru.from_arrays(model.config, 5, model.to_arrays())
        np.testing.assert_array_equal(again.score([FULL, EMPTY]), model.score([FULL, EMPTY]))


def test_facts_of_a_log_and_user_vectors_of_a_network():
    dataset = cycles(4)
    facts = LogFacts.of(dataset)
    assert (facts.n_items, facts.n_event_types, facts.categories) == (dataset.vocabulary.size, 1, None)
    model = Gru.start(GruConfig(width=4), facts, np.zeros(facts.n_items, np.float32), 0)
    vectors = model.user_vectors([EMPTY, dataset.history(0)])
    assert (vectors.shape, vectors.dtype) == ((2, 4), np.float32)
    logits = vectors @ model.net.items.detach().numpy().T + model.net.bias.detach().numpy()
    np.testing.assert_allclose(logits, model.score([EMPTY, dataset.history(0)]), atol=1e-6)
