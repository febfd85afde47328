"""Each figure has an alternative text that says its strongest mark."""

import polars as pl
import pytest

from seqrec_core.data.features.distribution import distribution
from seqrec_core.figures import alt, patterns
from seqrec_core.text import say
from tests.figures import samples as made
from tests.figures.of_data import sources
from tests.figures.test_figures import COUNTS, DAYS, FIGURES, HOLDS, NAMES, SHORT

ALT = {
    "step_flow": (lambda: alt.step_flow(made.flow()), ["3 steps", "10 sessions", "home 60.0 %"]),
    "funnel": (lambda: alt.funnel(made.funnel(), 3605), ["3,605 sessions", "cart 1,022 (100.0 %)", "purchase 173 (16.9 %)"]),
    "matrix": (lambda: alt.matrix(made.matrix()), ["a → b", "60.0 %"]),
    "around": (lambda: alt.around(made.side(), made.side(), "cart", 10), ["cart", "a 60.0 %"]),
    "paths": (lambda: alt.paths(made.paths()), ["a → b", "30 sessions"]),
    "differences": (lambda: alt.differences(made.changes()), ["payment_details → purchase", "19.4 %", "6.1 %", "−13.3"]),
    "bubbles": (lambda: alt.bubbles(made.patterns()), ["b → c → d", "7.3"]),
    "ranked": (lambda: alt.ranked(made.patterns()), ["a → b", "50.0 %"]),
    "gaps": (lambda: alt.gaps([1, 60, 3600]), ["1 min"]),
    "events_per_day": (lambda: alt.events_per_day(DAYS), ["2024-01-02: 5"]),
    "histogram": (lambda: alt.histogram(COUNTS, "session"), ["5 sessions", "from 1 to 400"]),
    "top_items": (lambda: alt.top_items(made.items("tent")), ["tent 60"]),
    "event_mix": (lambda: alt.event_mix(made.mix()), ["view 75.0 %"]),
    "long_tail": (lambda: alt.long_tail(pl.DataFrame({"count": [90] + [1] * 9})), ["10 %", "91 %"]),
    "events_per_source": (lambda: alt.events_per_source(sources()), ["web 50, app 9"]),
    "feature": (lambda: alt.distribution(distribution(pl.Series([1, 2, 9])), "events", "user"), ["3 users", "at most 2", "to 9"]),
    "group": (lambda: alt.group_differences(made.group()), ["Events +0.50", "Pause −0.25"]),
    "loss": (lambda: alt.loss([1, 2], [6.0, 5.0]), ["6.000", "5.000"]),
    "ndcg": (lambda: alt.ndcg([1, 2, 3], [0.1, 0.3, 0.2]), ["0.3000 at epoch 2", "last 0.2000"]),
    "contributions": (lambda: alt.contributions(["a", "b"], [0.1, -0.9]), ["b −0.90, a +0.10"]),
    "rank_without": (lambda: alt.rank_without(["a", "b"], [40, 1], 2), ["now #2", "without a it is #40"]),
    "deletion": (lambda: alt.deletion(HOLDS), ["62.0 %", "11.0 %", "48.0 %"]),
    "trade_off": (lambda: alt.trade_off(NAMES, [0.02, 0.1, 0.2], [5, 9, 8]), ["GRU network (0.200)", "Markov chain (9.0 bits)"]),
    "reliability": (lambda: alt.reliability([0.1, 0.4], [0.2, 0.3]), ["a chance of 40.0 %", "in 30.0 %"]),
    "metric_bars": (lambda: alt.metric_bars(NAMES, [0.02, 0.1, 0.2]), ["Popularity 0.020"]),
    "by_history_length": (lambda: alt.by_history_length(["1–4", "5 +"], {"b": [0.1, 0.2]}), ["1–4", "5 +", "for b"]),
    "lorenz": (lambda: alt.lorenz({"b": [1, 1, 1, 1]}), ["b 50.0 %"]),
}


def test_every_figure_has_an_alternative_text():
    assert set(ALT) == set(FIGURES)


@pytest.mark.parametrize("name", ALT)
def test_alternative_texts_say_the_strongest_mark(name: str):
    make, parts = ALT[name]
    for part in parts:
        assert part in make()


def test_an_empty_figure_says_so_to_those_who_do_not_see_it():
    assert alt.paths(made.paths().clear()) == say("figures.alt.nothing")
    assert alt.loss([], []) == say("figures.alt.nothing")
    assert alt.deletion(SHORT) == say("figures.nothing.short")


def test_the_median_is_that_of_the_sentence_above_the_chart():
    seconds = [60.0, 100.0, 121.0, 200.0]
    assert "1 min 50 s" in alt.gaps(seconds)
    marked = [note.text for note in patterns.gaps(seconds).layout.annotations]
    assert any("1 min 50 s" in text for text in marked)
