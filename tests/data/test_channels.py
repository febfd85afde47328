"""Channels of a log: the same whatever the sizes of pieces; grouping of files; overlap against a brute force."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.channels import as_channels, found_files
from seqrec_core.data.importing import dataset_fingerprint, import_log, request_from_recipe
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import Channel, ColumnMapping, ImportRequest
from seqrec_core.data.steps.overlap import overlapping
from seqrec_core.errors import BadInput, NotFound

TINY = Sizes(piece_bytes=200, piece_rows=7, bucket_rows=5)
START = datetime(2026, 1, 1, tzinfo=UTC)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)


def channels(tmp_path, first, second):
    """Two files with other columns, kinds and delimiters: a CSV with types, and Parquet whose numbers are numbers."""
    path, other = tmp_path / "web.csv", tmp_path / "till.parquet"
    lines = [f"u{user},{item},{kind},{(START + timedelta(seconds=at)).isoformat()},x{at}" for user, item, kind, at in first]
    path.write_text("\n".join(["user,item,kind,time,shade", *lines]) + "\n")
    frame = pl.DataFrame(
        {
            "customer": [f"u{user}" for user, *_ in second],
            "product": [item for _, item, *_ in second],
            "amount": [float(at % 7) for *_, at in second],
            "at": [START + timedelta(seconds=at) for *_, at in second],
            "shade": [at for *_, at in second],
        }
    )
    frame.write_parquet(other)
    web = ColumnMapping(user="user", item="item", event="kind", time="time")
    till = ColumnMapping(user="customer", item="product", value="amount", time="at")
    return (Channel(source="web", paths=(path,), mapping=web), Channel(source="till", paths=(other,), mapping=till))


ROW = st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from(["view", "till"]), st.integers(0, 40))


@OPTIONS
@given(first=st.lists(ROW, min_size=1, max_size=30), second=st.lists(ROW, min_size=1, max_size=30))
def test_channels_add_up_replay_and_do_not_depend_on_pieces(tmp_path, first, second):
    both = channels(tmp_path, first, second)
    made = import_log(ImportRequest(path=both[0].paths[0], channels=both))
    report, frame = made.report, made.log.frame
    assert frame.columns[-1] == "shade"
    assert frame.schema["shade"] == pl.String
    assert sum(one.rows_read for one in report.channels.sources) == report.rows_read == len(first) + len(second)
    kept = dict(frame[c.SOURCE].value_counts().iter_rows())
    assert {one.source: one.rows_kept for one in report.channels.sources if one.rows_kept} == kept
    users = frame.group_by(c.USER).agg(pl.col(c.SOURCE).n_unique())
    assert report.channels.meeting.users == int((users[c.SOURCE] > 1).sum())
    again = import_log(request_from_recipe(report.recipe, both[1].paths[0], channels=both[::-1]), sizes=TINY)
    assert dataset_fingerprint(again.log, again.catalog) == dataset_fingerprint(made.log, made.catalog)
    assert again.report.channels == report.channels
    assert (again.report.effects, again.report.rejected, again.report.recipe) == (report.effects, report.rejected, report.recipe)


@OPTIONS
@given(
    rows=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 2), st.sampled_from("pqr")), max_size=25)
)
def test_overlap_is_what_an_earlier_source_holds(rows):
    frame = pl.DataFrame(
        {
            c.USER: [row[0] for row in rows],
            c.ITEM: [row[1] for row in rows],
            c.EVENT: ["view"] * len(rows),
            c.TIME: [START + timedelta(seconds=row[2]) for row in rows],
            c.SOURCE: [row[3] for row in rows],
        },
        schema={c.USER: pl.String, c.ITEM: pl.String, c.EVENT: pl.String, c.TIME: c.TIME_DTYPE, c.SOURCE: pl.String},
    )
    order = "qrp"
    expected = []
    for n, row in enumerate(rows):
        earlier = [other[3] for other in rows if other[:3] == row[:3] and order.index(other[3]) < order.index(row[3])]
        if earlier:
            expected.append((n, min(earlier, key=order.index), row[3]))
    assert sorted(overlapping(frame, tuple(order)).rows()) == expected


def write(folder, name, header="user,item,time"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{header}\na,x,2026-01-01\n")
    return path


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["web.csv", "app.csv"], [("web", 1), ("app", 1)]),
        (["part-1.csv", "part-2.csv", "part-10.csv"], [("", 3)]),
        (["2026-01.csv", "2026-02.csv", "shop.csv"], [("logs", 2), ("shop", 1)]),
        (["a/log.csv", "b/log.csv"], [("", 2)]),
        (["web_2025.csv", "web_2026.csv", "app_1.csv", "app_2.csv"], [("web", 2), ("app", 2)]),
    ],
)
def test_files_are_grouped_by_names_and_columns(tmp_path, names, expected):
    paths = [write(tmp_path / "logs", name) for name in names]
    assert [(one.source, len(one.paths)) for one in as_channels(paths)] == expected


def test_files_of_one_name_with_other_columns_are_told_apart_by_their_folders(tmp_path):
    paths = [write(tmp_path, "web/log.csv"), write(tmp_path, "app/log.csv", "user,item,when")]
    assert [one.source for one in as_channels(paths)] == ["web/log", "log"]


def test_parts_come_in_the_order_of_their_numbers_and_hidden_files_are_left_out(tmp_path):
    for name in ("part-10.csv", "part-9.csv", ".part-9.csv.crc", "_SUCCESS", "_temporary/part-1.csv"):
        write(tmp_path / "log", name)
    assert [path.name for path in found_files([str(tmp_path / "log")])] == ["part-9.csv", "part-10.csv"]
    empty = tmp_path / "none"
    empty.mkdir()
    with pytest.raises(BadInput, match="no file"):
        found_files([str(empty)])
    with pytest.raises(NotFound):
        found_files([str(tmp_path / "*.nothing")])


def test_a_part_with_other_columns_is_refused_by_name(tmp_path):
    paths = (write(tmp_path, "p1.csv"), write(tmp_path, "p2.csv", "user,item,when"))
    with pytest.raises(BadInput) as error:
        import_log(ImportRequest(path=paths[0], channels=(Channel(paths=paths),)))
    assert error.value.code == "part_differs"
    assert "p2.csv" in str(error.value)
