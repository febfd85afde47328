"""The job table: unique claims, fences, leases, legal transitions."""

import json
import multiprocessing
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from seqrec_core.errors import Damaged, Failed, NotFound
from seqrec_core.jobs.clock import Instant, instant
from seqrec_core.jobs.plain import plain
from seqrec_core.jobs.schema import TABLES
from seqrec_core.jobs.table import HISTORY, JobTable
from seqrec_core.settings import settings


@pytest.fixture
def table(tmp_path: Path) -> JobTable:
    return JobTable(tmp_path / "jobs.db")


def expire(table: JobTable) -> None:
    """Let every lease run out, as if all workers had been dead for long."""
    with sqlite3.connect(table.path) as connection:
        connection.execute("update job set lease = 1 where status = 'running'")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow at once, save where a test says otherwise."""
    pausing(monkeypatch, 0)


def pausing(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    changed = settings().model_copy(update={"backoff_seconds": seconds})
    monkeypatch.setattr("seqrec_core.jobs.table.settings", lambda: changed)


class Clock:
    """A clock that a test sets, and which start of the machine it counts from."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = Instant("first", 1_000.0)
        monkeypatch.setattr("seqrec_core.jobs.table.instant", lambda: self.now)

    def forward(self, seconds: float) -> None:
        self.now = Instant(self.now.boot, self.now.at + seconds)


def test_a_job_goes_from_queued_to_running_to_finished(table: JobTable) -> None:
    job, existing = table.submit("train", {"dataset": "d"})
    assert (job.status, job.attempt, existing, job.request) == ("queued", 0, False, {"dataset": "d"})
    claimed = table.claim("worker 1", "me")
    assert claimed is not None
    assert (claimed.id, claimed.status, claimed.attempt, claimed.worker) == (job.id, "running", 1, "worker 1")
    assert table.progress(job.id, "me", 3, 10, {"loss": 0.5}) == "go"
    assert table.finish(job.id, "me", {"run": "r"})
    done = table.find(job.id)
    assert done is not None
    assert (done.status, done.result, done.step, done.total, done.ended) == ("finished", {"run": "r"}, 10, 10, True)
    assert done.created <= done.started <= done.finished


def test_the_oldest_job_is_claimed_first_and_only_of_the_asked_kinds(table: JobTable) -> None:
    first, second, other = (table.submit(kind, {})[0] for kind in ("train", "train", "import"))
    assert table.claim("w", "a", ("import",)).id == other.id
    assert table.claim("w", "b").id == first.id
    assert table.claim("w", "c").id == second.id
    assert table.claim("w", "d") is None


