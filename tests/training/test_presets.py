"""Presets, single settings, and estimates that cost no torch."""

import subprocess
import sys
from dataclasses import replace

import pytest

from seqrec_core.data.split import split
from seqrec_core.errors import BadInput, NotFound
from seqrec_core.models.config import GruConfig, MarkovConfig
from seqrec_core.models.registry import REGISTRY, model_spec
from seqrec_core.training.estimate import estimate, parameters
from seqrec_core.training.fit import fit
from seqrec_core.training.options import TrainOptions
from seqrec_core.training.presets import LIMITS, plan, preset_about, preset_title
from seqrec_core.training.tuning import LogSize
from tests.models.planted import cycles


@pytest.mark.parametrize("model", list(REGISTRY))
@pytest.mark.parametrize("preset", list(LIMITS))
def test_every_preset_plans_every_model(model, preset):
    config, options = plan(model, preset, {}, None, 7)
    assert (config.name, options.seed, options.seconds) == (model, 7, LIMITS[preset])
    assert preset_title(preset).lower() == preset
    assert preset_about(preset).startswith("At most")


def test_settings_go_where_they_belong_and_win():
    config, options = plan("gru", "quick", {"width": "32", "epochs": "3", "seconds": "none"}, None, 0)
    assert isinstance(config, GruConfig)
    assert (config.width, options.epochs, options.seconds) == (32, 3, None)
    config, _ = plan("markov", "quick", {"smoothing": "0.5"}, None, 0)
    assert isinstance(config, MarkovConfig)
    assert config.smoothing == 0.5


def test_budget_wins_over_the_limit_and_a_longer_one_gives_more_epochs():
    short, long = (plan("gru", "quick", {}, seconds, 0)[1] for seconds in (10.0, 90.0))
    usual = plan("gru", "quick", {}, None, 0)[1]
    assert (short.seconds, short.epochs) == (10, usual.epochs)
    assert (long.seconds, long.epochs) == (90, 2 * usual.epochs)


def test_large_catalogue_keeps_a_narrow_table_unless_asked():
    large = LogSize(50_000 * 200, 50_000)
    assert plan("gru", "balanced")[0].width > 64
    assert plan("gru", "thorough", {}, 1e6, 0, large)[0].width == 64
    assert plan("gru", "balanced", {"width": "96"}, None, 0, large)[0].width == 96


def test_dense_log_in_a_minute_gets_no_noise_and_more_of_it_with_time():
    dense = LogSize(1_000_000, 3_400)
    noise = [plan("sasrec", "balanced", {}, seconds, 0, dense)[0].dropout for seconds in (60, 1_200, 7_200)]
    assert noise[0] == 0 < noise[1] < noise[2]


def test_scarce_log_gets_more_noise_and_decay_than_a_dense_one():
    (scarce, options), (dense, _) = (plan("sasrec", "balanced", {}, 300, 0, LogSize(150_000, n)) for n in (12_000, 200))
    assert scarce.dropout > dense.dropout
    assert options.weight_decay > 0


def test_budget_alone_decides_and_not_the_preset_beside_it():
    size = LogSize(200_000, 4_000)
    plans = [plan("gru", preset, {}, 60, 0, size) for preset in LIMITS]
    assert len({(one[0].model_dump_json(exclude={"length"}), one[1].epochs, one[1].learning_rate) for one in plans}) == 1


def test_what_cannot_be_set_is_said_with_what_can():
    with pytest.raises(BadInput, match=r"“depth”.*width.*learning_rate"):
        plan("gru", "quick", {"depth": "3"}, None, 0)
    with pytest.raises(BadInput, match=r"width.*“wide”"):
        plan("gru", "quick", {"width": "wide"}, None, 0)
    with pytest.raises(BadInput, match=r"learning_rate.*“7”"):
        plan("gru", "quick", {"learning_rate": "7"}, None, 0)
    with pytest.raises(BadInput, match="“name”"):
        plan("gru", "quick", {"name": "markov"}, None, 0)
    with pytest.raises(BadInput, match="quick, balanced, thorough"):
        plan("gru", "fast", {}, None, 0)
    with pytest.raises(NotFound):
        plan("oracle", "quick", {}, None, 0)


@pytest.mark.parametrize("name", ["gru", "lstm", "sasrec", "hstu"])
def test_estimated_parameters_are_those_of_the_network(name):
    dataset = replace(cycles(20), categories=("", *(f"c{n % 3}" for n in range(12))))
    parts = split(dataset, "leave_one_out")
    switches = {"event_type": True, "time_gap": True, "content": True}
    config, options = model_spec(name).config(name=name, width=12, layers=2, **switches), TrainOptions(epochs=1, threads=1)
    fitted = fit(config, dataset, parts, options)
    estimated = estimate(config, options, dataset, parts).parameters
    assert estimated == fitted.parameters == parameters(config, dataset)


def test_estimate_knows_rows_and_stays_inside_the_budget():
    dataset = cycles(20)
    parts = split(dataset, "leave_one_out")
    found = estimate(GruConfig(), TrainOptions(epochs=10_000, seconds=30), dataset, parts)
    assert (found.rows, found.seconds <= 36) == (parts.n_train(dataset), True)
    assert estimate(MarkovConfig(), TrainOptions(), dataset, parts).seconds < 1


def test_planning_and_estimating_load_no_torch():
    code = "import sys, seqrec_core.training.presets, seqrec_core.training.estimate, seqrec_core.training.fit; "
    code += "import seqrec_core.evaluation.evaluate; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
