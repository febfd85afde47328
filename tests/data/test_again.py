"""A stored log cleaned again is what its file would have become: other steps, other sessions, and every step undone."""

from datetime import UTC, datetime, timedelta
from itertools import count

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.again import Terms, clean_again
from seqrec_core.data.importing import dataset_fingerprint, import_into
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import Channel, ColumnMapping, ImportRequest
from seqrec_core.data.steps.coded import coded, of_frame
from seqrec_core.data.steps.effect import Switches, effects
from seqrec_core.data.steps.types import NAMES, steps_of, with_steps
from seqrec_core.errors import BadInput
from seqrec_core.store.dataset_files import read_before

TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
START = datetime(2024, 1, 1, 9, tzinfo=UTC)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)
MAPPING = ColumnMapping(user="user", item="item", event="event", time="time", session="visit", value="amount")
COLUMNS = ["user", "item", "event", "time", "visit", "amount", "name"]
NUMBERS = count()

STEPS = st.lists(
    st.sampled_from(
        [
            {"name": "exact_duplicates"},
            {"name": "hide_events", "types": ["home"]},
            {"name": "merge_events", "into": {"cart": "view", "home": "start"}},
            {"name": "collapse_repeats", "within_seconds": 60},
            {"name": "merge_items", "into": {"i1": "i2"}},
            {"name": "returns"},
            {"name": "returns", "column": "session_id", "prefix": "s", "negative": False},
            {"name": "returns", "purchases": True},
            {"name": "prices", "column": "value"},
            {"name": "non_product_codes", "codes": ["i3", "home"]},
            {"name": "match_items", "into": {"i3": "i9", "home": "i1"}},
            {"name": "merge_zeros", "into": {"i2": "view"}},
            {"name": "k_core", "users": 2, "items": 2},
            {"name": "min_history", "events": 2},
            {"name": "bots", "min_events": 6, "max_events": 8},
        ]
    ),
    max_size=5,
    unique_by=lambda step: step["name"],
)
ROW = st.tuples(
    st.sampled_from("abcde"),
    st.sampled_from(["i1", "i2", "i3", ""]),
    st.sampled_from(["view", "cart", "home"]),
    st.integers(0, 12),
    st.sampled_from(["s1", "s2", ""]),
    st.sampled_from(["1", "2", "-1"]),
)
SESSIONS = st.sampled_from([(None, False), (5.0, False), (None, True)])
USUAL = [("z", "i9", "view", 99 * n, "v9", "3") for n in range(5)]


def table(rows):
    return pl.DataFrame(
        [
            (user, item, event, (START + timedelta(minutes=at)).isoformat(), visit, amount, f"{item}{at % 2}")
            for user, item, event, at, visit, amount in rows
        ],
        schema=dict.fromkeys(COLUMNS, pl.String),
        orient="row",
    )


def stored(folder, request, sizes=None):
    folder.mkdir()
    return import_into(folder, request, sizes=sizes)


def again(folder, made, terms):
    folder.mkdir()
    return clean_again(folder, read_before(folder.parent / "first", made.report), made.report, made.item_rows, terms)


def fingerprint(made):
    return dataset_fingerprint(made.facts, made.catalog)


def told(report):
    return (
        report.rows_read,
        report.rows_kept,
        report.rejected,
        report.effects,
        report.recipe,
        report.channels,
        [fix.sentence for fix in report.fixes],
    )


@OPTIONS
@given(
    rows=st.lists(ROW, min_size=1, max_size=50),
    first=STEPS,
    then=st.none() | STEPS,
    sessions=SESSIONS,
    anew=SESSIONS,
    small=st.booleans(),
)
def test_a_log_cleaned_again_is_what_its_file_becomes(tmp_path, rows, first, then, sessions, anew, small):
    then = first if then is None else then  # other sessions only
    place = tmp_path / f"{next(NUMBERS)}"
    place.mkdir()
    table([*USUAL, *rows]).write_csv(place / "log.csv")
    whole = {"path": place / "log.csv", "mapping": MAPPING}
    request = ImportRequest(**whole, steps=first, session_gap_minutes=sessions[0], whole_history=sessions[1])
    made = stored(place / "first", request, TINY if small else None)
    wanted = ImportRequest(**whole, steps=then, session_gap_minutes=anew[0], whole_history=anew[1])
    expected = stored(place / "expected", wanted)
    found = again(place / "again", made, Terms(wanted.steps, *anew))
    assert fingerprint(found) == fingerprint(expected)
    assert found.report.effects == expected.report.effects
    assert (found.report.rows_kept, found.report.recipe) == (expected.report.rows_kept, expected.report.recipe)
    assert found.report.rejects.filter(pl.col(c.RAW).is_null()).height == 0
    refused = sum(row[1] == "" for row in rows)  # among them, which are duplicates is counted when the file is read
    assert refused or told(found.report) == told(expected.report)
    back = clean_again(
        _made(place / "back"), read_before(place / "again", found.report), found.report, None, Terms(request.steps, *sessions)
    )
    assert fingerprint(back) == fingerprint(made)


def _made(folder):
    folder.mkdir()
    return folder


