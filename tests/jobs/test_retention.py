"""Retention: what is old or too much goes, what is needed stays, and a plan touches nothing."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from seqrec_core.jobs import retention
from seqrec_core.jobs.table import JobTable
from seqrec_core.store.datasets import DatasetStore
from seqrec_core.store.home import Home
from seqrec_core.store.runs import RunStore
from tests.store.making import imported, trained

NOW = datetime.now(UTC)
DAY = 86_400


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def dataset(home: Home, salt: str) -> str:
    return DatasetStore(home).save(imported(salt=salt), f"Log {salt}").id


def run(home: Home, salt: str, name: str, days_ago: float) -> str:
    data = imported(salt=salt)
    info = next(info for info in DatasetStore(home).list() if info.name == f"Log {salt}")
    created = (NOW - timedelta(days=days_ago)).isoformat(timespec="seconds")
    card, models, reports, _ = trained(info, data, name * 10, created)
    return RunStore(home).save(card, models, reports).id


def after(days: float) -> float:
    """The moment so many days from now."""
    return NOW.timestamp() + days * DAY


def stored(home: Home) -> list[Path]:
    """Every file but those of the job table."""
    return sorted(path for path in home.path.rglob("*") if not path.name.startswith("jobs.db"))


def gone(plan: retention.Plan) -> list[str]:
    return [old.id for old in plan.removals]


def test_disk_use_counts_every_file_once(home: Home) -> None:
    dataset(home, "a")
    run(home, "a", "a", 1)
    (home.exports / "out.csv").write_bytes(b"x" * 1000)
    rooms = {room.name: room for room in retention.disk_use(home)}
    assert (rooms["datasets"].things, rooms["runs"].things, rooms["exports"].things) == (1, 1, 1)
    assert rooms["exports"].bytes == 1000
    everything = sum(path.stat().st_size for path in home.path.rglob("*") if path.is_file())
    assert sum(room.bytes for room in rooms.values()) == everything


def test_without_limits_nothing_goes(home: Home) -> None:
    dataset(home, "a")
    run(home, "a", "a", 900)
    plan = retention.plan(home)
    assert gone(plan) == []
    assert plan.bytes_after == plan.bytes_before > 0


def test_old_runs_go_first_and_their_dataset_only_once_no_run_of_it_stays(home: Home) -> None:
    first, second = dataset(home, "a"), dataset(home, "b")
    old, young = run(home, "a", "a", 100), run(home, "a", "b", 2)
    other = run(home, "b", "c", 100)
    plan = retention.plan(home, days=50)
    assert sorted(gone(plan)) == sorted([old, other]), "datasets were made today"
    later = retention.plan(home, days=50, now=after(49))
    assert young in gone(later)
    assert first not in gone(later), "it was made 49 days before"
    much_later = retention.plan(home, days=50, now=after(51))
    assert set(gone(much_later)) == {first, second, old, young, other}
    assert gone(much_later).index(young) < gone(much_later).index(first), "what needs it goes before it"


def test_a_dataset_stays_while_a_run_of_it_stays(home: Home) -> None:
    kept = dataset(home, "a")
    young = run(home, "a", "a", -60)
    assert gone(retention.plan(home, days=50, now=after(61))) == []
    assert set(gone(retention.plan(home, days=50, now=after(111)))) == {kept, young}


def test_by_size_the_oldest_go_until_the_rest_fits(home: Home) -> None:
    dataset(home, "a")
    runs = [run(home, "a", name, days) for name, days in (("a", 30), ("b", 20), ("c", 10))]
    whole = retention.plan(home).bytes_before
    one = retention.plan(home, max_mb=(whole - 1) / 2**20)
    assert gone(one) == runs[:1]
    assert {old.why for old in one.removals} == {"size"}
    assert one.bytes_after == whole - one.removals[0].bytes
    both = retention.plan(home, max_mb=(one.bytes_after - 1) / 2**20)
    assert gone(both) == runs[:2]


def test_a_plan_touches_nothing_and_carrying_it_out_frees_what_it_said(home: Home) -> None:
    dataset(home, "a")
    old = run(home, "a", "a", 100)
    (home.exports / "old.csv").write_bytes(b"x" * 1000)
    before = stored(home)
    plan = retention.plan(home, days=50)
    assert stored(home) == before
    freed = retention.carry_out(home, plan.removals)
    assert freed == plan.bytes_before - plan.bytes_after == sum(item.bytes for item in plan.removals)
    assert RunStore(home).list() == []
    assert not (home.runs / old).exists()
    assert retention.plan(home, days=50).removals == ()


def test_what_a_job_names_stays(home: Home) -> None:
    used, free = dataset(home, "a"), dataset(home, "b")
    run_used, run_free = run(home, "a", "a", 100), run(home, "b", "b", 100)
    table = JobTable(home.jobs_db)
    table.submit("recommend", {"run": run_used, "k": 10})
    plan = retention.plan(home, days=1, now=after(10))
    assert set(gone(plan)) == {free, run_free}
    assert plan.in_use == {used, run_used}


def test_what_a_job_has_begun_to_use_since_the_plan_stays(home: Home) -> None:
    dataset(home, "a")
    old = run(home, "a", "a", 100)
    plan = retention.plan(home, days=50)
    JobTable(home.jobs_db).submit("recommend", {"run": old, "k": 10})
    assert retention.carry_out(home, plan.removals) == 0
    assert RunStore(home).find(old).id == old
