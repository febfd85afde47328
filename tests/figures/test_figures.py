"""Figures as objects: sums, clicks, colours, escaped names, empty input."""

import datetime
import itertools
import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import plotly.graph_objects as go
import polars as pl
import pytest

from seqrec_core.explain.types import Faithfulness
from seqrec_core.figures import data, explain, flow, journeys, patterns, reliability, scorecard, training
from seqrec_core.figures.labels import text_px
from seqrec_core.figures.theme import DARK, LIGHT, LOWERS, RAISES
from tests.figures import of_data
from tests.figures import samples as made
from tests.figures.of_data import COUNTS, DAYS

NAMES = ["Popularity", "Markov chain", "GRU network"]
HOLDS = Faithfulness(0.62, 0.11, 0.02, 0.3, 0.48, 3, "holds")
SHORT = Faithfulness(None, None, None, None, None, 0, "too_short")

# name → (figure of one hostile or harmless name, figure of nothing)
FIGURES: dict[str, tuple[Callable[..., go.Figure], Callable[..., go.Figure]]] = {
    "step_flow": (
        lambda name, **kw: journeys.step_flow(made.flow(name), **kw),
        lambda **kw: journeys.step_flow(
            type(made.flow())(nodes=made.flow().nodes.clear(), links=made.flow().links.clear(), n=0), **kw
        ),
    ),
    "funnel": (
        lambda name, **kw: journeys.funnel(made.funnel(name), 3605, **kw),
        lambda **kw: journeys.funnel(made.funnel().clear(), 0, **kw),
    ),
    "matrix": (
        lambda name, **kw: journeys.matrix(made.matrix(name), **kw),
        lambda **kw: journeys.matrix(made.matrix().clear(), **kw),
    ),
    "around": (
        lambda name, **kw: journeys.around(made.side(name), made.side("z"), name, 10, **kw),
        lambda **kw: journeys.around(made.side().clear(), made.side().clear(), "a", 0, **kw),
    ),
    "paths": (lambda name, **kw: journeys.paths(made.paths(name), **kw), lambda **kw: journeys.paths(made.paths().clear(), **kw)),
    "differences": (
        lambda name, **kw: journeys.differences(made.changes(name), **kw),
        lambda **kw: journeys.differences(made.changes().clear(), **kw),
    ),
    "bubbles": (
        lambda name, **kw: patterns.bubbles(made.patterns(name), **kw),
        lambda **kw: patterns.bubbles(made.patterns().clear(), **kw),
    ),
    "ranked": (
        lambda name, **kw: patterns.ranked(made.patterns(name), **kw),
        lambda **kw: patterns.ranked(made.patterns().clear(), **kw),
    ),
    "gaps": (lambda name, **kw: patterns.gaps([1, 5, 60, 3600], **kw), lambda **kw: patterns.gaps([], **kw)),
    **of_data.FIGURES,
    "loss": (lambda name, **kw: training.loss([1, 2], [6.0, 5.0], **kw), lambda **kw: training.loss([], [], **kw)),
    "ndcg": (lambda name, **kw: training.ndcg([1, 2], [0.1, None], **kw), lambda **kw: training.ndcg([1], [None], **kw)),
    "contributions": (
        lambda name, **kw: explain.contributions([name, "b"], [0.94, -0.38], [0.1, 0.0], **kw),
        lambda **kw: explain.contributions([], [], [], **kw),
    ),
    "rank_without": (
        lambda name, **kw: explain.rank_without([name, "b", "c"], [40, 1, 2], 2, **kw),
        lambda **kw: explain.rank_without([], [], 2, **kw),
    ),
    "deletion": (lambda name, **kw: explain.deletion(HOLDS, **kw), lambda **kw: explain.deletion(SHORT, **kw)),
    "trade_off": (
        lambda name, **kw: scorecard.trade_off([name, "b"], [0.1, 0.2], [8.0, 7.0], [0.5, 0.1], **kw),
        lambda **kw: scorecard.trade_off([], [], [], [], **kw),
    ),
    "metric_bars": (
        lambda name, **kw: scorecard.metric_bars([name, "b"], [0.1, 0.2], [(0.05, 0.15), None], **kw),
        lambda **kw: scorecard.metric_bars([], [], [], **kw),
    ),
    "reliability": (
        lambda name, **kw: reliability.reliability([0.1, 0.4], [0.2, 0.3], [50, 50], **kw),
        lambda **kw: reliability.reliability([], [], [], **kw),
    ),
    "by_history_length": (
        lambda name, **kw: scorecard.by_history_length(["1–4", "5 +"], [30, 20], {name: [0.1, None], "b": [0.2, 0.3]}, **kw),
        lambda **kw: scorecard.by_history_length([], [], {}, **kw),
    ),
    "lorenz": (
        lambda name, **kw: scorecard.lorenz({name: [1, 2, 30], "b": [1, 1, 1]}, **kw),
        lambda **kw: scorecard.lorenz({}, **kw),
    ),
}
EACH = pytest.mark.parametrize("name", FIGURES)