def test_channels_and_an_item_file_are_cleaned_again_too(tmp_path):
    rows = [(f"u{n % 4}", f"i{n % 3}", "view", n, "s", "1") for n in range(12)]
    table(rows).write_csv(tmp_path / "web.csv")
    table([*rows[6:], ("u9", "i7", "view", 50, "s", "-1")]).write_csv(tmp_path / "app.csv")
    (tmp_path / "items.csv").write_text("item,title\ni0,Tent\ni1,Stove\ni8,Lamp\n")
    both = tuple(Channel(source=name, paths=(tmp_path / f"{name}.csv",), mapping=MAPPING) for name in ("web", "app"))
    whole = {"path": tmp_path / "web.csv", "channels": both, "items_path": tmp_path / "items.csv"}
    made = stored(tmp_path / "first", ImportRequest(**whole, steps=[]))
    steps = [{"name": "source_overlap", "sources": ["web", "app"]}, {"name": "returns"}]
    expected = stored(tmp_path / "expected", ImportRequest(**whole, steps=steps))
    found = again(tmp_path / "again", made, Terms(steps_of(steps)))
    assert fingerprint(found) == fingerprint(expected)
    assert told(found.report) == told(expected.report)
    assert found.catalog.titles["i8"] == "Lamp"
    assert "i7" not in found.catalog.titles
    assert "i7" in made.catalog.titles


def test_what_was_not_stored_cannot_be_undone(tmp_path):
    table([*USUAL, *USUAL]).write_csv(tmp_path / "log.csv")
    made = stored(tmp_path / "first", ImportRequest(path=tmp_path / "log.csv", mapping=MAPPING))
    assert made.report.effects[0].rows_removed == 5
    for path in (tmp_path / "first").glob("left-*"):
        path.unlink()
    with pytest.raises(BadInput, match="without 5 events"):
        read_before(tmp_path / "first", made.report)


def test_a_step_or_sessions_that_do_not_fit_are_refused(tmp_path):
    table(USUAL).write_csv(tmp_path / "log.csv")
    made = stored(tmp_path / "first", ImportRequest(path=tmp_path / "log.csv", mapping=MAPPING))
    with pytest.raises(BadInput, match="has none"):
        again(tmp_path / "a", made, Terms(steps_of([{"name": "prices", "column": "cost"}])))
    with pytest.raises(BadInput) as error:
        again(tmp_path / "b", made, Terms(steps_of([{"name": "min_history", "events": 9}])))
    assert error.value.code == "all_rejected"


@OPTIONS
@given(rows=st.lists(ROW, min_size=1, max_size=40), steps=STEPS, others=STEPS)
def test_the_effect_of_a_switch_is_what_happens_then(tmp_path, rows, steps, others):
    place = _made(tmp_path / f"{next(NUMBERS)}")
    table([*USUAL, *rows]).write_csv(place / "log.csv")
    made = stored(place / "first", ImportRequest(path=place / "log.csv", mapping=MAPPING, steps=steps))
    log = coded(read_before(place / "first", made.report).parts)
    now, names = made.report.steps, {step["name"] for step in steps}
    candidates = [*now, *(step for step in steps_of(others) if step.name not in names)]
    for effect in effects(log, now, candidates):
        assert effect.on == (effect.step.name in names)
        assert (effect.before.rows, effect.before.users) == (made.facts.n_events, made.facts.n_users)
        after = with_steps(now, without=[effect.step.name]) if effect.on else with_steps(now, add=[effect.step])
        if effect.after.rows:
            found = clean_again(
                _made(place / effect.step.name), read_before(place / "first", made.report), made.report, None, Terms(after)
            )
            assert (found.facts.n_events, found.facts.n_users, found.facts.n_items) == (
                effect.after.rows,
                effect.after.users,
                effect.after.items,
            )


def test_the_effect_of_an_overlap_is_what_happens_then(tmp_path):
    rows = [(f"u{n % 4}", f"i{n % 3}", "view", n, "s", "1") for n in range(12)]
    table(rows).write_csv(tmp_path / "web.csv")
    table([*rows[6:], ("u9", "i7", "view", 50, "s", "-1")]).write_csv(tmp_path / "app.csv")
    both = tuple(Channel(source=name, paths=(tmp_path / f"{name}.csv",), mapping=MAPPING) for name in ("web", "app"))
    made = stored(tmp_path / "first", ImportRequest(path=tmp_path / "web.csv", channels=both, steps=[]))
    switches = Switches.of(read_before(tmp_path / "first", made.report), ())
    (overlap,) = steps_of([{"name": "source_overlap", "sources": ["web", "app"]}])
    effect = switches.turned(overlap)
    assert (effect.before.rows, effect.after.rows, effect.after.users) == (19, 13, 5)
    (rename,) = steps_of([{"name": "merge_items", "into": {"i7": "i1"}}])
    assert switches.ended((rename, overlap))[0].items == 3


def test_steps_are_added_where_they_are_usually_done():
    steps = steps_of([{"name": "exact_duplicates"}, {"name": "k_core"}])
    added = with_steps(steps, add=steps_of([{"name": "min_history"}, {"name": "bots"}, {"name": "k_core", "users": 2}]))
    assert [step.name for step in added] == ["exact_duplicates", "bots", "k_core", "min_history"]
    assert added[2].users == 2
    assert with_steps(added, without=NAMES) == ()


def test_switches_say_what_is_merged():
    events = pl.DataFrame(
        {
            c.USER: ["a", "a"],
            c.ITEM: ["x", "X"],
            c.EVENT: ["v", "v"],
            c.TIME: [START, START],
            "\x1fnotes": [0, 0],
            "\x1fplace": [0, 1],
        },
        schema_overrides={c.TIME: c.TIME_DTYPE, "\x1fnotes": pl.UInt8},
    )
    (merge,) = steps_of([{"name": "merge_items", "into": {"X": "x"}}])
    effect = Switches(of_frame(events), ()).turned(merge)
    assert (effect.before.items, effect.after.items, effect.changed) == (2, 1, 1)