def test_only_the_owner_may_write(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    table.claim("w", "me")
    assert table.beat(job.id, "other") == "lost"
    assert table.progress(job.id, "other", 1, 2, {}) == "lost"
    assert not table.finish(job.id, "other", {})
    assert not table.fail(job.id, "other", {})
    assert not table.stop(job.id, "other")
    assert not table.requeue(job.id, "other")
    assert not table.set_device(job.id, "other", "CPU")
    now = table.find(job.id)
    assert (now.status, now.step, now.device) == ("running", 0, None)


@pytest.mark.parametrize("end", ["finish", "fail", "stop"])
def test_nothing_happens_to_a_job_that_ended(table: JobTable, end: str) -> None:
    job, _ = table.submit("train", {})
    table.claim("w", "me")
    assert getattr(table, end)(*((job.id, "me") if end == "stop" else (job.id, "me", {"code": "x"})))
    before = table.find(job.id)
    assert not table.finish(job.id, "me", {"late": 1})
    assert not table.fail(job.id, "me", {"late": 1})
    assert not table.stop(job.id, "me")
    assert not table.requeue(job.id, "me")
    assert not table.cancel(job.id)
    assert table.beat(job.id, "me") == "lost"
    assert table.reap() == 0
    assert table.claim("w", "b") is None
    assert table.find(job.id) == before


def test_a_queued_job_cannot_be_finished(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    assert not table.finish(job.id, "", {})
    assert table.find(job.id).status == "queued"


def test_cancel_ends_a_queued_job_and_tells_a_running_one(table: JobTable) -> None:
    queued, running = table.submit("train", {})[0], table.submit("import", {})[0]
    table.claim("w", "me", ("import",))
    assert table.cancel(queued.id)
    assert table.find(queued.id).status == "cancelled"
    assert table.cancel(running.id)
    assert table.find(running.id).status == "running"
    assert table.beat(running.id, "me") == "cancel"
    assert table.progress(running.id, "me", 1, 2, {}) == "cancel"
    assert not table.requeue(running.id, "me"), "a cancelled job does not come back"
    assert table.stop(running.id, "me")
    assert table.find(running.id).status == "cancelled"


def test_a_lease_that_runs_out_gives_the_job_back_until_attempts_end(table: JobTable) -> None:
    job, _ = table.submit("train", {}, max_attempts=2)
    assert table.claim("w", "first").attempt == 1
    assert table.reap() == 0, "a living lease is not reaped"
    expire(table)
    assert table.find(job.id).status == "queued"
    assert table.beat(job.id, "first") == "lost", "the old owner is fenced"
    assert table.claim("w", "second").attempt == 2
    assert not table.finish(job.id, "first", {"stale": True})
    expire(table)
    lost = table.find(job.id)
    assert lost.status == "lost"
    assert set(lost.error) == {"code", "message", "hint"}
    assert table.claim("w", "third") is None


def test_a_cancelled_job_whose_worker_died_is_cancelled_not_lost(table: JobTable) -> None:
    job, _ = table.submit("train", {}, max_attempts=1)
    table.claim("w", "me")
    table.cancel(job.id)
    expire(table)
    assert table.find(job.id).status == "cancelled"


def test_an_attempt_that_was_asked_to_stop_does_not_count(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    table.claim("w", "me")
    assert table.requeue(job.id, "me", count=False)
    assert table.claim("w", "you").attempt == 1
    assert table.requeue(job.id, "you")
    assert table.claim("w", "they").attempt == 2


def test_a_key_under_way_is_found_and_one_that_ended_is_not(table: JobTable) -> None:
    job, _ = table.submit("train", {}, key="k")
    again, existing = table.submit("train", {}, key="k")
    assert (again.id, existing) == (job.id, True)
    assert table.submit("train", {}, key="other")[1] is False
    assert table.submit("train", {})[1] is False
    table.claim("w", "me")
    table.fail(job.id, "me", {})
    assert table.submit("train", {}, key="k")[1] is False


def test_a_job_is_resolved_by_the_beginning_of_its_id(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    assert table.resolve(job.id[:6]).id == job.id
    for _ in range(17):
        table.submit("train", {})
    shared = next(h for h in "0123456789abcdef" if sum(j.id.startswith(h) for j in table.list()) > 1)
    for ref in (shared, "", "zz", "%"):
        with pytest.raises(NotFound):
            table.resolve(ref)


def test_history_is_bounded_and_keeps_both_ends(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    table.claim("w", "me")
    rows = [(job.id, float(i), i, 5000, json.dumps({"loss": i})) for i in range(HISTORY)]
    with sqlite3.connect(table.path) as connection:
        connection.executemany('insert into progress (job, at, step, total, "values") values (?, ?, ?, ?, ?)', rows)
    table.progress(job.id, "me", 4999, 5000, {"loss": 1.0})
    history = table.history(job.id)
    assert HISTORY / 2 <= len(history) <= HISTORY
    assert (history[0].step, history[-1].step) == (0, 4999)
    assert [row.step for row in history] == sorted(row.step for row in history)


def test_numbers_that_are_not_finite_become_null(table: JobTable) -> None:
    job, _ = table.submit("train", {})
    table.claim("w", "me")
    table.progress(job.id, "me", 1, 2, {"loss": float("nan"), "ndcg": 0.25})
    assert table.find(job.id).values == {"loss": None, "ndcg": 0.25}
    assert plain({"a": (float("inf"), Path("/x"), True)}) == {"a": [None, "/x", True]}


def test_list_is_newest_first_and_filtered(table: JobTable) -> None:
    ids = [table.submit(kind, {})[0].id for kind in ("train", "import", "train")]
    assert [job.id for job in table.list()] == ids[::-1]
    assert [job.id for job in table.list(kind="train")] == [ids[2], ids[0]]
    table.cancel(ids[0])
    assert [job.id for job in table.list(status="cancelled")] == [ids[0]]
    assert [job.id for job in table.list(limit=1)] == [ids[2]]


def _claim_all(path: str, name: str, found: "multiprocessing.Queue[list[str]]") -> None:
    table, mine = JobTable(Path(path)), []
    while (job := table.claim(name, f"{name}-{len(mine)}")) is not None:
        mine.append(job.id)
    found.put(mine)


def test_claims_of_four_processes_are_unique(tmp_path: Path) -> None:
    table = JobTable(tmp_path / "jobs.db")
    ids = {table.submit("train", {"n": n})[0].id for n in range(120)}
    spawn = multiprocessing.get_context("spawn")
    found: multiprocessing.Queue[list[str]] = spawn.Queue()
    workers = [spawn.Process(target=_claim_all, args=(str(table.path), f"w{n}", found)) for n in range(4)]
    for worker in workers:
        worker.start()
    claimed = [job for _ in workers for job in found.get(timeout=60)]
    for worker in workers:
        worker.join(timeout=30)
    assert len(claimed) == 120
    assert set(claimed) == ids


def test_threads_share_a_table_that_they_all_open_at_once(tmp_path: Path) -> None:
    path, seen, failed = tmp_path / "jobs.db", [], []

    def work(n: int) -> None:
        try:
            table = JobTable(path)
            for _ in range(5):
                table.submit("train", {"n": n})
            while (job := table.claim(f"t{n}", f"{n}-{time.monotonic_ns()}")) is not None:
                seen.append(job.id)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert len(seen) == len(set(seen)) == 40


def test_a_file_that_is_no_table_is_said(tmp_path: Path) -> None:
    path = tmp_path / "jobs.db"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(Damaged) as caught:
        JobTable(path)
    assert str(path) in caught.value.message


def test_a_full_disk_and_a_folder_that_is_gone_are_said(table: JobTable, tmp_path: Path) -> None:
    def fill() -> None:
        with table._connection() as connection:
            connection.execute("pragma max_page_count = 1")  # no page more than there are
            connection.execute("create table filler as select zeroblob(1000000)")

    with pytest.raises(Failed) as full:
        fill()
    assert full.value.code == "table_not_writable"
    with pytest.raises(Failed) as gone:
        JobTable(tmp_path / "gone" / "jobs.db")
    assert gone.value.code == "table_not_writable"


def test_the_more_urgent_job_is_claimed_first_and_of_equals_the_oldest(table: JobTable) -> None:
    later, first, second = (table.submit("train", {}, priority=priority)[0] for priority in (0, 5, 5))
    last = table.submit("train", {}, priority=-1)[0]
    claimed = [table.claim("w", str(n)).id for n in range(4)]
    assert claimed == [first.id, second.id, later.id, last.id]


def test_a_job_waits_for_the_one_it_needs(table: JobTable) -> None:
    needed = table.submit("import", {})[0]
    waiting = table.submit("train", {}, priority=9, waits_for=needed.id)[0]
    assert waiting.waits_for == needed.id
    assert table.claim("w", "me").id == needed.id
    assert table.claim("w", "you") is None, "what it needs is not finished yet"
    table.finish(needed.id, "me", {"dataset": "d"})
    assert table.claim("w", "you").id == waiting.id


@pytest.mark.parametrize("end", ["failed", "cancelled", "lost"])
def test_what_waits_for_a_job_that_ends_badly_fails_with_a_reason_and_so_does_what_waits_for_that(
    table: JobTable, end: str
) -> None:
    needed = table.submit("import", {}, max_attempts=1)[0]
    waiting = table.submit("train", {}, waits_for=needed.id)[0]
    last = table.submit("recommend", {}, waits_for=waiting.id)[0]
    table.claim("w", "me")
    if end == "failed":
        table.fail(needed.id, "me", {"code": "x"})
    elif end == "cancelled":
        table.stop(needed.id, "me")
    else:
        expire(table)
    assert table.find(needed.id).status == end
    for job in (waiting, last):
        now = table.find(job.id)
        assert (now.status, now.error["code"]) == ("failed", "needed")
    assert table.claim("w", "you") is None


def test_the_pause_before_an_attempt_doubles_and_ends_at_a_minute(table: JobTable, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pausing(monkeypatch, 10)
    job = table.submit("train", {}, max_attempts=9)[0]
    for pause in (10, 20, 40, 60, 60):
        assert table.claim("w", "me").id == job.id
        assert table.requeue(job.id, "me")
        clock.forward(pause - 1)
        assert table.claim("w", "me") is None, "it is tried again too soon"
        clock.forward(2)
    assert table.claim("w", "me").attempt == 6
    assert table.requeue(job.id, "me", count=False)
    assert table.claim("w", "me").attempt == 6, "a stop for a restart needs no pause"


def test_a_lease_that_ran_out_pauses_too(table: JobTable, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    pausing(monkeypatch, 30)
    table.submit("train", {}, max_attempts=2)
    table.claim("w", "me")
    clock.forward(settings().lease_seconds + 1)
    assert table.claim("w", "you") is None
    clock.forward(31)
    assert table.claim("w", "you").attempt == 2


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0])
def test_a_corrected_wall_clock_ends_no_lease(table: JobTable, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    job = table.submit("train", {})[0]
    table.claim("w", "me")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    assert table.reap() == 0
    assert table.beat(job.id, "me") == "go"
    assert table.find(job.id).status == "running"
    assert instant().at < 1e9, "seconds since the machine started, not since 1970"


def test_a_restart_of_the_machine_ends_every_lease(table: JobTable, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock(monkeypatch)
    job = table.submit("train", {}, max_attempts=2)[0]
    table.claim("w", "me")
    clock.now = Instant("second", 5.0)
    assert table.find(job.id).status == "queued"
    assert table.claim("w", "you").attempt == 2


def test_a_table_of_the_first_version_keeps_its_jobs(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as connection:
        connection.executescript(TABLES)
        insert = "insert into job (id, kind, request, status, created, max_attempts, lease, owner, attempt) values "
        connection.execute(f"{insert} ('a', 'train', '{{}}', 'queued', 1, 3, 0, null, 0)")
        connection.execute(f"{insert} ('b', 'train', '{{}}', 'running', 1, 3, 9e9, 'me', 1)")
        connection.execute("pragma user_version = 1")
    table = JobTable(path)
    assert {job.id: job.status for job in table.list()} == {"a": "queued", "b": "queued"}
    assert table.claim("w", "you").id == "a"
    assert JobTable(path).find("a").status == "running"
