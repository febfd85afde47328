"""Recipes with every kind of step, in any order: replayed, undone, and changed in order where that changes nothing."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core.data.again import Terms, clean_again
from seqrec_core.data.importing import dataset_fingerprint, import_into, request_from_recipe
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import Channel, ColumnMapping, ImportRequest
from seqrec_core.data.steps.types import NAMES, steps_of
from seqrec_core.store.dataset_files import read_before

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
MAPPING = ColumnMapping(user="user", item="item", event="event", time="time", session="visit", value="amount")
COLUMNS = ("user", "item", "event", "time", "visit", "amount", "price")
TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)
KINDS = (
    {"name": "exact_duplicates"},
    {"name": "source_overlap", "sources": ["web", "app"]},
    {"name": "hide_events", "types": ["home"]},
    {"name": "merge_events", "into": {"cart": "view"}},
    {"name": "returns", "column": "session_id", "prefix": "C", "purchases": True},
    {"name": "non_product_codes", "codes": ["i3"]},
    {"name": "prices", "column": "price"},
    {"name": "merge_items", "into": {"I1": "i1"}},
    {"name": "merge_zeros", "into": {"i02": "i2"}},
    {"name": "match_items", "into": {"i2": "i4"}},
    {"name": "bots", "min_events": 5, "max_events": 9, "one_item": 0.9, "max_awake": 20},
    {"name": "collapse_repeats", "within_seconds": 90},
    {"name": "k_core", "users": 2, "items": 2},
    {"name": "min_history", "events": 2},
)
OF_ONE_EVENT = [step for step in KINDS if step["name"] in ("hide_events", "non_product_codes", "prices")] + [{"name": "returns"}]
ROW = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["i1", "I1", "i2", "i02", "i3", "i4"]),
    st.sampled_from(["view", "cart", "home"]),
    st.integers(0, 9),
    st.sampled_from(["1", "2", "C3"]),
    st.sampled_from(["1", "-1"]),
    st.sampled_from(["2.5", "0"]),
)
LOGS = st.lists(ROW, min_size=1, max_size=25)
STAYS = [("z", item, kind, 97 * n, f"{70 + n}", "3", "5") for n, (item, kind) in enumerate([("k1", "buy"), ("k2", "buy")] * 2)]


def channel(folder, source, rows):
    lines = [",".join((*row[:3], (START + timedelta(minutes=row[3])).isoformat(), *row[4:])) for row in rows]
    (folder / f"{source}.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    return Channel(source=source, paths=(folder / f"{source}.csv",), mapping=MAPPING)


def asked(folder, web, app, steps):
    pair = (channel(folder, "web", [*STAYS, *web]), channel(folder, "app", app))
    return ImportRequest(path=pair[0].paths[0], channels=pair, steps=steps)


def made(folder, request, sizes=None):
    folder.mkdir()
    return import_into(folder, request, sizes=sizes)


def print_of(stored):
    return dataset_fingerprint(stored.facts, stored.catalog)


def test_every_kind_of_step_is_tried():
    assert {step["name"] for step in KINDS} == set(NAMES)


@OPTIONS
@given(web=LOGS, app=LOGS, steps=st.permutations(KINDS), n=st.integers(0, len(KINDS)), small=st.booleans())
def test_a_recipe_replays_and_is_undone_whatever_its_steps_and_their_order(tmp_path_factory, web, app, steps, n, small):
    folder = tmp_path_factory.mktemp("replay")
    request = asked(folder, web, app, steps[:n])
    first = made(folder / "first", request)
    recipe = json.loads(json.dumps(first.report.recipe))
    assert [step["name"] for step in recipe["steps"]] == [step["name"] for step in steps[:n]]
    replayed = made(
        folder / "again", request_from_recipe(recipe, request.path, channels=request.channels), TINY if small else None
    )
    assert print_of(replayed) == print_of(first)
    plain = made(folder / "plain", request.model_copy(update={"steps": ()}))
    (folder / "undone").mkdir()
    undone = clean_again(folder / "undone", read_before(folder / "first", first.report), first.report, None, Terms(()))
    assert print_of(undone) == print_of(plain)


@OPTIONS
@given(web=LOGS, app=LOGS, steps=st.permutations(OF_ONE_EVENT))
def test_steps_that_judge_each_event_by_itself_may_change_places(tmp_path_factory, web, app, steps):
    folder = tmp_path_factory.mktemp("order")
    expected = made(folder / "first", asked(folder, web, app, OF_ONE_EVENT))
    assert print_of(made(folder / "other", asked(folder, web, app, steps))) == print_of(expected)


@pytest.mark.parametrize(
    ("one", "other", "rows"),
    [
        (
            "hide_events",
            "collapse_repeats",
            [("a", "i1", kind, n, "1", "1", "1") for n, kind in enumerate(["view", "home", "view"])],
        ),
        ("merge_items", "collapse_repeats", [("a", item, "view", n, "1", "1", "1") for n, item in enumerate(["i1", "I1"])]),
        ("hide_events", "min_history", [("a", "i1", "view", 0, "1", "1", "1"), ("a", "i1", "home", 5, "1", "1", "1")]),
    ],
)
def test_the_order_of_other_steps_counts(tmp_path, one, other, rows):
    steps = [next(step for step in KINDS if step["name"] == name) for name in (one, other)]
    elsewhere = [("y", "k1", "buy", 4_000 + 97 * n, "8", "3", "5") for n in range(2)]
    if other == "collapse_repeats":
        steps[1] = {"name": "collapse_repeats"}
    forth = made(tmp_path / "forth", asked(tmp_path, rows, elsewhere, steps))
    back = made(tmp_path / "back", asked(tmp_path, rows, elsewhere, steps[::-1]))
    assert forth.facts.n_events != back.facts.n_events
    assert steps_of(steps) == forth.report.steps
