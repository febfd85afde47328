"""Networks of attention: what may be seen, what is shown of it, and that switches do what they say."""

import numpy as np
import pytest
import torch

from seqrec_core.data.history import EMPTY, History
from seqrec_core.errors import BadInput
from seqrec_core.models.config import HstuConfig, SasrecConfig
from seqrec_core.models.hstu import Hstu
from seqrec_core.models.inputs import Inputs, LogFacts
from seqrec_core.models.layers import NoNoise
from seqrec_core.models.protocol import HasUserVectors, ShowsAttention
from seqrec_core.models.sasrec import Sasrec
from seqrec_core.training.presets import plan

V = 9
KINDS = {"sasrec": (Sasrec, SasrecConfig), "hstu": (Hstu, HstuConfig)}
HOUR = 3_600_000_000


def model_of(name, **settings):
    cls, config = KINDS[name]
    model = cls.start(config(width=8, length=6, **settings), LogFacts(V, 3), np.zeros(V, np.float32), 1)
    with torch.no_grad():
        for weight in model.net.parameters():
            weight.add_(torch.randn(weight.shape, generator=torch.Generator().manual_seed(2)) * 0.3)
    return model


def past(*items, gap=HOUR):
    return History(np.array(items, np.int32), np.zeros(len(items), np.int16), np.arange(len(items), dtype=np.int64) * gap)


@pytest.mark.parametrize("name", KINDS)
def test_a_state_never_sees_a_later_event(name):
    net = model_of(name).net
    one, other = (net.encode(Inputs.of([past(1, 2, 3, last)]), NoNoise()) for last in (4, 8))
    torch.testing.assert_close(one[:, :4], other[:, :4])
    assert (one[:, 4] - other[:, 4]).abs().max() > 1e-3


@pytest.mark.parametrize("name", KINDS)
def test_attention_is_shown_for_the_start_and_each_event_that_the_model_sees(name):
    model = model_of(name, layers=3)
    for history, n in ((EMPTY, 0), (past(1, 2, 3), 3), (past(*range(1, 9)), 6)):
        weights = model.attention(history)
        assert (weights.shape, weights.dtype) == ((3, 2, 1 + n, 1 + n), np.float32)
        assert (np.triu(weights, 1) == 0).all()
    assert isinstance(model, ShowsAttention)
    assert isinstance(model, HasUserVectors)


def test_weights_of_a_softmax_sum_to_one_and_are_the_ones_that_score():
    model = model_of("sasrec", layers=1, heads=1)
    np.testing.assert_allclose(model.attention(past(1, 2, 3)).sum(-1), 1, atol=1e-6)
    block = model.net.blocks[0]
    x = model.net.embed(Inputs.of([past(1, 2, 3)])) + model.net.places[:4]
    values = block.queries_keys_values(block.before_attention(x)).chunk(3, -1)[2]
    x = x + block.out(torch.from_numpy(model.attention(past(1, 2, 3))[0, 0]) @ values)
    x = x + block.down(torch.relu(block.up(block.before_inner(x))))
    logits = model.net.logits(model.net.norm(x))[0, 3]
    np.testing.assert_allclose(model.score([past(1, 2, 3)])[0], logits.detach().numpy(), atol=1e-5)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("switch", ["event_type", "time_gap"])
def test_what_is_switched_off_is_not_read(name, switch):
    plain = past(1, 2, 3)
    changed = {"event_type": History(plain.items, np.array([0, 1, 2], np.int16), plain.times), "time_gap": past(1, 2, 3, gap=1)}
    others = {other: False for other in ("event_type", "time_gap") if other != switch}
    on, off = (model_of(name, **others, **{switch: value}).score([plain, changed[switch]]) for value in (True, False))
    assert np.abs(on[0] - on[1]).max() > 1e-3
    np.testing.assert_array_equal(off[0], off[1])


@pytest.mark.parametrize("name", KINDS)
def test_without_places_and_times_the_order_of_older_events_is_not_seen(name):
    for position in (True, False):
        scores = model_of(name, position=position, time_gap=False, layers=1).score([past(1, 2, 3), past(2, 1, 3)])
        assert np.allclose(scores[0], scores[1], atol=1e-5) is not position


def test_heads_have_to_divide_the_width():
    with pytest.raises(BadInput, match="which is 64"):
        plan("sasrec", "quick", {"heads": "3"})
