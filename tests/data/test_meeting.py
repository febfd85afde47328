"""Session ids that several channels have: one session where they are at the same times, several where they are not."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from seqrec_core import columns as c
from seqrec_core.data.again import Terms, clean_again
from seqrec_core.data.importing import dataset_fingerprint, import_into, import_log
from seqrec_core.data.intake.onto import Onto
from seqrec_core.data.intake.tables import Sizes
from seqrec_core.data.mapping import Channel, ColumnMapping, ImportRequest
from seqrec_core.data.steps.types import steps_of
from seqrec_core.store.dataset_files import read_before

START = datetime(2026, 3, 1, 8, tzinfo=UTC)
MAPPING = ColumnMapping(user="user", item="item", event="event", time="time", session="visit")
COLUMNS = ("user", "item", "event", "time", "visit")
TINY = Sizes(piece_bytes=300, piece_rows=7, bucket_rows=5)
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
OPTIONS = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=PHASES)


def channel(folder, source, rows):
    lines = [
        ",".join((user, item, kind, (START + timedelta(minutes=at)).isoformat(), visit)) for user, item, kind, at, visit in rows
    ]
    (folder / f"{source}.csv").write_text("\n".join([",".join(COLUMNS), *lines]) + "\n")
    return Channel(source=source, paths=(folder / f"{source}.csv",), mapping=MAPPING)


def both(folder, web, app, **more):
    pair = (channel(folder, "web", web), channel(folder, "app", app))
    return ImportRequest(path=pair[0].paths[0], channels=pair, **more)


WEB = [(user, "a", "view", 10 * n, f"{n}") for user in "xyz" for n in range(2)]


@pytest.mark.parametrize(
    ("later", "sessions", "said"),
    [
        (5, 6, "6 session ids are in several sources, mostly at the same times: each is one session."),
        (3_000, 12, "6 session ids are in several sources, mostly at other times: the source was put in front of each."),
    ],
)
def test_one_id_in_two_channels_is_one_session_where_times_meet(tmp_path, later, sessions, said):
    app = [(user, "b", "buy", at + later, visit) for user, _, _, at, visit in WEB]
    made = import_log(both(tmp_path, WEB, app))
    assert made.log.n_sessions == sessions
    assert said in [fix.sentence for fix in made.report.fixes]


def test_ids_that_do_not_meet_stay_as_they_are_written(tmp_path):
    made = import_log(both(tmp_path, [("x", "a", "view", 0, "w1")], [("x", "a", "view", 5_000, "p1")]))
    assert set(made.log.frame[c.SESSION]) == {"w1", "p1"}
    assert not [fix for fix in made.report.fixes if fix.key.startswith("channels.fix.sessions")]


ROW = st.tuples(
    st.sampled_from("xyz"),
    st.sampled_from("ab"),
    st.sampled_from(["view", "buy"]),
    st.integers(0, 90),
    st.sampled_from(["1", "2", ""]),
)
LOGS = st.lists(ROW, min_size=1, max_size=20)
STEPS = st.sampled_from([[], [{"name": "exact_duplicates"}], [{"name": "source_overlap", "sources": ["web", "app"]}], None])


@OPTIONS
@given(web=LOGS, app=LOGS, later=st.sampled_from([0, 4_000]), steps=STEPS, small=st.booleans())
def test_a_log_with_another_added_is_both_together(tmp_path_factory, web, app, later, steps, small):
    folder = tmp_path_factory.mktemp("both")
    app = [(user, item, kind, at + later, visit) for user, item, kind, at, visit in app]
    request = both(folder, web, app, steps=steps)
    (folder / "together").mkdir()
    together = import_into(folder / "together", request)
    (folder / "first").mkdir()
    first = import_into(folder / "first", request.model_copy(update={"channels": request.channels[:1], "steps": None}))
    onto = Onto(read_before(folder / "first", first.report), first.report, None, "web")
    (folder / "second").mkdir()
    more = request.model_copy(update={"path": request.channels[1].paths[0], "channels": request.channels[1:]})
    added = import_into(folder / "second", more, sizes=TINY if small else None, onto=onto)
    assert dataset_fingerprint(added.facts, added.catalog) == dataset_fingerprint(together.facts, together.catalog)
    assert added.report.channels.meeting == together.report.channels.meeting
    assert added.facts == together.facts
    said = [[fix for fix in one.fixes if "sessions" in fix.key] for one in (added.report, together.report)]
    assert said[0] == said[1]
    (folder / "cut").mkdir()
    before = read_before(folder / "second", added.report)
    cut = clean_again(folder / "cut", before, added.report, None, Terms(steps_of([]), 7.0))
    (folder / "back").mkdir()
    terms = Terms(added.report.steps)
    back = clean_again(folder / "back", read_before(folder / "cut", cut.report), cut.report, None, terms)
    assert back.facts == added.facts