def texts_of(value: object, key: str = "") -> Iterator[str]:
    """Every text of a figure that Plotly reads as markup: all but what a click returns, colours and names of settings."""
    if isinstance(value, dict):
        for inner, part in value.items():
            if inner not in {"template", "customdata", "font", "family"}:
                yield from texts_of(part, inner)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from texts_of(part, key)
    elif isinstance(value, str) and key in {"text", "ticktext", "hovertext"}:
        yield value


@EACH
@pytest.mark.parametrize("hostile", made.HOSTILE)
def test_names_of_users_are_never_markup(name: str, hostile: str):
    figure = FIGURES[name][0](hostile)
    for text in texts_of(figure.to_dict()):
        assert not re.search(r"<(?!/?b>|br>)", text.replace("<b>", "").replace("</b>", "").replace("<br>", ""))
        assert "\u202e" not in text
        assert len(text) < 260


@EACH
@pytest.mark.parametrize("dark", [False, True])
def test_an_empty_result_is_a_figure_with_a_sentence(name: str, dark: bool):
    figure = FIGURES[name][1](dark=dark)
    assert len(figure.data) == 0
    assert figure.layout.annotations[0].text.startswith(("Nothing to draw", "Too short"))


@EACH
def test_a_figure_has_no_title_no_legend_and_a_clear_background(name: str):
    figure = FIGURES[name][0]("a")
    assert figure.layout.title.text is None
    assert figure.layout.template.layout.showlegend is False
    assert figure.layout.showlegend is None
    assert figure.layout.template.layout.paper_bgcolor == "rgba(0,0,0,0)"
    assert figure.layout.height >= 60


@EACH
def test_dark_and_light_differ_and_a_theme_stands_for_its_flag(name: str):
    make = FIGURES[name][0]
    assert make("a", dark=True).to_json() != make("a", dark=False).to_json()
    assert make("a", dark=DARK).to_json() == make("a", dark=True).to_json()


@EACH
def test_no_text_is_smaller_than_twelve_pixels(name: str):
    figure = FIGURES[name][0]("a")
    sizes = [note.font.size for note in figure.layout.annotations]
    axes = [axis.tickfont.size for axis in (figure.layout.xaxis, figure.layout.yaxis) if axis.tickfont.size]
    assert min([*sizes, *axes, figure.layout.template.layout.font.size, figure.layout.template.layout.xaxis.tickfont.size]) >= 12


@EACH
def test_direction_colours_are_drawn_for_direction_alone(name: str):
    drawn = FIGURES[name][0]("a").to_dict()
    drawn["layout"].pop("template")
    found = RAISES in str(drawn) or LOWERS in str(drawn)
    assert found == (name in {"differences", "contributions", "rank_without", "group"})


def bars(figure: go.Figure) -> list[go.Bar]:
    """The bar traces of a figure."""
    return [trace for trace in figure.data if isinstance(trace, go.Bar)]


def test_each_column_of_a_flow_sums_to_n_and_every_block_can_be_clicked():
    for trace in bars(journeys.step_flow(made.flow())):
        sums: dict[int, int] = {}
        for (step, _), amount in zip(trace.customdata, trace.y, strict=True):
            sums[step] = sums.get(step, 0) + amount
        assert sums == {1: 10, 2: 10, 3: 10}
        assert [list(key) for key in trace.customdata][:2] == [[1, "home"], [1, "cart"]]


def test_blocks_of_a_column_never_overlap_and_end_with_those_that_left():
    strips = bars(journeys.step_flow(made.flow()))[1]
    for step in (1, 2, 3):
        here = [
            (base, base + amount, event)
            for (at, event), base, amount in zip(strips.customdata, strips.base, strips.y, strict=True)
            if at == step
        ]
        assert all(low[1] <= high[0] for low, high in itertools.pairwise(here))
    assert strips.customdata[-1][1] == "Left before"
    assert strips.marker.pattern.shape[-1] == "/"


def test_ribbons_carry_the_counts_of_the_links_and_loss_flows_nowhere():
    figure = journeys.step_flow(made.flow())
    ribbons = [trace for trace in figure.data if trace.type == "scatter"]
    assert len(ribbons) == 8
    assert sorted(round(trace.y[-1] - trace.y[0]) for trace in ribbons) == [1, 1, 2, 2, 2, 3, 3, 4]
    assert not any(trace.text.startswith("Left before →") for trace in ribbons)


def test_thin_ribbons_of_one_colour_are_one_area_and_the_thinnest_are_left_out():
    flow = made.flow()
    ends = [(2, "b", 985, 0.985, "event"), (2, "c", 8, 0.008, "event"), (2, "d", 7, 0.007, "event")]
    flow.nodes = pl.DataFrame([(1, "a", 1000, 1.0, "event"), *ends], schema=flow.nodes.schema, orient="row")
    flow.links = pl.DataFrame(
        [(1, "a", "b", 985), (1, "a", "c", 8), (1, "a", "d", 5), (1, "a", "e", 2)], schema=flow.links.schema, orient="row"
    )
    flow.n = 1000
    thin, broad = [trace for trace in journeys.step_flow(flow).data if trace.type == "scatter"]
    assert broad.text.startswith("a → b: 985")
    assert list(thin.x).count(None) == 1
    assert thin.hoverinfo == "skip"


def test_a_selected_block_lights_only_its_own_ribbons():
    def strong(selected: tuple[int, str] | None) -> set[str]:
        traces = journeys.step_flow(made.flow(), selected).data
        alphas = {trace.text: float(trace.fillcolor.rstrip(")").split(",")[-1]) for trace in traces if trace.type == "scatter"}
        return {text.split(":")[0] for text, alpha in alphas.items() if alpha > 0.5}

    assert strong(None) == set()
    assert strong((1, "home")) == {"home → cart", "home → Other"}


def test_a_flow_that_begins_late_shows_where_its_sequences_begin():
    flow = made.flow()
    flow.nodes = pl.DataFrame(
        [(1, "Not begun", 6, 0.6, "left"), (1, "a", 4, 0.4, "event"), (2, "a", 10, 1.0, "event")],
        schema=flow.nodes.schema,
        orient="row",
    )
    flow.links = pl.DataFrame([(1, "Not begun", "a", 6), (1, "a", "a", 4)], schema=flow.links.schema, orient="row")
    ribbons = [trace for trace in journeys.step_flow(flow).data if trace.type == "scatter"]
    assert {round(trace.y[-1] - trace.y[0]) for trace in ribbons} == {6, 4}


def test_a_funnel_splits_each_step_into_reached_and_lost():
    kept, lost = bars(journeys.funnel(made.funnel(), 3605))
    assert list(kept.x) == [1022, 512, 173]
    assert [a + b for a, b in zip(lost.base, lost.x, strict=True)] == [1022, 1022, 512]
    assert lost.marker.pattern.shape == "/"
    assert [list(key) for key in kept.customdata] == [[1, "cart"], [2, "shipping_details"], [3, "purchase"]]
    said = " ".join(note.text for note in journeys.funnel(made.funnel(), 3605).layout.annotations)
    for part in ("28.3 % of 3,605 sessions", "50.1 % of previous", "16.9 % of start", "33.8 % of previous", "2 min 3 s"):
        assert part in said


def test_a_matrix_can_be_clicked_on_each_counted_cell_and_says_its_row_share():
    figure = journeys.matrix(made.matrix(), labels=["a", "b", "c", "(end)"])
    heat, marks, texts = (trace for trace in figure.data if trace.type != "bar")
    assert heat.hoverinfo == "skip"
    assert sorted(tuple(key) for key in marks.customdata) == [("a", "(end)"), ("a", "b"), ("b", "a"), ("c", "b"), ("c", "c")]
    assert list(figure.layout.xaxis.ticktext) == ["a", "b", "c", "(end)"]
    assert list(figure.layout.yaxis.ticktext) == ["a", "b", "c"]
    at = {tuple(key): (x, y) for key, x, y in zip(marks.customdata, marks.x, marks.y, strict=True)}
    shown = {(x, y): text for x, y, text in zip(texts.x, texts.y, texts.text, strict=True)}
    assert shown[at["a", "b"]] == "60.0"
    assert heat.z[at["a", "(end)"][1]][at["a", "(end)"][0]] == 0.4


def test_around_puts_before_to_the_left_and_after_to_the_right():
    left, right = bars(journeys.around(made.side(), made.side(), "cart", 10))
    assert all(x < 0 for x in left.x)
    assert all(x > 0 for x in right.x)
    assert [list(key) for key in left.customdata] == [["before", "a"], ["before", "b"], ["before", "(start)"]]
    assert left.marker.color[2] == LIGHT.neutral


def test_changes_take_the_colour_of_their_direction_and_few_cases_are_hatched():
    bands, change = bars(journeys.differences(made.changes()))
    assert list(change.marker.line.color) == [LOWERS, RAISES, LIGHT.loss]
    assert list(change.marker.pattern.shape) == ["", "", "/"]
    assert [base + x for base, x in zip(change.base, change.x, strict=True)] == pytest.approx([0.061, 0.44, 0.22])
    assert bands.base[0] == pytest.approx(0.014)
    assert bands.base[0] + bands.x[0] == pytest.approx(0.114)
    said = [note.text for note in journeys.differences(made.changes()).layout.annotations]
    assert any("▼ −13.3" in text for text in said)
    assert any("▲ +10.0 · n &lt; 30" in text for text in said)


def test_a_change_without_a_rate_on_one_side_is_left_out():
    frame = made.changes().with_columns(rate_a=pl.Series([None, 0.4, 0.12]), low=pl.Series([None, 0.01, -0.05]))
    assert len(bars(journeys.differences(frame))[1].x) == 2


def test_bubbles_leave_out_patterns_without_lift_and_keep_the_row_for_clicks():
    figure = patterns.bubbles(made.patterns(), selected=1)
    points = figure.data[0]
    assert [list(key) for key in points.customdata] == [[0], [1]]
    assert points.marker.size[0] < points.marker.size[1]
    assert points.marker.color[1] == LIGHT.palette[2]
    assert figure.layout.xaxis.type == figure.layout.yaxis.type == "log"


def test_ranked_patterns_have_whiskers_to_their_interval():
    whiskers = patterns.ranked(made.patterns()).data[1]
    assert list(whiskers.error_x.array) == pytest.approx([0.1, 0.06, 0.05])
    assert list(whiskers.error_x.arrayminus) == pytest.approx([0.1, 0.05, 0.04])


def test_equal_titles_stay_two_rows():
    bar = bars(data.top_items(made.items()))[0]
    assert list(bar.y) == [0, 1, 2]
    assert [list(key) for key in bar.customdata] == [["1"], ["2"], ["3"]]


def test_the_histogram_counts_everybody_and_marks_the_median():
    figure = data.histogram(COUNTS, noun="session")
    assert sum(figure.data[0].y) == 5
    assert figure.layout.annotations[0].text == "median 2 events"


def test_days_are_clicked_by_date():
    assert [list(key) for key in data.events_per_day(DAYS).data[0].customdata] == [["2024-01-01"], ["2024-01-02"]]


def test_the_long_tail_is_read_off_where_it_says():
    figure = data.long_tail(pl.DataFrame({"count": [90] + [1] * 9}), top=0.1)
    assert "10 % of the items: 91 % of the events" in figure.layout.annotations[-1].text


def test_contributions_print_arrow_sign_and_number_and_whisker_only_estimates():
    figure = explain.contributions(["a", "b", "c"], [0.94, -0.38, 0.0], [0.1, 0.0, 0.0], keys=[7, 3, 1])
    bar = bars(figure)[0]
    assert list(bar.marker.color) == [RAISES, LOWERS, RAISES]
    assert [list(key) for key in bar.customdata] == [[7], [3], [1]]
    said = [note.text for note in figure.layout.annotations]
    assert said == ["▲ +0.94", "▼ −0.38", "▲ +0.00"]
    whiskers = figure.data[1]
    assert (list(whiskers.x), list(whiskers.y)) == ([0.94], [0])
    assert list(whiskers.error_x.array) == pytest.approx([0.196])


@pytest.mark.parametrize("values", [[3.0, -2.0], [1e-6, 2e-6], [-5.0, -1.0], [0.0, 0.0]])
def test_contribution_texts_stay_inside_the_figure(values: list[float]):
    figure = explain.contributions(["a", "b"], values, width=340)
    low, high = figure.layout.xaxis.range
    assert low <= min(0, *values) <= max(0, *values) <= high
    plot_px = 340 - figure.layout.margin.l
    for value in values:
        room = (high - value if value >= 0 else value - low) / (high - low) * plot_px
        assert room >= 45


def test_ranks_without_one_event_start_at_the_rank_of_today():
    figure = explain.rank_without(["a", "b", "c"], [40, 1, 2], 2)
    lines, dots = figure.data[:3], figure.data[3]
    assert [tuple(line.x) for line in lines] == [(2, 40), (2, 1), (2, 2)]
    assert list(dots.marker.color) == [LOWERS, RAISES, LIGHT.muted]
    said = [note.text for note in figure.layout.annotations]
    assert {"#40  ▼ 38", "#1  ▲ 1", "#2"} <= set(said)


def test_the_deletion_check_draws_what_is_over_one_or_below_zero():
    figure = explain.deletion(Faithfulness(1.12, 0.1, -0.1, 0.3, -0.08, 3, "holds"))
    assert list(bars(figure)[0].x) == [1.12, 0.1, -0.08]
    assert figure.layout.xaxis.range[0] < -0.1
    assert any(note.text == "−8.0 %" for note in figure.layout.annotations)


def test_the_model_in_question_is_the_coloured_one():
    bar = bars(scorecard.metric_bars(NAMES, [0.02, 0.13, 0.18], [(0.01, 0.03)] * 3, highlight=2))[0]
    assert list(bar.marker.color) == [LIGHT.neutral, LIGHT.neutral, LIGHT.palette[2]]


def test_the_trade_off_joins_only_unbeaten_models():
    figure = scorecard.trade_off(NAMES, [0.02, 0.13, 0.18], [5.0, 8.1, 8.0], [0.01, 0.4, 0.6], keys=["p", "m", "g"])
    line, points = figure.data
    assert list(line.x) == [8.0, 8.1]
    assert [list(key) for key in points.customdata] == [["p"], ["m"], ["g"]]
    assert points.marker.size[0] < points.marker.size[1] < points.marker.size[2]


def test_the_best_epoch_is_marked():
    figure = training.ndcg([1, 2, 3], [0.1, 0.3, 0.2])
    assert (figure.data[1].x[0], figure.data[1].y[0]) == (2, 0.3)


def test_loss_leaves_out_what_is_not_a_number():
    assert list(training.loss([1, 2, 3], [6.0, float("nan"), 4.0]).data[0].y) == [6.0, 4.0]


def test_the_frame_of_a_thin_block_does_not_cross_its_label():
    """Its label is bold instead."""
    nodes = pl.DataFrame(
        {"step": [0, 0], "event": ["often", "rarely"], "count": [990, 10], "share": [0.99, 0.01], "kind": ["event", "event"]}
    )
    links = pl.DataFrame(schema={"step": pl.Int64, "from": pl.String, "to": pl.String, "count": pl.Int64})
    for event, is_framed in (("often", True), ("rarely", False)):
        figure = flow.step_flow(SimpleNamespace(nodes=nodes, links=links, n=1000), (0, event))
        plates = next(trace for trace in figure.data if trace.type == "bar")
        assert (max(plates.marker.line.width) > 0) is is_framed
        bold = [note.text for note in figure.layout.annotations if f"<b>{event}</b>" in note.text]
        assert len(bold) == 1


def test_capitals_are_cut_before_they_run_out_of_the_chart():
    name = "ASSORTED COLOUR BIRD ORNAMENT"
    assert text_px(name) > 1.1 * text_px(name.lower())


def test_few_days_have_one_tick_each():
    days = pl.DataFrame({"day": [datetime.date(2026, 1, day) for day in (1, 2, 3)], "count": [4, 4, 4]})
    assert len(data.events_per_day(days).layout.xaxis.tickvals) == 3
